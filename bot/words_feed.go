package bot

import "olbot/approvals"

// The feed: one line for each event, which somebody can read aloud.
const (
	feedLine         phrase = "*#{number}* {at} *{what}* {id}: {story}"
	feedBare         phrase = "*#{number}* {at} *{what}*: {story}"
	feedBriefly      phrase = "Told briefly, because many events came at once: the trail has each in full (olbot audit export)."
	feedAlarmMark    phrase = "ALARM, {what}"
	feedLook         phrase = " Please look at this now: {contacts}."
	feedAnchor       phrase = "Trail up to {number}:{hash}"
	feedNotice       phrase = "#{number} {what} {id}"
	feedNoticeOf     phrase = "#{number} {what}"
	feedNotices      phrase = "Audit trail: events {first} to {number}"
	feedAlarms       phrase = "Audit trail: events {first} to {number}, with an alarm"
	feedPlain        phrase = "Slack did not take the line of this event. The trail has it whole: olbot audit export."
	feedReason       phrase = " Reason: {reason}."
	feedNoReason     phrase = " No reason was given."
	feedSigns        phrase = " Unusual: {signs}."
	feedLive         phrase = " A code may still work until {until}."
	feedWithheld     phrase = " It may work until {until}: {byhand}."
	feedNarrower     phrase = " That is less than was approved."
	feedMissing      phrase = " OneLogin did not say all of this; what it left out is taken as it was asked for."
	feedGuest        phrase = " The owner is a guest in Slack."
	feedNoSlack      phrase = " The owner is not in Slack and could not be told."
	feedNoDM         phrase = " The owner could not be told: no direct message could be opened in Slack."
	feedCaller       phrase = " Caller verified: {verified}."
	feedLink         phrase = " Link of the chain: {link}."
	feedWhyNobody    phrase = " Why: {each}."
	feedCallerUnsaid phrase = " Caller verified: not said."
	feedInTheirWords phrase = " In their words: {reason}."
	feedSetting      phrase = "{name} from {old} to {new}"
	feedUnset        phrase = "nothing"
	feedAccount      phrase = "the account that was named"
	feedOlbot        phrase = "olbot"

	feedSignReusable phrase = "reusable"
	feedSignLong     phrase = "longer than an hour"
	feedSignNth      phrase = "the {nth} request for this person in seven days"
	feedSignFirst    phrase = "the agent's first request"
)

// What happened, in a word or two.
func feedWhat(kind approvals.EventKind) phrase {
	switch kind {
	case approvals.EventReceived:
		return "requested"
	case approvals.EventCommandRefused:
		return "command refused"
	case approvals.EventAsked:
		return "approval asked"
	case approvals.EventRefused:
		return "refused"
	case approvals.EventApproved:
		return "approved"
	case approvals.EventDenied:
		return "denied"
	case approvals.EventWithdrawn:
		return "withdrawn"
	case approvals.EventExpired:
		return "expired"
	case approvals.EventLapsed:
		return "lapsed"
	case approvals.EventAgentAway:
		return "agent away"
	case approvals.EventCodeWanted:
		return "code wanted"
	case approvals.EventIssuing:
		return "asking OneLogin"
	case approvals.EventNotSent:
		return "OneLogin not asked"
	case approvals.EventIssued:
		return "code made"
	case approvals.EventUnknown:
		return "outcome unknown"
	case approvals.EventFailed:
		return "failed"
	case approvals.EventShown:
		return "code shown"
	case approvals.EventNotShown:
		return "code not shown"
	case approvals.EventDisowned:
		return "this wasn't me"
	case approvals.EventClosed:
		return "over"
	case approvals.EventReminded:
		return "reminded"
	case approvals.EventDeclined:
		return "not my report"
	case approvals.EventEscalated:
		return "next approver asked"
	case approvals.EventNobodyElse:
		return "no next approver"
	case approvals.EventRevocation:
		return "ending the code"
	case approvals.EventBlockLifted:
		return "block lifted"
	case approvals.EventPressRefused:
		return "press refused"
	case approvals.EventSettings:
		return "settings changed"
	case approvals.EventFeedLost:
		return "audit channel lost"
	case approvals.EventFeedRestored:
		return "audit channel back"
	}
	return ""
}

// feedStory tells the event, with the places of feedValues.
func feedStory(e approvals.Event) phrase {
	switch e.Kind {
	case approvals.EventReceived:
		return "{agent} asks for a code for {asked}, working {validity}, {uses}."
	case approvals.EventCommandRefused:
		return "{agent} asked for a code for {asked}. Refused at once: {fact}."
	case approvals.EventAsked:
		return "{approvers} asked to decide until {until}. {agent} wants a code for {owner}, working {validity}, {uses}."
	case approvals.EventRefused:
		return "the request of {agent} for {owner} is refused: {fact}."
	case approvals.EventApproved:
		return "{actor} approved. {agent} may make up to {max} codes for {owner} until {until}."
	case approvals.EventDenied:
		return deniedStory(e.Denial.Choice)
	case approvals.EventWithdrawn:
		return "{actor} took back the request for {owner}."
	case approvals.EventExpired:
		return "nobody decided in time on the request of {agent} for {owner}."
	case approvals.EventLapsed:
		if e.Attempt > 0 {
			return "{agent} made no further code for {owner} in time."
		}
		return "approved, but {agent} made no code for {owner} in time."
	case approvals.EventAgentAway:
		return "{agent} is away. The code for {owner} waits for Show code until {until}."
	case approvals.EventCodeWanted:
		return "{actor} wants code {n} of {max} for {owner}."
	case approvals.EventIssuing:
		return "OneLogin is about to be asked for code {n} of {max} for {owner}, wanted by {agent}, working {validity}, {uses}."
	case approvals.EventNotSent:
		return "OneLogin was surely not asked for code {n} of {max} for {owner}. No code was made; olbot tries again."
	case approvals.EventIssued:
		return "OneLogin made code {n} of {max} for {owner}, wanted by {agent}. It works until {until} ({grant.uses})."
	case approvals.EventUnknown:
		return "nobody can tell whether OneLogin made code {n} of {max} for {owner}. Nobody has seen it. It would end {until} at the latest."
	case approvals.EventFailed:
		return "{fact}. The request of {agent} for {owner} is over."
	case approvals.EventShown:
		return "code {n} of {max} for {owner} was shown to {agent}."
	case approvals.EventNotShown:
		return "Slack may not have shown code {n} of {max} for {owner} to {agent}."
	case approvals.EventReminded, approvals.EventDeclined, approvals.EventEscalated, approvals.EventNobodyElse:
		return askedStory(e.Kind)
	case approvals.EventDisowned:
		return disownedStory(e)
	case approvals.EventRevocation:
		return revocationStory(e)
	case approvals.EventBlockLifted:
		return liftedStory()
	case approvals.EventClosed:
		return "no code of {agent} for {owner} works any more."
	case approvals.EventPressRefused:
		return pressStory(e)
	case approvals.EventSettings:
		return "the settings differ from the last start's: {settings}."
	case approvals.EventFeedLost:
		return "this channel could not be posted to. New requests and codes were refused from then on."
	case approvals.EventFeedRestored:
		return "this channel can be posted to again, and requests are taken."
	}
	return ""
}

func pressStory(e approvals.Event) phrase {
	switch e.Button {
	case approvals.ButtonApprove, approvals.ButtonDeny:
		return "{actor} tried to decide on the request of {agent} for {owner}, and was not asked. Nothing changed."
	case approvals.ButtonWithdraw:
		return "{actor} tried to withdraw the request of {agent} for {owner}. Nothing changed."
	case approvals.ButtonAskAgain:
		return "{actor} tried to ask again for what {agent} had asked for {owner}. Nothing changed."
	case approvals.ButtonLift:
		if e.Refusal != nil && e.Refusal.Code == approvals.Involved {
			return "{actor} tried to lift the block of {owner}, and had a part in the request. Nothing changed."
		}
		return "{actor} tried to lift the block of {owner}, and is no security contact. Nothing changed."
	case approvals.ButtonDisown:
		if e.Refusal != nil && e.Refusal.Code == approvals.TooLate {
			return "{actor}, the owner, pressed This wasn't me on the request of {agent}, which was over or stopped already. Nothing changed."
		}
		return "{actor} pressed This wasn't me on the request of {agent} for {owner}, and is not the owner. Nothing changed."
	case approvals.ButtonGenerate:
		return "{actor} tried to make a code under the request of {agent} for {owner}. Nothing changed."
	}
	return ""
}

// The settings that OneLogin's status numbers stand for:
// https://developers.onelogin.com/api-docs/2/users/user-resource
func statusWord(status int) phrase {
	switch status {
	case 0:
		return "not activated"
	case 1:
		return "not approved or not licensed"
	case 2:
		return "suspended"
	case 3:
		return "locked"
	case 4:
		return "password expired"
	case 5:
		return "awaiting a password reset"
	case 7:
		return "password pending"
	case 8:
		return "security questions required"
	}
	return "unknown status"
}
