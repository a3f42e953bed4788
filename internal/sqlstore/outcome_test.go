package sqlstore_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"olbot/approvals"
)

// pgx sends it in a message of its own.
const commit = "commit\x00"

func TestSaysThatTheOutcomeOfACommitIsNotKnown(t *testing.T) {
	for _, c := range []struct {
		name   string
		how    cut
		stored bool
	}{
		{"the commit was lost", cutBefore, false},
		{"the answer was lost", cutAfter, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			url, proxy := throughProxy(t, postgresURL(t))
			s := open(t, url)
			proxy.next(c.how, commit)
			_, err := s.Create(t.Context(), []string{"envelope"}, making("OTP-0000-0001", approvals.Received))
			if !errors.Is(err, approvals.ErrOutcomeUnknown) {
				t.Fatalf("%v, want ErrOutcomeUnknown", err)
			}
			if proxy.failures() != 1 {
				t.Fatal("nothing was cut")
			}
			// It goes on, and what became of it can be looked up.
			if err := s.Writable(t.Context()); err != nil {
				t.Error(err)
			}
			if _, err := s.Delivered(t.Context(), "envelope"); (err == nil) != c.stored {
				t.Errorf("Delivered: %v, stored: %t", err, c.stored)
			}
			events := 0
			if c.stored {
				events = 1
			}
			if v, err := s.Verify(t.Context(), nil); err != nil || len(v.Faults) > 0 || v.Events != int64(events) {
				t.Errorf("the trail is %+v, %v, want %d events", v, err, events)
			}
		})
	}
}

func TestStoresOnceWhatLostItsConnectionBeforeTheCommit(t *testing.T) {
	for name, text := range map[string]string{
		"at the start":   "begin",
		"in the middle":  "INSERT INTO requests",
		"near the end":   "UPDATE trail_head",
		"reading before": "SELECT key, request FROM idempotency_keys",
	} {
		t.Run(name, func(t *testing.T) {
			url, proxy := throughProxy(t, postgresURL(t))
			s := open(t, url)
			proxy.next(cutAfter, text)
			if _, err := s.Create(t.Context(), []string{"envelope"}, making("OTP-0000-0001", approvals.Received)); err != nil {
				t.Error(err)
			}
			if proxy.failures() != 1 {
				t.Fatal("nothing was cut")
			}
			if v, err := s.Verify(t.Context(), nil); err != nil || len(v.Faults) > 0 || v.Events != 1 {
				t.Errorf("the trail is %+v, %v, want one event", v, err)
			}
		})
	}
}

func TestDoesNotLetACallerWaitForASilentDatabase(t *testing.T) {
	url, proxy := throughProxy(t, postgresURL(t))
	s := open(t, url)
	proxy.next(silence, commit)
	ctx, leave := context.WithCancel(t.Context())
	var left sync.WaitGroup
	left.Go(func() {
		_, err := s.Create(ctx, nil, making("OTP-0000-0001", approvals.Received))
		if !errors.Is(err, approvals.ErrOutcomeUnknown) {
			t.Errorf("the write that was under way: %v, want ErrOutcomeUnknown", err)
		}
	})
	waitFor(t, func() bool { return proxy.failures() == 1 })
	leave()
	left.Wait()
	_, err := s.Create(ctx, []string{"envelope"}, making("OTP-0000-0002", approvals.Received))
	if !errors.Is(err, context.Canceled) || errors.Is(err, approvals.ErrOutcomeUnknown) {
		t.Errorf("the write that waited: %v, want the context's error alone", err)
	}
	if _, err := s.Delivered(t.Context(), "envelope"); !errors.Is(err, approvals.ErrNotFound) {
		t.Errorf("the write that waited was stored: %v", err)
	}
	proxy.next(silence, "FROM cursors")
	if _, err := s.Cursor(context.Background(), approvals.FeedSink); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a read of a caller who would wait for ever: %v", err)
	}
}

func TestADatabaseThatIsAwayIsNotAskedForEveryWrite(t *testing.T) {
	url, proxy := throughProxy(t, postgresURL(t))
	s := open(t, url)
	h := holdWriter(t, s)
	h.waiting(t, s, 40, func(i int) {
		_, err := s.Create(t.Context(), nil, making(approvals.ID(fmt.Sprint(i)), approvals.Received))
		if err == nil || errors.Is(err, approvals.ErrOutcomeUnknown) {
			t.Errorf("write %d: %v, want an error that says that nothing was stored", i, err)
		}
	})
	proxy.goAway()
	h.letGo()
	if n := proxy.dialled(); n > 10 {
		t.Errorf("40 writes tried to connect %d times", n)
	}
}

func TestAFullDiskStoresNothingAndSaysSo(t *testing.T) {
	s := open(t, sqliteURL(t))
	if _, err := s.Create(t.Context(), nil, making("OTP-0000-0001", approvals.Received)); err != nil {
		t.Fatal(err)
	}
	if err := s.FillDisk(t.Context()); err != nil {
		t.Fatal(err)
	}
	stored := 1
	var full error
	for i := 0; full == nil && i < 10_000; i++ {
		_, full = s.Create(t.Context(), nil, making(approvals.NewID(), approvals.Received))
		if full == nil {
			stored++
		}
	}
	if full == nil || errors.Is(full, approvals.ErrOutcomeUnknown) {
		t.Fatalf("%v, want an error that says that nothing was stored", full)
	}
	if v, err := s.Verify(t.Context(), nil); err != nil || len(v.Faults) > 0 || v.Events != int64(stored) {
		t.Errorf("the trail is %+v, %v, want %d events", v, err, stored)
	}
	if err := s.FreeDisk(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Create(t.Context(), nil, making("OTP-0000-0002", approvals.Received)); err != nil {
		t.Errorf("after there was room again: %v", err)
	}
}
