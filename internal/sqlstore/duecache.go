package sqlstore

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"olbot/approvals"
)

// lookEvery is how late a job of another process may be found: a replica's, or that of a
// command beside this olbot. What this process writes it sees at once. On PostgreSQL a look is
// two transactions: the driver tries a connection that was not used for a second.
const lookEvery = 2 * time.Second

// A dueCache knows when the next job of each kind is due, so that pools that ask several
// times a second, mostly in vain, cost one query in two seconds together.
type dueCache struct {
	mu    sync.Mutex
	next  map[approvals.JobKind]time.Time // of each kind that was ever asked for; zero: there is none
	err   error                           // why that could not be read
	at    time.Time                       // when it was, or could not be
	wrote int64                           // the writes of this process before that
	looks int64                           // so far
}

// anyDue says whether a job of the kinds is due.
func (s *Store) anyDue(ctx context.Context, kinds []approvals.JobKind, now time.Time) (bool, error) {
	c := &s.due
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.knows(kinds, s.writes.Load()) {
		s.lookAtJobs(ctx, kinds)
	}
	for _, kind := range kinds {
		if at := c.next[kind]; !at.IsZero() && !at.After(now) {
			return true, c.err
		}
	}
	return false, c.err
}

func (c *dueCache) knows(kinds []approvals.JobKind, writes int64) bool {
	for _, kind := range kinds {
		if _, ok := c.next[kind]; !ok {
			return false
		}
	}
	return c.wrote == writes && time.Since(c.at) < lookEvery
}

// forget makes the next question a look.
func (c *dueCache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = time.Time{}
}

// lookAtJobs reads when the next job is due, of the kinds and of all that were asked for
// before. What is written meanwhile makes it worthless. The caller holds mu: with a
// database that does not answer, whoever waits gets the same error.
func (s *Store) lookAtJobs(ctx context.Context, kinds []approvals.JobKind) {
	c := &s.due
	c.looks++
	c.wrote = s.writes.Load()
	next := map[approvals.JobKind]time.Time{}
	for _, kind := range append(slices.Collect(maps.Keys(c.next)), kinds...) {
		next[kind] = time.Time{}
	}
	var queries []string
	var args []any
	for _, kind := range slices.Sorted(maps.Keys(next)) {
		args = append(args, kind)
		queries = append(queries, fmt.Sprintf(`SELECT * FROM (SELECT kind, due_at FROM jobs WHERE kind = $%d ORDER BY due_at LIMIT 1) AS next`, len(args)))
	}
	c.err = s.rows(ctx, "due jobs", strings.Join(queries, " UNION ALL "), args, func(row scanner) error {
		var kind approvals.JobKind
		var due int64
		err := row.Scan(&kind, &due)
		next[kind] = stored(max(due, 1))
		return err
	})
	c.next, c.at = next, time.Now()
	if ctx.Err() != nil {
		c.at = time.Time{} // the caller gave up: nobody else need
	}
}
