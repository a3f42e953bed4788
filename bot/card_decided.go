package bot

import (
	"time"

	"olbot/approvals"
)

// decidedCard is an approver's card when there is nothing left to decide: the
// decision, by whom and when, what came of it, and no buttons.
func decidedCard(r approvals.Request, viewer approvals.Person, now time.Time, v values) card {
	c := card{notice: sayDecidedNotice.notice(v), title: decidedTitle(r)}
	say := func(lines ...phrase) {
		for _, p := range lines {
			c.lines = append(c.lines, p.in(v))
		}
	}
	if r.State != approvals.Denied && !r.DecidedAt.IsZero() {
		say(pick(r.DecidedBy.Same(viewer), sayYouApproved, sayTheyApproved))
	}
	fact := values{"fact": factSpans(r.Refusal, viewerVoice(viewer))}
	switch r.State {
	case approvals.Approved, approvals.Issuing, approvals.Issued, approvals.Unknown:
		c = codesMade(c, r, now, v)
	case approvals.Denied:
		say(pick(r.DecidedBy.Same(viewer), sayYouDenied, sayTheyDenied))
	case approvals.Withdrawn:
		say(sayWithdrawn)
	case approvals.Expired:
		say(sayExpired)
	case approvals.Lapsed:
		say(pick(r.Attempt > 0, sayLapsedLater, sayLapsed))
	case approvals.Refused:
		c.lines = append(c.lines, sayRefusedAfter.in(fact))
	case approvals.Failed:
		c.lines = append(c.lines, sayFailedAfter.in(values{"fact": sentence(fact["fact"])}))
	case approvals.Disowned:
		say(sayOwnerDisowned)
	case approvals.Closed:
		say(sayClosed)
	}
	if !r.DisownedAt.IsZero() {
		c.notice = sayApproverDisowning.notice(v)
		if r.DecidedBy.Same(viewer) {
			say(sayDisownedDecider)
		}
	}
	if r.State.Ended() {
		c.lines = append(c.lines, stillOut(r, now, v)...)
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
	case approvals.Disowned:
		return sayDisownedTitle
	case approvals.Closed:
		return sayClosedTitle
	}
	if !r.DisownedAt.IsZero() {
		return sayDisownedTitle
	}
	return sayApprovedTitle
}

// codesMade says which codes the approval has led to so far, and to how many it may.
func codesMade(c card, r approvals.Request, now time.Time, v values) card {
	say := func(p phrase) { c.lines = append(c.lines, p.in(v)) }
	if !r.DisownedAt.IsZero() {
		say(sayOwnerDisowned)
		say(sayDisownedUnmade)
		return c
	}
	say(sayMayMake)
	switch r.State {
	case approvals.Approved:
		if r.Attempt == 0 {
			say(sayNoCodeYet)
		}
		c.lines = append(c.lines, stillOut(r, now, v)...)
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
	return c
}
