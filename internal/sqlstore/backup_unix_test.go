//go:build unix

package sqlstore_test

import (
	"errors"
	"path/filepath"
	"testing"

	"olbot/internal/sqlstore"
)

func TestABackupThatDoesNotFitLeavesNothing(t *testing.T) {
	if testedAlone(t) {
		return
	}
	url, s := filled(t, 3)
	dir := t.TempDir()
	for _, room := range []uint64{0, 4096, 50_000} {
		lift := limitFiles(t, room)
		_, err := sqlstore.Backup(t.Context(), url, filepath.Join(dir, "b.db"), testKeys)
		lift()
		if e, ok := errors.AsType[*sqlstore.BackupError](err); !ok || e.Kind != sqlstore.BackupNoSpace || !e.Passing() {
			t.Errorf("with room for %d bytes: %v, want %s", room, err, sqlstore.BackupNoSpace)
		}
		holdsOnly(t, dir)
	}
	if made, err := sqlstore.Backup(t.Context(), url, filepath.Join(dir, "b.db"), testKeys); err != nil || made.Events != 3 {
		t.Errorf("after there was room again: %+v, %v", made, err)
	}
	if err := s.Writable(t.Context()); err != nil {
		t.Error(err)
	}
}
