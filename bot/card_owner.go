package bot

import (
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
)

// ownerCard is what the owner sees: who asked, when, the state and the id, and a
// way to stop it. Not the reason: it may be about them, or made up.
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
	if r.State.Ended() {
		c.notice = sayOwnerEndNotice.notice(v)
		c.lines = []spans{sayOwnerWasAsked.in(v)}
		c.steps = []spans{ownerEnd(r, now).in(v)}
		return c.message(r)
	}
	c.steps = []spans{sayOwnerCalm.in(v), ownerPress(r).in(v)}
	if r.State != approvals.Issuing && codeLives(r, now) {
		c.steps = append(c.steps, sayOwnerLive.in(v))
	}
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

// ownerEnd says what is left when the request is over.
func ownerEnd(r approvals.Request, now time.Time) phrase {
	switch {
	case r.CodeUntil.IsZero():
		return sayOwnerEndClean
	case codeLives(r, now):
		return sayOwnerEndLive
	}
	return sayOwnerEnd
}

// ownerPress says what pressing This wasn't me does now.
func ownerPress(r approvals.Request) phrase {
	switch {
	case r.State == approvals.Issuing:
		return sayOwnerMaking
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
		c.lines = append(c.lines, sayOwnerStoppedLive.in(v))
	default:
		over := pick(r.CodeUntil.IsZero(), sayOwnerStoppedClean, sayOwnerStoppedOver)
		c.lines = append(c.lines, over.in(v))
	}
	c.lines = append(c.lines, sayOwnerStoppedNext.in(v))
	return c
}
