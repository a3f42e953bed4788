package main

import (
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
