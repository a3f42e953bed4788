package bot

import (
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
)

// agentCard is what the agent sees: where the request stands, what happens next
// and when, at every moment.
func agentCard(r approvals.Request, now time.Time, o CardOptions) Message {
	v := valuesOf(r, now).and(ownerOf(r)).and(contacts(o))
	c := agentState(r, now, v, o)
	c.about = append([]spans{sayFor.in(v)}, requestAbout(r, v, sayVerified)...)
	return c.message(r)
}

func agentState(r approvals.Request, now time.Time, v values, o CardOptions) card {
	if !r.DisownedAt.IsZero() || r.State == approvals.Disowned {
		return agentDisowned(r, now, v)
	}
	switch r.State {
	case approvals.Received:
		return card{
			notice: sayAgentReceivedNotice.notice(v), title: sayAgentReceivedTitle,
			lines:   []spans{sayAgentReceived.in(v)},
			buttons: withdraw(r),
		}
	case approvals.Pending:
		return agentPending(r, v, o)
	case approvals.Approved:
		return agentApproved(r, now, v)
	case approvals.Issuing:
		return agentIssuing(r, v)
	case approvals.Issued:
		return agentIssued(r, now, v)
	case approvals.Unknown:
		return agentUnknown(r, now, v)
	}
	return agentEnd(r, now, v)
}

func withdraw(r approvals.Request) []*slack.ButtonBlockElement {
	return []*slack.ButtonBlockElement{requestButton(ActionWithdraw, sayWithdraw, r)}
}

func agentApproved(r approvals.Request, now time.Time, v values) card {
	c := card{title: sayAgentApprovedTitle, lines: []spans{sayAgentApproved.in(v)}}
	say := func(notice phrase, more ...phrase) {
		c.notice = notice.notice(v)
		for _, p := range more {
			c.lines = append(c.lines, p.in(v))
		}
	}
	switch {
	case r.Making(now) && r.IssuingAt.IsZero():
		say(sayAgentApprovedNotice, sayAgentMakingFirst)
	case r.Making(now) && !r.WantedAt.After(r.IssuingAt):
		say(sayAgentRetryNotice, sayAgentRetry)
	case r.Making(now):
		say(sayAgentApprovedNotice, sayAgentNextMaking)
	case r.CodesLeft(now) == 0:
		say(sayAgentLapsedNotice, sayAgentClaimOver)
	default:
		say(sayAgentClaimNotice, sayAgentClaim, sayAgentMayMake)
		c.buttons = []*slack.ButtonBlockElement{codeButton(ActionShowCode, sayShowCode, r).WithStyle(slack.StylePrimary)}
	}
	if !r.Making(now) && r.Attempt == 0 {
		c.buttons = append(c.buttons, withdraw(r)...)
	}
	c.lines = append(c.lines, stillOut(r, now, v)...)
	return c
}

func agentIssuing(r approvals.Request, v values) card {
	return card{
		notice: sayAgentIssuingNotice.notice(v), title: sayAgentIssuingTitle,
		lines: []spans{sayAgentIssuing.in(v)},
	}
}

func agentIssued(r approvals.Request, now time.Time, v values) card {
	c := card{notice: sayAgentIssuedNotice.notice(v), title: sayAgentIssuedTitle}
	switch r.Showing {
	case approvals.Shown:
		c.lines = append(c.lines, sayAgentShown.in(v))
	case approvals.NotShown:
		c.notice = sayAgentNotShownNotice.notice(v)
		c.lines = append(c.lines, sayAgentNotShown.in(v))
	default:
		c.lines = append(c.lines, sayAgentShowing.in(v))
	}
	works := sayAgentWorksUntil
	if !now.Before(r.Grant.Until) {
		c.notice, works = sayAgentEndedNotice.notice(v), sayAgentWorked
	}
	c.lines = append(c.lines, works.in(v))
	if r.Grant.Narrower {
		c.lines = append(c.lines, sayAgentNarrower.in(v))
	}
	return generateAgain(c, r, now, v, sayAgentGenerate)
}

// generateAgain adds whether, how and until when another code can be made.
func generateAgain(c card, r approvals.Request, now time.Time, v values, again phrase) card {
	switch {
	case r.Making(now):
		again = sayAgentNextMaking
	case r.CodesLeft(now) > 0:
		c.buttons = []*slack.ButtonBlockElement{codeButton(ActionGenerate, sayGenerate, r)}
	case r.Attempt >= approvals.MaxCodes:
		again = sayAgentAllUsed
	default:
		again = sayAgentTimeOver
	}
	c.lines = append(c.lines, again.in(v))
	return c
}

func agentUnknown(r approvals.Request, now time.Time, v values) card {
	c := card{
		notice: sayAgentUnknownNotice.notice(v), title: sayAgentUnknownTitle,
		lines: []spans{sayAgentUnknown.in(v)},
	}
	if r.CodesLeft(now) == 0 {
		c.lines = append(c.lines, sayAgentUnknownOver.in(v))
		return c
	}
	return generateAgain(c, r, now, v, sayAgentGenerateAnew)
}
