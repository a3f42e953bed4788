package bot

// problemPhrase says what of a command was not understood, with the place {word}
// for the word in question, and what is written there instead.
func problemPhrase(p Problem) phrase {
	switch p {
	case WhoMissing:
		return "The command does not say whose account it is about. The person comes first: a mention (@ana), an e-mail address, or a OneLogin id (#12345)."
	case WhoUnknown:
		return "{word} is not a person. The person comes first: a mention (@ana), an e-mail address, or a OneLogin id (#12345)."
	case WhoPlainName:
		return "{word} did not become a mention. Choose the person from the list that Slack shows while you type, or use the e-mail address or OneLogin id (#12345)."
	case WhoGroup:
		return "{word} is not one person. Name one: a mention (@ana), an e-mail address, or a OneLogin id (#12345)."
	case ValidityUnit:
		return "{word} is not a validity. That is a number of seconds (300), or one with m, h or d behind it (5m, 2h, 3d)."
	case ValidityPart:
		return "{word} is not a whole number. A validity is a number of seconds (300), or one with m, h or d behind it (5m, 2h, 3d)."
	case ValiditySign:
		return "{word} begins with a sign. A validity is a number of seconds (300), or one with m, h or d behind it (5m, 2h, 3d)."
	case ValidityZero:
		return "{word} is no time at all. A validity is a number of seconds (300), or one with m, h or d behind it (5m, 2h, 3d)."
	case ValidityTooLong:
		return "{word} is too long for a validity. It is a number of seconds (300), or one with m, h or d behind it (5m, 2h, 3d)."
	case ValidityTwice:
		return "{word} is a second validity. One is enough."
	case UseSlip:
		return "{word} looks like a slip of the pen for reusable or single-use."
	case UseBoth:
		return "A code is either reusable or single-use, not both."
	case BadRequest:
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
