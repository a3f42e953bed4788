//go:build unix

package sqlstore

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/zap/zaptest"

	"olbot/approvals"
)

// TestNothingIsSaidToBeStoredInAFileThatIsGone (invariant 2): Unix lets a program
// write on into a file that has been removed or replaced.
func TestNothingIsSaidToBeStoredInAFileThatIsGone(t *testing.T) {
	for name, away := range map[string]func(dir string) error{
		"removed":           func(dir string) error { return os.Remove(filepath.Join(dir, "olbot.db")) },
		"directory removed": func(dir string) error { return os.RemoveAll(dir) },
		"replaced": func(dir string) error {
			file := filepath.Join(dir, "olbot.db")
			return errors.Join(os.Remove(file), os.WriteFile(file, nil, 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			s, err := Open(t.Context(), Config{URL: "sqlite:" + filepath.Join(dir, "olbot.db"), Now: time.Now, Log: zaptest.NewLogger(t)})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close() })
			if err := s.Writable(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := away(dir); err != nil {
				t.Fatal(err)
			}
			e := approvals.Event{At: time.Now(), Kind: approvals.EventFeedLost}
			if err := s.Record(t.Context(), nil, e); !errors.Is(err, ErrFileGone) || errors.Is(err, approvals.ErrOutcomeUnknown) {
				t.Errorf("recorded with %v", err)
			}
			if err := s.Writable(t.Context()); !errors.Is(err, ErrFileGone) {
				t.Errorf("writable: %v", err)
			}
		})
	}
}
