// Package sqlstore is the approvals.Store on SQLite and on PostgreSQL, with one
// set of SQL.
//
// One goroutine, the writer, runs all writes. Those that arrive together share a
// transaction, and so a commit; what one of them refuses does not touch the
// others. On PostgreSQL every transaction first locks the row of the last event,
// so that changes happen one after the other over all replicas too, and what an
// approvals.View reads stays true until the commit.
//
// Read store.go first, then writer.go (who writes when), tx.go (what a
// transaction is), requests.go, trail.go and jobs.go (what is written), and trust.go (what
// of it is believed when it is read).
package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"
	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/internal/trailkey"
)

// A Config says which database to open.
type Config struct {
	// URL is sqlite:path, or postgres://user:password@host:port/database and
	// what else https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS allows.
	URL string
	// ReadOnly opens a database next to the olbot that runs on it: no file lock,
	// no migration, and every write fails with ErrReadOnly.
	ReadOnly bool
	// EventsAlone is ReadOnly of a database with any schema, newer or older, that has
	// events: Export and Verify work, and whatever else works only if SchemaFits.
	EventsAlone bool
	// Beside opens a database for writing next to the olbot that may run on it: no file
	// lock, no migration. Who does so makes a change and closes it again.
	Beside bool
	// Keys make and verify the MACs of what is stored. Without any, those of the file
	// beside a SQLite database hold (KeyFile); beside one that has nothing in it the
	// file is made.
	Keys trailkey.Ring
	Now  func() time.Time // time.Now if nil
	Log  *zap.Logger      // none if nil
}

// A Store is an approvals.Store, and keeps for package bot where its messages
// are. Its methods may be called from any goroutine.
type Store struct {
	r, w *sql.DB // r never writes
	dialect
	name       string // for people, without the password
	now        func() time.Time
	log        *zap.Logger
	trust      *trust
	schema     int64 // the version of the database's
	schemaFits bool  // this olbot can work with it
	writer     *writer
	writes     atomic.Int64 // transactions of this process that may have changed something
	due        dueCache
	lock       *flock.Flock // SQLite's, for the life of the process
}

// A dialect is what the two databases do not share.
type dialect struct {
	forUpdate    string // locks the selected row; SQLite has one writer
	isolation    sql.IsolationLevel
	isRolledBack func(commit error) bool // the commit surely stored nothing
	isRetryable  func(error) bool        // the transaction may work when it is run again
	fileGone     func() bool             // what is committed is nowhere
	sendAll      func(context.Context, *sql.Conn, []statement) ([]int64, error)
}

var _ approvals.Store = (*Store)(nil)

// Errors of a Store besides those of package approvals.
var (
	ErrClosed   = errors.New("the database is closed")
	ErrBusy     = errors.New("too many writes wait for the database")
	ErrReadOnly = errors.New("the database was opened for reading only")
	ErrPlanted  = errors.New("an event that no olbot stored stands where the next one belongs, so that nothing can be stored; remove it")
	ErrFileGone = errors.New("the database file was removed or replaced while olbot ran; put it back and start olbot again")
)

// Open opens the database, brings its schema up to date and makes sure that it
// keeps what it is given: durable commits, one process on a SQLite file, a
// clock within 2 s of PostgreSQL's. What the operator can put right is an *OpenError.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	d, err := parseDSN(cfg.URL)
	if err != nil {
		return nil, err
	}
	return openWith(ctx, cfg, func(s *Store) error {
		switch {
		case cfg.ReadOnly, cfg.EventsAlone:
			return s.findKeys(d, cfg.Keys)
		case cfg.Beside:
			return s.shareKeys(ctx, d, cfg.Keys)
		}
		return s.takeKeys(ctx, d, cfg.Keys)
	})
}

// openWith opens the database; keys gives it its trust.
func openWith(ctx context.Context, cfg Config, keys func(*Store) error) (*Store, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = zap.NewNop()
	}
	cfg.ReadOnly = cfg.ReadOnly || cfg.EventsAlone
	d, err := parseDSN(cfg.URL)
	if err != nil {
		return nil, err
	}
	s := &Store{name: d.String(), now: cfg.Now, log: cfg.Log}
	if err := s.open(ctx, d, cfg, keys); err != nil {
		return nil, errors.Join(d.openError(err), s.Close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, d dsn, cfg Config, keys func(*Store) error) (err error) {
	if d.file != "" {
		err = s.openSQLite(ctx, d.file, cfg)
	} else {
		if warning := d.warning(); warning != "" {
			s.log.Warn(warning)
		}
		err = s.openPostgres(ctx, d.server)
	}
	if err != nil {
		return err
	}
	if err := s.refuseOtherSchema(ctx); err != nil {
		return err
	}
	if cfg.ReadOnly || cfg.Beside {
		err = s.checkVersion(ctx, d.migrations())
		if e, ok := errors.AsType[*OpenError](err); ok && cfg.EventsAlone && !noSuchTable(e.Err) {
			err = nil
		}
	} else {
		err = s.migrate(ctx, d)
	}
	if err != nil {
		return err
	}
	if err := keys(s); err != nil || cfg.ReadOnly {
		return err
	}
	if d.file != "" && !cfg.Beside {
		if err := s.takeBackJobs(ctx); err != nil {
			return err
		}
	}
	s.writer = startWriter(s)
	return nil
}

// Close ends the writes that run, refuses those that wait, and closes the database.
func (s *Store) Close() error {
	var errs []error
	if s.writer != nil {
		s.writer.stop()
	}
	for _, db := range []*sql.DB{s.r, s.w} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	return errors.Join(errs...)
}

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.r.PingContext(ctx); err != nil {
		return fmt.Errorf("reach the database: %w", err)
	}
	return nil
}

// Writable says whether the database takes writes, by writing, and has room for the
// next event: ErrPlanted if not.
func (s *Store) Writable(ctx context.Context) error {
	return s.write(ctx, "write to the database", func(t *tx) error {
		var number int64
		planted, err := t.row(`SELECT number FROM events WHERE number = $1`, []any{t.head.number + 1}, &number)
		if err != nil {
			return err
		}
		if planted {
			t.trust.notePlanted(number)
			return ErrPlanted
		}
		_, err = t.exec(`UPDATE pulse SET at = $1`, s.now())
		return err
	})
}
