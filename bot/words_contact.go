package bot

// What security contacts read: those of OLBOT_SECURITY_CONTACTS, when the owner
// of an account has said that it wasn't them.
const (
	sayContactTitle        phrase = "Alarm: this wasn't me"
	sayContactNotice       phrase = "{id}: the owner of an account says that a code was asked for without them. Look at the card now."
	sayContactLiftedNotice phrase = "{id}: the block was lifted. There is nothing for you to do."
	sayContactWhat         phrase = "{owner} said {disowned}: this wasn't me. {agent} had asked for a temporary OneLogin code for their account."
	sayContactWhen         phrase = "*When:* {created}"
	sayContactApproved     phrase = "{decider} had approved it {decided}."
	sayContactUndecided    phrase = "Nobody had approved it."
	sayContactByHand       phrase = "*Do this now:* {byhand}. Look there, too, at what was done with the account."
	sayContactSpeak        phrase = "*Do this now:* speak with everybody who had a part in it, in person or on a number you already have. Who called whom?"
	sayContactSpeakThen    phrase = "*Then:* speak with everybody who had a part in it, in person or on a number you already have. Who called whom, and who has heard a code?"
	sayContactLiftedTitle  phrase = "Block lifted"
	sayContactBlocked      phrase = "Nobody can ask for a code for {owner} until the block is lifted."
	sayContactLift         phrase = "When it is cleared up, press *Lift block*."
	sayContactInvolved     phrase = "You had a part in this request, so another security contact has to lift the block."
	sayContactLifted       phrase = "Lifted by {lifter} {lifted}. Codes for {owner} can be asked for again."
	sayContactLiftedByYou  phrase = "Lifted by you {lifted}. Codes for {owner} can be asked for again."

	sayLiftTitle   phrase = "Lift the block of this account?"
	sayLiftConfirm phrase = "Codes for {owner} can then be asked for again. Have you spoken with them yourself, and is it cleared up what happened?"
	sayLiftYes     phrase = "Yes, lift it"
)

// What came of trying to end a disowned code. Never that it has ended: OneLogin
// says nothing that would prove it.
const (
	sayRevoking           phrase = "olbot is asking OneLogin to end it."
	sayRevocationTaken    phrase = "olbot asked OneLogin to end it, and OneLogin took the call. That is no proof that the code has ended."
	sayRevocationRefused  phrase = "olbot asked OneLogin to end it, and OneLogin refused."
	sayRevocationNoAnswer phrase = "olbot asked OneLogin to end it, and got no clear answer."
	sayRevocationNotTried phrase = "olbot could not ask OneLogin to end it."
)
