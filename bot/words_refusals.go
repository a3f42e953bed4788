package bot

import "olbot/approvals"

// A fact says which check failed, as part of a sentence: of somebody else, and
// to the person it is about.
type fact struct{ they, you phrase }

// same is a fact that is about nobody, or sounds alike for everybody.
func sameFact(p phrase) fact { return fact{they: p, you: p} }

// factOf is the fact behind a refusal, with the places {who}, {other}, {link},
// {limit}, {least}, {most}, {status}, {request} and {typed}.
func factOf(why approvals.Refusal) fact {
	switch why.Code {
	case approvals.BadRequestID:
		return sameFact("{typed} is not a request id")
	case approvals.NoSuchRequest:
		return sameFact("there is no request {request} of yours")
	case approvals.ValidityRange:
		return sameFact("a code can work from {least} to {most}")
	case approvals.NoReusable:
		return sameFact("reusable codes are switched off here")
	case approvals.ReasonRequired:
		return sameFact("a reason is required here")
	case approvals.ReasonTooLong:
		return sameFact("the reason is longer than {limit} characters")
	case approvals.AgentLimit:
		return fact{"the agent's limit of open requests is reached: {limit}", "your limit of open requests is reached: {limit}"}
	case approvals.RefusedBefore:
		return sameFact("this command was refused before")
	case approvals.FeedLost:
		return sameFact("the audit channel cannot be posted to, and without it olbot makes no codes")
	case approvals.NotInSlack:
		return fact{"{who} is not in Slack", "Slack does not know you"}
	case approvals.NotInOneLogin:
		return fact{"OneLogin has no user for {who}", "OneLogin has no user with your e-mail address in Slack"}
	case approvals.Ambiguous:
		return fact{"OneLogin has more than one user for {who}", "OneLogin has more than one user with your e-mail address in Slack"}
	case approvals.NoEmail:
		return fact{"Slack shows no e-mail address for {who}", "Slack shows no e-mail address for you"}
	case approvals.IsGuest:
		return fact{"{who} is a guest in Slack", "you are a guest in Slack"}
	case approvals.IsBot:
		return fact{"{who} is a bot or an app in Slack", "you are a bot or an app in Slack"}
	case approvals.IsDeactivated:
		return fact{"{who} is deactivated in Slack", "you are deactivated in Slack"}
	case approvals.IsInvited:
		return fact{"{who} was invited to Slack and has not joined yet", "you were invited to Slack and have not joined yet"}
	case approvals.IsUnconfirmed:
		return fact{"{who} has not confirmed the e-mail address in Slack", "you have not confirmed your e-mail address in Slack"}
	case approvals.IsExternal:
		return fact{"{who} belongs to another Slack workspace", "you belong to another Slack workspace"}
	case approvals.IsLocked:
		return fact{"{who} is locked in OneLogin", "you are locked in OneLogin"}
	case approvals.IsInactive:
		return fact{"{who} is not active in OneLogin ({status})", "you are not active in OneLogin ({status})"}
	case approvals.NotARequester:
		return fact{"{who} is not among those who may ask for codes", "you are not among those who may ask for codes"}
	case approvals.IsRequester:
		return fact{"{who} may ask for codes, so they must not approve any", "you may ask for codes, so you must not approve any"}
	case approvals.IsProtected:
		return sameFact("the account of {who} is protected: olbot makes no codes for it")
	case approvals.SamePerson:
		return samePerson(why)
	case approvals.NoManager:
		return sameFact("no manager is set for {who} in OneLogin")
	case approvals.GroupEmpty:
		return sameFact("there is nobody in the user group {link}")
	case approvals.GroupTooBig:
		return sameFact("the user group {link} has more than {limit} people, too many to be asked")
	case approvals.NoDM:
		return fact{"no direct message can be opened with {who}", "no direct message can be opened with you"}
	case approvals.NoApprover:
		return sameFact("there is nobody who could approve")
	case approvals.OwnerBusy:
		return sameFact("another request for {who} is open: {request}")
	case approvals.OwnerBlocked:
		return sameFact("requests for {who} are blocked, because they said of {request}: this wasn't me")
	case approvals.OwnerLimit:
		return sameFact("the limit of requests for {who} within 24 hours is reached: {limit}")
	case approvals.LookupFailed:
		return sameFact("the people could not be checked, because OneLogin or Slack did not answer")
	case approvals.LookupRejected:
		return sameFact("the people could not be checked, because OneLogin or Slack refused olbot's credentials")
	case approvals.Changed:
		return changed(why)
	case approvals.CodeRefused:
		return sameFact("OneLogin refused to make a code (status {status})")
	case approvals.CodeCredentials:
		return sameFact("OneLogin refused olbot's credentials when a code was to be made")
	case approvals.CodeWider:
		return sameFact("OneLogin made a code that could do more than was approved, so it is withheld and nobody has seen it")
	case approvals.NotYours:
		return notYours(why)
	case approvals.TooLate:
		return sameFact(tooLate(why))
	case approvals.Declined:
		return sameFact("you said that {request} is not about a report of yours, so others decide on it")
	case approvals.Involved:
		return sameFact("you had a part in {request}, so another security contact has to lift its block")
	case approvals.NotBlocked:
		if why.By == (approvals.Person{}) {
			return sameFact("{request} blocks no account")
		}
		return sameFact("{by} has lifted the block of {request} already")
	case approvals.StillMaking:
		return sameFact("a code of {request} is still being made, to be thrown away, and so its block cannot be lifted yet")
	case approvals.NotLifted:
		return sameFact("the block that {request} left still stands, because Slack did not say whether you are a security contact")
	case approvals.NoDraft:
		return sameFact("what you typed was kept for a day and is gone")
	case approvals.OldButton:
		return sameFact("this button is from an earlier code")
	case approvals.InTheWork:
		return sameFact("the code is being made already")
	case approvals.NoneLeft:
		return sameFact("no more codes can be made under this approval: {limit} are the most, and only while its time lasts")
	}
	return fact{}
}

func samePerson(why approvals.Refusal) fact {
	switch {
	case why.Role == approvals.Approver && why.Other == approvals.Agent:
		return fact{"{who} asked for the code, so they must not approve it", "you asked for the code, so you must not approve it"}
	case why.Role == approvals.Approver:
		return fact{"{who} owns the account, so they must not approve the code", "you own the account, so you must not approve the code"}
	}
	return fact{"{who} asked for a code for their own account", "this is your own account, and nobody may ask for a code for themselves"}
}

func changed(why approvals.Refusal) fact {
	switch why.Role {
	case approvals.Agent:
		return fact{"{who} is not the same person in Slack and OneLogin as when the code was asked for", "you are not the same person in Slack and OneLogin as when you asked for the code"}
	case approvals.Approver:
		return fact{"{who} may not approve this any more", "you may not approve this any more"}
	}
	return sameFact("{who} is not the same person in Slack and OneLogin as when the code was asked for")
}

func notYours(why approvals.Refusal) fact {
	if why.Role == approvals.Contact {
		return sameFact("only security contacts can do this")
	}
	if why.By == (approvals.Person{}) {
		return sameFact("only those who were asked to approve can do this")
	}
	return sameFact("only {by} can do this")
}

// tooLate says what came first, by the state the request is in.
func tooLate(why approvals.Refusal) phrase {
	switch why.State {
	case approvals.Received:
		return "the people of {request} are still being looked up"
	case approvals.Pending:
		return "{request} still waits for its approval"
	case approvals.Approved:
		return "{by} has approved {request} already"
	case approvals.Issuing:
		return "a code for {request} is being made at this moment"
	case approvals.Issued:
		return "a code for {request} has been made already, approved by {by}"
	case approvals.Unknown:
		return "a code for {request} may have been made already, approved by {by}"
	case approvals.Refused:
		return "{request} was refused by olbot"
	case approvals.Denied:
		return "{by} has denied {request} already"
	case approvals.Withdrawn:
		return "{request} was withdrawn"
	case approvals.Expired:
		return "{request} expired before anybody decided"
	case approvals.Lapsed:
		return "{request} lapsed: no code was made in time"
	case approvals.Failed:
		return "{request} failed: OneLogin made no code that could be handed out"
	case approvals.Disowned:
		return "the owner has stopped {request}"
	case approvals.Closed:
		return "{request} is over: its codes do not work any more"
	}
	return ""
}
