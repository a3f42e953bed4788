package leftout

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// announcer is set in the environment of the process that writes the line: the process id of its go test.
const announcer = "OLBOT_TEST_ANNOUNCER"

// Announce has go test ./... end with the line that says what was left out. The only test of the package that sorts last calls it.
//
// cmd/go shows nothing of what passes, so the line goes past it. A copy of the test program stays behind, holds go test's
// standard output open, and writes once go test has printed all and is about to exit: then it removes its work directory, and with
// it a file that was put there. If anything is not as expected, the line is missing and that is all.
func Announce(t *testing.T) {
	if parent := os.Getenv(announcer); parent != "" {
		announce(parent)
		return
	}
	line := Line()
	if line == "" {
		return
	}
	t.Log(line)
	neverCache()
	parent := fmt.Sprint(os.Getppid())
	if testing.Verbose() || !testsSeveralPackages(parent) { // in the one case it shows t.Log, in the other nobody wants to know
		return
	}
	if err := leaveAnnouncer(t, parent); err != nil {
		t.Log(err)
	}
}

// leaveAnnouncer starts the process that writes the line. All that it waits for is in place when this returns.
func leaveAnnouncer(t *testing.T, parent string) error {
	work := filepath.Dir(filepath.Dir(os.Args[0])) // $WORK/b123/scenarios.test
	if !strings.HasPrefix(filepath.Base(work), "go-build") {
		return fmt.Errorf("go test's work directory is not %s", work)
	}
	out, err := os.OpenFile("/proc/"+parent+"/fd/1", os.O_WRONLY|os.O_APPEND|syscall.O_NOCTTY, 0)
	if err != nil {
		return err
	}
	defer out.Close()
	mark := filepath.Join(work, "leftout")
	if err := os.WriteFile(mark, nil, 0o600); err != nil {
		return err
	}
	fd, err := syscall.InotifyInit1(syscall.IN_NONBLOCK | syscall.IN_CLOEXEC)
	if err != nil {
		return err
	}
	removal := os.NewFile(uintptr(fd), "inotify")
	defer removal.Close()
	if _, err := syscall.InotifyAddWatch(fd, mark, syscall.IN_DELETE_SELF); err != nil {
		return err
	}
	c := exec.Command("/proc/self/exe", "-test.run=^"+t.Name()+"$")
	c.Env = append(os.Environ(), announcer+"="+parent)
	c.ExtraFiles = []*os.File{out, removal}
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return c.Start()
}

// testsSeveralPackages says whether a process is go test ./... or the like.
func testsSeveralPackages(pid string) bool {
	program, _ := os.Readlink("/proc/" + pid + "/exe")
	raw, _ := os.ReadFile("/proc/" + pid + "/cmdline")
	args := strings.Split(string(bytes.TrimRight(raw, "\x00")), "\x00")
	return filepath.Base(program) == "go" && slices.Contains(args, "test") &&
		slices.ContainsFunc(args, func(arg string) bool { return strings.HasSuffix(arg, "...") })
}

// neverCache has go test run this test every time. Its result is kept together with what the files of the module that it looked
// at are like, and this one, which is in the module by its name only, is another one for each go test.
func neverCache() {
	if dir, err := os.Getwd(); err == nil {
		_, _ = os.Stat(dir + strings.Repeat("/..", strings.Count(dir, "/")) + "/proc/self/stat")
	}
}

// announce writes the line when go test is about to exit.
func announce(parent string) {
	out, removal := os.NewFile(3, "go test's standard output"), os.NewFile(4, "inotify")
	for buffer := make([]byte, 4096); ; {
		_ = removal.SetReadDeadline(time.Now().Add(time.Second))
		if n, _ := removal.Read(buffer); n > 0 {
			fmt.Fprintln(out, Line())
			return
		}
		if _, err := os.Stat("/proc/" + parent); err != nil {
			return // it was killed, or keeps its work directory
		}
	}
}
