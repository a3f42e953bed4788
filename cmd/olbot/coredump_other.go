//go:build !unix

package main

// forbidCoreDumps has nothing to do where there are none.
func forbidCoreDumps() error { return nil }
