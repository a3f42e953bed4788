package approvals_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"olbot/approvals"
)

// running runs the service's workers until the test ends or stop is called.
func (o *office) running() (stop func()) {
	o.t.Helper()
	ctx, cancel := context.WithCancel(o.t.Context())
	done := make(chan error, 1)
	go func() { done <- o.Run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		select {
		case err := <-done:
			if err != nil {
				o.t.Error(err)
			}
		case <-time.After(30 * time.Second):
			o.t.Error("the workers do not stop")
		}
	}
	o.t.Cleanup(stop)
	return stop
}

// until waits for a condition.
func (o *office) until(what string, is func() bool) {
	o.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !is() {
		if time.Now().After(deadline) {
			o.t.Fatalf("waited in vain until %s", what)
		}
		<-time.After(2 * time.Millisecond)
	}
}

func (o *office) state(id approvals.ID) approvals.State { return o.request(id).State }

func TestWorkersDoWhatIsDue(t *testing.T) {
	o := newOffice(t)
	o.running()
	r := o.asks()
	o.until("Maria is asked", func() bool { return o.state(r.ID) == approvals.Pending })
	if _, err := o.Approve(t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID}); err != nil {
		t.Fatal(err)
	}
	o.until("the code is shown", func() bool { return o.request(r.ID).Showing == approvals.Shown })
	o.until("the feed has told all", func() bool {
		feed, err := o.store.Cursor(t.Context(), approvals.FeedSink)
		return err == nil && feed.Through == int64(len(o.trail()))
	})
}

// TestAStopLetsACodeThatIsBeingMadeArrive: SIGTERM does not throw a code away that OneLogin is about to give.
func TestAStopLetsACodeThatIsBeingMadeArrive(t *testing.T) {
	o := newOffice(t)
	asked, answer := make(chan struct{}), make(chan struct{})
	o.issue = func(int) (approvals.Token, approvals.Answer, error) {
		close(asked)
		<-answer
		return o.code("25992782")
	}
	stop := o.running()
	r := o.approvedLive()
	<-asked
	go func() { close(answer) }()
	stop()
	if got := o.stands(r.ID, approvals.Issued); got.Showing != approvals.Shown || len(o.codes) != 1 {
		t.Errorf("showing %q", got.Showing)
	}
}

// approvedLive is approved while the workers run.
func (o *office) approvedLive() approvals.Request {
	o.t.Helper()
	r := o.asks()
	o.until("Maria is asked", func() bool { return o.state(r.ID) == approvals.Pending })
	r, err := o.Approve(o.t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID})
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

// TestAPanicIsLoggedWithoutWhatItHeld and the job runs again.
func TestAPanicIsLoggedWithoutWhatItHeld(t *testing.T) {
	o := newOffice(t)
	core, logs := observer.New(zap.DebugLevel)
	o.Log = zap.New(core)
	o.issue = func(int) (approvals.Token, approvals.Answer, error) { panic("25992782") }
	r := o.approved()
	o.works()
	o.passes(time.Minute)
	o.works()
	o.stands(r.ID, approvals.Unknown)
	if o.issues != 1 {
		t.Errorf("OneLogin was asked %d times", o.issues)
	}
	if logs.FilterFieldKey("stack").Len() != 1 {
		t.Error("the panic is not in the log")
	}
	for _, entry := range logs.All() {
		for _, f := range entry.Context {
			if strings.Contains(f.String, "25992782") {
				t.Errorf("the log holds the panic's value: %+v", f)
			}
		}
	}
}

// TestAPanicInALookUpIsAFailedCheck, and does not end the program.
func TestAPanicInALookUpIsAFailedCheck(t *testing.T) {
	o := newOffice(t)
	o.panics = true
	r := o.asks()
	o.works()
	o.stands(r.ID, approvals.Received)
	o.panics = false
	o.passes(time.Second)
	o.works()
	o.stands(r.ID, approvals.Pending)
}

func TestAJobThatFailsRunsAgain(t *testing.T) {
	o := newOffice(t)
	tries := 0
	o.tell = func(e []approvals.Event) (int, error) {
		if tries++; tries < 3 {
			return 0, errors.New("500")
		}
		return len(e), nil
	}
	o.asks()
	for range 5 {
		o.works()
		o.passes(2 * time.Second)
	}
	if tries < 3 || len(o.told) != len(o.trail()) {
		t.Errorf("told %d of %d after %d tries", len(o.told), len(o.trail()), tries)
	}
}

func TestOldRequestsArePrunedEventsAreNot(t *testing.T) {
	o := newOffice(t)
	old := o.asks()
	o.works()
	if _, err := o.Withdraw(t.Context(), approvals.Press{By: "U0JOE", Request: old.ID}); err != nil {
		t.Fatal(err)
	}
	o.passes(60 * 24 * time.Hour)
	young := o.asks()
	o.works()
	if _, err := o.Withdraw(t.Context(), approvals.Press{By: "U0JOE", Request: young.ID}); err != nil {
		t.Fatal(err)
	}
	o.passes(31 * 24 * time.Hour)
	events := len(o.trail())
	if err := o.store.Enqueue(t.Context(), approvals.Job{Kind: approvals.JobPrune, RunAt: o.now()}); err != nil {
		t.Fatal(err)
	}
	o.works()
	if _, err := o.store.Request(t.Context(), old.ID); !errors.Is(err, approvals.ErrNotFound) {
		t.Errorf("the old request: %v", err)
	}
	if _, err := o.store.Request(t.Context(), young.ID); err != nil {
		t.Errorf("the young request: %v", err)
	}
	if len(o.trail()) != events {
		t.Errorf("%d events of %d are left", len(o.trail()), events)
	}
}

func TestARefreshPaintsAgain(t *testing.T) {
	o := newOffice(t)
	r := o.asks()
	o.works()
	n := len(o.painted)
	o.works()
	if len(o.painted) != n {
		t.Error("painted without a reason")
	}
	if err := o.Refresh(t.Context(), r.ID); err != nil {
		t.Fatal(err)
	}
	o.works()
	if len(o.painted) != n+1 {
		t.Errorf("painted %d times more, want once", len(o.painted)-n)
	}
}
