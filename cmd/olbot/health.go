package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"olbot/approvals"
)

// stuckAfter is how long a pool of workers may go without asking for jobs. They
// ask several times a second.
const stuckAfter = 30 * time.Second

// A watchedStore notes when jobs were last asked for, and so knows whether the
// workers and the database's writer behind them still run.
type watchedStore struct {
	approvals.Store
	now func() time.Time

	mu    sync.Mutex
	asked map[string]time.Time // by the first kind of job that a pool of workers asks for
}

func watch(store approvals.Store, now func() time.Time) *watchedStore {
	return &watchedStore{Store: store, now: now, asked: map[string]time.Time{}}
}

// Claim implements approvals.Store. An answer counts also if it is an error:
// a database that is away does not make this process a broken one.
func (s *watchedStore) Claim(ctx context.Context, kinds []approvals.JobKind, n int, now time.Time, lease time.Duration) ([]approvals.Job, error) {
	jobs, err := s.Store.Claim(ctx, kinds, n, now, lease)
	s.note(string(kinds[0]))
	return jobs, err
}

func (s *watchedStore) note(worker string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked[worker] = s.now()
}

// working is the check of /healthz.
func (s *watchedStore) working(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.asked) == 0 {
		return errors.New("olbot has not begun to work yet")
	}
	var stuck []string
	for worker, last := range s.asked {
		if s.now().Sub(last) > stuckAfter {
			stuck = append(stuck, worker)
		}
	}
	if len(stuck) > 0 {
		slices.Sort(stuck)
		return errors.New("workers have stopped asking for work: " + strings.Join(stuck, ", "))
	}
	return nil
}

// writing is the check that the database's writer moves on. A database that is
// away does not stop it: it gives up and takes what comes next.
func writing(store interface{ WriterBusy() time.Duration }) check {
	return func(context.Context) error {
		if store.WriterBusy() > stuckAfter {
			return errors.New("the database's writer is stuck")
		}
		return nil
	}
}

// feedKept is the check that the audit channel can be posted to.
func (s *watchedStore) feedKept(ctx context.Context) error {
	feed, err := s.Feed(ctx)
	switch {
	case err != nil:
		return errors.New("the state of the audit channel cannot be read")
	case feed.Lost:
		return errors.New("the audit channel cannot be posted to")
	}
	return nil
}
