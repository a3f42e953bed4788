package sqlstore

import (
	"context"
	"time"

	"olbot/approvals"
)

const readCursor = `SELECT through, lost FROM cursors WHERE name = $1`

func (t *tx) cursor(sink string) (c approvals.Cursor, err error) {
	var lost int64
	found, err := t.row(readCursor, []any{sink}, &c.Through, &lost)
	if err == nil && !found {
		err = approvals.ErrNotFound
	}
	c.Lost = lost != 0
	return c, err
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
func (s *Store) Cursor(ctx context.Context, sink string) (c approvals.Cursor, err error) {
	var lost int64
	err = s.row(ctx, "cursor", readCursor, []any{sink}, approvals.ErrNotFound, &c.Through, &lost)
	c.Lost = lost != 0
	return c, err
}

// AddCursors implements approvals.Store.
func (s *Store) AddCursors(ctx context.Context, sinks ...string) error {
	return s.write(ctx, "add cursors", func(t *tx) error {
		for _, sink := range sinks {
			if _, err := t.exec(`INSERT INTO cursors (name, through, lost) VALUES ($1, 0, 0) ON CONFLICT (name) DO NOTHING`, sink); err != nil {
				return err
			}
		}
		return nil
	})
}

// MoveCursor implements approvals.Store.
func (s *Store) MoveCursor(ctx context.Context, sink string, through int64) error {
	return s.write(ctx, "move cursor", func(t *tx) error {
		_, err := t.exec(`UPDATE cursors SET through = $2 WHERE name = $1 AND through < $2`, sink, through)
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

// wakeSinks makes every sink due at the time.
func (t *tx) wakeSinks(at time.Time) error {
	_, err := t.exec(`
		INSERT INTO jobs (kind, request, run_at, lease_until, attempt, fencing_token)
		SELECT $1, name, CAST($2 AS BIGINT), 0, 0, 0 FROM cursors WHERE true
		ON CONFLICT (kind, request) DO UPDATE SET run_at = excluded.run_at WHERE excluded.run_at < jobs.run_at`,
		approvals.JobSink, at)
	return err
}
