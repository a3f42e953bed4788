package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"olbot/approvals"
)

const readCursor = `SELECT through, lost, trouble FROM cursors WHERE name = $1`

// A cursorRow is a cursor as it is stored.
type cursorRow struct {
	through, lost int64
	trouble       string
}

func (r *cursorRow) dest() []any { return []any{&r.through, &r.lost, &r.trouble} }

func (r *cursorRow) cursor() (approvals.Cursor, error) {
	c := approvals.Cursor{Through: r.through, Lost: r.lost != 0}
	if r.trouble == "" {
		return c, nil
	}
	if err := json.Unmarshal([]byte(r.trouble), &c.Trouble); err != nil {
		return c, fmt.Errorf("decode the trouble of a cursor: %w", err)
	}
	return c, nil
}

func (t *tx) cursor(sink string) (approvals.Cursor, error) {
	var r cursorRow
	found, err := t.row(readCursor, []any{sink}, r.dest()...)
	if err != nil {
		return approvals.Cursor{}, err
	}
	if !found {
		return approvals.Cursor{}, approvals.ErrNotFound
	}
	return r.cursor()
}

// feedLost reads once in a transaction whether the feed is lost.
func (t *tx) feedLost() (bool, error) {
	if t.feed == nil {
		c, err := t.cursor(approvals.FeedSink)
		if err != nil {
			return false, err
		}
		t.feed = &c
	}
	return t.feed.Lost, nil
}

// Cursor implements approvals.Store.
func (s *Store) Cursor(ctx context.Context, sink string) (approvals.Cursor, error) {
	var r cursorRow
	if err := s.row(ctx, "cursor", readCursor, []any{sink}, approvals.ErrNotFound, r.dest()...); err != nil {
		return approvals.Cursor{}, err
	}
	return r.cursor()
}

// AddCursors implements approvals.Store.
func (s *Store) AddCursors(ctx context.Context, sinks ...string) error {
	return s.write(ctx, "add cursors", func(t *tx) error {
		for _, sink := range sinks {
			if _, err := t.exec(`INSERT INTO cursors (name, through, lost, trouble) VALUES ($1, 0, 0, '') ON CONFLICT (name) DO NOTHING`, sink); err != nil {
				return err
			}
		}
		return nil
	})
}

// MoveCursor implements approvals.Store.
func (s *Store) MoveCursor(ctx context.Context, sink string, to approvals.Cursor) error {
	trouble := ""
	if to.Trouble != (approvals.Trouble{}) {
		raw, err := json.Marshal(to.Trouble)
		if err != nil {
			return fmt.Errorf("encode the trouble of a cursor: %w", err)
		}
		trouble = string(raw)
	}
	return s.write(ctx, "move cursor", func(t *tx) error {
		_, err := t.exec(`
			UPDATE cursors SET through = $2, trouble = $3
			WHERE name = $1 AND (through < $2 OR through = $2 AND trouble <> $3)`, sink, to.Through, trouble)
		return err
	})
}

// SetLost implements approvals.Store.
func (s *Store) SetLost(ctx context.Context, sink string, lost bool, e approvals.Event) error {
	return s.write(ctx, "set sink lost", func(t *tx) error {
		c, err := t.cursor(sink)
		if err != nil || c.Lost == lost {
			return err
		}
		t.feed = nil
		if _, err := t.exec(`UPDATE cursors SET lost = $2 WHERE name = $1`, sink, lost); err != nil || e.Kind == "" {
			return err
		}
		return t.append(e)
	})
}

// longestPause is longer than a sink that is to be tried again ever waits.
const longestPause = 2 * time.Minute

// wakeSinks makes every sink due at the time, but for those that wait to be tried again: each event would be
// another try. A wait that no sink has was noted by a clock that was wrong, and does not count.
func (t *tx) wakeSinks(at time.Time) error {
	_, err := t.exec(`
		INSERT INTO jobs (kind, request, run_at, lease_until, attempt, fencing_token)
		SELECT $1, name, CAST($2 AS BIGINT), 0, 0, 0 FROM cursors WHERE true
		ON CONFLICT (kind, request) DO UPDATE SET run_at = excluded.run_at
		WHERE excluded.run_at < jobs.run_at AND (jobs.lease_until <> 0 OR jobs.run_at > $3)`,
		approvals.JobSink, at, at.Add(longestPause))
	return err
}
