package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"runtime"
	"strings"
	"testing"

	"olbot/internal/config"
	"olbot/internal/sqlstore"
)

// call runs the program as main does and returns all it printed.
func call(t *testing.T, vars map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(t.Context(), args, environ(vars), &out, &err)
	return code, out.String(), err.String()
}

func TestWrongUsageIsToldWithTheUsage(t *testing.T) {
	defer func(args []string) { os.Args = args }(os.Args)
	os.Args = []string{"olbot", "version"} // is not what run was told to do
	tests := []struct {
		args  []string
		says  string // the first line
		usage string
	}{
		{nil, "say which command to run", "olbot [command]"},
		{[]string{"runn"}, `unknown command "runn" for "olbot"`, "olbot [command]"},
		{[]string{"run", "fast"}, `unknown command "fast" for "olbot run"`, "olbot run"},
		{[]string{"version", "--long"}, "unknown flag: --long", "olbot version"},
		{[]string{"check", "--live", "--offline"}, "--live uses the network and --offline none; give only one of them", "olbot check"},
		{[]string{"check", "now"}, `unknown command "now" for "olbot check"`, "olbot check"},
		{[]string{"block"}, "say what to do with the blocks: list or lift", "olbot block [command]"},
		{[]string{"block", "lift", "--reason", "x"}, "say which block to lift: the id that olbot block list shows, such as OTP-7F3K-9QXM", "olbot block lift"},
		{[]string{"block", "lift", "OTP-7F3K-9QXM"}, "say why with --reason: the audit channel is told", "olbot block lift"},
		{[]string{"block", "lift", "OTP-7F3K-9QXM", "--reason", " "}, "say why with --reason: the audit channel is told", "olbot block lift"},
		{[]string{"policy"}, "say what to do with the policy: init, check, test or schema", "olbot policy [command]"},
		{[]string{"policy", "check"}, "give the path of one policy file", "olbot policy check"},
		{[]string{"policy", "test", "a.yaml", "b.yaml"}, "give the path of one policy file", "olbot policy test"},
		{[]string{"policy", "init", "x"}, `unknown command "x" for "olbot policy init"`, "olbot policy init"},
		{[]string{"audit"}, "say what to do with the trail: export, verify or key", "olbot audit [command]"},
		{[]string{"audit", "verify", "--anchor", "12"}, `invalid argument "12" for "--anchor" flag: write the event's number, a colon ` +
			"and at least 12 hex digits of its hash, such as 1207:9f86d081884c", "olbot audit verify"},
		{[]string{"audit", "verify", "--anchor", "3:9f86d081884c", "--anchor", "3:9f86d081884d"},
			`invalid argument "3:9f86d081884d" for "--anchor" flag: event 3 has two anchors`, "olbot audit verify"},
	}
	for _, tt := range tests {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			code, stdout, stderr := call(t, nil, tt.args...)
			if code != exitConfig || stdout != "" {
				t.Errorf("exit code %d, stdout %q", code, stdout)
			}
			first, _, _ := strings.Cut(stderr, "\n")
			if first != "olbot: "+tt.says {
				t.Errorf("olbot said %q, want %q", first, tt.says)
			}
			if !strings.Contains(stderr, "\n  "+tt.usage) {
				t.Errorf("no usage of %q in\n%s", tt.usage, stderr)
			}
		})
	}
}

func TestHelpIsNoError(t *testing.T) {
	for _, args := range [][]string{{"help"}, {"--help"}, {"audit", "--help"}, {"help", "manifest"}} {
		code, stdout, stderr := call(t, nil, args...)
		if code != exitDone || stderr != "" || !strings.Contains(stdout, "Usage:") {
			t.Errorf("%v: exit code %d, stdout %q, stderr %q", args, code, stdout, stderr)
		}
	}
}

func TestVersion(t *testing.T) {
	code, stdout, stderr := call(t, nil, "version")
	if fields := strings.Fields(stdout); code != exitDone || stderr != "" || len(fields) != 4 || fields[0] != "olbot" {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

func TestTheFlagSaysWhatTheCommandSays(t *testing.T) {
	_, command, _ := call(t, nil, "version")
	if code, flag, stderr := call(t, nil, "--version"); code != exitDone || flag != command || stderr != "" {
		t.Errorf("exit code %d, stdout %q, want %q, stderr %q", code, flag, command, stderr)
	}
}

func TestVersionForPrograms(t *testing.T) {
	defer func(v, c string) { version, commit = v, c }(version, commit)
	version, commit = "v1.2.3", "8774da3"
	code, stdout, stderr := call(t, nil, "version", "--json")
	var got map[string]any
	if err := json.Unmarshal([]byte(stdout), &got); err != nil || code != exitDone || stderr != "" {
		t.Fatalf("exit code %d, stdout %q (%v), stderr %q", code, stdout, err, stderr)
	}
	want := map[string]any{
		"version": "v1.2.3", "commit": "8774da3", "go": runtime.Version(), "os": runtime.GOOS, "arch": runtime.GOARCH,
		"schema": float64(sqlstore.SchemaVersion()),
	}
	if !maps.Equal(got, want) || sqlstore.SchemaVersion() < 1 {
		t.Errorf("version --json says %v, want %v", got, want)
	}
}

func TestShellsCompleteCommands(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if code, stdout, stderr := call(t, nil, "completion", shell); code != exitDone || !strings.Contains(stdout, "__complete") || stderr != "" {
			t.Errorf("%s: exit code %d, stderr %q", shell, code, stderr)
		}
	}
	if _, stdout, _ := call(t, nil, "__complete", "audit", ""); !strings.HasPrefix(stdout, "export\t") {
		t.Errorf("after audit a shell offers %q", stdout)
	}
}

// internal/config tests what is said of each mistake.
func TestABadConfigurationIsReportedAtOnce(t *testing.T) {
	t.Chdir(t.TempDir())
	_, bad := config.Load(nil, "")
	code, stdout, stderr := call(t, nil, "run")
	if want := "olbot: " + bad.Error() + "\n"; code != exitConfig || stdout != "" || stderr != want {
		t.Errorf("exit code %d, stdout %q, stderr %q, want %q", code, stdout, stderr, want)
	}
	if _, help, _ := call(t, nil, "run", "--help"); !strings.Contains(help, config.Help()) {
		t.Errorf("the help of run does not name the settings:\n%s", help)
	}
}

// A command minds only what it uses: the health check of a container that
// cannot start still says what it was asked.
func TestACommandMindsOnlyItsOwnSettings(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range [][]string{{"manifest"}, {"version"}, {"migrate"}, {"audit", "export"}} {
		vars := map[string]string{"OLBOT_REQUESTERS": "joe", "OLBOT_NO_SUCH_THING": "1", "OLBOT_DATABASE_URL": "sqlite:olbot.db"}
		if code, _, stderr := call(t, vars, args...); code != exitDone {
			t.Errorf("%v: exit code %d: %s", args, code, stderr)
		}
	}
	code, _, stderr := call(t, map[string]string{"OLBOT_HTTP_ADDR": "8080"}, "healthcheck")
	if code != exitConfig || !strings.Contains(stderr, "OLBOT_HTTP_ADDR") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

func TestTextFromOutsideStaysInItsLine(t *testing.T) {
	if got := oneLine("Joe\nolbot: all is well\x1b[2J\u202e \u00a0é…"); got != "Joe olbot: all is well\ufffd[2J\ufffd é…" {
		t.Errorf("%q", got)
	}
}
