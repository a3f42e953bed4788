package bot

import (
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
)

// ownerCard is what the owner sees: who asked, when, the state and the id, and a
// way to stop it until the last code has ended. Not the reason: it may be about
// them, or made up.
func ownerCard(r approvals.Request, now time.Time, o CardOptions) Message {
	v := valuesOf(r, now).and(contacts(o))
	v["state"] = ownerState(r, v)
	if !r.DisownedAt.IsZero() {
		return ownerStopped(r, now, v).message(r)
	}
	c := card{
		notice: sayOwnerNotice.notice(v), title: sayOwnerTitle,
		lines: []spans{sayOwnerAsked.in(v)},
		about: []spans{sayAskedBy.in(v), sayOwnerWhen.in(v), sayOwnerState.in(v)},
	}
	live := r.State != approvals.Issuing && codeLives(r, now)
	if r.State.Ended() && live {
		c.notice = sayOwnerEndLiveNotice.notice(v)
	} else if r.State.Ended() {
		c.notice = sayOwnerEndNotice.notice(v)
		c.lines = []spans{sayOwnerWasAsked.in(v)}
		c.steps = []spans{pick(r.CodeUntil.IsZero(), sayOwnerEndClean, sayOwnerEnd).in(v)}
		return c.message(r)
	}
	if live {
		c.steps = []spans{sayLiveUntil.in(v)}
	}
	c.steps = append(c.steps, sayOwnerCalm.in(v), ownerPress(r, live).in(v))
	c.buttons = []*slack.ButtonBlockElement{requestButton(ActionDisown, sayDisown, r).WithStyle(slack.StyleDanger)}
	return c.message(r)
}

// ownerState is the state, with the number of the code if there is one.
func ownerState(r approvals.Request, v values) spans {
	switch r.State {
	case approvals.Issuing:
		return sayOwnerIssuing.in(v)
	case approvals.Issued:
		return sayOwnerIssued.in(v)
	case approvals.Unknown:
		return sayOwnerUnknown.in(v)
	}
	return stateWord(r.State).in(nil)
}

// ownerPress says what pressing This wasn't me does now.
func ownerPress(r approvals.Request, live bool) phrase {
	switch {
	case r.State == approvals.Issuing:
		return sayOwnerMaking
	case live:
		return sayOwnerLive
	case r.Attempt > 0:
		return sayOwnerAfter
	}
	return sayOwnerBefore
}

// ownerStopped is the card after This wasn't me.
func ownerStopped(r approvals.Request, now time.Time, v values) card {
	c := card{
		notice: sayOwnerStoppedNotice.notice(v), title: sayOwnerStoppedTitle,
		lines: []spans{sayOwnerStopped.in(v)},
	}
	switch {
	case r.State == approvals.Issuing:
		c.lines = append(c.lines, sayOwnerStoppedMaking.in(v))
	case codeLives(r, now):
		c.lines = append(c.lines, sayLiveUntil.in(v), revocation(r).in(v), sayOwnerStoppedLive.in(v))
	default:
		over := pick(r.CodeUntil.IsZero(), sayOwnerStoppedClean, sayOwnerStoppedOver)
		c.lines = append(c.lines, over.in(v))
	}
	c.steps = []spans{pick(r.Blocks(), sayOwnerBlocked, sayOwnerUnblocked).in(v), sayOwnerStoppedNext.in(v)}
	return c
}
