package bot

// The message with the code, which only the agent sees. What the owner chooses in
// OneLogin is named as in https://carthage.libanswers.com/faq/349579, for want of
// a page of OneLogin's own that shows it.
const (
	sayCodeNotice     phrase = "{id}: code {n} of {max} is below. Only you can see it."
	sayCodeFor        phrase = "Code {n} of {max} for {owner.full}"
	sayCodeForLater   phrase = "Code {n} of {max} for {owner.full}. Use only this one."
	sayCodeSpelled    phrase = "One by one: {spelled}"
	saySpelledUpper   phrase = "capital {c}"
	saySpelledLower   phrase = "small {c}"
	sayCodeUntil      phrase = "*Works until* {until} ({grant.uses})."
	sayCodeNarrower   phrase = "OneLogin allowed less than the approved {validity}, {uses}. What stands above is what OneLogin allows."
	sayCodeNoExpiry   phrase = "OneLogin did not say when the code ends. The time above is what was asked for."
	sayCodeNoReuse    phrase = "OneLogin did not say how often the code works. That it is {uses} is what was asked for."
	sayCodeHow        phrase = "*What {owner} does:* sign in to OneLogin with name and password, choose *OneLogin Temporary Code* (behind *Change Authentication Factor* if something else is asked for), and type the code. Afterwards, set up a new factor in the profile under *Security Factors*."
	sayCodeKeep       phrase = "Read it out to {owner} only. Do not write it into a message or a ticket."
	sayCodeDisappears phrase = "Slack forgets this message when it is reloaded, and olbot keeps no code."
)
