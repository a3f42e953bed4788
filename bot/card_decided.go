package bot

import (
	"time"

	"olbot/approvals"
)

// decidedCard is an approver's card when there is nothing left to decide: the
// decision, by whom and when, what came of it, and no buttons.
func decidedCard(r approvals.Request, viewer approvals.Person, now time.Time, v values) card {
	c := card{notice: sayDecidedNotice.notice(v), title: decidedTitle(r)}
	say := func(p phrase) { c.lines = append(c.lines, p.in(v)) }
	yours := r.DecidedBy.Same(viewer)
	if r.State != approvals.Denied && !r.DecidedAt.IsZero() {
		say(pick(yours, sayYouApproved, sayTheyApproved))
	}
	if !r.DisownedAt.IsZero() {
		c.notice = sayApproverDisowning.notice(v)
		say(sayOwnerDisowned)
		if r.State == approvals.Issuing {
			say(sayDisownedUnmade)
		}
		if yours {
			say(sayDisownedDecider)
		}
	} else {
		c.lines = append(c.lines, whatBecame(r, viewer, now, v)...)
	}
	if r.State.Ended() {
		c.lines = append(c.lines, stillOut(r, now, v)...)
	}
	return c
}

// whatBecame says what came of the request.
func whatBecame(r approvals.Request, viewer approvals.Person, now time.Time, v values) []spans {
	fact := factSpans(r.Refusal, viewerVoice(viewer))
	switch r.State {
	case approvals.Denied:
		if r.DecidedBy.Same(viewer) {
			return []spans{sayYouDenied.in(v), inTheirWords(r, sayInYourWords)}
		}
		return []spans{sayTheyDenied.in(v), inTheirWords(r, sayInTheirWords)}
	case approvals.Withdrawn:
		return []spans{sayWithdrawn.in(v)}
	case approvals.Expired:
		return []spans{sayExpired.in(v)}
	case approvals.Lapsed:
		return []spans{pick(r.Attempt > 0, sayLapsedLater, sayLapsed).in(v)}
	case approvals.Refused:
		return []spans{sayRefusedAfter.in(v.and(values{"fact": fact}))}
	case approvals.Failed:
		return []spans{sayFailedAfter.in(values{"fact": sentence(fact)})}
	case approvals.Closed:
		return []spans{sayClosed.in(v)}
	}
	return codesMade(r, now, v)
}

// declinedCard is the card of an approver who said Not my report.
func declinedCard(r approvals.Request, viewer approvals.Person, v values) card {
	c := card{notice: sayDeclinedNotice.notice(v), title: sayDeclinedTitle, lines: []spans{sayDeclined.in(v)}}
	if r.State == approvals.Denied && r.DecidedBy.Same(viewer) {
		c.lines = append(c.lines, sayDeclinedLast.in(v))
	}
	return c
}

func pick(first bool, one, other phrase) phrase {
	if first {
		return one
	}
	return other
}

func decidedTitle(r approvals.Request) phrase {
	if !r.DisownedAt.IsZero() {
		return sayDisownedTitle
	}
	switch r.State {
	case approvals.Denied:
		return sayDeniedTitle
	case approvals.Withdrawn:
		return sayWithdrawnTitle
	case approvals.Expired:
		return sayExpiredTitle
	case approvals.Lapsed:
		return sayLapsedTitle
	case approvals.Refused:
		return sayRefusedTitle
	case approvals.Failed:
		return sayFailedTitle
	case approvals.Closed:
		return sayClosedTitle
	}
	return sayApprovedTitle
}

// codesMade says which codes the approval has led to so far, and to how many it may.
func codesMade(r approvals.Request, now time.Time, v values) []spans {
	lines := []spans{sayMayMake.in(v)}
	say := func(p phrase) { lines = append(lines, p.in(v)) }
	switch r.State {
	case approvals.Approved:
		if r.Attempt == 0 {
			say(sayNoCodeYet)
		}
		lines = append(lines, stillOut(r, now, v)...)
	case approvals.Issuing:
		say(sayCodeMaking)
	case approvals.Issued:
		say(pick(now.Before(r.Grant.Until), sayCodeMade, sayCodeEnded))
		if r.Showing == approvals.NotShown {
			say(sayCodeUnseen)
		}
	case approvals.Unknown:
		say(sayCodeUnknown)
	}
	if r.Attempt > 0 && r.CodesLeft(now) == 0 && r.State != approvals.Issuing {
		say(sayNoMoreCodes)
	}
	return lines
}
