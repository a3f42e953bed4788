//go:build unix

package export

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func content(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAFileGetsJSONLinesForItsOwnerAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "olbot.jsonl")
	w := newWorld(t, "file://"+path, nil)
	w.send(events(1, 10), 10)
	w.send(events(11, 20), 10)
	if again := inOrder(t, split(content(t, path)), 20); again > 0 {
		t.Errorf("%d came again", again)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v, want 0600", info.Mode(), err)
	}
}

// As logrotate does it, without a word to olbot.
func TestAFileThatWasRotatedIsMadeAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "olbot.jsonl")
	w := newWorld(t, "file://"+path, nil)
	w.send(events(1, 10), 10)
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	w.send(events(11, 15), 5)
	if err := os.Rename(path, path+".2"); err != nil { // and with create 0640
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o640); err != nil {
		t.Fatal(err)
	}
	w.send(events(16, 20), 5)
	inOrder(t, append(append(split(content(t, path+".1")), split(content(t, path+".2"))...), split(content(t, path))...), 20)
}

func TestHalfALineOfACrashIsEnded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "olbot.jsonl")
	w := newWorld(t, "file://"+path, nil)
	w.send(events(1, 10), 10)
	whole := content(t, path)
	if err := os.WriteFile(path, append(whole, `{"number":11,"rea`...), 0o600); err != nil {
		t.Fatal(err)
	}
	w.send(events(11, 20), 10)
	lines := split(content(t, path))
	if lines[10] != `{"number":11,"rea` {
		t.Fatalf("line 11 is %.60q", lines[10])
	}
	inOrder(t, append(lines[:10:10], lines[11:]...), 20)
}

// A limit on the size of files stands in for a disk that is full: both cut a write short.
func TestWhatADiskCannotHoldIsTakenBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "olbot.jsonl")
	w := newWorld(t, "file://"+path, nil)
	w.send(events(1, 10), 10)
	before := content(t, path)
	unlimited := limitFiles(t, uint64(len(before)+100))
	w.fails(events(11, 20), "write to it: file too large")
	unlimited()
	if after := content(t, path); string(after) != string(before) {
		t.Errorf("the file has %d bytes, and had %d", len(after), len(before))
	}
	w.sendAll(events(11, 20))
	inOrder(t, split(content(t, path)), 20)
}

func limitFiles(t *testing.T, size uint64) (undo func()) {
	t.Helper()
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		t.Fatal(err)
	}
	set := func(l syscall.Rlimit) {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
			t.Fatal(err)
		}
	}
	set(syscall.Rlimit{Cur: size, Max: was.Max})
	undone := false
	undo = func() {
		if !undone {
			set(was)
		}
		undone = true
	}
	t.Cleanup(undo)
	return undo
}

func TestWhatIsWrongWithAFileIsSaid(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, says := range map[string]string{
		filepath.Join(dir, "nowhere", "olbot.jsonl"): "open it: no such file or directory",
		pipe:                "it is no ordinary file",
		dir:                 "it is no ordinary file",
		"/proc/olbot.jsonl": "open it: ",
	} {
		w := newWorld(t, "file://"+path, nil)
		w.fails(events(1, 2), says)
		if err := w.sink.Reach(t.Context()); err == nil {
			t.Errorf("%s was reached", path)
		}
	}
}

func TestReachLeavesNothingInTheFolder(t *testing.T) {
	dir := t.TempDir()
	w := newWorld(t, "file://"+filepath.Join(dir, "olbot.jsonl"), nil)
	if err := w.sink.Reach(t.Context()); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v, %v are left", left, err)
	}
	w.send(events(1, 1), 1)
	if err := w.sink.Reach(t.Context()); err != nil || strings.Count(string(content(t, filepath.Join(dir, "olbot.jsonl"))), "\n") != 1 {
		t.Errorf("%v, or it has changed", err)
	}
}
