package view

import (
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
)

// What the slash command answers, to whoever typed it.

// LookingUp answers a command that was accepted: the people are being looked up.
func LookingUp(r approvals.Request) Message {
	return oneLine("{id}: looking people up.",
		"Looking up {owner}. Your request is {id}; olbot tells you in your direct messages how it goes on.", valuesOf(r, time.Time{}))
}

// WithdrawnReply answers a request that was cancelled by command.
func WithdrawnReply(r approvals.Request) Message {
	return oneLine("{id}: withdrawn.", "Request {id} is withdrawn. No code will be made.", valuesOf(r, time.Time{}))
}

// AskedAgain answers a press of Ask again with the request that it made.
func AskedAgain(r approvals.Request) Message {
	return oneLine("{id}: asked again.",
		"Asked again, with the same data: your new request is {id}. Its card is in your direct messages with olbot.", valuesOf(r, time.Time{}))
}

const sayNoneOpen phrase = "You have no open requests."

// OpenList lists an agent's open requests, and until when each stays as it is.
func OpenList(rs []approvals.Request, now time.Time) Message {
	const most = 20
	if len(rs) == 0 {
		return oneLine(sayNoneOpen, sayNoneOpen, nil)
	}
	lines := spansOf(rs[:min(most, len(rs))], func(r approvals.Request) spans {
		v := valuesOf(r, now)
		until, ok := staysUntil(r)
		if !ok {
			return phrase("*{id}* for {owner}: {state}").in(v)
		}
		v["next"] = moment(until)
		return phrase("*{id}* for {owner}: {state}, until {next}").in(v)
	})
	if more := len(rs) - most; more > 0 {
		lines = append(lines, phrase("And {n} more.").in(values{"n": numeral(more)}))
	}
	return Message{
		Text: phrase("Your open requests: {n}").notice(values{"n": numeral(len(rs))}),
		Blocks: []slack.Block{
			heading("Your open requests"), paragraph(lines...),
			paragraph(phrase("The cards are in your direct messages with olbot. To take one back, press *Withdraw* on its card.").in(nil)),
		},
	}
}

// staysUntil is until when an open request stays in its state if nobody does anything.
func staysUntil(r approvals.Request) (time.Time, bool) {
	switch r.State {
	case approvals.Received, approvals.Pending:
		return r.ExpiresAt, true
	case approvals.Approved:
		return r.ClaimUntil, true
	case approvals.Unknown:
		return r.CloseAt(), true
	}
	return time.Time{}, false
}

// OtherCommand answers another slash command of the app: only one is olbot's.
func OtherCommand(typed, command string, p approvals.Policy) Message {
	help := Help(command, p)
	line := phrase("Nothing was requested: {typed} isn't olbot's command. Use {command}.").in(values{"typed": quoted(typed, maxTyped), "command": word(command)})
	help.Text = phrase("Nothing was requested. Use {command}.").notice(values{"command": word(command)})
	help.Blocks = append([]slack.Block{paragraph(line)}, help.Blocks...)
	return help
}

// Help says how to ask, on one screen, with the limits of the policy.
func Help(command string, p approvals.Policy) Message {
	v := values{
		"command": word(command),
		"least":   duration(approvals.MinValidity), "most": duration(p.MaxValidity), "default": duration(p.DefaultValidity),
		"asking": duration(p.ApprovalTimeout), "window": duration(p.ClaimWindow), "max": numeral(p.Codes()),
	}
	return Message{
		Text: phrase("How to ask for a temporary OneLogin code.").notice(nil),
		Blocks: []slack.Block{
			heading("A temporary OneLogin code for somebody who lost their phone"),
			bullets(join("\n", v.lines("*Ask:* {command} @ana 5m lost her phone, INC-4711",
				"*In full:* {command} who [validity] [reusable] [reason]")...),
				v.lines("*who:* a mention (@ana), an e-mail address, or a OneLogin id (#12345)",
					"*validity:* how long a code works: seconds (300) or 5m, 2h, 3d. From {least} to {most}; without it {default}.",
					sayIf(p.AllowReusable, "*reusable:* the code works as often as wanted until it ends. Without it, single use.",
						"Codes are always single use: reusable ones are switched off."),
					sayIf(p.RequireReason, "*reason:* required. It is shown to whoever approves and kept in the audit trail. Put -- before it if its first word could be mistaken.",
						"*reason:* shown to whoever approves and kept in the audit trail. Put -- before it if its first word could be mistaken."))),
			paragraph(v.lines("*Then:* olbot asks the person's manager, or who stands in, for up to {asking}.",
				sayIf(p.Codes() > 1, "After the approval you may make up to {max} codes within {window}. They are shown to you alone.",
					"After the approval you get one code, to be made within {window}. It is shown to you alone."),
				"*Also:* {command} alone opens a form; {command} list shows your open requests; {command} cancel OTP-7F3K-9QXM takes one back.")...),
		},
	}
}
