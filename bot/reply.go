package bot

import (
	"errors"
	"regexp"
	"strings"

	"github.com/slack-go/slack"

	"olbot/approvals"
)

// ReplyTo says to whoever typed or pressed what was refused and what to do.
// Everything that is not a *approvals.Refusal is olbot's own: see ReplyBroken; for
// a *CommandError see ReplyToCommand.
func ReplyTo(err error) Message {
	if why, ok := errors.AsType[*approvals.Refusal](err); ok {
		return replyToRefusal(why)
	}
	return ReplyBroken(err, "")
}

// ReplyToCommand says what of a command was not understood, and if it can be
// guessed the whole command to send instead.
func ReplyToCommand(slip *CommandError, command string) Message {
	v := values{
		"command": text(command), "word": quoted(slip.Word, maxTyped), "corrected": typedCommand(slip.Corrected),
	}
	v["problem"] = problemPhrase(slip.Problem).in(v)
	m := Message{Text: sayCommandNotice.notice(v)}
	if slip.Corrected == "" {
		m.Blocks = []slack.Block{paragraph(sayCommandNothing.in(v), sayCommandHelp.in(v))}
		return m
	}
	m.Blocks = []slack.Block{
		paragraph(sayCommandNothing.in(v), sayCommandInstead.in(v)),
		paragraph(sayCommandCorrected.in(v)),
	}
	return m
}

var mentionEntity = regexp.MustCompile(`^<@([UW][A-Z0-9]+)> ?`)

// typedCommand is a command as the agent sees it when typing: the person it is
// about as a mention, and the rest as it reads.
func typedCommand(wire string) spans {
	found := mentionEntity.FindStringSubmatch(wire)
	if found == nil {
		return untrusted(unescape(wire), maxCommand)
	}
	rest := strings.TrimPrefix(wire, found[0])
	return join(" ", named(approvals.Ref{Slack: found[1]}), untrusted(unescape(rest), maxCommand))
}

func replyToRefusal(why *approvals.Refusal) Message {
	as := agentVoice(why)
	v := values{"fact": factSpans(why, as), "advice": adviceSpans(why, as, contacts(CardOptions{}))}
	notice := sayRefusedNotice
	form := sayRefusedAtOnce
	if pressed(why.Code) {
		notice, form = sayPressNotice, sayPressRefused
		v["fact"] = sentence(v["fact"])
	}
	return oneLine(notice.notice(nil), form.in(v))
}

// pressed says whether the refusal is of a press, not of a command.
func pressed(code approvals.RefusalCode) bool {
	switch code {
	case approvals.NotYours, approvals.TooLate, approvals.OldButton, approvals.InTheWork, approvals.NoneLeft,
		approvals.BadRequestID, approvals.NoSuchRequest, approvals.Declined, approvals.Involved,
		approvals.NotBlocked, approvals.StillMaking, approvals.NotLifted:
		return true
	}
	return false
}

// ReplyBroken says that something broke on olbot's side. ref is where the log
// says more. An approvals.ErrOutcomeUnknown may have been stored all the same.
func ReplyBroken(err error, ref string) Message {
	v := values{"ref": text(ref)}
	if errors.Is(err, approvals.ErrOutcomeUnknown) {
		return oneLine(sayNotKnownNotice.notice(v), sayNotKnown.in(v))
	}
	return oneLine(sayNothingNotice.notice(v), sayNothing.in(v))
}

// withForm adds the button that opens the request form, filled in from a draft.
func withForm(m Message, draft approvals.ID) Message {
	m.Blocks = append(m.Blocks, buttons(button(ActionOpenForm, sayOpenForm, string(draft))))
	return m
}

// NotOpened says that a form could not be opened, and what else can be done.
func NotOpened(command string) Message {
	v := values{"command": text(command)}
	return oneLine(sayFormNotOpenedNotice.notice(v), sayFormNotOpened.in(v))
}

// ReplyBusy says that olbot has too much to do to take anything more.
func ReplyBusy() Message { return oneLine(sayBusy.notice(nil), sayBusy.in(nil)) }
