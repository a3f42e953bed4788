package config

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/joho/godotenv"
)

// matchesFile compares a file with what it should say, or writes it with -update.
func matchesFile(t *testing.T, path, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what Config says; go test ./internal/config -update writes it:\n%s", path, want)
	}
}

// configTable is the table in docs/configuration.md, in Markdown.
func configTable() string {
	var b strings.Builder
	b.WriteString("| name | default | meaning |\n|---|---|---|\n")
	for f := range settings() {
		value := shownDefault(f)
		if f.Tag.Get("envDefault") != "" {
			value = "`" + value + "`"
		}
		meaning := f.Tag.Get("desc")
		if f.Type == secretType {
			meaning += "; or `" + variable(f) + fileSuffix + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", variable(f), value, strings.ReplaceAll(meaning, "|", `\|`))
	}
	return b.String()
}

// envExample is .env.example: every variable with its default, those that have
// to be set without the # in front.
func envExample() string {
	var b strings.Builder
	b.WriteString(`# olbot's configuration. Copy this file to .env in olbot's working directory so that nobody else
# can read it (install -m 600 .env.example .env), or set the variables in its environment, which
# this file never overrides.
#
# What has to be set stands without a # in front. Put a value that contains $, # or spaces into
# 'single quotes'. A secret can also be given as NAME_FILE, the path of a file that holds it:
#SLACK_BOT_TOKEN_FILE=/run/secrets/slack_bot_token
`)
	for f := range settings() {
		value, mark := f.Tag.Get("envDefault"), "#"
		if example, ok := f.Tag.Lookup("example"); ok {
			value, mark = example, ""
		}
		fmt.Fprintf(&b, "\n%s\n", wrapped(sentence(f), "# ", 98))
		if shown := f.Tag.Get("shown"); shown != "" {
			fmt.Fprintf(&b, "# Default: %s.\n", shown)
		}
		fmt.Fprintf(&b, "%s%s=%s\n", mark, variable(f), value)
	}
	return b.String()
}

func TestEnvExampleIsTheConfiguration(t *testing.T) {
	matchesFile(t, "../../.env.example", envExample())
}

// What the example leaves out are the secrets; filled in, it has no problem.
func TestEnvExampleWorksOnceFilledIn(t *testing.T) {
	example := strings.NewReplacer(
		"=xoxb-\n", "=xoxb-1-good\n", "=xapp-\n", "=xapp-1-good\n",
		"ONELOGIN_CLIENT_ID=\n", "ONELOGIN_CLIENT_ID=id\n", "ONELOGIN_CLIENT_SECRET=\n", "ONELOGIN_CLIENT_SECRET=secret\n",
	).Replace(envExample())
	for name, text := range map[string]string{
		"as it is":                 example,
		"with every default given": uncommented(example),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(dir+"/.env", []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := Load(nil, dir); err != nil {
				t.Error(err)
			}
		})
	}
}

// uncommented sets every variable that stands with its default behind a #.
func uncommented(example string) string {
	var b strings.Builder
	for line := range strings.Lines(example) {
		setting := strings.TrimPrefix(line, "#")
		if vars, err := godotenv.Unmarshal(setting); err == nil && len(vars) == 1 && !strings.HasPrefix(setting, " ") && !strings.Contains(line, fileSuffix) {
			line = setting
		}
		b.WriteString(line)
	}
	return b.String()
}

// The table stands between two markers.
func TestTheDocumentedTableIsTheConfiguration(t *testing.T) {
	const path, begin, end = "../../docs/configuration.md", "<!-- config:begin -->\n", "<!-- config:end -->"
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begun := strings.Cut(string(raw), begin)
	_, after, ended := strings.Cut(rest, end)
	if !begun || !ended {
		t.Fatalf("%s has no place for the configuration table: %q and %q are missing", path, strings.TrimSpace(begin), end)
	}
	matchesFile(t, path, before+begin+configTable()+end+after)
}

func TestHelpNamesEveryVariable(t *testing.T) {
	help := Help()
	for _, name := range knownNames() {
		if !strings.Contains(help, name) {
			t.Errorf("the help does not name %s", name)
		}
	}
}
