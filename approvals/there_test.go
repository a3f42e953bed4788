package approvals_test

import (
	"errors"
	"testing"
	"time"

	"olbot/approvals"
)

// Whether there is somebody, and a place, to show a code to.

// A code is not made before there is a place to show it: in a crowd the agent's card
// may have to wait longer than the approval.
func TestNoCodeIsMadeBeforeTheAgentHasACard(t *testing.T) {
	w := newWorld(t)
	w.noCard = true
	r := w.approved()
	w.worksFor(60)
	w.stands(r.ID, approvals.Approved)
	if w.issues != 0 {
		t.Fatal("a code was made that could not be shown")
	}
	w.noCard = false
	w.worksFor(2)
	w.stands(r.ID, approvals.Issued)
}

// Who typed the command just now is at the screen: Slack is not asked.
func TestAnAgentWhoTypedJustNowIsNotAway(t *testing.T) {
	w := newWorld(t)
	w.away["U0JOE"], w.failing["presence:U0JOE"] = true, errors.New("500")
	r := w.asks()
	w.works()
	w.passes(2*time.Minute - 1)
	if _, err := w.Approve(t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID}); err != nil {
		t.Fatal(err)
	}
	w.works()
	w.stands(r.ID, approvals.Issued)
}

func TestAnAgentWhoIsAwayPressesShowCode(t *testing.T) {
	for name, change := range map[string]func(*world){
		"away":        func(w *world) { w.away["U0JOE"] = true },
		"not known":   func(w *world) { w.failing["presence:U0JOE"] = errors.New("500") },
		"claim":       func(w *world) { w.Policy.Delivery = approvals.DeliverClaim },
		"away, claim": func(w *world) { w.Policy.Delivery = approvals.DeliverClaim; w.away["U0JOE"] = true },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			change(w)
			r := w.approvedLate()
			w.works()
			w.stands(r.ID, approvals.Approved)
			if w.issues != 0 {
				t.Fatal("a code was made for nobody")
			}
			away, unknown := w.count(approvals.EventAgentAway), w.count(approvals.EventAgentUnseen)
			if away > 0 != (name == "away") || unknown > 0 != (name == "not known") {
				t.Errorf("told as away %d times, as unknown %d times", away, unknown) // a failed look-up is no fact
			}
			w.presses(r, 1) // whoever presses is there, whatever Slack says
			w.stands(r.ID, approvals.Issued)
			if len(w.codes) != 1 {
				t.Errorf("%d codes shown", len(w.codes))
			}
		})
	}
}
