package sqlstore

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"go.uber.org/zap"
	lib "modernc.org/sqlite/lib"
)

//go:embed migrations
var migrations embed.FS

const (
	versionTable = "olbot_schema"
	otherTable   = "schema_version" // of the olbots from before the first release
)

func (d dsn) migrations() fs.FS {
	dir := "migrations/postgres"
	if d.file != "" {
		dir = "migrations/sqlite"
	}
	sub, err := fs.Sub(migrations, dir)
	if err != nil {
		panic(err) // the path is a constant
	}
	return sub
}

// migrate brings the schema up to date, one process at a time, and refuses one
// that a newer olbot has made.
func (s *Store) migrate(ctx context.Context, d dsn) error {
	options := []goose.ProviderOption{goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true)}
	kind := goose.DialectSQLite3
	if d.server != nil {
		kind = goose.DialectPostgres
		locker, err := s.schemaLock(ctx)
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(kind, s.w, d.migrations(), options...)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	applied, err := provider.Up(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	for _, m := range applied {
		s.log.Info("schema migrated", zap.Int64("version", m.Source.Version))
	}
	return s.checkVersion(ctx, d.migrations())
}

// schemaLock is held while migrating. It is one for each schema, so that two
// olbots in one database do not wait for one another.
func (s *Store) schemaLock(ctx context.Context) (lock.SessionLocker, error) {
	var schema sql.NullString
	if err := s.w.QueryRowContext(ctx, `SELECT current_schema()`).Scan(&schema); err != nil {
		return nil, fmt.Errorf("find the schema: %w", err)
	}
	if !schema.Valid {
		return nil, openError(Denied, errors.New("the search_path names no schema that exists"))
	}
	id := fnv.New64a()
	id.Write([]byte("olbot " + schema.String))
	return lock.NewPostgresSessionLocker(lock.WithLockID(int64(id.Sum64())), lock.WithLockTimeout(1, 60))
}

// checkVersion makes sure that this program can work with the schema. A newer
// schema says in lowest_reader which programs still can.
func (s *Store) checkVersion(ctx context.Context, files fs.FS) error {
	var there, lowest int64
	err := s.r.QueryRowContext(ctx, `SELECT (SELECT MAX(version_id) FROM `+versionTable+`), lowest_reader FROM compatibility`).Scan(&there, &lowest)
	if noSuchTable(err) {
		return openError(OlderSchema, err)
	}
	if err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	s.schema = there
	known := int64(newest(files))
	switch found := fmt.Errorf("its schema has version %d and needs an olbot that knows %d; this olbot knows %d", there, lowest, known); {
	case lowest > known:
		return openError(NewerSchema, found)
	case there < known:
		return openError(OlderSchema, found)
	case there > known:
		s.log.Warn("a newer olbot has changed this database's schema, and this olbot can still work with it", zap.Int64("schema", there), zap.Int64("this_olbot_makes", known))
	}
	s.schemaFits = true
	return nil
}

// SchemaFits says whether this olbot can work with the database's schema: always, unless
// it was opened for its events alone.
func (s *Store) SchemaFits() bool { return s.schemaFits }

// SchemaVersion is the version of the schema that this olbot makes, the same on both databases.
func SchemaVersion() int { return newest(dsn{}.migrations()) }

// newest is the version that the migrations lead to: they are numbered from 1 without gaps.
func newest(files fs.FS) int {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	return len(names)
}

// refuseOtherSchema refuses a database from before the schema began afresh: its
// version numbers say nothing about this one.
func (s *Store) refuseOtherSchema(ctx context.Context) error {
	var n int // another program may have a table of that name, too, but not both
	err := s.r.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM `+otherTable+`, lanes LIMIT 1) AS found`).Scan(&n)
	if noSuchTable(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for another schema: %w", err)
	}
	return openError(OtherSchema, fmt.Errorf("it has a table %s", otherTable))
}

func noSuchTable(err error) bool {
	return postgresCode(err) == "42P01" || sqliteCode(err) == lib.SQLITE_ERROR
}
