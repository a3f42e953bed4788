package approvals_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"olbot/approvals"
)

// logged makes the world log into what it returns.
func (w *world) logged() *observer.ObservedLogs {
	core, logs := observer.New(zap.DebugLevel)
	w.Log = zap.New(core)
	return logs
}

// TestAFullPoolLeavesTheRestToOthers: what a process cannot begin with, another one can.
func TestAFullPoolLeavesTheRestToOthers(t *testing.T) {
	w := newWorld(t, func(p *approvals.Policy) { p.AgentLimit = 100 })
	var begun atomic.Int64
	release := make(chan struct{})
	w.lookUp = func(approvals.Ref) { begun.Add(1); <-release }
	defer close(release)
	w.running()
	const full, more = 8, 12
	for range full {
		w.asks()
	}
	const each = 2 // agent and owner
	w.until("the pool is full", func() bool { return begun.Load() == each*full })
	for range more { // each wakes the pool
		w.asks()
	}
	left := 0
	w.until("the rest is free to be claimed", func() bool {
		jobs, err := w.store.Claim(t.Context(), []approvals.JobKind{approvals.JobResolve}, more, w.now(), time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		left += len(jobs)
		return left == more
	})
	if left != more {
		t.Errorf("%d of %d jobs were left for others", left, more)
	}
}

// TestTroubleWithTheDatabaseIsLogged while work goes on, and a stop is no trouble.
func TestTroubleWithTheDatabaseIsLogged(t *testing.T) {
	w := newWorld(t)
	logs := w.logged()
	stop := w.running()
	telling, release := make(chan struct{}), make(chan struct{})
	w.tell = func(e []approvals.Event) (int, error) {
		close(telling)
		<-release
		return 0, errors.New("500")
	}
	w.asks()
	<-telling
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	close(release)
	w.until("the job that cannot be given back is logged", func() bool { return logs.FilterMessage("settle job").Len() > 0 })
	w.until("the claim that failed is logged", func() bool { return logs.FilterMessage("claim jobs").Len() > 0 })
	stop()
}

// TestAStopIsNoTrouble with a job under way, and while more are looked for.
func TestAStopIsNoTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // giving a job back takes none of its time
		w := newWorld(t)
		logs := w.logged()
		s := &lateStore{Store: w.Store}
		w.Store = s
		w.tell = func(e []approvals.Event) (int, error) {
			s.late.Store(true)
			time.Sleep(1500 * time.Millisecond)
			return len(e), nil
		}
		stop := w.running()
		w.asks()
		time.Sleep(time.Second)
		stop()
		if len(w.told) == 0 {
			t.Error("no job was under way")
		}
		if n := logs.FilterLevelExact(zap.ErrorLevel).Len(); n != 0 {
			t.Errorf("%d errors: %v", n, logs.FilterLevelExact(zap.ErrorLevel).All())
		}
	})
}

// A lateStore, once it is late, does not look for work before its caller stops.
type lateStore struct {
	approvals.Store
	late atomic.Bool
}

func (s *lateStore) wait(ctx context.Context) {
	if s.late.Load() {
		<-ctx.Done()
	}
}

func (s *lateStore) Claim(ctx context.Context, kinds []approvals.JobKind, n int, now time.Time, lease time.Duration) ([]approvals.Job, error) {
	s.wait(ctx)
	return s.Store.Claim(ctx, kinds, n, now, lease)
}

// TestASlowDatabaseHasTimeToTakeAJobBack, which would be done again otherwise.
func TestASlowDatabaseHasTimeToTakeAJobBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		logs := w.logged()
		w.Store = tardyStore{w.Store, 3 * time.Second}
		stop := w.running()
		r := w.asks()
		time.Sleep(30 * time.Second)
		stop()
		w.stands(r.ID, approvals.Pending)
		if n := logs.FilterMessage("settle job").Len(); n > 0 {
			t.Errorf("%d jobs were not given back", n)
		}
	})
}

// TestAStopDoesNotWaitForASlowDatabase: a job that ends just in time has a second to be taken back.
func TestAStopDoesNotWaitForASlowDatabase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.Store = tardyStore{w.Store, time.Hour}
		telling := make(chan struct{})
		var first sync.Once
		w.tell = func(e []approvals.Event) (int, error) {
			first.Do(func() {
				close(telling)
				time.Sleep(7900 * time.Millisecond) // of the 8 s it has
			})
			return len(e), nil
		}
		stop := w.running()
		w.asks()
		<-telling
		began := time.Now()
		stop()
		if took := time.Since(began); took < 7900*time.Millisecond || took > 9*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

// A tardyStore takes its time to take a job back.
type tardyStore struct {
	approvals.Store
	takes time.Duration
}

func (s tardyStore) Finish(ctx context.Context, j approvals.Job) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(s.takes):
		return s.Store.Finish(ctx, j)
	}
}

// TestALeaseThatIsLostIsNoTrouble: another worker has the job now.
func TestALeaseThatIsLostIsNoTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // giving a job back takes none of its time
		w := newWorld(t)
		logs := w.logged()
		w.tell = func(e []approvals.Event) (int, error) {
			w.passes(time.Minute) // the machine slept
			jobs, err := w.store.Claim(t.Context(), []approvals.JobKind{approvals.JobSink}, 1, w.now(), time.Minute)
			if err != nil || len(jobs) != 1 {
				t.Errorf("%v, %v", jobs, err)
			}
			return 0, errors.New("500")
		}
		w.asks()
		w.works()
		if n := logs.FilterMessage("settle job").Len(); n != 0 {
			t.Errorf("%d errors", n)
		}
	})
}

// TestAJobThatKeepsFailingIsLoggedNowAndThen: not at every try, and not when it only waits.
func TestAJobThatKeepsFailingIsLoggedNowAndThen(t *testing.T) {
	for name, tt := range map[string]struct {
		err  approvals.TemporaryError
		want int
	}{
		"fails":            {approvals.TemporaryError{After: time.Second}, 2},
		"has to wait":      {approvals.TemporaryError{After: time.Second, NotYet: true}, 0},
		"fails, no notice": {approvals.TemporaryError{}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			logs := w.logged()
			tt.err.Err = errors.New("500")
			w.tell = func([]approvals.Event) (int, error) { return 0, &tt.err }
			w.asks()
			for range 45 {
				w.works()
				w.passes(time.Minute)
			}
			if n := logs.FilterMessage("job has failed again").Len(); n != tt.want {
				t.Errorf("logged %d times, want %d", n, tt.want)
			}
			loud := logs.FilterMessage("job").Len() > 0
			if loud != (tt.err.After == 0) {
				t.Errorf("logged as an error: %t", loud)
			}
		})
	}
}

// TestWaitingIsNoFailure: the pauses between tries grow with failures alone.
func TestWaitingIsNoFailure(t *testing.T) {
	w := newWorld(t)
	tries, err := 0, error(&approvals.TemporaryError{After: time.Second, NotYet: true, Err: errors.New("has to wait")})
	w.tell = func([]approvals.Event) (int, error) { tries++; return 0, err }
	w.asks()
	for range 10 {
		w.works()
		w.passes(time.Second)
	}
	err = errors.New("500")
	w.works()
	before := tries
	w.passes(time.Second)
	w.works()
	if tries != before+1 {
		t.Errorf("%d tries within a second after the first failure, want 1", tries-before)
	}
}
