package bot

// What the owner reads: Ana, whose account it is. Never the reason.
const (
	sayOwnerTitle    phrase = "A code for your account"
	sayOwnerNotice   phrase = "{id}: a temporary sign-in code for your account was asked for. If that wasn't you, press This wasn't me."
	sayOwnerAsked    phrase = "A temporary OneLogin code for your account was asked for. Whoever has it can sign in as you without your phone."
	sayOwnerWasAsked phrase = "A temporary OneLogin code for your account was asked for. That is over."
	sayOwnerWhen     phrase = "*When:* {created}"
	sayOwnerState    phrase = "*State:* {state}"

	sayOwnerIssuing phrase = "code {n} of {max} is being made"
	sayOwnerIssued  phrase = "code {n} of {max} was made"
	sayOwnerUnknown phrase = "code {n} of {max} may have been made"

	sayOwnerCalm   phrase = "Did you ask the helpdesk for this? Then there is nothing to do."
	sayOwnerBefore phrase = "If not, press *This wasn't me*: the request ends at once, no code is made, nobody can ask for another, and an alarm goes out."
	sayOwnerMaking phrase = "If not, press *This wasn't me*: the code that is being made is thrown away, nobody can ask for another, and an alarm goes out."
	sayOwnerAfter  phrase = "If not, press *This wasn't me*: no more codes are made, nobody can ask for another, and an alarm goes out."
	sayOwnerLive   phrase = "If not, press *This wasn't me*: no more codes are made, olbot asks OneLogin to end this one, nobody can ask for another, and an alarm goes out."

	sayOwnerEndNotice     phrase = "{id}: the request for a code for your account is over."
	sayOwnerEndClean      phrase = "No code was made. If you did not ask the helpdesk for this, tell {contacts} all the same."
	sayOwnerEndLiveNotice phrase = "{id}: the request for a code for your account is over, but a code may still work until {codeuntil}. If that wasn't for you, press This wasn't me."
	sayOwnerEnd           phrase = "No code works any more. If you did not ask the helpdesk for this, tell {contacts}."

	sayOwnerStoppedTitle  phrase = "You stopped this"
	sayOwnerStoppedNotice phrase = "{id}: you stopped the request. The card says whether a code may still work."
	sayOwnerStopped       phrase = "You said {disowned}: this wasn't me. The request is over, and the alarm is out."
	sayOwnerStoppedClean  phrase = "No code was made."
	sayOwnerStoppedOver   phrase = "No code works any more."
	sayOwnerStoppedMaking phrase = "A code was just being made. It is thrown away and shown to nobody."
	sayOwnerStoppedLive   phrase = "Speak with {contacts} now; do not wait for a call."
	sayOwnerStoppedNext   phrase = "If anybody asks you for a code or a password, give them none, and tell {contacts}."
	sayOwnerBlocked       phrase = "Until the block is lifted, nobody can ask for a code for your account, even if you need one. {lift}"
	sayOwnerUnblocked     phrase = "{lifter} lifted the block of your account {lifted}. Codes for it can be asked for again."
)
