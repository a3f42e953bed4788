package sqlstore_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"olbot/approvals"
	"olbot/internal/sqlstore"
)

// A hold keeps the writer busy, so that what is called meanwhile waits and then
// goes into one batch.
type hold struct {
	release context.CancelFunc
	over    sync.WaitGroup
}

func holdWriter(t *testing.T, s *sqlstore.Store) *hold {
	t.Helper()
	released, release := context.WithCancel(t.Context())
	h := &hold{release: release}
	busy := make(chan struct{})
	h.over.Go(func() { s.Occupy(func() { close(busy); <-released.Done() }) })
	<-busy
	return h
}

// waiting starts n calls that wait for the writer, and returns when all of them do.
func (h *hold) waiting(t *testing.T, s *sqlstore.Store, n int, fn func(i int)) {
	t.Helper()
	before := s.Waiting()
	for i := range n {
		h.over.Go(func() { fn(i) })
	}
	waitFor(t, func() bool { return s.Waiting() == before+n })
}

func (h *hold) letGo() {
	h.release()
	h.over.Wait()
}

func TestWritesThatArriveTogetherShareACommit(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		s := open(t, url(t))
		h := holdWriter(t, s)
		h.waiting(t, s, 40, func(i int) {
			if _, err := s.Create(t.Context(), nil, making(approvals.ID(fmt.Sprint(i)), approvals.Received)); err != nil {
				t.Error(err)
			}
		})
		before := s.Commits()
		h.letGo()
		if n := s.Commits() - before; n != 1 {
			t.Errorf("40 writes took %d commits, want one", n)
		}
		if v, err := s.Verify(t.Context(), nil); err != nil || v.Events != 40 || len(v.Faults) > 0 {
			t.Errorf("the trail is %+v, %v, want 40 events", v, err)
		}
	})
}

func TestAWriteThatFailsDoesNotFailTheOthersOfItsBatch(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		s := open(t, url(t))
		h := holdWriter(t, s)
		errs := make([]error, 30)
		h.waiting(t, s, len(errs), func(i int) {
			id, state := approvals.ID(fmt.Sprint(i)), approvals.Received
			switch i % 3 {
			case 1:
				state = "no such state" // the database refuses it
			case 2:
				defer func() { errs[i] = fmt.Errorf("panicked: %v", recover()) }()
			}
			_, errs[i] = s.Create(t.Context(), nil, func(v approvals.View) (approvals.Change, error) {
				if i%3 == 2 {
					panic("in fn")
				}
				return making(id, state)(v)
			})
		})
		h.letGo()
		for i, err := range errs {
			if (err == nil) != (i%3 == 0) || errors.Is(err, approvals.ErrOutcomeUnknown) {
				t.Errorf("write %d: %v", i, err)
			}
			if _, err := s.Request(t.Context(), approvals.ID(fmt.Sprint(i))); (err == nil) != (i%3 == 0) {
				t.Errorf("request %d: %v", i, err)
			}
		}
		if v, err := s.Verify(t.Context(), nil); err != nil || v.Events != 10 || len(v.Faults) > 0 {
			t.Errorf("the trail is %+v, %v, want 10 events", v, err)
		}
	})
}

func TestDropsAWriteWhoseCallerLeftBeforeItsTurn(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		s := open(t, url(t))
		h := holdWriter(t, s)
		ctx, leave := context.WithCancel(t.Context())
		var left sync.WaitGroup
		left.Go(func() {
			_, err := s.Create(ctx, nil, making("OTP-0000-0001", approvals.Received))
			if !errors.Is(err, context.Canceled) || errors.Is(err, approvals.ErrOutcomeUnknown) {
				t.Errorf("%v, want the context's error alone", err)
			}
		})
		waitFor(t, func() bool { return s.Waiting() == 1 })
		leave()
		left.Wait() // not for the writer
		h.letGo()
		if _, err := s.Request(t.Context(), "OTP-0000-0001"); !errors.Is(err, approvals.ErrNotFound) {
			t.Errorf("it was stored: %v", err)
		}
	})
}

func TestDropsAWriteWhoseCallerLeftBeforeItRunsAgain(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		s := open(t, url(t))
		s.LastCall(time.Minute)
		h := holdWriter(t, s)
		ctx, leave := context.WithCancel(t.Context())
		h.waiting(t, s, 1, func(int) {
			_, err := s.Create(t.Context(), nil, func(v approvals.View) (approvals.Change, error) {
				leave()
				return making("OTP-0000-0001", "no such state")(v) // fails the batch
			})
			if err == nil {
				t.Error("the database took a state that is none")
			}
		})
		h.waiting(t, s, 1, func(int) {
			_, err := s.Create(ctx, nil, making("OTP-0000-0002", approvals.Received))
			if !errors.Is(err, context.Canceled) || errors.Is(err, approvals.ErrOutcomeUnknown) {
				t.Errorf("%v, want the context's error alone", err)
			}
		})
		h.letGo()
		if _, err := s.Request(t.Context(), "OTP-0000-0002"); !errors.Is(err, approvals.ErrNotFound) {
			t.Errorf("it was stored: %v", err)
		}
	})
}

func TestNothingStaysOfAWriteThatFailsHalfway(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		s := open(t, url(t))
		h := holdWriter(t, s)
		halfway := errors.New("halfway")
		h.waiting(t, s, 1, func(int) {
			if err := s.MoveCursorsAndFail(t.Context(), 7, halfway); !errors.Is(err, halfway) {
				t.Errorf("%v, want its own error", err)
			}
		})
		h.waiting(t, s, 1, func(int) {
			if err := s.SetRendered(t.Context(), "R1", "a", "D1", "1.1", ""); err != nil {
				t.Error(err)
			}
		})
		h.letGo()
		if f, err := s.Cursor(t.Context(), approvals.FeedSink); err != nil || f.Through != 0 {
			t.Errorf("the feed is %+v, %v, want it unmoved", f, err)
		}
		want(t, "the other write of the batch", messages(t, s, "R1"), "a|D1|1.1||0")
	})
}

func TestLookingForWorkCostsNoCommit(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		s := open(t, url(t))
		now := time.Now()
		if err := s.Enqueue(t.Context(), approvals.Job{Kind: approvals.JobExpire, RunAt: now.Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		before := s.Commits()
		for range 10 {
			if jobs, err := s.Claim(t.Context(), []approvals.JobKind{approvals.JobExpire}, 5, now, time.Minute); err != nil || len(jobs) > 0 {
				t.Fatal(jobs, err)
			}
		}
		if n := s.Commits() - before; n != 0 {
			t.Errorf("%d commits", n)
		}
	})
}

func TestARefusalCostsNoCommit(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		s := open(t, url(t))
		before := s.Commits()
		s.Create(t.Context(), nil, func(approvals.View) (approvals.Change, error) {
			return approvals.Change{}, &approvals.Refusal{Code: approvals.AgentLimit}
		})
		s.Update(t.Context(), "missing", nil, nil)
		s.Finish(t.Context(), approvals.Job{Kind: approvals.JobShow})
		if n := s.Commits() - before; n != 0 {
			t.Errorf("%d commits", n)
		}
	})
}

func TestReplicasNeverLockOneAnotherOut(t *testing.T) {
	url := postgresURL(t)
	stores := []*sqlstore.Store{open(t, url), open(t, url)}
	const jobs, rounds = 8, 10
	for range rounds {
		// Both write the same rows in one transaction, in opposite order.
		var holds []*hold
		for i, s := range stores {
			h := holdWriter(t, s)
			for n := range jobs {
				if i == 1 {
					n = jobs - 1 - n
				}
				j := approvals.Job{Kind: approvals.JobShow, Request: approvals.ID(fmt.Sprint(n)), RunAt: time.Now()}
				h.waiting(t, s, 1, func(int) {
					if err := s.Enqueue(t.Context(), j); err != nil {
						t.Error(err)
					}
				})
			}
			holds = append(holds, h)
		}
		for _, h := range holds {
			h.release()
		}
		for _, h := range holds {
			h.letGo()
		}
	}
	for _, s := range stores {
		if n := s.Retried(); n > 0 {
			t.Errorf("%d transactions had to be run again", n)
		}
	}
}

func TestWorksInABubbleOfTime(t *testing.T) {
	url := sqliteURL(t)
	synctest.Test(t, func(t *testing.T) {
		s, err := sqlstore.Open(t.Context(), sqlstore.Config{Keys: testKeys, URL: url})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Create(t.Context(), nil, making("OTP-0000-0001", approvals.Received)); err != nil {
			t.Error(err)
		}
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		if err := s.Writable(t.Context()); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}
