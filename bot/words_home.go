package bot

// What the Home tab of olbot says, to whoever opens it.
const (
	sayHomeWhat     phrase = "olbot makes temporary OneLogin codes for people who cannot use their second factor, after a second person has approved."
	sayHomeNothing  phrase = "Nothing waits for your decision."
	sayHomeMayNot   phrase = "You are not among those who may ask for codes. Ask whoever runs olbot if you should be."
	sayHomeRequest  phrase = "Request a code"
	sayHomeMore     phrase = "And {n} more. The cards are in your direct messages with olbot."
	sayHomeMoreHere phrase = "And {n} more, which show here when these are settled."

	sayHomeWaiting phrase = "Waiting for your decision"

	sayHomeOwn       phrase = "Your requests"
	sayHomeOpen      phrase = "*{id}* for {owner}: {state}"
	sayHomeReceived  phrase = "The people are being looked up. This takes a few seconds."
	sayHomeClaim     phrase = "Its card in your direct messages with olbot has *Show code*, until {claim}."
	sayHomeClaimOver phrase = "The time to make codes ended {claim}."
	sayHomeMaking    phrase = "Code {next} of {max} is being made now. It is shown in your direct messages with olbot."
	sayHomeIssuing   phrase = "OneLogin is being asked for code {n} of {max}. It is shown in your direct messages with olbot."
	sayHomeIssued    phrase = "Code {n} of {max} was made. It works until {until}."
	sayHomeEnded     phrase = "Code {n} of {max} has ended."
	sayHomeGenerate  phrase = "For another one its card in your direct messages with olbot has *Generate a new code*: {left} left until {claim}."
	sayHomeUnknown   phrase = "OneLogin gave no clear answer about code {n} of {max}. Its card in your direct messages with olbot says what to do."
	sayHomeLastOnes  phrase = "*The last ones:*"
	sayHomeLast      phrase = "{id} for {owner}: {state}, {ended}"

	sayHomeBlocked     phrase = "Blocked accounts"
	sayHomeBlockedWhy  phrase = "{owner} said {disowned}: this wasn't me. {agent} had asked for a code for their account."
	sayHomeBlockedLift phrase = "Nobody can ask for a code for {owner} until the block is lifted. When it is cleared up, press *Lift block*."
	sayHomeBlockedMine phrase = "Nobody can ask for a code for {owner} until the block is lifted. You had a part in the request, so another security contact has to do that."
)
