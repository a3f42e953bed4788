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
	o := newOffice(t)
	o.reserve = func() error { o.passes(5 * time.Minute); return nil }
	r := o.approved()
	o.works()
	if r = o.stands(r.ID, approvals.Issued); r.Showing != approvals.Shown || o.asked["U0MARIA"] != 1 {
		t.Errorf("showing %q, after %d checks", r.Showing, o.asked["U0MARIA"])
	}
}

// Nobody has said that the agent is away: the code is made when Slack can be asked.
func TestAnAgentWhoCouldNotBeAskedAboutIsNotAway(t *testing.T) {
	o := newOffice(t)
	o.failing["presence:U0JOE"] = errNotYet
	r := o.approved()
	for range 60 {
		o.works()
		o.passes(time.Second)
	}
	o.stands(r.ID, approvals.Approved)
	delete(o.failing, "presence:U0JOE")
	o.passes(time.Second)
	o.works()
	if r = o.stands(r.ID, approvals.Issued); r.Showing != approvals.Shown {
		t.Errorf("showing %q", r.Showing)
	}
}

func TestAReservationThatIsNotMadeIsWaitedFor(t *testing.T) {
	o := newOffice(t)
	o.reserve = func() error { return errNotYet }
	r := o.approved()
	for range 60 {
		o.works()
		o.passes(time.Second)
	}
	o.stands(r.ID, approvals.Approved)
	if o.asked["presence:U0JOE"] != 0 || o.issues != 0 {
		t.Error("somebody was asked before the calls were reserved")
	}
	o.reserve = nil
	o.works()
	o.stands(r.ID, approvals.Issued)
}

func TestWhatEndsWhileItWaitsForAReservationStaysEnded(t *testing.T) {
	for name, away := range map[string]bool{"agent there": false, "agent away": true} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.away["U0JOE"] = away
			var r approvals.Request
			o.reserve = func() error {
				_, err := o.Disown(t.Context(), approvals.Press{By: "U0ANA", Request: r.ID})
				return err
			}
			r = o.approved()
			o.works()
			o.stands(r.ID, approvals.Disowned)
			jobs, err := o.store.Claim(t.Context(), []approvals.JobKind{approvals.JobIssue}, 1, o.now().Add(time.Hour), time.Second)
			if err != nil || len(jobs) != 0 || o.issues != 0 {
				t.Errorf("%d jobs are left, %v; OneLogin was asked %d times", len(jobs), err, o.issues)
			}
		})
	}
}
