// Package arch holds the rules of the house as tests: who may import whom, and
// how long a file may be.
package arch

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "olbot"

// mayImport lists what of ours each package may import, directly or through
// another. A package that is missing has no place in the house.
var mayImport = map[string][]string{
	"approvals":                    {},
	"approvals/approvalstest":      {"approvals"},
	"onelogin":                     {},
	"internal/slackapi":            {},
	"internal/socketmode":          {},
	"internal/testbed/slacksim":    {},
	"internal/testbed/oneloginsim": {},
	"internal/arch":                {},
	"internal/testbed/lab":         {"internal/testbed/slacksim", "internal/testbed/oneloginsim"},
	"internal/testbed/page":        {"internal/testbed/slacksim", "internal/testbed/oneloginsim"},
	"internal/sqlstore":            {"approvals"},
	"internal/people":              {"approvals", "onelogin", "internal/slackapi"},
	"bot":                          {"approvals", "internal/slackapi", "internal/socketmode"},
	"scenarios":                    {},
	"internal/testbed/player":      {"scenarios", "internal/testbed/slacksim", "internal/testbed/oneloginsim"},
	"internal/testbed/bench":       {"internal/testbed/slacksim", "internal/testbed/oneloginsim"},
	"cmd/olbot": {"approvals", "onelogin", "bot", "scenarios", "internal/testbed/player", "internal/slackapi", "internal/socketmode", "internal/testbed/slacksim",
		"internal/testbed/oneloginsim", "internal/sqlstore", "internal/people", "internal/testbed/page"},
}

// foreign lists modules that only some packages may reach, so that the domain
// stays free of Slack, HTTP and SQL and the simulators free of the clients.
var foreign = map[string][]string{
	"github.com/slack-go/slack": {"bot", "internal/slackapi", "internal/people", "cmd/olbot", "internal/testbed/bench"},
	"database/sql":              {"internal/sqlstore", "internal/testbed/lab", "cmd/olbot", "internal/testbed/bench"},
	"modernc.org/sqlite":        {"internal/sqlstore", "cmd/olbot", "internal/testbed/bench"},
}

func TestImportsRunOneWay(t *testing.T) {
	for _, line := range golist(t, "-f", "{{.ImportPath}} {{join .Deps \" \"}}", "./...") {
		fields := strings.Fields(line)
		pkg := strings.TrimPrefix(fields[0], module+"/")
		allowed, known := mayImport[pkg]
		if !known {
			t.Errorf("package %s has no place in the house: name it here, with what it may import", pkg)
			continue
		}
		for _, dep := range fields[1:] {
			if ours, ok := strings.CutPrefix(dep, module+"/"); ok && !slices.Contains(allowed, ours) {
				t.Errorf("%s imports %s", pkg, ours)
			}
			for f, who := range foreign {
				if dep == f && !slices.Contains(who, pkg) {
					t.Errorf("%s reaches %s", pkg, f)
				}
			}
		}
	}
}

// Direct imports only: zap itself reaches net/http.
func TestTheDomainKnowsNoHTTP(t *testing.T) {
	for _, imported := range golist(t, "-f", "{{join .Imports \"\\n\"}}", "./approvals") {
		if imported == "net/http" || imported == "net" || imported == "os" {
			t.Errorf("approvals imports %s", imported)
		}
	}
}

func golist(t *testing.T, args ...string) []string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Dir = "../.."
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.Bytes())
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

func TestNoFileIsLongerThan400Lines(t *testing.T) {
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && d.Name() != ".." && d.Name() != ".ci" || d.Name() == "node_modules") {
			if path == "../.." {
				return nil
			}
			return fs.SkipDir
		}
		switch filepath.Ext(path) {
		case ".go", ".sql", ".mjs", ".txtar":
		default:
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if n := bytes.Count(text, []byte("\n")); n > 400 {
			t.Errorf("%s has %d lines", path, n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
