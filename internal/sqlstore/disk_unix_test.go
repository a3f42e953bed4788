//go:build unix

package sqlstore_test

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"olbot/approvals"
)

// alone is set in the process that a limited test starts for itself: a limit on
// files is one on the whole process, and would fail what go test writes beside it.
const alone = "OLBOT_TEST_ALONE"

// limitFiles lets this process write no file beyond the size, until the returned
// function is called.
func limitFiles(t *testing.T, size uint64) (lift func()) {
	t.Helper()
	signal.Ignore(syscall.SIGXFSZ)
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	limit := before
	limit.Cur = size
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
			t.Fatal(err)
		}
	}
}

// testedAlone runs the test in a process of its own, and says so; in that process
// it returns false, and the test is to be done.
func testedAlone(t *testing.T) bool {
	t.Helper()
	if os.Getenv(alone) != "" {
		return false
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), alone+"=1")
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Fatalf("%v\n%s", err, out)
	}
	return true
}

func TestAWriteThatTheDiskFailsIsNeverAnsweredAsStored(t *testing.T) {
	if testedAlone(t) {
		return
	}
	// The disk fails at another place of the commit each time.
	for room := range uint64(24) {
		url := sqliteURL(t)
		s := open(t, url)
		if _, err := s.Create(t.Context(), nil, making("OTP-0000-0001", approvals.Received)); err != nil {
			t.Fatal(err)
		}
		log, err := os.Stat(strings.TrimPrefix(url, "sqlite:") + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		lift := limitFiles(t, uint64(log.Size())+1+room*1500)
		events := int64(1)
		for i := range 12 {
			id := approvals.ID(string(rune('a' + i)))
			_, err := s.Create(t.Context(), []string{string(id)}, making(id, approvals.Received))
			if err == nil {
				events++
			}
			if of, look := s.Delivered(t.Context(), string(id)); (err == nil) != (look == nil && of == id) {
				t.Errorf("room %d: answered %v, but looking it up: %q, %v", room, err, of, look)
			}
		}
		lift()
		if events > 12 {
			t.Fatalf("room %d: the disk did not fail", room)
		}
		if _, err := s.Create(t.Context(), nil, making("OTP-0000-0002", approvals.Received)); err != nil {
			t.Errorf("room %d: after the disk worked again: %v", room, err)
		}
		if err := errors.Join(s.Close()); err != nil {
			t.Errorf("room %d: %v", room, err)
		}
		s = open(t, url)
		if v, err := s.Verify(t.Context(), nil); err != nil || len(v.Faults) > 0 || v.Events != events+1 {
			t.Errorf("room %d: the trail is %+v, %v, want %d events", room, v, err, events+1)
		}
	}
}
