package bot

// What the slash command answers, to whoever typed it.
const (
	sayLookingUp       phrase = "Looking up {owner}. Your request is {id}; olbot tells you in your direct messages how it goes on."
	sayLookingUpNotice phrase = "{id}: looking people up."

	sayWithdrawnReply       phrase = "Request {id} is withdrawn. No code will be made."
	sayWithdrawnReplyNotice phrase = "{id}: withdrawn."

	sayAskedAgain       phrase = "Asked again, with the same data: your new request is {id}. Its card is in your direct messages with olbot."
	sayAskedAgainNotice phrase = "{id}: asked again."

	sayOpenTitle  phrase = "Your open requests"
	sayOpenNotice phrase = "Your open requests: {n}"
	sayOpenNone   phrase = "You have no open requests."
	sayOpenLine   phrase = "*{id}* for {owner}: {state}, until {next}"
	sayOpenBare   phrase = "*{id}* for {owner}: {state}"
	sayOpenMore   phrase = "And {n} more."
	sayOpenHow    phrase = "The cards are in your direct messages with olbot. To take one back, press *Withdraw* on its card."

	sayHelpTitle    phrase = "A temporary OneLogin code for somebody who lost their phone"
	sayHelpNotice   phrase = "How to ask for a temporary OneLogin code."
	sayHelpAsk      phrase = "*Ask:* {command} @ana 5m lost her phone, INC-4711"
	sayHelpGrammar  phrase = "*In full:* {command} who [validity] [reusable] [reason]"
	sayHelpWho      phrase = "*who:* a mention (@ana), an e-mail address, or a OneLogin id (#12345)"
	sayHelpValidity phrase = "*validity:* how long a code works: seconds (300) or 5m, 2h, 3d. From {least} to {most}; without it {default}."
	sayHelpReusable phrase = "*reusable:* the code works as often as wanted until it ends. Without it, single use."
	sayHelpSingle   phrase = "Codes are always single use: reusable ones are switched off."
	sayHelpReason   phrase = "*reason:* shown to whoever approves and kept in the audit trail. Put -- before it if its first word could be mistaken."
	sayHelpRequired phrase = "*reason:* required. It is shown to whoever approves and kept in the audit trail. Put -- before it if its first word could be mistaken."
	sayHelpNext     phrase = "*Then:* olbot asks the person's manager, or who stands in, for up to {asking}. After the approval you may make up to {max} codes within {window}. They are shown to you alone."
	sayHelpOther    phrase = "*Also:* {command} alone opens a form; {command} list shows your open requests; {command} cancel OTP-7F3K-9QXM takes one back."
)

// When something went wrong on olbot's side.
const (
	sayNothing        phrase = "Something broke on our side (ref {ref}). Nothing happened: no request was made or changed. Try again in a moment; if it stays, tell whoever runs olbot the ref."
	sayNothingNotice  phrase = "Something broke on our side (ref {ref}). Nothing happened."
	sayNotKnown       phrase = "The database did not answer in time (ref {ref}), so it is not known whether this was stored. Look at your direct messages with olbot: a card there says how it stands. No new card within a minute? Then nothing happened, and you can try again."
	sayNotKnownNotice phrase = "It is not known whether this was stored (ref {ref}). Look at your direct messages with olbot."
	sayBusy           phrase = "olbot has too much to do at this moment. Nothing happened. Try again in a few seconds."
	sayRefusedAtOnce  phrase = "Nothing was asked: {fact}. {advice}"
	sayRefusedNotice  phrase = "Nothing was asked. The message says why."
	sayPressRefused   phrase = "{fact}. {advice}"
	sayPressNotice    phrase = "Nothing was changed. The message says why."
)
