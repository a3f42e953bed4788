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
	t.Parallel()
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

// post does what the page's own script does when something is pressed.
func (d *pageDemo) post(t *testing.T, path, body string) {
	t.Helper()
	response, err := http.Post(d.url+path, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if answer, _ := io.ReadAll(response.Body); response.StatusCode != http.StatusOK || strings.Contains(string(answer), `"err"`) {
		t.Fatalf("%s: %s %s", path, response.Status, answer)
	}
}

// The page's time is olbot's too: a request of which nothing was heard for an hour has expired, also for an olbot that was started
// again meanwhile.
func TestPageDemoPutsTimeForward(t *testing.T) {
	d := startPageDemo(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.url+"events", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	told := bufio.NewReader(response.Body)
	until := func(text string) {
		t.Helper()
		for {
			line, err := told.ReadString('\n')
			if err != nil {
				t.Fatalf("the page never showed %q: %v", text, err)
			}
			if strings.Contains(line, text) {
				return
			}
		}
	}
	until(`"olbot":"running"`)
	d.post(t, "people/joe/command", `{"text":"/tempotp @ana"}`)
	until("Waiting for approval")
	d.post(t, "olbot/kill", "{}")
	d.post(t, "clock/hour", "{}")
	d.post(t, "olbot/start", "{}")
	until("Nobody decided before")
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

func TestOlbotBehindThePageNeedsItsClock(t *testing.T) {
	var stderr bytes.Buffer
	code := run(t.Context(), []string{"demo", behindPage, filepath.Join(t.TempDir(), "nowhere", "clock")}, nil, io.Discard, &stderr)
	if code != exitFailed || !strings.HasPrefix(stderr.String(), "olbot: the demo could not start: open the clock: ") {
		t.Errorf("exit code %d, stderr %q", code, stderr.String())
	}
}
