package main

import (
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"
)

// TestMemoryIsNotWrittenToADisk (invariant 5), tried by another process: it cannot be undone.
func TestMemoryIsNotWrittenToADisk(t *testing.T) {
	const child = "OLBOT_TEST_CORE_DUMPS"
	if os.Getenv(child) == "" {
		c := exec.Command(os.Args[0], "-test.run=^TestMemoryIsNotWrittenToADisk$")
		c.Env = append(os.Environ(), child+"=1")
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	if err := forbidCoreDumps(); err != nil {
		t.Fatal(err)
	}
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &limit); err != nil || limit != (unix.Rlimit{}) {
		t.Errorf("the limit is %+v, %v", limit, err)
	}
	if dumpable, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0); err != nil || dumpable != 0 {
		t.Errorf("dumpable: %d, %v", dumpable, err)
	}
}
