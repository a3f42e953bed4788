package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"
)

// sqlitePragmas are those olbot's writer works with.
const sqlitePragmas = "?_busy_timeout=5000&_synchronous=FULL&_foreign_keys=1&_journal_mode=WAL&_txlock=immediate"

// newFile is the URL of a SQLite database that does not exist yet.
func (b *bench) newFile() string {
	return "sqlite:" + filepath.Join(b.dir, "bench-"+strings.ToLower(rand.Text())+".db")
}

// newSchema makes a schema on a PostgreSQL server, and drops it in the end.
func newSchema(ctx context.Context, server string) (database string, drop func() error, err error) {
	db, err := sql.Open("pgx", server)
	if err != nil {
		return "", nil, err
	}
	schema := "bench_" + strings.ToLower(rand.Text())
	if _, err := db.ExecContext(ctx, "CREATE SCHEMA "+schema); err != nil {
		return "", nil, errors.Join(fmt.Errorf("make a schema: %w", err), db.Close())
	}
	drop = func() error {
		_, err := db.ExecContext(context.WithoutCancel(ctx), "DROP SCHEMA "+schema+" CASCADE")
		return errors.Join(err, db.Close())
	}
	u, err := url.Parse(server)
	if err != nil {
		return "", nil, errors.Join(err, drop())
	}
	query := u.Query()
	query.Set("search_path", schema)
	u.RawQuery = query.Encode()
	return u.String(), drop, nil
}

// openRaw opens a database as olbot's writer does, with one connection.
func openRaw(database string) (*sql.DB, error) {
	driver, name := "pgx", database
	if file, ok := strings.CutPrefix(database, "sqlite:"); ok {
		driver, name = "sqlite", file+sqlitePragmas
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// rawCommits is how many transactions of one row a second the database commits, one after the other.
func rawCommits(ctx context.Context, database string, during time.Duration) (rate float64, err error) {
	db, err := openRaw(database)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, `CREATE TABLE raw (n BIGINT PRIMARY KEY, at BIGINT NOT NULL)`); err != nil {
		return 0, err
	}
	began := time.Now()
	n := 0
	for ; time.Since(began) < during; n++ {
		if _, err := db.ExecContext(ctx, `INSERT INTO raw (n, at) VALUES ($1, $2)`, n, began.UnixNano()); err != nil {
			return 0, err
		}
	}
	return float64(n) / time.Since(began).Seconds(), nil
}

// beCommits prints the raw commit rate on a new file of the working directory.
// It is a program of its own so that its disk can be slowed.
func beCommits(ctx context.Context) error {
	rate, err := rawCommits(ctx, "sqlite:"+os.Getenv("BENCH_FILE"), 2*time.Second)
	if err == nil {
		fmt.Println(rate)
	}
	return err
}

// rawRate is rawCommits on a new file, or in a new schema.
func (b *bench) rawRate(ctx context.Context, name string) (rate float64, err error) {
	during := time.Second
	if b.quick {
		during = 200 * time.Millisecond
	}
	if name == olbotSQLite {
		return rawCommits(ctx, b.newFile(), during)
	}
	database, drop, err := newSchema(ctx, b.postgres)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, drop()) }()
	return rawCommits(ctx, database, during)
}
