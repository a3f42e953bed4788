package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"olbot/internal/testbed/leftout"
)

// A pageDemo is olbot demo --page running, as somebody starts it who has built the program.
type pageDemo struct {
	url  string
	cmd  *exec.Cmd
	temp string
	log  bytes.Buffer // read once it has ended
}

var pageURL = regexp.MustCompile(`http://127\.0\.0\.1:\d+/`)

func startPageDemo(t *testing.T) *pageDemo {
	t.Helper()
	dir := t.TempDir()
	binary := filepath.Join(dir, "olbot")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	d := &pageDemo{temp: t.TempDir()}
	d.cmd = exec.Command(binary, "demo", "--page=127.0.0.1:0")
	d.cmd.Dir, d.cmd.Stderr = dir, &d.log
	d.cmd.Env = append(os.Environ(), "TMPDIR="+d.temp)
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.cmd.Process.Kill() }) // it has ended if the test went well
	line, _ := bufio.NewReader(out).ReadString('\n')
	if d.url = pageURL.FindString(line); d.url == "" {
		_ = d.cmd.Process.Kill()
		_ = d.cmd.Wait()
		t.Fatalf("the demo said %q\n%s", line, d.log.String())
	}
	return d
}

// end is Ctrl-C.
func (d *pageDemo) end(t *testing.T) {
	t.Helper()
	if err := d.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := d.cmd.Wait(); err != nil {
		t.Errorf("the demo ended with %v\n%s", err, d.log.String())
	}
	if left, _ := filepath.Glob(filepath.Join(d.temp, "*")); len(left) > 0 {
		t.Errorf("the demo left %q behind", left)
	}
}

// TestPageInABrowser tells the stories of ci/page in a real Chromium. With OLBOT_UPDATE_IMAGES=1 the README's pictures are
// taken again.
func TestPageInABrowser(t *testing.T) {
	dir := leftout.Page.Need(t)
	d := startPageDemo(t)
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	defer cancel()
	pictures := ""
	if os.Getenv("OLBOT_UPDATE_IMAGES") == "1" {
		pictures, _ = filepath.Abs(filepath.Join(root, "docs", "images"))
	}
	check := exec.CommandContext(ctx, "node", "check.mjs", d.url, pictures)
	check.Dir = dir
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	d.end(t)
	if t.Failed() {
		t.Logf("olbot's log:\n%s", d.log.String())
	}
}

func TestPageDemoServesAndEndsCleanly(t *testing.T) {
	d := startPageDemo(t)
	response, err := http.Get(d.url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, _ := io.ReadAll(response.Body); !strings.Contains(string(body), `src="main.js"`) {
		t.Errorf("the page is %s", body)
	}
	d.end(t)
}

func TestPageDemoThatCannotStartSaysWhy(t *testing.T) {
	for addr, why := range map[string]string{
		"0.0.0.0:0": "only a loopback address such as 127.0.0.1:8765 is allowed", "8765": "missing port in address",
	} {
		t.Setenv("TMPDIR", t.TempDir())
		var out, err bytes.Buffer
		code := run(t.Context(), []string{"demo", "--page=" + addr}, nil, &out, &err)
		if code != exitFailed || !strings.Contains(err.String(), why) || strings.Count(err.String(), "\n") != 1 {
			t.Errorf("%s: exit code %d, stderr %q", addr, code, err.String())
		}
		if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "*")); len(left) > 0 {
			t.Errorf("the demo left %q behind", left)
		}
	}
}
