package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestBackupSaysWhatItMade(t *testing.T) {
	vars, events := trail(t, 5)
	code, stdout, stderr := call(t, vars, "backup", "copy.db")
	info, err := os.Stat("copy.db")
	if err != nil {
		t.Fatalf("%v; olbot said %s", err, stderr)
	}
	want := fmt.Sprintf("backed up to copy.db: %d bytes, 5 events, the last one is 5:%s\n"+
		"The key of the trail is not in it (olbot.db.key): keep a copy of it in another place.\n", info.Size(), events[4].Hash)
	if code != exitDone || stdout != want || stderr != "" {
		t.Errorf("exit code %d, stdout %q, stderr %q, want %q", code, stdout, stderr, want)
	}
}

func TestBackupOfABrokenTrailIsNoSuccess(t *testing.T) {
	vars, _ := trail(t, 5)
	spoil(t, `DELETE FROM events WHERE number = 3`)
	code, stdout, stderr := call(t, vars, "backup", "copy.db")
	want := "olbot: copy.db is a copy of the database as it is, but the trail is broken: event 3 is missing"
	if code != exitFailed || stdout != "" || !strings.HasPrefix(stderr, want) {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

// A backup that nobody can start olbot on is no success either.
func TestBackupSaysThatTheKeyIsMissing(t *testing.T) {
	vars, _ := trail(t, 5)
	for file, spoil := range map[string]func() error{
		"unreadable.db": func() error { return os.Chmod("olbot.db.key", 0o644) },
		"missing.db":    func() error { return os.Remove("olbot.db.key") },
	} {
		key, err := os.ReadFile("olbot.db.key")
		if err == nil {
			err = spoil()
		}
		if err != nil {
			t.Fatal(err)
		}
		code, stdout, stderr := call(t, vars, "backup", file)
		if code != exitFailed || stdout != "" || !strings.HasPrefix(stderr, "olbot: "+file+" is a copy of the database as it is, and its hashes are right, but without the key") ||
			strings.Count(stderr, "\n") != 1 {
			t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
		}
		if err := errors.Join(os.RemoveAll("olbot.db.key"), os.WriteFile("olbot.db.key", key, 0o600)); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(file); err != nil || info.Size() == 0 {
			t.Errorf("there is no copy: %v", err)
		}
	}
}

func TestBackupSaysInOneLineWhatToDo(t *testing.T) {
	vars, _ := trail(t, 1)
	for _, c := range []struct{ url, file, says string }{
		{"sqlite:olbot.db", "olbot.db", "no backup at olbot.db: it exists already and is left as it is; name a new file"},
		{"sqlite:olbot.db", "no/copy.db", "no backup at no/copy.db: the directory does not exist; create it, or name another file"},
		{"sqlite:no.db", "copy.db", "OLBOT_DATABASE_URL: database sqlite:no.db: there is no such database file; check the path"},
		{"postgres://olbot:secret@127.0.0.1:1/olbot", "copy.db", "no backup: the database is PostgreSQL; use pg_dump"},
	} {
		vars["OLBOT_DATABASE_URL"] = c.url
		code, stdout, stderr := call(t, vars, "backup", c.file)
		if code != exitConfig || stdout != "" || !strings.HasPrefix(stderr, "olbot: "+c.says) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("exit code %d, stdout %q, stderr %q, want %q", code, stdout, stderr, c.says)
		}
	}
	if code, _, stderr := call(t, vars, "backup"); code != exitConfig || !strings.HasPrefix(stderr, "olbot: say which file to write the backup to\n\nUsage:") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}
