package sqlstore_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"olbot/approvals"
	"olbot/internal/sqlstore"
)

func sha256Hex(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// migration reads the migrations of a database, in order.
func migration(t *testing.T, database string) (names []string, text string) {
	t.Helper()
	dir := "migrations/" + database
	files, err := sqlstore.Migrations.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := sqlstore.Migrations.ReadFile(dir + "/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, f.Name())
		text += string(b)
	}
	return names, text
}

func TestTheSchemaKnowsTheStatesOfTheDomain(t *testing.T) {
	onEach(t, func(t *testing.T, newURL func(*testing.T) string) {
		url := newURL(t)
		open(t, url)
		rows, err := raw(t, url).QueryContext(t.Context(), `SELECT state FROM states ORDER BY state`)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		var states []approvals.State
		for rows.Next() {
			var state approvals.State
			if err := rows.Scan(&state); err != nil {
				t.Fatal(err)
			}
			states = append(states, state)
		}
		if want := slices.Sorted(slices.Values(approvals.States())); rows.Err() != nil || !slices.Equal(states, want) {
			t.Errorf("the database has %q (%v), the domain %q", states, rows.Err(), want)
		}
	})
}

func TestTheSchemaRefusesAStateItDoesNotKnow(t *testing.T) {
	onEach(t, func(t *testing.T, newURL func(*testing.T) string) {
		url := newURL(t)
		s := open(t, url)
		if _, err := s.Create(t.Context(), nil, making("OTP-0000-0001", "nonsense")); err == nil {
			t.Error("stored a request in no state")
		}
		if _, err := s.Create(t.Context(), nil, making("OTP-0000-0001", approvals.Received)); err != nil {
			t.Error(err)
		}
		db := raw(t, url)
		if strings.HasPrefix(url, "sqlite:") { // which checks foreign keys only when told to
			if _, err := db.ExecContext(t.Context(), `PRAGMA foreign_keys = 1`); err != nil {
				t.Fatal(err)
			}
			db.SetMaxOpenConns(1)
		}
		if _, err := db.ExecContext(t.Context(), `UPDATE requests SET state = 'nonsense'`); err == nil {
			t.Error("took a state that is none")
		}
	})
}

func TestBothDatabasesHaveTheSameSchema(t *testing.T) {
	names, sqlite := migration(t, "sqlite")
	others, postgres := migration(t, "postgres")
	if !slices.Equal(names, others) {
		t.Errorf("SQLite has the migrations %q, PostgreSQL %q", names, others)
	}
	// They differ in the names of the types and in STRICT.
	plain := func(text string) string {
		text = strings.NewReplacer("BIGINT", "INTEGER", ") STRICT;", ");").Replace(text)
		return strings.Join(strings.Fields(text), " ")
	}
	if plain(sqlite) != plain(postgres) {
		t.Error("the migrations differ in more than the types")
	}
	if n, strict := strings.Count(sqlite, "CREATE TABLE"), strings.Count(sqlite, ") STRICT;"); n != strict {
		t.Errorf("%d of %d SQLite tables are STRICT", strict, n)
	}
}

func TestTheSQLiteDriverHasTheLibcItWasMadeFor(t *testing.T) {
	// modernc.org/sqlite works only with the very libc of its own go.mod.
	module := func(dir string, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir = dir
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("go %s: %v", strings.Join(args, " "), err)
		}
		return strings.TrimSpace(string(out))
	}
	ours := module(".", "list", "-m", "-f", "{{.Version}}", "modernc.org/libc")
	driver := module(".", "list", "-m", "-f", "{{.GoMod}}", "modernc.org/sqlite")
	var theirs struct {
		Require []struct{ Path, Version string }
	}
	edit := module(filepath.Dir(driver), "mod", "edit", "-json", driver)
	if err := json.Unmarshal([]byte(edit), &theirs); err != nil {
		t.Fatal(err)
	}
	for _, r := range theirs.Require {
		if r.Path == "modernc.org/libc" {
			if r.Version != ours {
				t.Errorf("go.mod has modernc.org/libc %s, modernc.org/sqlite wants %s", ours, r.Version)
			}
			return
		}
	}
	t.Error("modernc.org/sqlite no longer requires modernc.org/libc: this test has nothing to check")
}
