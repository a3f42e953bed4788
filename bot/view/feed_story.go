package view

import (
	"cmp"

	"olbot/approvals"
)

// eventWords are the kinds of events: what happened, in a word or two, and the story,
// with the places of feedValues. Where it depends on more than the kind, see feedStory.
var eventWords = map[approvals.EventKind]struct{ what, story phrase }{
	approvals.EventReceived:       {"requested", "{agent} asks for a code for {asked}, working {validity}, {uses}."},
	approvals.EventCommandRefused: {"command refused", "{agent} asked for a code for {asked}. Refused at once: {fact}."},
	approvals.EventAsked:          {"approval asked", "{approvers} asked to decide until {until}. {agent} wants a code for {owner}, working {validity}, {uses}."},
	approvals.EventReminded:       {"reminded", "{approvers} reminded for the {nth} time. The request of {agent} for {owner} waits until {until}."},
	approvals.EventPassedOn:       {"passed on", "{actor} passed on the request of {agent} for {owner}{passed}."},
	approvals.EventNotReached:     {"not reached", "{names} could not be asked about the request of {agent} for {owner}: Slack does not take the message."},
	approvals.EventEscalated:      {"next approver asked", "{approvers} asked next in the chain to decide until {until} on the request of {agent} for {owner}."},
	approvals.EventNobodyElse:     {"no next approver", "nobody further in the chain may decide on the request of {agent} for {owner}. It waits until {until} for those who were asked."},
	approvals.EventRefused:        {"refused", "the request of {agent} for {owner} is refused: {fact}."},
	approvals.EventApproved:       {"approved", "{actor} approved. {agent} gets one code for {owner}, to be made until {until}."},
	approvals.EventDenied:         {"denied", "{actor} denied the request of {agent} for {owner}."},
	approvals.EventWithdrawn:      {"withdrawn", "{actor} took back the request for {owner}."},
	approvals.EventExpired:        {"expired", "nobody decided in time on the request of {agent} for {owner}."},
	approvals.EventLapsed:         {"lapsed", "approved, but {agent} made no code for {owner} in time."},
	approvals.EventAgentAway:      {"waiting for Show code", "Slack says {agent} is away. The code for {owner} waits for Show code until {until}."},
	approvals.EventAgentUnseen:    {"waiting for Show code", "Slack didn't say whether {agent} is there. The code for {owner} waits for Show code until {until}."},
	approvals.EventCodeWanted:     {"code wanted", "{actor} wants {code} for {owner}."},
	approvals.EventCheckRepeated:  {"check repeated", "checking everybody once more before a code for {owner} took too long. It is done again."},
	approvals.EventIssuing:        {"asking OneLogin", "OneLogin is about to be asked for {code} for {owner}, wanted by {agent}, working {validity}, {uses}."},
	approvals.EventNotSent:        {"no code yet", "OneLogin surely made no code for {owner}; olbot tries again."},
	approvals.EventIssued:         {"code made", "OneLogin made {code} for {owner}, wanted by {agent}. It works until {until} ({grant.uses})."},
	approvals.EventUnknown:        {"outcome unknown", "nobody can tell whether OneLogin made {code} for {owner}. Nobody has seen it. It would end {until} at the latest."},
	approvals.EventFailed:         {"failed", "{fact}. The request of {agent} for {owner} is over."},
	approvals.EventShown:          {"code shown", "{code} for {owner} was shown to {agent}."},
	approvals.EventNotShown:       {"code not shown", "Slack may not have shown {code} for {owner} to {agent}."},
	approvals.EventAnotherAsked:   {"another code asked for", "{actor} can't see the last code for {owner}, and asks whoever approved for another, until {until}."},
	approvals.EventAllowedMore:    {"one more code allowed", "{actor} allowed {agent} one more code for {owner}, to be made until {until}."},
	approvals.EventDisowned:       {"this wasn't me", "{actor} says the request of {agent} wasn't theirs. No code of it works. Requests for {owner} are blocked."},
	approvals.EventStopped:        {"stopped", "{actor} stopped the request of {agent} for {owner}. No code of it works."},
	approvals.EventRevocation:     {"ending the code", "the code for {owner} has ended by itself before anything came of olbot's calls to end it."},
	approvals.EventBlockLifted:    {"block lifted", "{actor} lifted the block of {owner}. Codes for the account can be asked for again."},
	approvals.EventAccountBlocked: {"account blocked", "{actor} blocked {owner}. No code is made for the account until a security contact lifts the block {restriction}."},
	approvals.EventPaused:         {"all codes paused", "{actor} paused all codes. No request is taken and no code is made until a security contact resumes them."},
	approvals.EventResumed:        {"codes resumed", "{actor} resumed all codes. Requests are taken again."},
	approvals.EventCodeHeld:       {"code held", "all codes are paused, so none is made for {owner}. When they are resumed, {agent} can press Show code until {until}."},
	approvals.EventClosed:         {"over", "no code of {agent} for {owner} works any more."},
	approvals.EventPressRefused:   {"press refused", ""},
	approvals.EventTooMany:        {"too many", "{actor} sent too many commands or presses in a short time. {count} of them were ignored."},
	approvals.EventStarted:        {"started", "olbot {version} started, on schema {schema} of the database."},
	approvals.EventShutDown:       {"shut down", "olbot {version} was told to stop, and ended its work."},
	approvals.EventTampered:       {"database changed", "the record of this request is not what olbot stored. Somebody changed it in the database. The request stands still, and no code is made for it."},
	approvals.EventKeyReplaced:    {"key replaced", "the key of this audit log was replaced on the machine. What was stored before can't be told from what somebody wrote there. Requests that were open are refused: {count}. If nobody of you did this, stop olbot."},
	approvals.EventSettings:       {"settings changed", "the settings differ from the last start's: {settings}."},
	approvals.EventForeign:        {"another program connected", "Slack counts {count} connections to this Slack app that aren't olbot's. Another program with its app-level token gets some of the commands and presses. Stop it, or give it a Slack app of its own. If nobody knows it, replace the app-level token."},
	approvals.EventFeedLost:       {"audit channel lost", "this channel could not be posted to. New requests and codes were refused from then on."},
	approvals.EventFeedRestored:   {"audit channel back", "this channel can be posted to again, and requests are taken."},
}

// feedStory tells the event.
func feedStory(e approvals.Event) phrase {
	story := eventWords[e.Kind].story
	switch e.Kind {
	case approvals.EventApproved:
		return sayIf(e.Codes > 1, "{actor} approved. {agent} may make up to {max} codes for {owner} until {until}.", story)
	case approvals.EventDenied:
		return cmp.Or(deniedStories[e.Denial.Choice], story)
	case approvals.EventNotReached:
		if e.Refusal != nil {
			return "{contact}, a security contact, gets no alarm about the request of {agent} for {owner}: {fact}. Name somebody else in OLBOT_SECURITY_CONTACTS."
		}
		if alarming(e) {
			return "{contact}, a security contact, did not get the alarm about the request of {agent} for {owner}: Slack does not take the message. Tell them another way."
		}
		return sayIf(e.OwnerUntold, "{owner} could not be notified of the request of {agent}: Slack does not take the message. The request goes on.", story)
	case approvals.EventLapsed:
		if e.Delay.Cause != "" {
			return "approved, but no code for {owner} could be made in time: {delay}."
		}
		return sayIf(e.Attempt > 0, "{agent} made no further code for {owner} in time.", story)
	case approvals.EventNotSent:
		return sayIf(e.Delay.Cause != "", "no code for {owner} yet: {delay}. olbot tries again {retry}.", story)
	case approvals.EventDisowned:
		if e.State == approvals.Issuing {
			return "{actor} says the request of {agent} wasn't theirs, while {code} is being made. That code will be thrown away unseen. Requests for {owner} are blocked."
		}
		switch {
		case !e.Until.IsZero():
			return "{actor} says the request of {agent} wasn't theirs. Requests for {owner} are blocked. A code may work until {until}: {byhand}, and {lookat}."
		case e.Attempt > 0:
			return "{actor} says the request of {agent} wasn't theirs. Requests for {owner} are blocked. No code of it works any more, but one may have been used: {lookat}."
		}
	case approvals.EventStopped:
		if e.State == approvals.Issuing {
			return "{actor} stopped the request of {agent} for {owner}, while {code} is being made. That code will be thrown away unseen."
		}
		switch {
		case !e.Until.IsZero():
			return "{actor} stopped the request of {agent} for {owner}. A code may work until {until}: {byhand}."
		case e.Attempt > 0:
			return "{actor} stopped the request of {agent} for {owner}. No code of it works any more, but one may have been used: {lookat}."
		}
	case approvals.EventRevocation:
		return sayIf(e.Until.IsZero(), story, cmp.Or(revocationStories[e.Revocation.Outcome], revocationStories[approvals.RevocationNotTried]))
	case approvals.EventStarted:
		return sayIf(e.Count > 1, "olbot {version} started, on schema {schema} of the database. It was started {count} times since the last start that was told here.", story)
	case approvals.EventTampered:
		if e.Request == "" {
			return "the audit log is not what olbot stored: an event was changed, added or removed in the database. If it blocks an account, pauses all codes or ends that, no command is taken and no code is made. olbot audit verify names what is wrong."
		}
		if e.Tampering == approvals.TamperedTrail {
			return "the audit log is not what olbot stored: an event since this request began was changed, added or removed in the database. The request stands still, and no code is made for it. olbot audit verify names what is wrong."
		}
	case approvals.EventPressRefused:
		why := cmp.Or(e.Refusal, &approvals.Refusal{})
		switch {
		case why.Code == approvals.RecoveryHold && e.Request == "":
			return "{actor}, a security contact, tried to lift a block too soon after a code for their own account: not before {held}. Nothing changed."
		case why.Code == approvals.OwnAccountBlocked && e.Request == "":
			return "{actor}, a security contact whose own account is blocked, tried to lift a block. Nothing changed."
		case why.Code == approvals.RecoveryHold:
			return "{actor} pressed a button on the request of {agent} for {owner} too soon after a code for their own account: not before {held}. Nothing changed."
		case why.Code == approvals.OwnAccountBlocked:
			return "{actor}, whose own account is blocked, pressed a button on the request of {agent} for {owner}. Nothing changed."
		case e.Button == approvals.ButtonLift && why.Code == approvals.Involved && why.Role == approvals.Owner:
			return "{actor} tried to lift the block {request} of their own account. Nothing changed."
		case e.Button == approvals.ButtonLift && why.Role == approvals.Contact && why.Code != approvals.NotYours:
			return "{actor}, a security contact, tried to lift the block {request}: {fact}. Nothing changed."
		case e.Button == approvals.ButtonLift && why.Code == approvals.Involved:
			return "{actor} tried to lift the block of {owner}, and had a part in the request. Nothing changed."
		case why.Code == approvals.ObjectionOver:
			return "{actor}, the owner, pressed This wasn't me on the request of {agent}, which ended too long ago for it. Nothing changed."
		case why.Code == approvals.DisownedBefore:
			return "{actor}, the owner, pressed This wasn't me on the request of {agent} once more. Nothing changed."
		}
		return pressStories[e.Button]
	}
	return story
}

// deniedStories say why an approver denied.
var deniedStories = map[approvals.DenialChoice]phrase{
	approvals.CouldNotReach: "{actor} denied the request of {agent} for {owner}, whom they could not reach.",
	approvals.DidNotAsk:     "{actor} denied the request of {agent} for {owner}, who did not ask for it. Requests for {owner} are blocked.",
	approvals.Suspicious:    "{actor} denied the request of {agent} for {owner}, because something looks suspicious. Requests for {owner} are blocked.",
}

// revocationStories tell what came of trying to end a disowned or stopped code, and never
// that it has ended: nothing that OneLogin answers proves that.
var revocationStories = map[approvals.RevocationOutcome]phrase{
	approvals.RevocationTaken:    "OneLogin took olbot's call to end the code for {owner}, which does not prove that it has ended. It may work until {until}. To be sure, {byhand}.",
	approvals.RevocationRefused:  "OneLogin refused olbot's call to end the code for {owner} (status {status}). It may work until {until}: {byhand}.",
	approvals.RevocationNoAnswer: "OneLogin gave no clear answer to olbot's call to end the code for {owner}. It may work until {until}: {byhand}.",
	approvals.RevocationNotTried: "ending the code for {owner} was not tried: OneLogin had not said what to end, or the block was lifted first. It may work until {until}: {byhand}.",
}

// pressStories tell of buttons that were pressed by somebody else than was shown them.
var pressStories = map[approvals.Button]phrase{
	approvals.ButtonApprove:  sayTriedToDecide,
	approvals.ButtonDeny:     sayTriedToDecide,
	approvals.ButtonPassOn:   sayTriedToDecide,
	approvals.ButtonWithdraw: "{actor} tried to withdraw the request of {agent} for {owner}. Nothing changed.",
	approvals.ButtonGenerate: "{actor} tried to make a code under the request of {agent} for {owner}. Nothing changed.",
	approvals.ButtonAnother:  "{actor} tried to ask for another code under the request of {agent} for {owner}. Nothing changed.",
	approvals.ButtonMore:     "{actor} tried to allow another code under the request of {agent} for {owner}, and had not approved it. Nothing changed.",
	approvals.ButtonAskAgain: "{actor} tried to ask again for what {agent} had asked for {owner}. Nothing changed.",
	approvals.ButtonDisown:   "{actor} pressed This wasn't me on the request of {agent} for {owner}, and is not the owner. Nothing changed.",
	approvals.ButtonStop:     "{actor} tried to stop the request of {agent} for {owner}, is not among those asked, and is no security contact. Nothing changed.",
	approvals.ButtonLift:     "{actor} tried to lift the block of {owner}, and is no security contact. Nothing changed.",
	approvals.ButtonBlock:    "{actor} tried to block an account, and is no security contact. Nothing changed.",
	approvals.ButtonPause:    "{actor} tried to pause all codes, and is no security contact. Nothing changed.",
	approvals.ButtonResume:   "{actor} tried to resume all codes, and is no security contact. Nothing changed.",
}

const sayTriedToDecide phrase = "{actor} tried to decide on the request of {agent} for {owner}, and was not asked. Nothing changed."
