package monitor

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

// A WatchedStore notes when jobs were last asked for, and so knows whether the
// workers and the database's writer behind them still run.
type WatchedStore struct {
	approvals.Store
	now func() time.Time

	mu    sync.Mutex
	asked map[string]time.Time // by the first kind of job that a pool of workers asks for; or inbox
}

// Watch returns the store for the service: what is stored and claimed through it is counted in m.
func Watch(store approvals.Store, m *Metrics, now func() time.Time) *WatchedStore {
	return &WatchedStore{Store: countedStore{store, m}, now: now, asked: map[string]time.Time{}}
}

// Claim implements approvals.Store. An answer counts also if it is an error:
// a database that is away does not make this process a broken one.
func (s *WatchedStore) Claim(ctx context.Context, kinds []approvals.JobKind, n int, now time.Time, lease time.Duration) ([]approvals.Job, error) {
	jobs, err := s.Store.Claim(ctx, kinds, n, now, lease)
	s.note(string(kinds[0]))
	return jobs, err
}

// Open implements approvals.Store.
func (s *WatchedStore) Open(ctx context.Context, most int, fn func(approvals.View, approvals.Entry) ([]approvals.Change, error)) (int, []approvals.Change, error) {
	taken, stored, err := s.Store.Open(ctx, most, fn)
	s.note("inbox")
	return taken, stored, err
}

func (s *WatchedStore) note(worker string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked[worker] = s.now()
}

// Working is the check of /healthz.
func (s *WatchedStore) Working(context.Context) error {
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

// Writing is the check that the database's writer moves on. A database that is
// away does not stop it: it gives up and takes what comes next.
func Writing(store interface{ WriterBusy() time.Duration }) Check {
	return func(context.Context) error {
		if store.WriterBusy() > stuckAfter {
			return errors.New("the database's writer is stuck")
		}
		return nil
	}
}

// FeedKept is the check that the audit channel can be posted to.
func (s *WatchedStore) FeedKept(ctx context.Context) error {
	feed, err := s.Feed(ctx)
	switch {
	case err != nil:
		return errors.New("the state of the audit channel cannot be read")
	case feed.Lost:
		return errors.New("the audit channel cannot be posted to")
	}
	return nil
}

// Writable is the check that the database takes what is written.
func Writable(store interface{ Writable(context.Context) error }) Check {
	return func(ctx context.Context) error {
		if store.Writable(ctx) != nil {
			return errors.New("the database cannot be written to")
		}
		return nil
	}
}

// Connected is the check that Slack can reach this process.
func Connected(connections func() int) Check {
	return func(context.Context) error {
		if connections() == 0 {
			return errors.New("not connected to Slack")
		}
		return nil
	}
}
