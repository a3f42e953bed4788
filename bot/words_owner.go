package bot

// What the owner reads: Ana, whose account it is. Never the reason.
const (
	sayOwnerTitle    phrase = "A code for your account"
	sayOwnerAsked    phrase = "{agent.full} asked {created} for a temporary OneLogin code for your account. Whoever has it can sign in as you without your phone."
	sayOwnerState    phrase = "*State:* {state}"
	sayOwnerCalm     phrase = "Did you ask the helpdesk for this? Then there is nothing to do."
	sayOwnerBefore   phrase = "If not, press *This wasn't me*: the request ends at once, no code is made, and an alarm goes out."
	sayOwnerMaking   phrase = "If not, press *This wasn't me*: the code that is being made is thrown away, no other is made, and an alarm goes out."
	sayOwnerAfter    phrase = "If not, press *This wasn't me*: no more codes are made, and an alarm goes out."
	sayOwnerLive     phrase = "A code made before may work until {codeuntil}; the alarm says so."
	sayOwnerNotice   phrase = "{id}: a temporary sign-in code for your account was asked for. If that wasn't you, press This wasn't me."
	sayOwnerOver     phrase = "There is nothing to do. If you did not ask for this, tell {contacts}."
	sayOwnerEnd      phrase = "{id}: the request for a code for your account is over."
	sayOwnerMoreThan phrase = "{state}, code {n} of {max}"

	sayOwnerStoppedTitle  phrase = "You stopped this"
	sayOwnerStopped       phrase = "You said {disowned}: this wasn't me. The request is over and the alarm is out."
	sayOwnerStoppedClean  phrase = "No code was made."
	sayOwnerStoppedMaking phrase = "A code was just being made. It is thrown away and shown to nobody."
	sayOwnerStoppedLive   phrase = "A code made before may work until {codeuntil}. Tell {contacts} now, and do not wait for them to call."
	sayOwnerStoppedNext   phrase = "{contacts} will look into it."
	sayOwnerStoppedNotice phrase = "{id}: you stopped the request. The card says whether a code may still work."
)
