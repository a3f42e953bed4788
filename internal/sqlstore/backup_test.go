package sqlstore_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"olbot/approvals"
	"olbot/internal/sqlstore"
)

// filled is a database with n requests, and the olbot that has it open.
func filled(t *testing.T, n int) (url string, s *sqlstore.Store) {
	t.Helper()
	url = sqliteURL(t)
	s = open(t, url)
	for range n {
		if _, err := s.Create(t.Context(), nil, making(approvals.NewID(), approvals.Received)); err != nil {
			t.Fatal(err)
		}
	}
	return url, s
}

// holdsOnly fails the test if there is anything else in the directory.
func holdsOnly(t *testing.T, dir string, names ...string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, f := range files {
		found = append(found, f.Name())
	}
	if strings.Join(found, " ") != strings.Join(names, " ") {
		t.Errorf("the directory has %q, want %q", found, names)
	}
}

func TestABackupIsAPrefixOfTheTrailWhileWritesGoOn(t *testing.T) {
	url, s := filled(t, 20)
	ctx, stop := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	defer writers.Wait()
	defer stop()
	for range 4 {
		writers.Go(func() {
			for ctx.Err() == nil {
				_, err := s.Create(t.Context(), nil, making(approvals.NewID(), approvals.Received))
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	dir := t.TempDir()
	for _, name := range []string{"1.db", "2.db", "3.db"} {
		began := s.Commits()
		waitFor(t, func() bool { return s.Commits() > began }) // writes are going on
		file := filepath.Join(dir, name)
		made, err := sqlstore.Backup(t.Context(), url, file, testKeys)
		if err != nil {
			t.Fatal(err)
		}
		ended := s.Commits()
		waitFor(t, func() bool { return s.Commits() > ended+1 }) // the first may have begun before
		info, err := os.Stat(file)
		if err != nil || info.Mode() != 0o600 || info.Size() != made.Bytes {
			t.Errorf("the file is %v, %v, and %d bytes were told", info, err, made.Bytes)
		}
		checkBackup(t, s, file, made)
	}
	holdsOnly(t, dir, "1.db", "2.db", "3.db")
}

// checkBackup compares a copy with the database it was made of.
func checkBackup(t *testing.T, s *sqlstore.Store, file string, made sqlstore.BackupResult) {
	t.Helper()
	whole, err := s.Verify(t.Context(), map[int64]string{made.Last: made.Hash})
	if err != nil || len(whole.Faults) > 0 || made.Events < 20 || made.Events >= whole.Events {
		t.Errorf("the copy is told as %+v, the trail is %+v, %v", made, whole, err)
	}
	// What was restored is opened like any other database.
	restored := filepath.Join(t.TempDir(), "olbot.db")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(restored, content, 0o600); err != nil {
		t.Fatal(err)
	}
	r := open(t, "sqlite:"+restored)
	if v, err := r.Verify(t.Context(), nil); err != nil || v.Hash != made.Hash || v.Events != made.Events || len(v.Faults) > 0 {
		t.Errorf("what was restored is %+v, %v, want %+v", v, err, made.VerifyResult)
	}
	events, err := r.Events(t.Context(), 0, int(made.Events))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if _, err := r.Request(t.Context(), e.Request); err != nil {
			t.Errorf("event %d is there and its request is not: %v", e.Number, err)
		}
	}
	if _, err := r.Create(t.Context(), nil, making(approvals.NewID(), approvals.Received)); err != nil {
		t.Errorf("it takes no writes: %v", err)
	}
}

func TestABackupSaysWhatKeepsItFromBeingMade(t *testing.T) {
	url, _ := filled(t, 1)
	dir := t.TempDir()
	taken, missing := filepath.Join(dir, "taken"), filepath.Join(dir, "missing", "b.db")
	if err := os.WriteFile(taken, []byte("mine"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(missing, filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		file string
		want sqlstore.BackupErrorKind
	}{
		{taken, sqlstore.BackupExists},
		{dir, sqlstore.BackupExists},
		{filepath.Join(dir, "link"), sqlstore.BackupExists},
		{strings.TrimPrefix(url, "sqlite:"), sqlstore.BackupExists},
		{missing, sqlstore.BackupNoDirectory},
		{filepath.Join(taken, "b.db"), sqlstore.BackupNoDirectory},
		{"", sqlstore.BackupName},
		{filepath.Join(dir, "what?"), sqlstore.BackupName},
	} {
		_, err := sqlstore.Backup(t.Context(), url, c.file, testKeys)
		if e, ok := errors.AsType[*sqlstore.BackupError](err); !ok || e.Kind != c.want || e.File != c.file {
			t.Errorf("%s: %v, want %s", c.file, err, c.want)
		}
	}
	if _, err := sqlstore.Backup(t.Context(), "postgres://olbot@127.0.0.1:1/olbot", missing, testKeys); err == nil {
		t.Error("a server was backed up")
	} else if e, ok := errors.AsType[*sqlstore.BackupError](err); !ok || e.Kind != sqlstore.BackupOfServer {
		t.Errorf("of a server: %v", err)
	}
	if content, err := os.ReadFile(taken); err != nil || string(content) != "mine" {
		t.Errorf("the file that was there is now %q, %v", content, err)
	}
	holdsOnly(t, dir, "link", "taken")
}

func TestABackupSaysWhatIsWrongWithTheDatabase(t *testing.T) {
	dir := t.TempDir()
	damaged, strange := filepath.Join(dir, "damaged"), filepath.Join(dir, "strange")
	if err := os.WriteFile(damaged, []byte(strings.Repeat("not a database ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	rawExec(t, "sqlite:"+strange, `PRAGMA journal_mode = WAL`)
	for url, want := range map[string]sqlstore.OpenErrorKind{
		"olbot.db":                   sqlstore.BadURL,
		"sqlite:" + dir + "/missing": sqlstore.NoFile,
		"sqlite:" + damaged:          sqlstore.Corrupt,
		"sqlite:" + strange:          sqlstore.OlderSchema,
	} {
		file := filepath.Join(t.TempDir(), "b.db")
		_, err := sqlstore.Backup(t.Context(), url, file, testKeys)
		if e, ok := errors.AsType[*sqlstore.OpenError](err); !ok || e.Kind != want {
			t.Errorf("%s: %v, want %s", url, err, want)
		}
		holdsOnly(t, filepath.Dir(file))
	}
}

// Before an upgrade, and after one that has to be taken back.
func TestABackupNeedsNoSchemaOfThisVersion(t *testing.T) {
	url, s := filled(t, 2)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	rawExec(t, url, `INSERT INTO olbot_schema (version_id, is_applied) VALUES (999, $1)`, true)
	if made, err := sqlstore.Backup(t.Context(), url, filepath.Join(t.TempDir(), "b.db"), testKeys); err != nil || made.Events != 2 {
		t.Errorf("%+v, %v", made, err)
	}
}

func TestABackupOfABrokenTrailSaysSo(t *testing.T) {
	url, _ := filled(t, 3)
	rawExec(t, url, `DELETE FROM events WHERE number = 2`)
	file := filepath.Join(t.TempDir(), "b.db")
	made, err := sqlstore.Backup(t.Context(), url, file, testKeys)
	if err != nil || len(made.Faults) == 0 || made.Faults[0] != (sqlstore.Fault{Number: 2, Kind: sqlstore.FaultMissing}) {
		t.Errorf("%+v, %v", made, err)
	}
	holdsOnly(t, filepath.Dir(file), "b.db")
}

func TestABackupThatIsStoppedLeavesNothing(t *testing.T) {
	url, _ := filled(t, 3)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	file := filepath.Join(t.TempDir(), "b.db")
	if _, err := sqlstore.Backup(ctx, url, file, testKeys); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want the context's error", err)
	}
	holdsOnly(t, filepath.Dir(file))
}

func TestABackupReplacesNoFileThatCameMeanwhile(t *testing.T) {
	url, _ := filled(t, 3)
	for range 100 { // until the other one is the faster
		dir := t.TempDir()
		file := filepath.Join(dir, "b.db")
		var other error
		var racing sync.WaitGroup
		racing.Go(func() {
			waitFor(t, func() bool { found, err := os.ReadDir(dir); return err != nil || len(found) > 0 })
			var f *os.File
			if f, other = os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); other == nil {
				other = f.Close()
			}
		})
		_, err := sqlstore.Backup(t.Context(), url, file, testKeys)
		racing.Wait()
		if other != nil {
			continue
		}
		if e, ok := errors.AsType[*sqlstore.BackupError](err); !ok || e.Kind != sqlstore.BackupExists {
			t.Errorf("%v, want %s", err, sqlstore.BackupExists)
		}
		if info, err := os.Stat(file); err != nil || info.Size() != 0 {
			t.Errorf("the other file is %v, %v", info, err)
		}
		holdsOnly(t, dir, "b.db")
		return
	}
	t.Fatal("the backup was always the faster")
}
