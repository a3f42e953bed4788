package config

import (
	"flag"
	"fmt"
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

		"OLBOT_SECURITY_CONTACTS": "none",
	}
}

// environ is a map as a process's environment.
func environ(vars map[string]string) []string {
	var list []string
	for name, value := range vars {
		list = append(list, name+"="+value)
	}
	return list
}

// Each file of testdata is one bad configuration: "env" is set on top of
// a good one ("env only": on top of nothing), the files are written beside it,
// and "stderr" is all that olbot run says.
func TestBadConfigurationsAreReportedAtOnce(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
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
			_, err = Load(environ(vars), ".")
			if err == nil {
				t.Fatal("there is no problem")
			}
			said := fmt.Sprintf("olbot: %v\n", err)
			if *update {
				want.Data = []byte(said)
				if err := os.WriteFile(path, txtar.Format(story), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if said != string(want.Data) {
				t.Errorf("olbot says\n%s\nwant\n%s", said, want.Data)
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
