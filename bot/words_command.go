package bot

import "olbot/bot/command"

// problemPhrase says what of a command was not understood, with the place {word}
// for the word in question, and what is written there instead.
func problemPhrase(p command.Problem) phrase {
	switch p {
	case command.WhoMissing:
		return "The command does not say whose account it is about. The person comes first: a mention (@ana), an e-mail address, or a OneLogin id (#12345)."
	case command.WhoUnknown:
		return "{word} is not a person. The person comes first: a mention (@ana), an e-mail address, or a OneLogin id (#12345)."
	case command.WhoPlainName:
		return "{word} did not become a mention. Choose the person from the list that Slack shows while you type, or use the e-mail address or OneLogin id (#12345)."
	case command.WhoGroup:
		return "{word} is not one person. Name one: a mention (@ana), an e-mail address, or a OneLogin id (#12345)."
	case command.ValidityUnit:
		return "{word} is not a validity. That is a number of seconds (300), or one with m, h or d behind it (5m, 2h, 3d)."
	case command.ValidityPart:
		return "{word} is not a whole number. A validity is a number of seconds (300), or one with m, h or d behind it (5m, 2h, 3d)."
	case command.ValiditySign:
		return "{word} begins with a sign. A validity is a number of seconds (300), or one with m, h or d behind it (5m, 2h, 3d)."
	case command.ValidityZero:
		return "{word} is no time at all. A validity is a number of seconds (300), or one with m, h or d behind it (5m, 2h, 3d)."
	case command.ValidityTooLong:
		return "{word} is too long for a validity. It is a number of seconds (300), or one with m, h or d behind it (5m, 2h, 3d)."
	case command.ValidityTwice:
		return "{word} is a second validity. One is enough."
	case command.UseSlip:
		return "{word} looks like a slip of the pen for reusable or single-use."
	case command.UseBoth:
		return "A code is either reusable or single-use, not both."
	case command.BadRequest:
		return "cancel needs the id of a request, like OTP-7F3K-9QXM. It stands at the bottom of every card."
	}
	return ""
}

const (
	sayCommandNothing   phrase = "Nothing was asked. {problem}"
	sayCommandInstead   phrase = "Did you mean this? Send it as it stands here:"
	sayCommandNotice    phrase = "Nothing was asked: the command was not understood. The message says why."
	sayCommandCorrected phrase = "{command} {corrected}"
	sayCommandHelp      phrase = "{command} help says how to ask."
)
