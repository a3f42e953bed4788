//go:build unix && !linux

package main

import "golang.org/x/sys/unix"

// forbidCoreDumps keeps what is in memory, secrets and perhaps a code, from being written to
// a disk when olbot dies.
func forbidCoreDumps() error { return unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}) }
