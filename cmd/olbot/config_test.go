package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write what the golden files should say")

// good is a configuration without a problem.
func good() map[string]string {
	return map[string]string{
		"SLACK_BOT_TOKEN":        "xoxb-1-good",
		"SLACK_APP_TOKEN":        "xapp-1-good",
		"ONELOGIN_API_URL":       "https://example.onelogin.com",
		"ONELOGIN_CLIENT_ID":     "client-id",
		"ONELOGIN_CLIENT_SECRET": "client-secret",
		"OLBOT_AUDIT_CHANNEL":    "C0AUDIT",
		"OLBOT_REQUESTERS":       "S0HELPDESK",
	}
}

// call runs the program as main does and returns all it printed.
func call(t *testing.T, vars map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(t.Context(), args, environ(vars), &out, &err)
	return code, out.String(), err.String()
}

// Each file of testdata/config is one bad configuration: "env" is set on top of
// a good one ("env only": on top of nothing), the files are written beside it,
// and "stderr" is all that olbot run says before it exits with 2.
func TestBadConfigurationsAreReportedAtOnce(t *testing.T) {
	files, err := filepath.Glob("testdata/config/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		path, err := filepath.Abs(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			story, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			vars, want := setUp(t, story)
			code, stdout, stderr := call(t, vars, "run")
			if code != exitConfig || stdout != "" {
				t.Errorf("exit code %d, stdout %q", code, stdout)
			}
			if *update {
				want.Data = []byte(stderr)
				if err := os.WriteFile(path, txtar.Format(story), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if stderr != string(want.Data) {
				t.Errorf("olbot said\n%s\nwant\n%s", stderr, want.Data)
			}
		})
	}
}

// setUp writes the story's files into a new working directory.
func setUp(t *testing.T, story *txtar.Archive) (vars map[string]string, stderr *txtar.File) {
	t.Helper()
	t.Chdir(t.TempDir())
	vars = good()
	for i, f := range story.Files {
		switch f.Name {
		case "stderr":
			stderr = &story.Files[i]
		case "env only":
			vars = map[string]string{}
			fallthrough
		case "env":
			for line := range strings.Lines(string(f.Data)) {
				name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
				vars[name] = value
			}
		default:
			if err := os.WriteFile(f.Name, f.Data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if stderr == nil {
		t.Fatal("the story does not say what stderr should be")
	}
	return vars, stderr
}
