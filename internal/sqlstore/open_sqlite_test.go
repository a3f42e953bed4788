package sqlstore_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"olbot/approvals"
	"olbot/internal/sqlstore"
)

// opening expects opening the URL to end in an OpenError of the kind.
func opening(t *testing.T, cfg sqlstore.Config, want sqlstore.OpenErrorKind) error {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), cfg)
	if err == nil {
		s.Close()
	}
	got, ok := errors.AsType[*sqlstore.OpenError](err)
	if !ok || got.Kind != want {
		t.Fatalf("opening: %v, want %s", err, want)
	}
	return err
}

func TestRefusesWhatIsNoDatabaseURL(t *testing.T) {
	for _, url := range []string{
		"", "olbot.db", "mysql://u:secret@host/db", "sqlite:", "sqlite::memory:", "sqlite:olbot.db?mode=ro",
		"sqlite:a#b", "postgres://u:secret@host:notaport/db", "postgres://u:sec%ret@host/db", "file:olbot.db",
	} {
		err := opening(t, sqlstore.Config{Keys: testKeys, URL: url}, sqlstore.BadURL)
		if strings.Contains(err.Error(), "sec") {
			t.Errorf("the error of %q holds the password: %v", url, err)
		}
	}
}

func TestOpensTheFileThatTheURLNames(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ url, file string }{
		{"sqlite:" + dir + "/plain.db", "plain.db"},
		{"sqlite://" + dir + "/slashes.db", "slashes.db"},
		{"sqlite:" + dir + "/with space & 100% of it.db", "with space & 100% of it.db"},
	} {
		open(t, c.url)
		if _, err := os.Stat(filepath.Join(dir, c.file)); err != nil {
			t.Error(err)
		}
	}
	t.Chdir(dir)
	open(t, "sqlite:relative.db")
	if _, err := os.Stat(filepath.Join(dir, "relative.db")); err != nil {
		t.Error(err)
	}
}

func TestRefusesAFileThatAnotherProcessHasOpen(t *testing.T) {
	url := sqliteURL(t)
	s := open(t, url)
	opening(t, sqlstore.Config{Keys: testKeys, URL: url}, sqlstore.InUse)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, url)
}

func TestReadsAFileThatAnotherProcessHasOpen(t *testing.T) {
	url := sqliteURL(t)
	opening(t, sqlstore.Config{Keys: testKeys, URL: url, ReadOnly: true}, sqlstore.NoFile)
	s := open(t, url)
	if err := s.Record(t.Context(), nil, approvals.Event{Kind: approvals.EventReceived}); err != nil {
		t.Fatal(err)
	}
	r, err := sqlstore.Open(t.Context(), sqlstore.Config{Keys: testKeys, URL: url, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if all, err := r.Events(t.Context(), 0, 10); err != nil || len(all) != 1 {
		t.Errorf("read %d events, %v, want one", len(all), err)
	}
	if err := r.Record(t.Context(), nil, approvals.Event{Kind: approvals.EventReceived}); !errors.Is(err, sqlstore.ErrReadOnly) {
		t.Errorf("writing: %v, want ErrReadOnly", err)
	}
}

func TestRefusesADirectoryThatIsNotThere(t *testing.T) {
	dir := t.TempDir()
	opening(t, sqlstore.Config{Keys: testKeys, URL: "sqlite:" + dir + "/missing/olbot.db"}, sqlstore.NoDirectory)
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	opening(t, sqlstore.Config{Keys: testKeys, URL: "sqlite:" + file + "/olbot.db"}, sqlstore.NoDirectory)
}

func TestRefusesAFileThatItCannotWrite(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "olbot.db"), 0o700); err != nil {
		t.Fatal(err)
	}
	opening(t, sqlstore.Config{Keys: testKeys, URL: "sqlite:" + dir + "/olbot.db"}, sqlstore.NotWritable)
}

func TestRefusesADirectoryThatItCannotWrite(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 { // root may write everywhere but here
		dir = "/sys"
	}
	opening(t, sqlstore.Config{Keys: testKeys, URL: "sqlite:" + dir + "/olbot.db"}, sqlstore.NotWritable)
}

func TestRefusesADatabaseThatWouldNotKeepWhatItIsGiven(t *testing.T) {
	file := strings.TrimPrefix(sqliteURL(t), "sqlite:")
	for _, bad := range []string{"_synchronous=NORMAL", "_journal_mode=DELETE", "_foreign_keys=0", "_busy_timeout=1"} {
		err := sqlstore.CheckWriter(t.Context(), file, bad)
		if e, ok := errors.AsType[*sqlstore.OpenError](err); !ok || e.Kind != sqlstore.NotDurable {
			t.Errorf("with %s: %v, want %s", bad, err, sqlstore.NotDurable)
		}
	}
}

func TestRefusesAFileThatIsDamaged(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"not a database": func([]byte) []byte { return []byte(strings.Repeat("not a database ", 500)) },
		"cut in half":    func(b []byte) []byte { return b[:len(b)/2] },
		"overwritten": func(b []byte) []byte {
			for i := 100; i < 4096; i++ {
				b[i] = 0xa5
			}
			return b
		},
	} {
		t.Run(name, func(t *testing.T) {
			url := sqliteURL(t)
			if err := open(t, url).Close(); err != nil {
				t.Fatal(err)
			}
			file := strings.TrimPrefix(url, "sqlite:")
			whole, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, damage(whole), 0o600); err != nil {
				t.Fatal(err)
			}
			opening(t, sqlstore.Config{Keys: testKeys, URL: url}, sqlstore.Corrupt)
		})
	}
}

func TestKeepsTheFileToItsOwner(t *testing.T) {
	url := sqliteURL(t)
	file := strings.TrimPrefix(url, "sqlite:")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	s := open(t, url)
	if err := s.Writable(t.Context()); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(file + "*")
	if err != nil || len(files) < 3 {
		t.Fatalf("files %q, %v, want the database, its log and its lock", files, err)
	}
	for _, name := range files {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v, want 0600", filepath.Base(name), info.Mode(), err)
		}
	}
}

func TestLeavesTheFileOfAnotherProgramAlone(t *testing.T) {
	url := sqliteURL(t)
	rawExec(t, url, `CREATE TABLE places (url TEXT)`)
	file := strings.TrimPrefix(url, "sqlite:")
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	opening(t, sqlstore.Config{URL: url}, sqlstore.OthersFile)
	if after, err := os.ReadFile(file); err != nil || string(after) != string(before) {
		t.Errorf("the file was changed (%v)", err)
	}
	if _, err := os.Stat(file + ".key"); err == nil {
		t.Error("a key was put beside it")
	}
}
