package bot

import (
	"time"

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
		c.lines = append(c.lines, agentRefusal(r.Refusal, v))
	case approvals.Denied:
		say(sayAgentDeniedTitle, sayAgentDeniedNotice, sayAgentDenied, sayAgentDeniedNext)
	case approvals.Withdrawn:
		say(sayAgentWithdrawnTitle, sayAgentWithdrawnNotice, sayAgentWithdrawn)
	case approvals.Expired:
		if wasAsked(r) {
			say(sayAgentExpiredTitle, sayAgentExpiredNotice, sayAgentExpired, sayAgentExpiredNext)
		} else {
			say(sayAgentExpiredTitle, sayAgentExpiredNotice, sayAgentExpiredLookup, sayAgentExpiredTryAgain)
		}
	case approvals.Lapsed:
		made := sayAgentLapsed
		if r.Attempt > 0 {
			made = sayAgentLapsedLater
		}
		say(sayAgentLapsedTitle, sayAgentLapsedNotice, made, sayAgentLapsedNext)
	case approvals.Failed:
		say(sayAgentFailedTitle, sayAgentFailedNotice)
		c.lines = append(c.lines, agentRefusal(r.Refusal, v))
	case approvals.Disowned:
		next := pick(r.CodeUntil.IsZero(), sayAgentDisownedEarly, sayAgentDisownedNext)
		say(sayAgentDisownedTitle, sayAgentDisownedNotice, sayAgentDisowned, next)
	case approvals.Closed:
		say(sayAgentClosedTitle, sayAgentClosedNotice, sayAgentClosed)
	}
	c.lines = append(c.lines, stillOut(r, now, v)...)
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
