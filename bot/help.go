package bot

import (
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
)

// LookingUp answers a command that was accepted: the people are being looked up.
func LookingUp(r approvals.Request) Message {
	v := ownerOf(r) // all that is known yet
	v["id"] = word(string(r.ID))
	return oneLine(sayLookingUpNotice.notice(v), sayLookingUp.in(v))
}

// WithdrawnReply answers a request that was cancelled by command.
func WithdrawnReply(r approvals.Request) Message {
	v := valuesOf(r, time.Time{})
	return oneLine(sayWithdrawnReplyNotice.notice(v), sayWithdrawnReply.in(v))
}

// AskedAgain answers a press of Ask again with the request that it made.
func AskedAgain(r approvals.Request) Message {
	v := valuesOf(r, time.Time{})
	return oneLine(sayAskedAgainNotice.notice(v), sayAskedAgain.in(v))
}

// OpenList lists an agent's open requests, and until when each stays as it is.
func OpenList(rs []approvals.Request, now time.Time) Message {
	const most = 20
	if len(rs) == 0 {
		return oneLine(sayOpenNone.notice(nil), sayOpenNone.in(nil))
	}
	count := values{"n": numeral(len(rs))}
	var lines []spans
	for _, r := range rs[:min(most, len(rs))] {
		v := valuesOf(r, now).and(ownerOf(r))
		if until, ok := stays(r); ok {
			lines = append(lines, sayOpenLine.in(v.and(values{"next": moment(until)})))
		} else {
			lines = append(lines, sayOpenBare.in(v))
		}
	}
	if more := len(rs) - most; more > 0 {
		lines = append(lines, sayOpenMore.in(values{"n": numeral(more)}))
	}
	return Message{
		Text:   sayOpenNotice.notice(count),
		Blocks: []slack.Block{heading(sayOpenTitle.plain(nil)), paragraph(lines...), paragraph(sayOpenHow.in(nil))},
	}
}

// stays is until when an open request stays in its state if nobody does anything.
func stays(r approvals.Request) (time.Time, bool) {
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

// Help says how to ask, on one screen, with the limits of the policy.
func Help(command string, p approvals.Policy) Message {
	v := values{
		"command": word(command),
		"least":   duration(approvals.MinValidity), "most": duration(p.MaxValidity), "default": duration(p.DefaultValidity),
		"asking": duration(p.ApprovalTimeout), "window": duration(p.ClaimWindow), "max": numeral(approvals.MaxCodes),
	}
	reusable, reason := sayHelpSingle, sayHelpReason
	if p.AllowReusable {
		reusable = sayHelpReusable
	}
	if p.RequireReason {
		reason = sayHelpRequired
	}
	return Message{
		Text: sayHelpNotice.notice(nil),
		Blocks: []slack.Block{
			heading(sayHelpTitle.plain(nil)),
			bullets(join("\n", sayHelpAsk.in(v), sayHelpGrammar.in(v)),
				[]spans{sayHelpWho.in(v), sayHelpValidity.in(v), reusable.in(v), reason.in(v)}),
			paragraph(sayHelpNext.in(v), sayHelpOther.in(v)),
		},
	}
}
