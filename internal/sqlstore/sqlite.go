package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// Unknown names in this form are ignored by the driver, which is why
// checkPragmas reads back what came of it.
const (
	sqliteCommon = "?_busy_timeout=5000&_synchronous=FULL&_foreign_keys=1"
	// The pages that commits of many requests touch stay in memory (8 MB) and are
	// copied out of the log less often (every 16 MB): both are about speed alone.
	sqliteWriter = sqliteCommon + "&_journal_mode=WAL&_txlock=immediate&_pragma=cache_size(-8000)&_pragma=wal_autocheckpoint(4000)"
	sqliteReader = sqliteCommon + "&_query_only=1"
	readers      = 4
)

// openSQLite opens the file for one writer and some readers, creating it if need be.
func (s *Store) openSQLite(ctx context.Context, file string, cfg Config) error {
	s.dialect = dialect{isRolledBack: sqliteRolledBack, isRetryable: func(error) bool { return false }}
	var err error
	if cfg.ReadOnly || cfg.Beside {
		if _, err := os.Stat(file); err != nil {
			return openError(NoFile, err)
		}
	} else if file, err = s.takeFile(file); err != nil {
		return err
	}
	if !cfg.ReadOnly {
		if s.fileGone, err = watchFile(file); err != nil {
			return openError(NoFile, err)
		}
		if err := refuseOthersFile(ctx, file); err != nil {
			return err
		}
		// The writer first: it sets the journal mode.
		if s.w, err = openPool(ctx, file+sqliteWriter, 1, "0"); err != nil {
			return err
		}
	}
	s.r, err = openPool(ctx, file+sqliteReader, readers, "1")
	return err
}

// watchFile returns a function that says whether the file is no longer the one that
// was opened. Unix lets a program write on into a file that has been removed:
// what it commits there is gone when it ends.
func watchFile(file string) (gone func() bool, err error) {
	opened, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	return func() bool {
		now, err := os.Stat(file)
		return err != nil || !os.SameFile(opened, now)
	}, nil
}

// takeFile makes sure that the file exists, that only its owner can read it,
// and that no other process works on it, under whatever name: the lock is beside the file
// that symbolic links lead to, whose path is returned, and a file has one name. The
// system lets go of the lock when this process ends, however it ends.
func (s *Store) takeFile(file string) (resolved string, err error) {
	dir, err := os.Stat(filepath.Dir(file))
	if err != nil {
		return "", openError(NoDirectory, err)
	}
	if !dir.IsDir() {
		return "", openError(NoDirectory, fmt.Errorf("%s is not a directory", filepath.Dir(file)))
	}
	resolved, err = resolve(file)
	if err != nil {
		return "", openError(NotWritable, err)
	}
	s.lock = flock.New(resolved+".lock", flock.SetPermissions(0o600))
	locked, err := s.lock.TryLock()
	if err != nil {
		return "", openError(NotWritable, err)
	}
	if !locked {
		return "", openError(InUse, nil)
	}
	f, err := os.OpenFile(resolved, os.O_RDWR, 0)
	if err != nil {
		return "", openError(NotWritable, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", openError(NotWritable, err)
	}
	if names(info) > 1 {
		return "", openError(SeveralNames, nil)
	}
	return resolved, f.Chmod(0o600)
}

// resolve returns the path that symbolic links lead to, and makes the file if there is none.
// One that is there is not opened: to close it would end the locks that SQLite has on it.
func resolve(file string) (string, error) {
	resolved, err := filepath.EvalSymlinks(file)
	if !errors.Is(err, fs.ErrNotExist) {
		return resolved, err
	}
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", err
	}
	if err := f.Close(); err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(file)
}

// refuseOthersFile refuses a file that another program keeps its tables in, before anything
// of it is changed. What cannot be read is told by whoever opens it next.
func refuseOthersFile(ctx context.Context, file string) error {
	db, err := sql.Open("sqlite", file+"?_busy_timeout=5000&_query_only=1")
	if err != nil {
		return err
	}
	defer db.Close()
	var tables, ours int
	err = db.QueryRowContext(ctx, `SELECT COUNT(*), COUNT(CASE WHEN name IN ($1, $2) THEN 1 END) FROM sqlite_master WHERE type = 'table'`,
		versionTable, otherTable).Scan(&tables, &ours)
	if err == nil && tables > 0 && ours == 0 {
		return openError(OthersFile, nil)
	}
	return nil
}

func openPool(ctx context.Context, dsn string, size int, queryOnly string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	if err := checkPragmas(ctx, db, queryOnly); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// checkPragmas reads back what decides whether a commit lasts.
func checkPragmas(ctx context.Context, db *sql.DB, queryOnly string) error {
	for _, want := range []struct{ pragma, value string }{
		{"journal_mode", "wal"},
		{"synchronous", "2"},
		{"foreign_keys", "1"},
		{"busy_timeout", "5000"},
		{"query_only", queryOnly},
	} {
		var value string
		if err := db.QueryRowContext(ctx, "PRAGMA "+want.pragma).Scan(&value); err != nil {
			return fmt.Errorf("read PRAGMA %s: %w", want.pragma, err)
		}
		if value != want.value {
			return openError(NotDurable, fmt.Errorf("PRAGMA %s is %s and has to be %s", want.pragma, value, want.value))
		}
	}
	return nil
}

// sqliteCode is SQLite's primary result code, 0 if err is not SQLite's.
// https://www.sqlite.org/rescode.html
func sqliteCode(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() & 0xff
	}
	return 0
}

// sqliteRolledBack says whether a commit that failed surely stored nothing. After an
// I/O error it may come to light again when the file is opened the next time.
func sqliteRolledBack(err error) bool {
	switch sqliteCode(err) {
	case lib.SQLITE_FULL, lib.SQLITE_BUSY, lib.SQLITE_LOCKED, lib.SQLITE_CONSTRAINT,
		lib.SQLITE_READONLY, lib.SQLITE_NOMEM, lib.SQLITE_INTERRUPT:
		return true
	}
	return false
}

func sqliteKind(err error) OpenErrorKind {
	switch sqliteCode(err) {
	case lib.SQLITE_NOTADB, lib.SQLITE_CORRUPT:
		return Corrupt
	case lib.SQLITE_CANTOPEN, lib.SQLITE_READONLY, lib.SQLITE_PERM, lib.SQLITE_FULL:
		return NotWritable
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return InUse
	}
	if errors.Is(err, fs.ErrPermission) {
		return NotWritable
	}
	return ""
}
