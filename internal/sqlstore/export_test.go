package sqlstore

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Answering is how many writes that somebody waits for go into one commit at most.
const Answering = answering

// Commits says how many transactions were committed.
func (s *Store) Commits() int64 { return s.writer.commits.Load() }

// Asked says how many writes were ever handed to the writer, or wait to be.
func (s *Store) Asked() int64 { return s.writer.asked.Load() }

// Queue gives a writer that is occupied queues that hold what waits in them: of an
// unbuffered one nobody can say who waits there and who is about to.
func (s *Store) Queue() { s.writer.urgent, s.writer.ops = make(chan *op, 1000), make(chan *op, 1000) }

// Waiting says how many writes stand in the queues.
func (s *Store) Waiting() int { return len(s.writer.urgent) + len(s.writer.ops) }

// LastCall sets how long a caller who is out of time waits for an answer under way.
func (s *Store) LastCall(d time.Duration) { s.writer.lastCall = d }

// Retried says how many transactions had to be run again.
func (s *Store) Retried() int64 { return s.writer.retried.Load() }

// Migrations are the embedded files.
var Migrations = migrations

// WriterSetting reads a setting of the writer's PostgreSQL session.
func (s *Store) WriterSetting(ctx context.Context, name string, value *string) error {
	return s.w.QueryRowContext(ctx, `SELECT current_setting($1)`, name).Scan(value)
}

// FillDisk leaves the SQLite file no room to grow by more than a little.
func (s *Store) FillDisk(ctx context.Context) error {
	_, err := s.w.ExecContext(ctx, `PRAGMA max_page_count = 60`)
	return err
}

// FreeDisk undoes FillDisk.
func (s *Store) FreeDisk(ctx context.Context) error {
	_, err := s.w.ExecContext(ctx, `PRAGMA max_page_count = 1000000`)
	return err
}

// Occupy has the writer do what while others wait.
func (s *Store) Occupy(what func()) {
	do(context.Background(), s, "wait", plain, func(*tx) error { what(); return nil })
}

// CheckWriter opens the SQLite writer with one setting that is wrong.
func CheckWriter(ctx context.Context, file, bad string) error {
	name, _, _ := strings.Cut(bad, "=")
	settings := slices.DeleteFunc(strings.Split(sqliteWriter[1:], "&"), func(s string) bool { return strings.HasPrefix(s, name+"=") })
	db, err := openPool(ctx, file+"?"+strings.Join(append(settings, bad), "&"), 1, "0")
	if err == nil {
		db.Close()
	}
	return err
}

// MoveFeedAndFail is a write that returns an error after it has written.
func (s *Store) MoveFeedAndFail(ctx context.Context, through int64, err error) error {
	return do(ctx, s, "move feed and fail", plain, func(t *tx) error {
		if _, err := t.exec(`UPDATE feed SET through = $1`, through); err != nil {
			return err
		}
		return err
	})
}

// Count counts the rows of a table.
func (s *Store) Count(ctx context.Context, table string, rows *int) error {
	return s.r.QueryRowContext(ctx, `SELECT COUNT(*) FROM `+table).Scan(rows)
}
