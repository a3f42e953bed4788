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
func (w *world) running() (stop func()) {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
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
				w.t.Error(err)
			}
		case <-time.After(30 * time.Second):
			w.t.Error("the workers do not stop")
		}
	}
	w.t.Cleanup(stop)
	return stop
}

// until waits for a condition.
func (w *world) until(what string, is func() bool) {
	w.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !is() {
		if time.Now().After(deadline) {
			w.t.Fatalf("waited in vain until %s", what)
		}
		<-time.After(2 * time.Millisecond)
	}
}

func (w *world) state(id approvals.ID) approvals.State { return w.request(id).State }

func TestWorkersDoWhatIsDue(t *testing.T) {
	w := newWorld(t)
	w.running()
	r := w.asks()
	w.until("Maria is asked", func() bool { return w.state(r.ID) == approvals.Pending })
	if _, err := w.Approve(t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID}); err != nil {
		t.Fatal(err)
	}
	w.until("the code is shown", func() bool { return w.request(r.ID).Showing == approvals.Shown })
	w.until("the feed has told all", func() bool {
		feed, err := w.store.Feed(t.Context())
		return err == nil && feed.Through == int64(len(w.trail()))
	})
}

// TestAStopLetsACodeThatIsBeingMadeArrive: SIGTERM does not throw a code away that OneLogin is about to give.
func TestAStopLetsACodeThatIsBeingMadeArrive(t *testing.T) {
	w := newWorld(t)
	asked, answer := make(chan struct{}), make(chan struct{})
	w.issue = func(int) (approvals.Token, approvals.Answer, error) {
		close(asked)
		<-answer
		return w.code("25992782")
	}
	stop := w.running()
	r := w.approvedLive()
	<-asked
	go func() { close(answer) }()
	stop()
	if got := w.stands(r.ID, approvals.Issued); got.Showing != approvals.Shown || len(w.codes) != 1 {
		t.Errorf("showing %q", got.Showing)
	}
}

// approvedLive is approved while the workers run.
func (w *world) approvedLive() approvals.Request {
	w.t.Helper()
	r := w.asks()
	w.until("Maria is asked", func() bool { return w.state(r.ID) == approvals.Pending })
	r, err := w.Approve(w.t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID})
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// TestAPanicIsLoggedWithoutWhatItHeld and the job runs again.
func TestAPanicIsLoggedWithoutWhatItHeld(t *testing.T) {
	w := newWorld(t)
	core, logs := observer.New(zap.DebugLevel)
	w.Log = zap.New(core)
	w.issue = func(int) (approvals.Token, approvals.Answer, error) { panic("25992782") }
	r := w.approved()
	w.works()
	w.passes(time.Minute)
	w.works()
	w.stands(r.ID, approvals.Unknown)
	if w.issues != 1 {
		t.Errorf("OneLogin was asked %d times", w.issues)
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
	w := newWorld(t)
	w.panics = true
	r := w.asks()
	w.works()
	w.stands(r.ID, approvals.Received)
	w.panics = false
	w.passes(time.Second)
	w.works()
	w.stands(r.ID, approvals.Pending)
}

func TestAJobThatFailsRunsAgain(t *testing.T) {
	w := newWorld(t)
	tries := 0
	w.tell = func(e []approvals.Event) (int, error) {
		if tries++; tries < 3 {
			return 0, errors.New("500")
		}
		return len(e), nil
	}
	w.asks()
	for range 5 {
		w.works()
		w.passes(2 * time.Second)
	}
	if tries < 3 || len(w.told) != len(w.trail()) {
		t.Errorf("told %d of %d after %d tries", len(w.told), len(w.trail()), tries)
	}
}

func TestOldRequestsArePrunedEventsAreNot(t *testing.T) {
	w := newWorld(t)
	old := w.asks()
	w.works()
	if _, err := w.Withdraw(t.Context(), approvals.Press{By: "U0JOE", Request: old.ID}); err != nil {
		t.Fatal(err)
	}
	w.passes(60 * 24 * time.Hour)
	young := w.asks()
	w.works()
	if _, err := w.Withdraw(t.Context(), approvals.Press{By: "U0JOE", Request: young.ID}); err != nil {
		t.Fatal(err)
	}
	w.passes(31 * 24 * time.Hour)
	events := len(w.trail())
	if err := w.store.Enqueue(t.Context(), approvals.Job{Kind: approvals.JobPrune, RunAt: w.now()}); err != nil {
		t.Fatal(err)
	}
	w.works()
	if _, err := w.store.Request(t.Context(), old.ID); !errors.Is(err, approvals.ErrNotFound) {
		t.Errorf("the old request: %v", err)
	}
	if _, err := w.store.Request(t.Context(), young.ID); err != nil {
		t.Errorf("the young request: %v", err)
	}
	if len(w.trail()) != events {
		t.Errorf("%d events of %d are left", len(w.trail()), events)
	}
}

func TestARefreshPaintsAgain(t *testing.T) {
	w := newWorld(t)
	r := w.asks()
	w.works()
	n := len(w.painted)
	w.works()
	if len(w.painted) != n {
		t.Error("painted without a reason")
	}
	if err := w.Refresh(t.Context(), r.ID); err != nil {
		t.Fatal(err)
	}
	w.works()
	if len(w.painted) != n+1 {
		t.Errorf("painted %d times more, want once", len(w.painted)-n)
	}
}
