package main

import (
	"errors"

	"golang.org/x/sys/unix"
)

// forbidCoreDumps keeps what is in memory, secrets and perhaps a code, from being written to
// a disk when olbot dies. A limit of 0 is not enough: the kernel does not hold a program
// that collects dumps to it. With PR_SET_DUMPABLE no other program of the same user can
// read the memory either. https://man7.org/linux/man-pages/man5/core.5.html
func forbidCoreDumps() error {
	return errors.Join(
		unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}),
		unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0),
	)
}
