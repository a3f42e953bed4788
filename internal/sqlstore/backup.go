package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"go.uber.org/zap"
	lib "modernc.org/sqlite/lib"

	"olbot/internal/newfile"
	"olbot/internal/trailkey"
)

// A BackupResult tells of a copy that was made.
type BackupResult struct {
	VerifyResult       // of the copy's trail
	Bytes        int64 // how large the copy is
	Unchecked    error // why no MAC was checked, an *OpenError about the key; nil if they were
}

// Backup copies the SQLite database at the URL to a new file with mode 0600,
// as it is at one moment, also while an olbot runs on it: it takes no lock that
// a write would wait for. The copy is complete, checked and synced before it has
// its name, and is a database like any other. The schema may be that of another
// version of olbot.
//
// Faults of the trail are in the result: the copy is there, and has them too.
// What the operator can put right is an *OpenError for the database and a
// *BackupError for the copy; after an error there is no copy.
//
// The key of the trail is no part of it: whoever has the copy must not have both.
// keys, or those beside the database, check the copy.
func Backup(ctx context.Context, url, file string, keys trailkey.Ring) (BackupResult, error) {
	d, err := parseDSN(url)
	if err != nil {
		return BackupResult{}, err
	}
	if d.server != nil {
		return BackupResult{}, &BackupError{Kind: BackupOfServer}
	}
	result, err := backup(ctx, d, file, keys)
	if ctx.Err() != nil && err != nil {
		return BackupResult{}, fmt.Errorf("back up %s: %w", d, ctx.Err())
	}
	if e, ok := errors.AsType[*BackupError](err); ok {
		e.File = file
		return BackupResult{}, e
	}
	if err != nil {
		return BackupResult{}, d.openError(err)
	}
	return result, nil
}

func backup(ctx context.Context, d dsn, file string, keys trailkey.Ring) (result BackupResult, err error) {
	source := &Store{log: zap.NewNop()}
	defer func() { err = errors.Join(err, source.Close()) }()
	if err := source.openForCopy(ctx, d.file); err != nil {
		return result, err
	}
	unchecked := source.findKeys(d, keys)
	switch {
	case unchecked != nil:
		source.trust = newTrust(trailkey.Ring{}, source.log) // a copy that is checked less is better than none
	case source.trust.keys.Empty():
		unchecked = openError(NoKey, nil)
	}
	target, err := freeTarget(file)
	if err != nil {
		return result, err
	}
	partial, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+".*.partial")
	if err != nil {
		return result, backupError(err)
	}
	name := partial.Name()
	defer func() { err = errors.Join(err, removeAll(name, name+"-wal", name+"-shm", name+"-journal")) }()
	if err := partial.Close(); err != nil {
		return result, backupError(err)
	}
	if err := source.copyTo(ctx, name); err != nil {
		return result, err
	}
	if result.VerifyResult, err = checkCopy(ctx, name, source.trust); err != nil {
		return result, err
	}
	if result.Bytes, err = syncFile(name); err != nil {
		return result, backupError(err)
	}
	if result.Events > 0 {
		result.Unchecked = unchecked
	}
	if err := newfile.Name(name, target); err != nil {
		return result, backupError(err)
	}
	return result, nil
}

// openForCopy opens the database for reading, whatever version its schema has.
func (s *Store) openForCopy(ctx context.Context, file string) error {
	if err := s.openSQLite(ctx, file, Config{ReadOnly: true}); err != nil {
		return err
	}
	var last int64
	err := s.row(ctx, "the end of the trail", `SELECT number FROM trail_head`, nil, sql.ErrNoRows, &last)
	if sqliteCode(err) == lib.SQLITE_ERROR { // no such table
		return openError(OlderSchema, err)
	}
	return err
}

// copyTo fills the empty file. VACUUM INTO reads in one transaction and leaves
// out what was deleted. https://www.sqlite.org/lang_vacuum.html
func (s *Store) copyTo(ctx context.Context, file string) error {
	conn, err := s.r.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	// It counts as a write, though only of the other file.
	if _, err := conn.ExecContext(ctx, `PRAGMA query_only = 0`); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, `VACUUM INTO $1`, file); err != nil {
		return copyError(err)
	}
	return nil
}

// checkCopy makes the file a database that olbot opens, and reads all of it.
func checkCopy(ctx context.Context, file string, k *trust) (VerifyResult, error) {
	result, err := readCopy(ctx, file, k)
	if err = copyError(err); err != nil && !isBackupError(err) {
		err = &BackupError{Kind: BackupDamaged, Err: err}
	}
	return result, err
}

func readCopy(ctx context.Context, file string, k *trust) (result VerifyResult, err error) {
	w, err := openPool(ctx, file+sqliteWriter, 1, "0") // in WAL mode, which VACUUM INTO does not copy
	if err != nil {
		return result, err
	}
	if err := w.Close(); err != nil {
		return result, err
	}
	copied := &Store{trust: k}
	defer func() { err = errors.Join(err, copied.Close()) }()
	if err := copied.openSQLite(ctx, file, Config{ReadOnly: true}); err != nil {
		return result, err
	}
	var verdict string
	if err := copied.r.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&verdict); err != nil {
		return result, err
	}
	if verdict != "ok" {
		return result, errors.New(verdict)
	}
	return copied.Verify(ctx, nil)
}

// freeTarget is the absolute path of a file that may be made.
func freeTarget(file string) (string, error) {
	target, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	if file == "" || strings.ContainsAny(target, "?#") { // as in a database URL
		return "", &BackupError{Kind: BackupName}
	}
	if info, err := os.Stat(filepath.Dir(target)); err != nil || !info.IsDir() {
		return "", &BackupError{Kind: BackupNoDirectory, Err: err}
	}
	switch _, err := os.Lstat(target); {
	case err == nil:
		return "", &BackupError{Kind: BackupExists}
	case !errors.Is(err, fs.ErrNotExist):
		return "", backupError(err)
	}
	return target, nil
}

func syncFile(name string) (size int64, err error) {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), f.Sync()
}

func removeAll(names ...string) error {
	var errs []error
	for _, name := range names {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
