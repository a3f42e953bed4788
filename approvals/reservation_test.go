package approvals_test

import (
	"errors"
	"testing"
	"time"

	"olbot/approvals"
)

var errNotYet = &approvals.TemporaryError{After: time.Second, NotYet: true, Err: errors.New("429")}

// However long a check waits for its calls, it is fresh when it is made (invariant
// 1): with many approvals at once nothing would ever be issued otherwise.
func TestWaitingForAReservationMakesNoCheckOld(t *testing.T) {
	w := newWorld(t)
	w.reserve = func() error { w.passes(5 * time.Minute); return nil }
	r := w.approved()
	w.works()
	if r = w.stands(r.ID, approvals.Issued); r.Showing != approvals.Shown || w.asked["U0MARIA"] != 1 {
		t.Errorf("showing %q, after %d checks", r.Showing, w.asked["U0MARIA"])
	}
}

// Nobody has said that the agent is away: the code is made when Slack can be asked.
func TestAnAgentWhoCouldNotBeAskedAboutIsNotAway(t *testing.T) {
	w := newWorld(t)
	w.failing["presence:U0JOE"] = errNotYet
	r := w.approvedLate()
	for range 60 {
		w.works()
		w.passes(time.Second)
	}
	w.stands(r.ID, approvals.Approved)
	delete(w.failing, "presence:U0JOE")
	w.passes(time.Second)
	w.works()
	if r = w.stands(r.ID, approvals.Issued); r.Showing != approvals.Shown {
		t.Errorf("showing %q", r.Showing)
	}
}

func TestAReservationThatIsNotMadeIsWaitedFor(t *testing.T) {
	w := newWorld(t)
	w.reserve = func() error { return errNotYet }
	r := w.approved()
	for range 60 {
		w.works()
		w.passes(time.Second)
	}
	w.stands(r.ID, approvals.Approved)
	if w.asked["presence:U0JOE"] != 0 || w.issues != 0 {
		t.Error("somebody was asked before the calls were reserved")
	}
	w.reserve = nil
	w.works()
	w.stands(r.ID, approvals.Issued)
}

func TestWhatEndsWhileItWaitsForAReservationStaysEnded(t *testing.T) {
	for name, away := range map[string]bool{"agent there": false, "agent away": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.away["U0JOE"] = away
			var r approvals.Request
			w.reserve = func() error {
				_, err := w.Disown(t.Context(), approvals.Press{By: "U0ANA", Request: r.ID})
				return err
			}
			r = w.approved()
			w.works()
			w.stands(r.ID, approvals.Disowned)
			jobs, err := w.store.Claim(t.Context(), []approvals.JobKind{approvals.JobIssue}, 1, w.now().Add(time.Hour), time.Second)
			if err != nil || len(jobs) != 0 || w.issues != 0 {
				t.Errorf("%d jobs are left, %v; OneLogin was asked %d times", len(jobs), err, w.issues)
			}
		})
	}
}
