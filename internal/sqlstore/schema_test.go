package sqlstore_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"regexp"
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
	list := regexp.MustCompile(`(?s)state\s+TEXT\s+NOT NULL CHECK \(state IN \((.*?)\)\)`)
	for _, database := range []string{"sqlite", "postgres"} {
		_, text := migration(t, database)
		found := list.FindStringSubmatch(text)
		if found == nil {
			t.Fatalf("%s: no list of states", database)
		}
		var states []approvals.State
		for _, name := range regexp.MustCompile(`'(\w+)'`).FindAllStringSubmatch(found[1], -1) {
			states = append(states, approvals.State(name[1]))
		}
		if !slices.Equal(states, approvals.States()) {
			t.Errorf("%s has %q, the domain %q", database, states, approvals.States())
		}
	}
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
		if _, err := raw(t, url).ExecContext(t.Context(), `UPDATE requests SET state = 'nonsense'`); err == nil {
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
