// Package ramdisk keeps the databases of tests in memory. A SQLite database waits for its disk at every commit, and that was
// more than half of the time of tests that are about something else. What is about storing itself stays on a disk.
package ramdisk

import (
	"os"
	"testing"
)

// memory is where Linux has files in memory.
const memory = "/dev/shm"

// Dir returns a directory that is gone after the test: in memory if there is such a thing, else as t.TempDir.
func Dir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp(memory, "olbot-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}
