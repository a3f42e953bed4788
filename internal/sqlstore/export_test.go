package sqlstore

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
)

// UrgentPerBatch is how many writes that somebody waits for go into one commit at most.
const UrgentPerBatch = urgentPerBatch

// MaxWaiting is how many writes wait at most.
const MaxWaiting = maxWaiting

// Commits says how many transactions were committed.
func (s *Store) Commits() int64 { return s.writer.commits.Load() }

// Waiting says how many writes wait for the writer.
func (s *Store) Waiting() int {
	s.writer.mu.Lock()
	defer s.writer.mu.Unlock()
	return len(s.writer.urgent) + len(s.writer.others)
}

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

// Occupy has the writer, which has nothing to do, run what while others wait. It does
// so before a transaction begins, so that it keeps no other replica waiting.
func (s *Store) Occupy(what func()) {
	var once sync.Once
	next := s.fileGone
	s.fileGone = func() bool { once.Do(what); return next() }
	s.write(context.Background(), "wait", func(*tx) error { return nil })
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

// MoveCursorsAndFail is a write that returns an error after it has written.
func (s *Store) MoveCursorsAndFail(ctx context.Context, through int64, err error) error {
	return s.write(ctx, "move cursors and fail", func(t *tx) error {
		if _, err := t.exec(`UPDATE cursors SET through = $1`, through); err != nil {
			return err
		}
		return err
	})
}

// Verifies says whether the server of the URL has to prove who it is, and which weaker sslmode is written.
func Verifies(url string) (verifies bool, weak string, err error) {
	d, err := parseDSN(url)
	if err != nil {
		return false, "", err
	}
	verifies = d.server.TLSConfig != nil && !d.server.TLSConfig.InsecureSkipVerify && d.server.TLSConfig.ServerName != ""
	for _, f := range d.server.Fallbacks {
		verifies = verifies && f.TLSConfig != nil && !f.TLSConfig.InsecureSkipVerify && f.TLSConfig.ServerName != ""
	}
	return verifies, d.weak, nil
}

// Exec changes the database behind olbot's back.
func (s *Store) Exec(ctx context.Context, query string) error {
	_, err := s.w.ExecContext(ctx, query)
	return err
}

// Count counts the rows of a table.
func (s *Store) Count(ctx context.Context, table string, rows *int) error {
	return s.r.QueryRowContext(ctx, `SELECT COUNT(*) FROM `+table).Scan(rows)
}

// Plans says, by query, in which steps the database looks for requests.
func (s *Store) Plans(ctx context.Context) (map[string][]string, error) {
	explain, columns := "EXPLAIN QUERY PLAN ", 4
	if s.sendAll != nil {
		explain, columns = "EXPLAIN (COSTS OFF) ", 1
	}
	plans := map[string][]string{}
	ofOwners, owners := ofOwners([]int64{17, 18})
	for query, args := range map[string][]any{
		openOf:          {"U0JOE"},
		askedBy:         {"U0JOE", "W0JOE", 17},
		askedByOneLogin: {17},

		restrictionEvents: {},
		recentEvents:      {int64(1)},
		askedToApprove:    {"U0JOE", "W0JOE"},

		`SELECT ` + requestColumns + ` FROM requests ` + granted:  nil,
		`SELECT ` + requestColumns + ` FROM requests ` + ofOwners: params(owners),
	} {
		err := readRows(ctx, s.r, explain+query, args, func(row scanner) error {
			dest := make([]any, columns)
			for i := range dest {
				dest[i] = new(string)
			}
			err := row.Scan(dest...)
			plans[query] = append(plans[query], *dest[columns-1].(*string))
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return plans, nil
}

// Chain is the hash of an event.
var Chain = chain

// Looks says how often the database was asked which jobs are due.
func (s *Store) Looks() int64 {
	s.due.mu.Lock()
	defer s.due.mu.Unlock()
	return s.due.looks
}

// Submitted says how many writes were asked for.
func (s *Store) Submitted() int64 { return s.writer.submitted.Load() }
