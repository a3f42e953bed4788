package monitor

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"olbot/approvals"
	"olbot/internal/sqlstore"
)

// A Check returns nil, or an error that says what is wrong.
type Check func(ctx context.Context) error

// stuckAfter is how long a pool of workers may go without claiming jobs. They
// claim several times a second.
const stuckAfter = 30 * time.Second

// Working is the check that every pool of workers still claims jobs.
func (s *Store) Working(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.claims) == 0 {
		return errors.New("olbot has not begun to work yet")
	}
	var stuck []string
	for pool, last := range s.claims {
		if s.now().Sub(last) > stuckAfter {
			stuck = append(stuck, pool)
		}
	}
	if len(stuck) > 0 {
		slices.Sort(stuck)
		return errors.New("workers have stopped asking for work: " + strings.Join(stuck, ", "))
	}
	return nil
}

// WriterMoves is the check that the database's writer moves on. A database that is
// away does not stop it: it gives up and takes what comes next.
func WriterMoves(store interface{ WriterBusy() time.Duration }) Check {
	return func(context.Context) error {
		if store.WriterBusy() > stuckAfter {
			return errors.New("the database's writer is stuck")
		}
		return nil
	}
}

// Writable is the check that the database can be written to.
func Writable(store interface{ Writable(context.Context) error }) Check {
	return func(ctx context.Context) error {
		switch err := store.Writable(ctx); {
		case errors.Is(err, sqlstore.ErrPlanted):
			return errors.New("the trail in the database cannot go on: " + sqlstore.ErrPlanted.Error())
		case err != nil:
			return errors.New("the database cannot be written to")
		}
		return nil
	}
}

// KeyKnown is the check that this process has the key of every record that it has met.
// Which one it lacks stands in the log.
func KeyKnown(store interface{ KeyUnknown() string }) Check {
	return func(context.Context) error {
		if id := store.KeyUnknown(); id != "" {
			return errors.New("OLBOT_TRAIL_KEY lacks the key " + id + ", which another olbot on this database uses")
		}
		return nil
	}
}

// FeedPostable is the check that the audit channel can be posted to.
func FeedPostable(store interface {
	Cursor(ctx context.Context, sink string) (approvals.Cursor, error)
}) Check {
	return func(ctx context.Context) error {
		feed, err := store.Cursor(ctx, approvals.FeedSink)
		switch {
		case err != nil:
			return errors.New("the state of the audit channel cannot be read")
		case feed.Lost:
			return errors.New("the audit channel cannot be posted to")
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
