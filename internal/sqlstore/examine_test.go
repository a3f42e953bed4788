package sqlstore_test

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"olbot/approvals"
	"olbot/internal/sqlstore"
)

func examine(t *testing.T, cfg sqlstore.Config) (sqlstore.Examination, error) {
	t.Helper()
	if cfg.Keys.Empty() {
		cfg.Keys = testKeys
	}
	return sqlstore.Examine(t.Context(), cfg, false)
}

// TestAnExaminationSaysWhatOpenWouldDo, and leaves it to Open.
func TestAnExaminationSaysWhatOpenWouldDo(t *testing.T) {
	onEach(t, func(t *testing.T, newURL func(*testing.T) string) {
		url := newURL(t)
		for range 2 { // the first has made nothing
			if x, err := examine(t, sqlstore.Config{URL: url}); err != nil || !x.New || x.Upgrade || x.InUse || x.Where == "" {
				t.Errorf("nothing is there: %+v, %v", x, err)
			}
		}
		s := open(t, url)
		if err := s.Record(t.Context(), nil, approvals.Event{Kind: approvals.EventFeedLost}); err != nil {
			t.Fatal(err)
		}
		inUse := strings.HasPrefix(url, "sqlite:")
		if _, err := s.KeepConnections(t.Context(), "P1", []time.Time{time.Now().Add(time.Hour), time.Now().Add(time.Hour), time.Now().Add(-time.Hour)}); err != nil {
			t.Fatal(err)
		}
		if x, err := examine(t, sqlstore.Config{URL: url}); err != nil || x.New || x.Schema == 0 || x.InUse != inUse || x.Connections != 2 {
			t.Errorf("an olbot is at work: %+v, %v", x, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if x, err := examine(t, sqlstore.Config{URL: url}); err != nil || x.New || x.Upgrade || x.Schema == 0 || x.InUse {
			t.Errorf("none is: %+v, %v", x, err)
		}
		examining(t, sqlstore.Config{URL: url, Keys: keysOf("0f0f")}, sqlstore.WrongKey)
		rawExec(t, url, `DELETE FROM olbot_schema WHERE version_id > 0`)
		if x, err := examine(t, sqlstore.Config{URL: url}); err != nil || !x.Upgrade || x.New || x.Schema != 0 {
			t.Errorf("the schema is older: %+v, %v", x, err)
		}
		rawExec(t, url, `UPDATE compatibility SET lowest_reader = 999`)
		examining(t, sqlstore.Config{URL: url}, sqlstore.NewerSchema)
	})
}

func examining(t *testing.T, cfg sqlstore.Config, want sqlstore.OpenErrorKind) {
	t.Helper()
	_, err := examine(t, cfg)
	if e, ok := errors.AsType[*sqlstore.OpenError](err); !ok || e.Kind != want || e.Where == "" && want != sqlstore.BadURL {
		t.Errorf("%v, want %s", err, want)
	}
}

// TestAnExaminationMakesNoFile, and needs no key where Open would make one.
func TestAnExaminationMakesNoFile(t *testing.T) {
	dir := t.TempDir()
	url := "sqlite:" + filepath.Join(dir, "olbot.db")
	if x, err := sqlstore.Examine(t.Context(), sqlstore.Config{URL: url}, true); err != nil || !x.New || runtime.GOOS == "linux" && x.Room.Bytes == 0 {
		t.Errorf("%+v, %v", x, err)
	}
	if made, err := os.ReadDir(dir); err != nil || len(made) > 0 {
		t.Errorf("made %v, %v", made, err)
	}
	s, err := sqlstore.Open(t.Context(), sqlstore.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Record(t.Context(), nil, approvals.Event{Kind: approvals.EventFeedLost}), s.Close()); err != nil {
		t.Fatal(err)
	}
	before := filesIn(t, dir)
	if x, err := sqlstore.Examine(t.Context(), sqlstore.Config{URL: url}, true); err != nil || x.New {
		t.Errorf("%+v, %v", x, err)
	}
	if after := filesIn(t, dir); !maps.Equal(before, after) {
		t.Error("the examination changed a file")
	}
	if err := os.Remove(filepath.Join(dir, "olbot.db.key")); err != nil {
		t.Fatal(err)
	}
	_, err = sqlstore.Examine(t.Context(), sqlstore.Config{URL: url}, true)
	if e, ok := errors.AsType[*sqlstore.OpenError](err); !ok || e.Kind != sqlstore.NoKey {
		t.Errorf("without its key: %v", err)
	}
}

func filesIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name()] = string(raw)
	}
	return all
}

func TestAnExaminationRefusesWhatOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	readOnly := filepath.Join(dir, "locked")
	if err := os.Mkdir(readOnly, 0o500); err != nil {
		t.Fatal(err)
	}
	letter := filepath.Join(dir, "letter.db")
	if err := os.WriteFile(letter, []byte(strings.Repeat("Dear Joe, ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	twice := filepath.Join(dir, "twice.db")
	if err := errors.Join(os.WriteFile(twice, nil, 0o600), os.Link(twice, twice+"2")); err != nil {
		t.Fatal(err)
	}
	refused := map[string]sqlstore.OpenErrorKind{
		"mysql://x":                      sqlstore.BadURL,
		"sqlite:" + dir + "/no/olbot.db": sqlstore.NoDirectory,
		"sqlite:" + dir:                  sqlstore.NotWritable,
		"sqlite:" + letter:               sqlstore.Corrupt,
		"sqlite:" + twice:                sqlstore.SeveralNames,
	}
	if os.Geteuid() != 0 { // root may write there
		refused["sqlite:"+readOnly+"/olbot.db"] = sqlstore.NotWritable
	}
	for url, want := range refused {
		examining(t, sqlstore.Config{URL: url}, want)
		opening(t, sqlstore.Config{URL: url, Keys: testKeys}, want)
	}
}

// TestABackupIsFineToStartOn, although it is not in the form yet in which olbot works on it.
func TestABackupIsFineToStartOn(t *testing.T) {
	url := sqliteURL(t)
	s := open(t, url)
	copied := filepath.Join(t.TempDir(), "copy.db")
	if err := s.Record(t.Context(), nil, approvals.Event{Kind: approvals.EventFeedLost}); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlstore.Backup(t.Context(), url, copied, testKeys); err != nil {
		t.Fatal(err)
	}
	if x, err := examine(t, sqlstore.Config{URL: "sqlite:" + copied}); err != nil || x.New || x.Schema == 0 {
		t.Errorf("%+v, %v", x, err)
	}
}

func TestAServerIsExaminedForWhatItWouldTake(t *testing.T) {
	url := postgresURL(t)
	if err := open(t, url).Close(); err != nil {
		t.Fatal(err)
	}
	examining(t, sqlstore.Config{URL: url + "&default_transaction_read_only=on"}, sqlstore.NotWritable)
	examining(t, sqlstore.Config{URL: url, Now: func() time.Time { return time.Now().Add(time.Minute) }}, sqlstore.ClockOff)
	if x, err := sqlstore.Examine(t.Context(), sqlstore.Config{URL: "postgres://olbot@db.invalid/olbot?sslmode=require"}, true); err != nil || len(x.Warnings) != 1 {
		t.Errorf("offline: %+v, %v", x, err)
	}
}
