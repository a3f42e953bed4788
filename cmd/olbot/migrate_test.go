package main

import (
	"strings"
	"testing"

	"olbot/internal/sqlstore"
)

func TestMigrateMakesAndKeepsTheSchema(t *testing.T) {
	t.Chdir(t.TempDir())
	vars := map[string]string{"OLBOT_DATABASE_URL": "sqlite:olbot.db", "LOG_LEVEL": "error"}
	for range 2 {
		if code, stdout, stderr := call(t, vars, "migrate"); code != exitDone || stdout != "the database is up to date\n" || stderr != "" {
			t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
		}
	}
	if code, stdout, _ := call(t, vars, "audit", "verify"); code != exitDone || stdout != "the trail is empty\n" {
		t.Errorf("exit code %d, stdout %q", code, stdout)
	}
}

func TestMigrateFromSaysInOneLineWhatToDo(t *testing.T) {
	vars, _ := trail(t, 1)
	vars["OLBOT_DATABASE_URL"] = "sqlite:other.db"
	for _, c := range []struct {
		from, says string
		code       int
	}{
		{"olbot.db", "--from: database: this is no database URL", exitConfig},
		{"sqlite:no.db", "--from: database sqlite:no.db: there is no such database file; check the path", exitConfig},
		{"sqlite:olbot.db", "--from: database sqlite:olbot.db: another olbot has this file open; stop that one first", exitFailed},
		{"sqlite:other.db", "--from: database sqlite:other.db: another olbot has this file open", exitFailed},
	} {
		code, stdout, stderr := call(t, vars, "migrate", "--from", c.from)
		if code != c.code || stdout != "" || !strings.HasPrefix(lastLine(stderr), "olbot: "+c.says) {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q", c.from, code, stdout, stderr)
		}
	}
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	return lines[len(lines)-1]
}

func TestMigrateFromMovesOnlyToPostgreSQL(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"olbot.db", "other.db"} {
		s, err := sqlstore.Open(t.Context(), sqlstore.Config{URL: "sqlite:" + name})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	code, stdout, stderr := call(t, map[string]string{"OLBOT_DATABASE_URL": "sqlite:other.db"}, "migrate", "--from", "sqlite:olbot.db")
	if code != exitConfig || stdout != "" || stderr != "olbot: only a SQLite database can be moved, and only to PostgreSQL; "+
		"set OLBOT_DATABASE_URL to an empty PostgreSQL database, and --from to sqlite:path\n" {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}
