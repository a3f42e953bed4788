package bot

import (
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
)

// ownerCard is what the owner sees: who asked, when, the state and the id, and a
// way to stop it. Not the reason: it may be about them, or made up.
func ownerCard(r approvals.Request, now time.Time, o CardOptions) Message {
	v := valuesOf(r, now).and(contacts(o)).and(values{"state": ownerState(r)})
	if !r.DisownedAt.IsZero() {
		return ownerStopped(r, now, v).message(r)
	}
	c := card{
		notice: sayOwnerNotice.notice(v), title: sayOwnerTitle,
		lines: []spans{sayOwnerAsked.in(v), sayOwnerState.in(v)},
	}
	if r.State.Ended() {
		c.notice = sayOwnerEnd.notice(v)
		c.lines = append(c.lines, sayOwnerOver.in(v))
		if r.State != approvals.Closed && codeLives(r, now) {
			c.lines = append(c.lines, sayLiveUntil.in(v))
		}
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
func ownerState(r approvals.Request) spans {
	state := stateWord(r.State).in(nil)
	switch r.State {
	case approvals.Issuing, approvals.Issued, approvals.Unknown:
		return sayOwnerMoreThan.in(values{
			"state": state, "n": numeral(r.Attempt), "max": numeral(approvals.MaxCodes),
		})
	}
	return state
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
	case r.Attempt == 0:
		c.lines = append(c.lines, sayOwnerStoppedClean.in(v), sayOwnerStoppedNext.in(v))
	}
	return c
}
