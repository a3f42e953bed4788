package main

import (
	"strings"
	"testing"
)

func TestTooFewOpenFilesAreSaidAtTheStart(t *testing.T) {
	for limit, enough := range map[uint64]bool{63: false, 64: true, 1024: true} {
		if err := checkOpenFiles(limit, 2); (err == nil) != enough {
			t.Errorf("%d files for 2 connections: %v", limit, err)
		}
	}
	message, code := explain(checkOpenFiles(64, 10))
	if code != exitConfig || !strings.HasPrefix(message, "the system lets olbot have 64 open files and connections, and it needs 80; raise the limit") {
		t.Errorf("it says %q, exit code %d", message, code)
	}
	if err := checkOpenFiles(openFilesLimit(), 2); err != nil {
		t.Errorf("the tests run, and %v", err)
	}
}
