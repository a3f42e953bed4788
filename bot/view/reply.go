package view

import (
	"errors"
	"regexp"

	"github.com/slack-go/slack"

	"olbot/approvals"
	"olbot/bot/command"
	"olbot/bot/text"
)

// ReplyTo says to whoever typed or pressed something what was refused and what to do.
func ReplyTo(why *approvals.Refusal) Message {
	as := agentVoice(why)
	v := values{"advice": adviceOn(why, as, contacts(Options{}))}
	if ofPress(why) && (why.Role == approvals.Approver || why.Role == approvals.Contact) { // of whoever pressed
		as.reader = func(approvals.Person) bool { return true }
	}
	v["fact"] = factOf(why, as)
	if why.Role == approvals.Approver && (why.Code == approvals.RecoveryHold || why.Code == approvals.OwnAccountBlocked) {
		v["advice"] = phrase("Press *Pass on*, and somebody else is asked.").in(nil)
	}
	if ofPress(why) || why.Role == approvals.Contact {
		v["fact"] = sentence(v["fact"])
		return oneLine("Nothing was changed. The message says why.", "{fact}. {advice}", v)
	}
	return oneLine("Nothing was asked. The message says why.", "Nothing was asked: {fact}. {advice}", v)
}

// ReplyToPress says the same to whoever pressed a button. A pause refuses commands too, and
// is told of in their words.
func ReplyToPress(pressed Action, why *approvals.Refusal) Message {
	if why.Code != approvals.Paused {
		return ReplyTo(why)
	}
	v := values{"fact": sentence(factOf(why, agentVoice(why)))}
	return oneLine("Nothing was changed. The message says why.",
		sayIf(pressed == ActionPause, "{fact}. Nothing was changed.", "{fact}. Nothing was changed. Press again when they are resumed."), v)
}

// ofPress says whether a press was refused, and not a command.
func ofPress(why *approvals.Refusal) bool {
	switch why.Code {
	case approvals.RecoveryHold, approvals.OwnAccountBlocked: // an agent's is found out when people are looked up
		return true
	}
	_, is := pressRefusals[why.Code]
	return is
}

// ReplyToCommand says what of a command was not understood, and if it can be
// guessed the whole command to send instead.
func ReplyToCommand(slip *command.Error, name string) Message {
	v := values{"command": word(name), "word": quoted(slip.Word, maxTyped), "corrected": typedCommand(slip.Corrected)}
	v["problem"] = problemPhrases[slip.Problem].in(v)
	m := Message{Text: phrase("Nothing was asked: the command was not understood. The message says why.").notice(v)}
	nothing := phrase("Nothing was asked. {problem}").in(v)
	if slip.Corrected == "" {
		m.Blocks = []slack.Block{paragraph(nothing, phrase("{command} help says how to ask.").in(v))}
		return m
	}
	m.Blocks = []slack.Block{
		paragraph(nothing, phrase("Did you mean this? Send it as it stands here:").in(nil)),
		paragraph(phrase("{command} {corrected}").in(v)),
	}
	return m
}

// problemPhrases are what of a command was not understood, with the place {word}
// for the word in question, and what is written there instead.
var problemPhrases = map[command.Problem]phrase{
	command.WhoMissing:      "The command does not say whose account it is about. The person comes first: a mention (@ana), an e-mail address, or a OneLogin id (#12345).",
	command.WhoUnknown:      "{word} is not a person. The person comes first: a mention (@ana), an e-mail address, or a OneLogin id (#12345).",
	command.WhoPlainName:    "{word} did not become a mention. Choose the person from the list that Slack shows while you type, or use the e-mail address or OneLogin id (#12345).",
	command.WhoGroup:        "{word} is not one person. Name one: a mention (@ana), an e-mail address, or a OneLogin id (#12345).",
	command.ValidityUnit:    "{word} is not a validity. That is a number of seconds (300), or one with m, h or d behind it (5m, 2h, 3d).",
	command.ValidityPart:    "{word} is not a whole number. A validity is a number of seconds (300), or one with m, h or d behind it (5m, 2h, 3d).",
	command.ValiditySign:    "{word} begins with a sign. A validity is a number of seconds (300), or one with m, h or d behind it (5m, 2h, 3d).",
	command.ValidityZero:    "{word} is no time at all. A validity is a number of seconds (300), or one with m, h or d behind it (5m, 2h, 3d).",
	command.ValidityTooLong: "{word} is too long for a validity. It is a number of seconds (300), or one with m, h or d behind it (5m, 2h, 3d).",
	command.ValidityTwice:   "{word} is a second validity. One is enough.",
	command.UseSlip:         "{word} looks like a slip of the pen for reusable or single-use.",
	command.UseBoth:         "A code is either reusable or single-use, not both.",
	command.BadRequest:      "cancel needs the id of a request, like OTP-7F3K-9QXM. It stands at the bottom of every card.",
}

var mentionEntity = regexp.MustCompile(`^<@([UW][A-Z0-9]+)> ?`)

// typedCommand is a command as the agent sees it when typing: the person it is
// about as a mention, and the rest as it reads.
func typedCommand(wire string) spans {
	found := mentionEntity.FindStringSubmatch(wire)
	if found == nil {
		return untrusted(text.Unescape(wire), maxCommand)
	}
	return join(" ", account(approvals.Ref{Slack: found[1]}), untrusted(text.Unescape(wire[len(found[0]):]), maxCommand))
}

// WithForm adds the button that opens the request form, filled in from a draft.
func WithForm(m Message, draft approvals.ID) Message {
	m.Blocks = append(m.Blocks, buttonRow(button(ActionOpenForm, string(draft))))
	return m
}

// FormNotOpened says that a form could not be opened, and what else can be done.
func FormNotOpened(command string) Message {
	return oneLine("The form could not be opened. The message says what to do instead.",
		"Slack did not open the form. Try again, or type the command: {command} help says how.", values{"command": word(command)})
}

// ReplyBroken says that something broke on olbot's side. ref is where the log
// says more. An approvals.ErrOutcomeUnknown may have been stored all the same.
func ReplyBroken(err error, ref string) Message {
	v := values{"ref": word(ref)}
	if errors.Is(err, approvals.ErrOutcomeUnknown) {
		return oneLine("It is not known whether this was stored (ref {ref}). Look at your direct messages with olbot.",
			"The database did not answer in time (ref {ref}), so it is not known whether this was stored. Look at your direct messages with olbot: a card there says how it stands. No new card within a minute? Then nothing happened, and you can try again.", v)
	}
	return oneLine("Something broke on our side (ref {ref}). Nothing happened.",
		"Something broke on our side (ref {ref}). Nothing happened: no request was made or changed. Try again in a moment; if it stays, tell whoever runs olbot the ref.", v)
}

// ReplyBusy says that olbot has too much to do to take anything more.
func ReplyBusy() Message {
	const busy = "olbot has too much to do at this moment. Nothing happened. Try again in a few seconds."
	return oneLine(busy, busy, nil)
}
