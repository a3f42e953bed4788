package bot

import (
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
)

// agentEnd is the agent's card when the request is over.
func agentEnd(r approvals.Request, now time.Time, v values) card {
	var c card
	say := func(title, notice phrase, lines ...phrase) {
		c.title, c.notice = title, notice.notice(v)
		for _, p := range lines {
			c.lines = append(c.lines, p.in(v))
		}
	}
	switch r.State {
	case approvals.Refused:
		say(sayAgentRefusedTitle, sayAgentRefusedNotice)
		if !r.DecidedAt.IsZero() {
			say(sayAgentRefusedTitle, sayAgentRefusedNotice, sayAgentRefusedAfter)
		}
		c = refusedFor(c, r, v)
	case approvals.Denied:
		fact, next := agentDenied(r.Denial.Choice)
		say(sayAgentDeniedTitle, sayAgentDeniedNotice)
		if r.Denial.Choice == approvals.NotMyReport {
			c.lines = notTheirReport(r)
		}
		c.lines = append(c.lines, fact.in(v), inTheirWords(r, sayInTheirWords), next.in(v))
	case approvals.Withdrawn:
		say(sayAgentWithdrawnTitle, sayAgentWithdrawnNotice, sayAgentWithdrawn)
	case approvals.Expired:
		say(sayAgentExpiredTitle, sayAgentExpiredNotice, agentExpired(r)...)
		c.buttons = askAgain(r)
	case approvals.Lapsed:
		made := pick(r.Attempt > 0, sayAgentLapsedLater, sayAgentLapsed)
		say(sayAgentLapsedTitle, sayAgentLapsedNotice, made, sayAgentLapsedNext)
		c.buttons = askAgain(r)
	case approvals.Failed:
		say(sayAgentFailedTitle, sayAgentFailedNotice)
		c = refusedFor(c, r, v)
	case approvals.Closed:
		say(sayAgentClosedTitle, sayAgentClosedNotice, sayAgentClosed)
	}
	c.lines = append(c.lines, stillOut(r, now, v)...)
	return c
}

// agentDenied says who denied, and what to do.
func agentDenied(why approvals.DenialChoice) (fact, next phrase) {
	switch why {
	case approvals.NotMyReport:
		return sayAgentDeniedByNone, sayAgentDeniedByNoneNext
	case approvals.CouldNotReach:
		return sayAgentDenied, sayAgentDeniedUnreached
	case approvals.Suspicious:
		return sayAgentDenied, sayAgentDeniedSuspicious
	}
	return sayAgentDenied, sayAgentDeniedNext
}

func agentExpired(r approvals.Request) []phrase {
	switch {
	case !wasAsked(r):
		return []phrase{sayAgentExpiredLookup, sayAgentExpiredTryAgain}
	case len(r.Approvers) == 0:
		return []phrase{sayAgentExpired, sayAgentExpiredNobody}
	}
	return []phrase{sayAgentExpired, sayAgentExpiredNext}
}

func askAgain(r approvals.Request) []*slack.ButtonBlockElement {
	return []*slack.ButtonBlockElement{requestButton(ActionAskAgain, sayAskAgain, r)}
}

// refusedFor adds which check failed and what to do about it, and if asking once
// more can help a way to do that.
func refusedFor(c card, r approvals.Request, v values) card {
	c.lines = append(c.lines, agentRefusal(r.Refusal, v))
	if askingAgainHelps(r.Refusal) {
		c.buttons = []*slack.ButtonBlockElement{requestButton(ActionChange, sayChange, r)}
	}
	return c
}

// askingAgainHelps says whether the same agent, after a correction or later, can
// come to another answer.
func askingAgainHelps(why *approvals.Refusal) bool {
	if why == nil {
		return false
	}
	switch why.Code {
	case approvals.Changed, approvals.LookupFailed, approvals.LookupRejected, approvals.FeedLost:
		return true
	case approvals.IsProtected, approvals.OwnerBlocked, approvals.OwnerLimit, approvals.CodeWider:
		return false
	}
	return why.Role != approvals.Agent
}

// agentDisowned is the card after the owner's This wasn't me, whatever the
// request had come to.
func agentDisowned(r approvals.Request, now time.Time, v values) card {
	c := card{
		notice: sayAgentDisownedNotice.notice(v), title: sayAgentDisownedTitle,
		lines: []spans{sayAgentDisowned.in(v)},
	}
	if r.State == approvals.Issuing {
		c.lines = append(c.lines, sayAgentDisownedMaking.in(v))
	}
	if r.Blocks() {
		c.lines = append(c.lines, pick(r.CodeUntil.IsZero(), sayAgentDisownedEarly, sayAgentDisownedNext).in(v), sayAgentBlocked.in(v))
	} else {
		c.lines = append(c.lines, sayAgentUnblocked.in(v))
	}
	if r.State.Ended() {
		c.lines = append(c.lines, stillOut(r, now, v)...)
	}
	return c
}

// agentRefusal says to the agent which check failed and what to do. v has the
// places of contacts.
func agentRefusal(why *approvals.Refusal, v values) spans {
	if why == nil {
		return nil
	}
	as := agentVoice(why)
	return sayAgentRefused.in(values{"fact": sentence(factSpans(why, as)), "advice": adviceSpans(why, as, v)})
}
