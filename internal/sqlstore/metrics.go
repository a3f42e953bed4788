package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"time"

	"olbot/approvals"
)

// A stopwatch knows since when something has been under way.
type stopwatch struct{ since atomic.Pointer[time.Time] }

func (w *stopwatch) start() { w.since.Store(new(time.Now())) }
func (w *stopwatch) stop()  { w.since.Store(nil) }

func (w *stopwatch) elapsed() time.Duration {
	if since := w.since.Load(); since != nil {
		return time.Since(*since)
	}
	return 0
}

// WriterBusy says for how long the writer has been in the transaction that it is
// in, 0 if it is in none. A transaction is given up after 5 s, also when the
// database does not answer: one that is much older is stuck.
func (s *Store) WriterBusy() time.Duration {
	if s.writer == nil {
		return 0
	}
	return s.writer.busy.elapsed()
}

// Measures are what there is to do, at one moment.
type Measures struct {
	Requests map[approvals.State]int // those that have not ended
	Jobs     map[approvals.JobKind]DueJobs
	Sinks    map[string]SinkMeasures // by name: the feed, and every other that ever was
	Paused   bool                    // a security contact has paused all codes
	Hidden   bool                    // what is restricted cannot be relied on: Paused says nothing
	Recent   []approvals.Event       // of the kinds of which some are alarms
}

// Recently is how far back Measures.Recent goes.
const Recently = 15 * time.Minute

// recentEvents reads the events of which some are alarms. They are few, and have an index of
// their own whose condition is spelled as this one is.
const recentEvents = `
	SELECT body FROM events
	WHERE kind IN ('denied', 'disowned', 'failed', 'not_shown', 'stopped', 'tampered', 'unknown') AND at > $1`

// DueJobs are the jobs of a kind that nobody works although they are due.
type DueJobs struct {
	N     int
	Since time.Time // when the first of them became due; zero if that is not known
}

// SinkMeasures are how far a sink is behind the trail.
type SinkMeasures struct {
	Unsent int64     // events not sent yet
	Since  time.Time // the first of them; zero if there is none
	Lost   bool      // it cannot be sent to for good
}

// Measure counts what is open, due or untold, through indexes: what is finished
// or told costs nothing, however much there is.
func (s *Store) Measure(ctx context.Context, now time.Time) (m Measures, err error) {
	m = Measures{Requests: map[approvals.State]int{}, Jobs: map[approvals.JobKind]DueJobs{}}
	err = readRows(ctx, s.r, `SELECT state, COUNT(*) FROM requests WHERE ended_at = 0 GROUP BY state`, nil, func(row scanner) error {
		var state approvals.State
		var n int
		err := row.Scan(&state, &n)
		m.Requests[state] = n
		return err
	})
	if err != nil {
		return m, fmt.Errorf("count requests: %w", err)
	}
	// Jobs taken back at the start are due since 1 ns after 1970.
	err = readRows(ctx, s.r, `
		SELECT kind, COUNT(*), COALESCE(MIN(CASE WHEN due_at > 1 THEN due_at END), 0)
		FROM jobs WHERE due_at <= $1 GROUP BY kind`, []any{now}, func(row scanner) error {
		var kind approvals.JobKind
		var n int
		var since int64
		err := row.Scan(&kind, &n, &since)
		m.Jobs[kind] = DueJobs{N: n, Since: stored(since)}
		return err
	})
	if err != nil {
		return m, fmt.Errorf("count due jobs: %w", err)
	}
	restrictions, err := s.Restrictions(ctx)
	if err != nil && !untrusted(err) { // the trail and the log say that
		return m, err
	}
	_, m.Paused = restrictions.Pause()
	m.Hidden = err != nil
	if m.Sinks, err = s.measureSinks(ctx); err != nil {
		return m, err
	}
	m.Recent, err = s.recent(ctx, now)
	return m, err
}

// recent reads the newest events that may be alarms. A metric decides nothing, so that
// nobody asks here whether an olbot stored them.
func (s *Store) recent(ctx context.Context, now time.Time) (recent []approvals.Event, err error) {
	err = readRows(ctx, s.r, recentEvents, []any{now.Add(-Recently)}, func(row scanner) error {
		var body string
		if err := row.Scan(&body); err != nil {
			return err
		}
		var e approvals.Event
		if json.Unmarshal([]byte(body), &e) == nil { // else audit verify has something to say
			recent = append(recent, e)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read recent events: %w", err)
	}
	return recent, nil
}

func (s *Store) measureSinks(ctx context.Context) (map[string]SinkMeasures, error) {
	all := map[string]SinkMeasures{}
	err := readRows(ctx, s.r, `
		SELECT cursors.name, trail_head.number - cursors.through, cursors.lost,
			COALESCE((SELECT at FROM events WHERE events.number = cursors.through + 1), 0)
		FROM cursors, trail_head`, nil, func(row scanner) error {
		var name string
		var m SinkMeasures
		var since, lost int64
		err := row.Scan(&name, &m.Unsent, &lost, &since)
		m.Lost, m.Since = lost != 0, stored(since)
		all[name] = m
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("measure sinks: %w", err)
	}
	return all, nil
}
