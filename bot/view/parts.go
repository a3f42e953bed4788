package view

import (
	"cmp"

	"olbot/approvals"
)

// The words that more than one message says. All others stand where they are said.
// They are written for somebody in a hurry: what happened, what to do, until when.
// docs/words.md shows them all, as each person meets them.
//
// Phrases that end without a full stop are parts of others.

// People.
const (
	sayNameEmail    phrase = "{name} ({email})"
	saySlackName    phrase = "{who}, {slack} in Slack"
	sayNotInSlack   phrase = "{who}, not in Slack"
	sayOneLoginUser phrase = "OneLogin user {n}"
	saySlackUser    phrase = "Slack user {id}"
	saySomebody     phrase = "somebody"
	sayOperator     phrase = "{name} (on olbot's own machine)"
	sayOther        phrase = "{n} other person"
	sayOthers       phrase = "{n} other people"
	sayWasAsked     phrase = "{who} was"
	sayWereAsked    phrase = "{who} were"
	sayAnd          phrase = "{most} and {last}"
)

// How long, how often, how many.
const (
	saySecond   phrase = "{n} second"
	saySeconds  phrase = "{n} seconds"
	sayMinute   phrase = "{n} minute"
	sayMinutes  phrase = "{n} minutes"
	sayHour     phrase = "{n} hour"
	sayHours    phrase = "{n} hours"
	sayDay      phrase = "{n} day"
	sayDays     phrase = "{n} days"
	sayNoTime   phrase = "an unknown time"
	sayOnce     phrase = "single use"
	sayReusable phrase = "reusable"
)

// What a request is about, on every card.
const (
	sayRequestID     phrase = "Request {id}"
	sayFor           phrase = "*For:* {owner.full}"
	sayAskedBy       phrase = "*Asked by:* {agent.full}"
	sayEachCode      phrase = "*Code:* works for {validity}, {uses}"
	sayReason        phrase = "*Reason:* {reason}"
	sayNoReason      phrase = "*Reason:* none was given"
	sayVerified      phrase = "*Caller verified:* {verified}"
	sayVerifiedClaim phrase = "*Caller verified:* {verified}, says {agent}"
)

// The owner, where it matters that they know nothing yet.
const (
	sayOwnerNotTold  phrase = "We couldn't notify {owner}: Slack didn't take the message."
	sayOwnerNotThere phrase = "{owner} could not be told: they are not in Slack."
)

var verifications = map[approvals.Verification]phrase{
	approvals.VerifiedByVideo:    "on a video call",
	approvals.VerifiedByCallBack: "by calling back on a known number",
	approvals.VerifiedInPerson:   "in person",
	approvals.NotVerified:        "no",
}

const sayVerifiedUnsaid phrase = "not said (asked by typed command)"

// verifiedWord is how the agent says to have made sure who is calling.
func verifiedWord(v approvals.Verification) phrase {
	return cmp.Or(verifications[v], sayVerifiedUnsaid)
}

// denialReasons are why an approver said no, to go on with behind that they did.
var denialReasons = map[approvals.DenialChoice]phrase{
	approvals.CouldNotReach: ": {owner} could not be reached",
	approvals.DidNotAsk:     ": {owner} did not ask for it",
	approvals.Suspicious:    ": something looks suspicious",
}

// passReasons are why somebody passed a request on, to go on with behind that they did.
var passReasons = map[approvals.PassChoice]phrase{
	approvals.NotMyReport: ": not my report",
	approvals.NotNow:      ": no time now",
}

// What those who said no added.
const (
	sayInTheirWords phrase = "In their words: {words}"
	sayInYourWords  phrase = "In your words: {words}"
)

// sayNotReached names approvers for whom Slack took no card.
const sayNotReached phrase = "We couldn't ask {who}: Slack didn't take the message."

// Codes that are still out there.
const (
	sayLiveUntil       phrase = "A code may still work until {codeuntil}."
	sayWithheldUntil   phrase = "The withheld code works until {codeuntil}."
	sayNoCodeMade      phrase = "No code was made, and none will be."
	sayNoMoreCodes     phrase = "No more codes will be made."
	saySecurityUnnamed phrase = "your security team"
	sayLiftedBy        phrase = "{contacts} can lift the block."
	sayLiftMachine     phrase = "Whoever runs olbot can lift the block, on its machine (olbot block lift)."
	sayLiftNobody      phrase = "No security contact is named, so the block can only be lifted on olbot's machine (olbot block lift)."
)

// stateWords are the states, where one word has to do.
var stateWords = map[approvals.State]phrase{
	approvals.Received:  "looking people up",
	approvals.Pending:   "waiting for approval",
	approvals.Approved:  "approved",
	approvals.Issuing:   "a code is being made",
	approvals.Issued:    "a code was made",
	approvals.Unknown:   "a code may have been made",
	approvals.Refused:   "refused by olbot",
	approvals.Denied:    "denied",
	approvals.Withdrawn: "withdrawn",
	approvals.Expired:   "expired",
	approvals.Lapsed:    "lapsed: approved, but not used in time",
	approvals.Failed:    "failed",
	approvals.Disowned:  "stopped by the owner",
	approvals.Stopped:   "stopped",
	approvals.Closed:    "over",
}

// ordinal is the number in an order: 1st, 2nd, 3rd, 11th.
func ordinal(n int) spans {
	suffix := phrase("{n}th")
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "{n}st"
		case 2:
			suffix = "{n}nd"
		case 3:
			suffix = "{n}rd"
		}
	}
	return word(suffix.plain(values{"n": numeral(n)}))
}
