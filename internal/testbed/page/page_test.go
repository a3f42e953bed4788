package page

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain is olbot in these tests: a program that does nothing until it is ended.
func TestMain(m *testing.M) {
	if os.Getenv("OLBOT_COMMAND") != "" {
		time.Sleep(time.Hour) // it is ended long before
	}
	os.Exit(m.Run())
}

func open(t *testing.T) *Page {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p, err := Start(Options{
		Addr: "127.0.0.1:0", App: App{Command: "/tempotp", Events: []string{}}, Database: "sqlite:olbot.db", Clock: filepath.Join(t.TempDir(), "clock"),
		Command: func(environ []string) *exec.Cmd {
			cmd := exec.Command(self)
			cmd.Env = environ
			return cmd
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// post sends JSON as the page's own script does, with these header fields changed.
func post(t *testing.T, p *Page, path, body string, header ...string) (status int, o outcome) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", strings.TrimSuffix(p.URL(), "/"))
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusOK {
		if err := json.NewDecoder(response.Body).Decode(&o); err != nil {
			t.Error(err)
		}
	}
	return response.StatusCode, o
}

// A stream is what a browser is told.
type stream struct {
	t     *testing.T
	lines *bufio.Scanner
}

func listen(t *testing.T, p *Page) *stream {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.URL()+"events", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	return &stream{t, lines}
}

// next is the next event's parts by name.
func (s *stream) next() map[string]json.RawMessage {
	s.t.Helper()
	for s.lines.Scan() {
		if data, ok := strings.CutPrefix(s.lines.Text(), "data: "); ok {
			var parts map[string]json.RawMessage
			if err := json.Unmarshal([]byte(data), &parts); err != nil {
				s.t.Fatal(err)
			}
			return parts
		}
	}
	s.t.Fatalf("the stream ended: %v", s.lines.Err())
	return nil
}

// until reads events until a part has this in it.
func (s *stream) until(part, text string) {
	s.t.Helper()
	for !strings.Contains(string(s.next()[part]), text) {
	}
}

func TestServesThisMachineOnly(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "example.com:80", "[::]:0"} {
		if p, err := Start(Options{Addr: addr}); !errors.Is(err, errNotLoopback) {
			t.Errorf("%s: %v", addr, err)
			if err == nil {
				p.Close()
			}
		}
	}
}

func TestRefusesForeignPages(t *testing.T) {
	p := open(t)
	for _, header := range [][]string{
		{"Host", "rebound.example.com"},
		{"Host", "127.0.0.1"},
		{"Origin", "https://example.com"},
		{"Origin", "null"},
		{"Sec-Fetch-Site", "cross-site"},
		{"Sec-Fetch-Site", "same-site"},
		{"Content-Type", "text/plain"},
		{"Content-Type", "application/x-www-form-urlencoded"},
	} {
		if status, _ := post(t, p, "olbot/kill", "{}", header...); status < 400 || status >= 500 {
			t.Errorf("%v: %d", header, status)
		}
	}
	if word, _ := p.olbot.state(); word != "running" {
		t.Errorf("a foreign page reached olbot: it is %s", word)
	}
	if status, _ := post(t, p, "olbot/kill", "{}"); status != http.StatusOK {
		t.Errorf("the page itself: %d", status)
	}
}

func TestLoadsNothingFromOutside(t *testing.T) {
	p := open(t)
	response, err := http.Get(p.URL())
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	got := response.Header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"} {
		if !slices.Contains(strings.Split(got, "; "), part) {
			t.Errorf("policy %q, want %s in it", got, part)
		}
	}
	outside := regexp.MustCompile(`(?:src|href|url|import|from|fetch)\W+(?:https?:)?//`)
	unsafe := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\son[a-z]+="|<style|style="`)
	err = fs.WalkDir(assets, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(assets, path)
		for _, pattern := range []*regexp.Regexp{outside, unsafe} {
			if found := pattern.Find(text); found != nil {
				t.Errorf("%s has %q", path, found)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTellsEverythingFirstAndThenWhatChanged(t *testing.T) {
	p := open(t)
	s := listen(t, p)
	all := s.next()
	for _, part := range []string{"world", "state", "person:joe", "person:maria", "person:ana", "person:sam", "person:lena"} {
		if all[part] == nil {
			t.Errorf("no %s in the first event", part)
		}
	}
	post(t, p, "people/joe/presence", `{"away":true}`)
	if parts := s.next(); len(parts) != 1 || !strings.Contains(string(parts["person:joe"]), `"away":true`) {
		t.Errorf("Joe went away: told %s", parts)
	}
}

func TestKillIsSeenAndStartToo(t *testing.T) {
	p := open(t)
	s := listen(t, p)
	s.until("state", `"starting"`)
	pid := p.olbot.cmd.Process.Pid
	post(t, p, "olbot/start", "{}")
	if p.olbot.cmd.Process.Pid != pid {
		t.Error("a second olbot was started")
	}
	post(t, p, "olbot/kill", "{}")
	s.until("state", `"killed"`)
	if p.olbot.cmd.ProcessState.Success() || !strings.Contains(p.olbot.cmd.ProcessState.String(), "kill") {
		t.Errorf("olbot ended with %v", p.olbot.cmd.ProcessState)
	}
	post(t, p, "olbot/start", "{}")
	s.until("state", `"starting"`)
	if err := p.olbot.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.until("state", `"ended"`)
}

func TestCommandWhileNothingIsConnected(t *testing.T) {
	p := open(t)
	if _, o := post(t, p, "people/joe/command", `{"text":"/tempotp @ana"}`); o.Err != "dispatch_failed" {
		t.Errorf("%+v", o)
	}
	listen(t, p).until("person:joe", "dispatch_failed")
	if status, _ := post(t, p, "people/nobody/command", "{}"); status != http.StatusNotFound {
		t.Errorf("a command of nobody's: %d", status)
	}
	if status, _ := post(t, p, "people/joe/command", "what"); status != http.StatusBadRequest {
		t.Errorf("no JSON: %d", status)
	}
}

func TestPressOfWhatIsGone(t *testing.T) {
	p := open(t)
	for _, body := range []string{`{"room":"D1","ts":"1.1"}`, `{"view":"V1"}`} {
		if _, o := post(t, p, "people/joe/press", body); o.Err != "message_not_found" {
			t.Errorf("%s: %+v", body, o)
		}
	}
	if _, o := post(t, p, "people/joe/submit", `{"view":"V1"}`); o.Err != "message_not_found" {
		t.Errorf("submit: %+v", o)
	}
}

func TestTroublesAreTurnedOnAndOff(t *testing.T) {
	p := open(t)
	s := listen(t, p)
	s.next()
	up := func() bool {
		client := http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
		response, err := client.Get(p.onelogin.URL())
		if err == nil {
			response.Body.Close()
		}
		return err == nil
	}
	for _, on := range []bool{true, true, false} {
		turn := map[bool]string{true: "on", false: "off"}[on]
		if status, _ := post(t, p, "troubles/onelogin-down/"+turn, "{}"); status != http.StatusOK || up() == on {
			t.Errorf("turned %s: status %d, OneLogin up: %v", turn, status, up())
		}
	}
	for _, one := range p.troubles.all {
		post(t, p, fmt.Sprintf("troubles/%s/on", one.key), "{}")
	}
	s.until("state", `["onelogin-down","onelogin-cut","slack-throttled"]`)
}
