package bot

// What approvers read: Maria, who decides, and whoever was asked with her.

// The card that waits for a decision.
const (
	sayApproverTitle  phrase = "Your decision is needed"
	sayApproverNotice phrase = "{id}: a temporary code waits for your decision until {expires}. Read the card before you approve or deny."
	sayApproverAsks   phrase = "{agent} wants a temporary OneLogin code for {owner}. Whoever has the code can sign in as {owner} without their phone."

	sayWhyManager phrase = "*Why you:* you are the manager of {owner} in OneLogin"
	sayWhyNamed   phrase = "*Why you:* whoever runs olbot has named you as one who may approve"
	sayWhyGroup   phrase = "*Why you:* you are in the user group {link}, which may approve"
	sayWhyShared  phrase = "{why}; {others}, and the first to answer decides"
	sayAskedToo   phrase = "{were} asked too"
	sayAskedAt    phrase = "{were} asked {asked}"

	sayUnusual        phrase = "*Unusual:*"
	saySignReusable   phrase = "The code is reusable: it works as often as wanted until it ends."
	saySignLong       phrase = "The code works longer than an hour: {validity}."
	saySignNth        phrase = "This is the {nth} request for {owner} in seven days."
	saySignUnverified phrase = "{agent} has not verified who is calling."
	saySignFirst      phrase = "{agent} has never asked for a code before."
	saySignGuest      phrase = "{owner} is a guest in Slack."

	sayBefore     phrase = "*Before you approve:* reach {owner} yourself, in person or on a number you already have, and hear from them that they asked. Never use a number from this message."
	sayBeforeDeny phrase = "You cannot reach them, something is odd, or they are not your report? Press *Deny* and say so."
	sayIfApproved phrase = "*If you approve:* {agent} may make up to {max} codes within {window}. You will be told of every code after the first."
	sayDecideBy   phrase = "*Until:* {expires}. Then the request expires."

	sayConfirmTitle phrase = "Approve codes for this person?"
	sayConfirm      phrase = "Have you spoken with {owner} yourself, in person or on a number you already had? {agent} may then make up to {max} codes, each for {validity}."
	sayConfirmYes   phrase = "Yes, approve"
	sayConfirmNo    phrase = "Not yet"
)

// The card after the decision, for whoever decided and for the others.
const (
	sayApprovedTitle     phrase = "Approved"
	sayDeniedTitle       phrase = "Denied"
	sayWithdrawnTitle    phrase = "Withdrawn"
	sayExpiredTitle      phrase = "Expired"
	sayLapsedTitle       phrase = "Approved, not used"
	sayRefusedTitle      phrase = "Refused by olbot"
	sayFailedTitle       phrase = "Approved, no code"
	sayDisownedTitle     phrase = "Stopped by the owner"
	sayClosedTitle       phrase = "Over"
	sayDecidedNotice     phrase = "{id}: {state}. There is nothing for you to do."
	sayYouApproved       phrase = "You approved {decided}."
	sayTheyApproved      phrase = "Approved by {decider} {decided}."
	sayYouDenied         phrase = "You denied this {decided}{why}. No code will be made."
	sayTheyDenied        phrase = "Denied by {decider} {decided}{why}. No code will be made."
	sayDeclinedTitle     phrase = "Not your report"
	sayDeclinedNotice    phrase = "{id}: not your report. There is nothing for you to do."
	sayDeclined          phrase = "You said that {owner} is not your report, so you do not decide."
	sayDeclinedLast      phrase = "Nobody else could be asked, so the request is denied."
	sayMayMake           phrase = "{agent} may make up to {max} codes until {claim}; each works {validity}."
	sayNoCodeYet         phrase = "No code has been made yet."
	sayCodeMaking        phrase = "Code {n} of {max} is being made now."
	sayCodeMade          phrase = "Code {n} of {max} was made {issuing}. It works until {until}."
	sayCodeEnded         phrase = "Code {n} of {max} was made {issuing}. It ended {until}."
	sayCodeUnseen        phrase = "Slack may not have shown it to {agent}."
	sayCodeUnknown       phrase = "OneLogin gave no clear answer about code {n} of {max}. If there is one, nobody has seen it, and it ends {codeuntil} at the latest."
	sayWithdrawn         phrase = "{agent} took the request back {ended}. There is nothing to decide."
	sayExpired           phrase = "Nobody decided before {expires}. No code will be made."
	sayLapsed            phrase = "No code was made before {claim}, so the approval has ended."
	sayLapsedLater       phrase = "No further code was made before {claim}, so the approval has ended."
	sayRefusedAfter      phrase = "The last check before making a code said no: {fact}. {codes}"
	sayFailedAfter       phrase = "{fact}."
	sayOwnerDisowned     phrase = "{owner} said {disowned}: this wasn't me. {codes} The audit channel has the alarm."
	sayDisownedDecider   phrase = "If you did not speak with {owner} yourself before you approved, tell {contacts}."
	sayClosed            phrase = "This request is over, after {n} of up to {max} codes. None works any more."
	sayDisownedUnmade    phrase = "The code that was being made is thrown away unseen."
	sayApproverDisowning phrase = "{id}: the owner says it wasn't them. There is nothing left to approve."
)
