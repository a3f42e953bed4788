package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestCountsEverySyncOnce(t *testing.T) {
	const log = `501  fdatasync(7)                      = 0 (DELAYED)
502  fsync(9 <unfinished ...>
501  fdatasync(7)                      = 0
502  <... fsync resumed>)              = 0
501  +++ exited with 0 +++
`
	name := filepath.Join(t.TempDir(), "syncs")
	if err := os.WriteFile(name, []byte(log), 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := syncLog(name).count(); err != nil || n != 3 {
		t.Errorf("%d syncs, %v, want 3", n, err)
	}
}
