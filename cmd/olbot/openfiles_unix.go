//go:build unix

package main

import (
	"math"

	"golang.org/x/sys/unix"
)

// openFilesLimit is how many files this process may have open. Go has raised it as far as it may.
func openFilesLimit() uint64 {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return math.MaxUint64
	}
	return uint64(limit.Cur) // which is signed on some systems
}
