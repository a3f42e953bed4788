package bot

// Every sentence that a person can read stands in this file and its neighbours
// words_*.go. They are written for somebody in a hurry: what happened, what to
// do, until when. docs/words.md shows them all, as each person meets them.
//
// In a phrase, {names} are places for values and *stars* make a label bold.
// Phrases that end without a full stop are parts of others.

// The buttons. People name them to each other, so they never change.
const (
	sayApprove  phrase = "Approve"
	sayDeny     phrase = "Deny"
	sayWithdraw phrase = "Withdraw"
	sayShowCode phrase = "Show code"
	sayGenerate phrase = "Generate a new code"
	sayAskAgain phrase = "Ask again"
	sayChange   phrase = "Change and ask again"
	sayDisown   phrase = "This wasn't me"
	sayLift     phrase = "Lift block"
	sayHide     phrase = "Done, hide it"
)

// People.
const (
	sayNameEmail    phrase = "{name} ({email})"
	saySlackName    phrase = "{who}, {slack} in Slack"
	sayNotInSlack   phrase = "{who}, not in Slack"
	sayOneLoginUser phrase = "OneLogin user {n}"
	saySlackUser    phrase = "Slack user {id}"
	saySomebody     phrase = "somebody"
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
	sayEachCode      phrase = "*Each code:* works for {validity}, {uses}"
	sayReason        phrase = "*Reason:* {reason}"
	sayNoReason      phrase = "*Reason:* none was given"
	sayVerified      phrase = "*Caller verified:* {verified}"
	sayVerifiedClaim phrase = "*Caller verified:* {verified}, says {agent}"
)

// The owner, where it matters that they know nothing yet.
const (
	sayOwnerNotTold  phrase = "{owner} could not be told: no direct message could be opened in Slack."
	sayOwnerNotThere phrase = "{owner} could not be told: they are not in Slack."
)

// How the agent made sure who is calling.
const (
	sayVerifiedVideo    phrase = "on a video call"
	sayVerifiedCallBack phrase = "by calling back on a known number"
	sayVerifiedInPerson phrase = "in person"
	sayNotVerified      phrase = "no"
	sayVerifiedUnsaid   phrase = "not said (asked by typed command)"
)

// Why an approver said no.
const (
	sayCouldNotReach  phrase = ": {owner} could not be reached"
	saySuspicious     phrase = ": something looks suspicious"
	sayInTheirWords   phrase = "In their words: {words}"
	sayInYourWords    phrase = "In your words: {words}"
	sayNotTheirReport phrase = "{were} asked and said: not my report."
)

// Codes that are still out there.
const (
	sayLiveUntil       phrase = "A code may still work until {codeuntil}."
	sayWithheldUntil   phrase = "The withheld code works until {codeuntil}."
	sayNoCodeMade      phrase = "No code was made, and none will be."
	sayNoMoreCodes     phrase = "No more codes will be made."
	saySecurityUnnamed phrase = "your security team"
	sayLiftedBy        phrase = "Only {contacts} can lift the block."
	sayLiftNobody      phrase = "olbot knows nobody who could lift the block: whoever runs it has to set OLBOT_SECURITY_CONTACTS."
)

// States, where one word has to do.
const (
	sayStateReceived  phrase = "looking people up"
	sayStatePending   phrase = "waiting for approval"
	sayStateApproved  phrase = "approved"
	sayStateIssuing   phrase = "a code is being made"
	sayStateIssued    phrase = "a code was made"
	sayStateUnknown   phrase = "a code may have been made"
	sayStateRefused   phrase = "refused by olbot"
	sayStateDenied    phrase = "denied"
	sayStateWithdrawn phrase = "withdrawn"
	sayStateExpired   phrase = "expired"
	sayStateLapsed    phrase = "lapsed: approved, but not used in time"
	sayStateFailed    phrase = "failed"
	sayStateDisowned  phrase = "stopped by the owner"
	sayStateClosed    phrase = "over"
)

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
