package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"go.uber.org/zap"
)

// An Examination is what Examine found of a database that Open would take.
type Examination struct {
	Where    string // for people, without the password
	New      bool   // nothing is stored: Open makes the schema, and for SQLite file and key
	Upgrade  bool   // Open brings the schema up to date
	Schema   int64  // its version; 0: New or Upgrade
	Newer    bool   // it is newer than this olbot's, which can still work with it
	InUse    bool   // an olbot has the SQLite file open, so Open would refuse it now
	Warnings []string
	Room     Room

	// Connections is how many connections to Slack the olbots on it have, or had so that Slack may still count them.
	Connections int
}

// A Room is what is left on the disk of a SQLite file. The zero Room is not known.
type Room struct {
	Bytes uint64
	Known bool
}

// Examine finds out whether Open would take the database, and changes nothing in it: it makes
// no file, no schema and no key, and stores nothing. Its errors are Open's. With offline
// a server is not asked.
func Examine(ctx context.Context, cfg Config, offline bool) (x Examination, err error) {
	d, err := parseDSN(cfg.URL)
	if err != nil {
		return x, err
	}
	x.Where = d.String()
	if warning := d.warning(); warning != "" {
		x.Warnings = append(x.Warnings, warning)
	}
	if d.server != nil && offline {
		return x, nil
	}
	s := &Store{name: d.String(), now: cfg.Now, log: zap.NewNop()}
	if s.now == nil {
		s.now = time.Now
	}
	if err := errors.Join(s.examine(ctx, d, cfg, &x), s.Close()); err != nil {
		return Examination{}, d.openError(err)
	}
	return x, nil
}

func (s *Store) examine(ctx context.Context, d dsn, cfg Config, x *Examination) error {
	open := func() error { return s.openPostgres(ctx, d.server) }
	writable := s.serverWritable
	if d.file != "" {
		if err := examineFile(d.file, x); err != nil {
			return err
		}
		cfg.ReadOnly = true
		open = func() error { return s.openSQLite(ctx, d.file, cfg) }
		writable = func(context.Context, bool) error { return nil } // examineFile has asked
	}
	if x.New {
		return s.findKeys(d, cfg.Keys)
	}
	if err := open(); err != nil {
		return err
	}
	if err := s.refuseOtherSchema(ctx); err != nil {
		return err
	}
	if err := s.examineSchema(ctx, d, x); err != nil {
		return err
	}
	if err := writable(ctx, x.Schema == 0); err != nil {
		return err
	}
	if err := s.findKeys(d, cfg.Keys); err != nil || x.Schema == 0 {
		return err
	}
	if err := s.NeedKey(ctx); err != nil {
		return err
	}
	err := s.r.QueryRowContext(ctx, `SELECT COUNT(*) FROM connections WHERE counted_until > $1`, nanos(s.now())).Scan(&x.Connections)
	if err != nil {
		return fmt.Errorf("count connections: %w", err)
	}
	return nil
}

// examineSchema says whether Open would make the schema, bring it up to date, or take it as it is.
func (s *Store) examineSchema(ctx context.Context, d dsn, x *Examination) error {
	err := s.checkVersion(ctx, d.migrations())
	e, ok := errors.AsType[*OpenError](err)
	if !ok || e.Kind != OlderSchema {
		x.Schema, x.Newer = s.schema, s.schema > int64(SchemaVersion())
		return err
	}
	x.New = noSuchTable(e.Err)
	x.Upgrade = !x.New
	return nil
}

// examineFile is what takeFile would find, without making or locking anything.
func examineFile(file string, x *Examination) error {
	dir, err := os.Stat(filepath.Dir(file))
	if err != nil {
		return openError(NoDirectory, err)
	}
	if !dir.IsDir() {
		return openError(NoDirectory, fmt.Errorf("%s is not a directory", filepath.Dir(file)))
	}
	x.Room.Bytes, x.Room.Known = room(filepath.Dir(file))
	resolved, err := filepath.EvalSymlinks(file)
	if errors.Is(err, fs.ErrNotExist) {
		x.New = true
		return writableFile(filepath.Dir(file))
	}
	if err != nil {
		return openError(NotWritable, err)
	}
	info, err := os.Stat(resolved)
	switch {
	case err != nil:
		return openError(NotWritable, err)
	case info.IsDir():
		return openError(NotWritable, fmt.Errorf("%s is a directory", file))
	case names(info) > 1:
		return openError(SeveralNames, nil)
	}
	x.New = info.Size() == 0
	x.InUse, err = locked(resolved + ".lock")
	return errors.Join(err, writableFile(resolved), writableFile(filepath.Dir(resolved)))
}

func writableFile(name string) error {
	if err := mayWrite(name); err != nil {
		return openError(NotWritable, fmt.Errorf("%s: %w", name, err))
	}
	return nil
}

// locked says whether an olbot holds the lock. It makes no lock file; for the moment that it looks, no olbot can start.
func locked(name string) (bool, error) {
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	lock := flock.New(name, flock.SetFlag(os.O_RDONLY))
	free, err := lock.TryRLock()
	if err != nil {
		return false, openError(NotWritable, err)
	}
	return !free, lock.Close()
}

// serverWritable says whether the user could write to the server's tables, or make them.
func (s *Store) serverWritable(ctx context.Context, makeTables bool) error {
	var readOnly, may bool
	ask := `has_table_privilege('events', 'SELECT, INSERT') AND has_table_privilege('requests', 'SELECT, INSERT, UPDATE, DELETE')`
	if makeTables {
		ask = `COALESCE(has_schema_privilege(current_schema(), 'CREATE'), false)`
	}
	err := s.r.QueryRowContext(ctx, `SELECT current_setting('transaction_read_only')::boolean, `+ask).Scan(&readOnly, &may)
	switch {
	case err != nil:
		return fmt.Errorf("ask what may be written: %w", err)
	case readOnly:
		return openError(NotWritable, errors.New("the server takes no writes in this session"))
	case !may:
		return openError(Denied, nil)
	}
	return nil
}
