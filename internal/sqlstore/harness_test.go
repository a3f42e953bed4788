package sqlstore_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"olbot/approvals"
	"olbot/approvals/approvalstest"
	"olbot/internal/sqlstore"
	"olbot/internal/testbed/leftout"
	"olbot/internal/trailkey"
)

// testKeys keep the trails of these tests.
var testKeys = keysOf("7e57")

// keysOf is a ring of keys that are each made of four hex digits.
func keysOf(digits ...string) trailkey.Ring {
	for i, d := range digits {
		digits[i] = strings.Repeat(d, 16)
	}
	r, err := trailkey.Parse(strings.Join(digits, ","))
	if err != nil {
		panic(err)
	}
	return r
}

// onEach runs the test on every database there is to test with. url makes a
// new, empty one and returns its URL.
func onEach(t *testing.T, test func(t *testing.T, url func(t *testing.T) string)) {
	t.Run("SQLite", func(t *testing.T) { test(t, func(t *testing.T) string { return sqliteURL(t) }) })
	t.Run("PostgreSQL", func(t *testing.T) {
		needPostgres(t)
		test(t, func(t *testing.T) string { return postgresURL(t) })
	})
}

func sqliteURL(t testing.TB) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "olbot.db")
}

// needPostgres skips the test if there is no server to test with.
func needPostgres(t testing.TB) string {
	t.Helper()
	return leftout.PostgreSQL.Need(t)
}

// postgresURL makes a schema of the test's own and removes it afterwards.
func postgresURL(t testing.TB) string {
	t.Helper()
	server := needPostgres(t)
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	schema := "test_" + strings.ToLower(rand.Text())
	if _, err := db.ExecContext(t.Context(), "CREATE SCHEMA "+schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := db.ExecContext(context.Background(), "DROP SCHEMA "+schema+" CASCADE"); err != nil {
			t.Error(err)
		}
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set("search_path", schema)
	u.RawQuery = query.Encode()
	return u.String()
}

// open opens a store that is closed when the test ends.
func open(t *testing.T, url string) *sqlstore.Store {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), sqlstore.Config{Keys: testKeys, URL: url, Now: time.Now})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestStoreKeepsEveryPromise(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		urls := map[approvals.Store]string{}
		reopen := func(t *testing.T, old approvals.Store) approvals.Store {
			s := open(t, urls[old])
			urls[s] = urls[old]
			return s
		}
		h := approvalstest.Harness{
			Open: func(t *testing.T) approvals.Store {
				u := url(t)
				s := open(t, u)
				urls[s] = u
				return s
			},
			Reopen: func(t *testing.T, old approvals.Store) approvals.Store {
				if err := old.(*sqlstore.Store).Close(); err != nil {
					t.Fatal(err)
				}
				return reopen(t, old)
			},
		}
		if strings.HasSuffix(t.Name(), "PostgreSQL") {
			h.Replica = reopen
		}
		approvalstest.Run(t, h)
	})
}
