package view

import (
	"cmp"
	"slices"

	"olbot/approvals"
)

// refusalWords are the words of a refusal: which check failed, as part of a sentence, of somebody
// else and to the person it is about, and what can be done about it.
type refusalWords struct {
	they    phrase
	you     phrase // "" if it is about nobody, or sounds alike for everybody
	advice  phrase
	toAgent phrase // instead of advice, if the agent is who is not fit
}

// adviceTo is what the agent can do about somebody of that role.
func (w refusalWords) adviceTo(role approvals.Role) phrase {
	switch {
	case w.toAgent != "" && role == approvals.Approver:
		return sayOtherApprover
	case role == approvals.Agent:
		return cmp.Or(w.toAgent, w.advice)
	}
	return w.advice
}

// wordsOf are the words for a refusal. In facts are the places {who}, {by},
// {link}, {limit}, {least}, {most}, {status}, {until}, {request} and {typed}.
func wordsOf(why approvals.Refusal) refusalWords {
	w, ofPress := pressRefusals[why.Code]
	if !ofPress {
		w = refusals[why.Code]
	}
	if why.Role == approvals.Contact && !ofPress {
		w.advice, w.toAgent = "Whoever lifts a block must be a full member of Slack and active in OneLogin. Nothing was changed.", ""
	}
	switch why.Code {
	case approvals.SamePerson:
		w.they, w.you = samePerson(why)
	case approvals.Changed:
		w.they, w.you = changed(why)
	case approvals.LookupUnreliable:
		if why.Role == approvals.Owner && why.Named.OneLogin == 0 {
			w.advice = "Ask again with the OneLogin id of the account, like #12345. If that does not help, tell whoever runs olbot the ref {ref}."
		}
	case approvals.RecoveryHold, approvals.OwnAccountBlocked:
		w = held(why)
	case approvals.NoApprover:
		if slices.ContainsFunc(why.Chain, func(link *approvals.Refusal) bool { return link.Code == approvals.ManagerSaidNo }) {
			w.advice = "Speak with the manager before you ask again."
		}
	case approvals.NotYours:
		w.they = notYours(why)
	case approvals.Involved:
		if why.Role == approvals.Owner {
			w.they = "the block {request} is on your own account, so another security contact has to lift it, or whoever runs olbot, on its machine"
		}
	case approvals.NotBlocked:
		w.they = sayIf(why.By == (approvals.Person{}), "{request} blocks no account and pauses nothing", "{by} has lifted the block of {request} already")
	case approvals.TooLate:
		w.they = tooLate[why.State]
	}
	return w
}

const (
	sayOtherApprover  phrase = "Somebody else has to be able to approve: correct the manager in OneLogin, or ask whoever runs olbot to name somebody who stands in."
	sayFixYourSlack   phrase = "Only full members of this Slack workspace may ask for codes. A Slack administrator can help."
	sayFixYourLogin   phrase = "A OneLogin administrator can put your account right."
	sayFixTheirSlack  phrase = "olbot makes no code for such an account. A Slack administrator can put it right; then ask again."
	sayTellRef        phrase = "Tell whoever runs olbot the ref {ref}, and ask again later."
	sayAskWhenMended  phrase = "Tell whoever runs olbot, and ask again when it is repaired."
	sayColleague      phrase = "A colleague has to ask for you."
	sayNothingChanged phrase = "Nothing was changed."
	sayPressAgain     phrase = "Nothing was changed. Press again in a moment."
)

// refusals are the words for what commands and requests are refused with.
var refusals = map[approvals.RefusalCode]refusalWords{
	approvals.ValidityRange: {they: "a code can work from {least} to {most}",
		advice: "Ask again with a validity in between."},
	approvals.NoReusable: {they: "reusable codes are switched off here",
		advice: "Ask again for a single-use code."},
	approvals.ReasonRequired: {they: "a reason is required here",
		advice: "Ask again with a reason."},
	approvals.ReasonTooLong: {they: "the reason is longer than {limit} characters",
		advice: "Ask again with a shorter one."},
	approvals.AgentLimit: {they: "the agent's limit of open requests is reached: {limit}", you: "your limit of open requests is reached: {limit}",
		advice: "Wait until one has ended, or withdraw one."},
	approvals.TooMany: {they: "the agent sent too many commands", you: "you've sent too many commands in a short time",
		advice: "Wait a minute, then try again."},
	approvals.RefusedBefore: {they: "this command was refused before",
		advice: "Slack has delivered it again; the first answer counts."},
	approvals.NoDraft: {they: "what you typed was kept for a day and is gone",
		advice: "Ask anew: the command alone, with nothing behind it, opens an empty form."},
	approvals.FeedLost: {they: "the audit channel cannot be posted to, and without it olbot makes no codes",
		advice: sayAskWhenMended},
	approvals.Paused: {they: "{by}, a security contact, has paused all codes",
		advice: "Ask again when they are resumed. Until then a OneLogin administrator has to help in person."},
	approvals.SlackRefuses: {they: "Slack refuses olbot's credentials ({typed}), so nobody can be asked or told anything",
		advice: sayAskWhenMended},
	approvals.OneLoginRefuses: {they: "OneLogin refuses olbot's credentials ({typed}), so nobody can be looked up and no code made",
		advice: sayAskWhenMended},
	approvals.OneLoginForbids: {they: "OneLogin does not let olbot's machine in, so nobody can be looked up and no code made",
		advice: "Tell whoever runs olbot that OneLogin may allow only some IP addresses, and ask again when it is repaired."},
	approvals.LookupFailed: {they: "the people could not be checked, because OneLogin or Slack did not answer",
		advice: sayTellRef},
	approvals.LookupRejected: {they: "the people could not be checked, because OneLogin or Slack refused olbot's credentials",
		advice: sayTellRef},
	approvals.LookupUnreliable: {they: "the people could not be checked, because OneLogin or Slack gave an answer that cannot be relied on",
		advice: sayTellRef},
	approvals.LookupScope: {they: "the people could not be checked, because the scope of olbot's OneLogin credentials is too narrow",
		advice: "Tell whoever runs olbot the ref {ref}: the API credentials need the scope Manage users."},
	approvals.LookupForbidden: {they: "the people could not be checked, because OneLogin does not let olbot's machine in",
		advice: "Tell whoever runs olbot the ref {ref}: OneLogin may allow only some IP addresses."},
	approvals.NotAskable: {they: "OneLogin cannot be asked for the e-mail address of {who}: it has a character in it that means something else there",
		you:    "OneLogin cannot be asked for your e-mail address in Slack: it has a character in it that means something else there",
		advice: "Name the account by its OneLogin id instead, like #12345.", toAgent: "A Slack administrator can change the address."},
	approvals.TooManyCalls: {they: "OneLogin or Slack allows no more calls until {until}",
		advice: "Ask again after that."},
	approvals.TooSlow: {they: "checking everybody once more before a code could be made took too long, {limit} times in a row",
		advice: "Ask again later. If it stays, tell whoever runs olbot that OneLogin, Slack or the database answers too slowly."},

	approvals.NotInSlack: {they: "{who} is not in Slack", you: "Slack does not know you",
		advice: "Name the account by its e-mail address or OneLogin id instead.", toAgent: sayFixYourSlack},
	approvals.NoEmail: {they: "Slack shows no e-mail address for {who}", you: "Slack shows no e-mail address for you",
		advice: "Name the account by its OneLogin e-mail address or id instead.", toAgent: sayFixYourSlack},
	approvals.IsGuest: {they: "{who} is a guest in Slack", you: "you are a guest in Slack",
		advice: sayFixTheirSlack, toAgent: sayFixYourSlack},
	approvals.IsBot: {they: "{who} is a bot or an app in Slack", you: "you are a bot or an app in Slack",
		advice: sayFixTheirSlack, toAgent: sayFixYourSlack},
	approvals.IsDeactivated: {they: "{who} is deactivated in Slack", you: "you are deactivated in Slack",
		advice: sayFixTheirSlack, toAgent: sayFixYourSlack},
	approvals.IsInvited: {they: "{who} was invited to Slack and has not joined yet", you: "you were invited to Slack and have not joined yet",
		advice: sayFixTheirSlack, toAgent: sayFixYourSlack},
	approvals.IsUnconfirmed: {they: "{who} has not confirmed the e-mail address in Slack", you: "you have not confirmed your e-mail address in Slack",
		advice: sayFixTheirSlack, toAgent: sayFixYourSlack},
	approvals.IsExternal: {they: "{who} belongs to another Slack workspace", you: "you belong to another Slack workspace",
		advice: sayFixTheirSlack, toAgent: sayFixYourSlack},
	approvals.NoDM: {they: "Slack does not let olbot message {who}", you: "Slack does not let olbot message you",
		advice: sayFixTheirSlack, toAgent: "Open olbot under Apps in Slack, ask again, and if that does not help tell whoever runs olbot."},
	approvals.NotInOneLogin: {they: "OneLogin has no user for {who}", you: "OneLogin has no user with your e-mail address in Slack",
		advice: "Check the spelling, or name the account by its OneLogin id, like #12345.", toAgent: sayFixYourLogin},
	approvals.Ambiguous: {they: "OneLogin has more than one user for {who}", you: "OneLogin has more than one user with your e-mail address in Slack",
		advice: "Name the account by its OneLogin id, like #12345.", toAgent: sayFixYourLogin},
	approvals.IsLocked: {they: "{who} is locked in OneLogin", you: "you are locked in OneLogin",
		advice: "Unlock the account in OneLogin first, then ask again.", toAgent: sayFixYourLogin},
	approvals.IsInactive: {they: "{who} is not active in OneLogin ({status})", you: "you are not active in OneLogin ({status})",
		advice: "Put the account right in OneLogin first, then ask again.", toAgent: sayFixYourLogin},
	approvals.SamePerson: {advice: sayColleague, toAgent: sayColleague},
	approvals.Changed:    {advice: "Ask again, so that everybody is looked up afresh."},

	approvals.NotARequester: {they: "{who} is not among those who may ask for codes", you: "you are not among those who may ask for codes",
		advice: "Ask whoever runs olbot if you should be."},
	approvals.IsRequester: {they: "{who} may ask for codes, so they must not approve any", you: "you may ask for codes, so you must not approve any",
		advice: sayOtherApprover},
	approvals.NoManager: {they: "no manager is set for {who} in OneLogin",
		advice: sayOtherApprover},
	approvals.GroupEmpty: {they: "there is nobody in the user group {link}",
		advice: sayOtherApprover},
	approvals.GroupTooBig: {they: "the user group {link} has more than {limit} people, too many to be asked",
		advice: sayOtherApprover},
	approvals.NoApprover: {they: "there is nobody who could approve",
		advice: "The manager in OneLogin has to be corrected, or whoever runs olbot has to name somebody who stands in."},

	approvals.PassedOn: {they: "{who} passed it on", you: "you passed it on",
		advice: sayOtherApprover},

	approvals.ManagerSaidNo: {they: "{who} said no to {request}, so nobody else is asked until {until}",
		advice: "Speak with the manager before you ask again."},
	approvals.RecoveryHold:      {},
	approvals.OwnAccountBlocked: {},

	approvals.IsProtected: {they: "the account of {who} is protected: olbot makes no codes for it",
		advice: "A OneLogin administrator has to help in person."},
	approvals.OwnerBusy: {they: "another request for {who} is open: {request}",
		advice: "It has to end first. Ask your colleagues whose it is."},
	approvals.OwnerBlocked: {they: "requests for {who} are blocked because of {request}",
		advice: "Somebody may pretend to be them. {lift}"},
	approvals.AccountBlocked: {they: "{by}, a security contact, has blocked {who} (block {request})",
		advice: "Somebody may pretend to be them. {lift}"},
	approvals.OwnerLimit: {they: "the limit of requests for {who} within 24 hours is reached: {limit}",
		advice: "Something may be wrong. Speak with the person and with your security team before you ask again."},
	approvals.KeyReplaced: {they: "the key of olbot's audit log was replaced, so nobody can tell what was approved before",
		advice: "Ask again."},
	approvals.NotInTrail: {they: "the audit log doesn't show that {request} was approved as it is",
		advice: "Somebody may have changed olbot's database. Tell your security team before you ask again."},
	approvals.CodeRefused: {they: "OneLogin refused to make a code (status {status})",
		advice: "Check the account in OneLogin, then ask again. If it stays, tell whoever runs olbot."},
	approvals.CodeCredentials: {they: "OneLogin refused olbot's credentials when a code was to be made",
		advice: "Tell whoever runs olbot: OneLogin refused them several times in a row, so they may have been changed or removed."},
	approvals.CodeScope: {they: "the scope of olbot's OneLogin credentials is too narrow to make a code",
		advice: "Tell whoever runs olbot: the API credentials need the scope Manage users."},
	approvals.CodeForbidden: {they: "OneLogin did not let olbot's machine in when a code was to be made",
		advice: "Tell whoever runs olbot: OneLogin may allow only some IP addresses."},
	approvals.CodeBusy: {they: "OneLogin allows no more calls until {until}, which is after the approval ends",
		advice: "Ask again after that."},
	approvals.CodeWider: {they: "OneLogin made a code that could do more than was approved, so it is withheld and nobody has seen it",
		advice: "Ask a OneLogin administrator to revoke it, and tell whoever runs olbot."},
}

// pressRefusals are the words for what the press of a button is refused with, or
// a command about a request that is there.
var pressRefusals = map[approvals.RefusalCode]refusalWords{
	approvals.BadRequestID: {they: "{typed} is not a request id",
		advice: "An id looks like OTP-7F3K-9QXM; it stands at the bottom of every card."},
	approvals.NoSuchRequest: {they: "there is no request {request} of yours",
		advice: "To see your open ones, type the word list behind the command."},
	approvals.NotYours:   {advice: sayNothingChanged},
	approvals.TooLate:    {advice: sayNothingChanged},
	approvals.NotBlocked: {advice: sayNothingChanged},
	approvals.DisownedBefore: {they: "you have already said of {request}: this wasn't me",
		advice: sayNothingChanged},
	approvals.ObjectionOver: {they: "{request} ended too long ago for *This wasn't me*, so nothing was changed",
		advice: "If it wasn't you, tell {contacts} now."},
	approvals.PassedBefore: {they: "you passed {request} on, so others decide on it",
		advice: sayNothingChanged},
	approvals.NotReached: {they: "Slack had not taken your card of {request}, so others were asked instead of you",
		advice: sayNothingChanged},
	approvals.Involved: {they: "you had a part in {request}, so another security contact has to lift its block, or whoever runs olbot, on its machine",
		advice: sayNothingChanged},
	approvals.StillMaking: {they: "a code of {request} is still being made, to be thrown away, and so its block cannot be lifted yet",
		advice: sayPressAgain},
	approvals.AlreadyBlocked: {they: "{by} has blocked {who} already (block {request})",
		advice: sayNothingChanged},
	approvals.NotChecked: {they: "Slack or OneLogin did not answer in time, so it could not be checked who that is",
		advice: sayPressAgain},
	approvals.NotLifted: {they: "the block that {request} left still stands, because Slack did not say whether you are a security contact",
		advice: sayPressAgain},
	approvals.NotStopped: {they: "{request} goes on, because nobody could tell whether you are a security contact",
		advice: sayPressAgain},
	approvals.Tampered: {they: "somebody changed {request} in olbot's database, so it stands still",
		advice: "Nothing was changed. Tell your security team."},
	approvals.OldButton: {they: "this button is from an earlier code",
		advice: "Use the newest card."},
	approvals.InTheWork: {they: "the code is being made already",
		advice: "Wait a moment; the card says how it goes on."},
	approvals.NoneLeft: {they: "no more codes can be made under this approval, which is for {limit}, or its time is over",
		advice: "The card says whom to ask for another."},
	approvals.AskedMore: {they: "you have asked {by} for another code already",
		advice: sayNothingChanged},
	approvals.NotAsked: {they: "nobody waits for another code of {request}",
		advice: sayNothingChanged},
}

// held says what somebody's own account keeps them from.
func held(why approvals.Refusal) (w refusalWords) {
	code := why.Code == approvals.RecoveryHold
	switch why.Role {
	case approvals.Agent:
		w.they = sayIf(code, "{who} can't request codes until {until}: a code was made for that account", "{who} can't request codes: that account is blocked ({request})")
		w.you = sayIf(code, "you can't request codes until {until}, because one was made for your own account", "you can't request codes, because your own account is blocked ({request})")
		w.advice = sayColleague
	case approvals.Contact:
		w.they = sayIf(code, "you can't lift blocks until {until}, because a code was made for your own account", "you can't lift blocks, because your own account is blocked ({request})")
		w.advice = "Another security contact can."
	default:
		w.they = sayIf(code, "{who} can't approve until {until}: a code was made for that account", "{who} can't approve: that account is blocked ({request})")
		w.you = sayIf(code, "you can't approve until {until}, because a code was made for your own account", "you can't approve, because your own account is blocked ({request})")
		w.advice = "Ask again: somebody else is asked then."
	}
	return w
}

func samePerson(why approvals.Refusal) (they, you phrase) {
	switch {
	case why.Role == approvals.Approver && why.Other == approvals.Agent:
		return "{who} asked for the code, so they must not approve it", "you asked for the code, so you must not approve it"
	case why.Role == approvals.Approver:
		return "{who} owns the account, so they must not approve the code", "you own the account, so you must not approve the code"
	}
	return "{who} asked for a code for their own account", "this is your own account, and nobody may ask for a code for themselves"
}

func changed(why approvals.Refusal) (they, you phrase) {
	if why.Role == approvals.Approver {
		return "{who} may not approve this any more", "you may not approve this any more"
	}
	they = "{who} is not the same person in Slack and OneLogin as when the code was asked for"
	if why.Role == approvals.Agent {
		return they, "you are not the same person in Slack and OneLogin as when you asked for the code"
	}
	return they, they
}

func notYours(why approvals.Refusal) phrase {
	switch {
	case why.Role == approvals.Contact:
		return "only security contacts can do this"
	case why.Role == approvals.Approver:
		return "only those who were asked to approve, and security contacts, can do this"
	case why.By == (approvals.Person{}):
		return "only those who were asked to approve can do this"
	}
	return "only {by} can do this"
}
