// Package arch holds the rules of the house as tests: who may import whom, and
// how large a file and a package may be.
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

// equipment is what tests work with: simulators, page, laboratory, bench, player.
const equipment = "internal/testbed/"

// mayImport lists what of ours each package may import. A package that is missing
// has no place in the house.
var mayImport = map[string][]string{
	"approvals":                    {"approvals/quorum"},
	"approvals/quorum":             {},
	"approvals/rules":              {"approvals/quorum"},
	"approvals/approvalstest":      {"approvals"},
	"onelogin":                     {},
	"internal/slackapi":            {},
	"internal/socketmode":          {},
	"internal/testbed/slacksim":    {},
	"internal/testbed/oneloginsim": {},
	"internal/arch":                {},
	"deploy":                       {},
	"internal/spelling":            {},
	"internal/testbed/leftout":     {},
	"internal/testbed/ramdisk":     {},
	"internal/testbed/lab":         {"internal/testbed/slacksim", "internal/testbed/oneloginsim"},
	"internal/testbed/page":        {"internal/testbed/slacksim", "internal/testbed/oneloginsim"},
	"internal/export/ocsf":         {"approvals"},
	"internal/newfile":             {},
	"internal/trailkey":            {"internal/newfile"},
	"internal/policyfile":          {"approvals", "approvals/rules", "internal/spelling"},
	"internal/config":              {"approvals", "onelogin", "internal/spelling", "internal/trailkey"},
	"internal/export":              {"approvals", "onelogin"},
	"internal/sqlstore":            {"approvals", "internal/newfile", "internal/trailkey"},
	"internal/people":              {"approvals", "onelogin", "internal/slackapi"},
	"bot/text":                     {},
	"bot/payload":                  {},
	"bot/command":                  {"approvals", "bot/text", "internal/spelling"},
	"bot/view":                     {"approvals", "bot/text", "bot/command", "bot/payload"},
	"bot/messenger":                {"approvals", "bot/view", "internal/slackapi"},
	"bot":                          {"approvals", "bot/command", "bot/payload", "bot/view", "bot/messenger", "internal/slackapi", "internal/socketmode"},
	"internal/monitor":             {"approvals", "internal/slackapi", "internal/socketmode", "internal/sqlstore"},
	"scenarios":                    {},
	"internal/testbed/player":      {"scenarios", "internal/testbed/slacksim", "internal/testbed/oneloginsim"},
	"internal/testbed/demo":        {"internal/testbed/player", "internal/testbed/page", "internal/testbed/slacksim"},
	"internal/testbed/bench":       {"internal/testbed/slacksim", "internal/testbed/oneloginsim"},
	"cmd/olbot": {"approvals", "onelogin", "bot", "bot/payload", "bot/view", "bot/messenger", "internal/slackapi", "internal/socketmode", "internal/config", "internal/monitor",
		"internal/sqlstore", "internal/export", "internal/export/ocsf", "internal/trailkey", "internal/people", "internal/policyfile", "internal/testbed/demo"},
}

// foreign lists modules that only some packages may import, so that the domain
// stays free of Slack, HTTP and SQL and the simulators free of the clients.
var foreign = map[string][]string{
	"github.com/slack-go/slack": {"bot", "bot/view", "bot/messenger", "internal/slackapi", "internal/people", "cmd/olbot", "internal/testbed/bench"},
	"database/sql":              {"internal/sqlstore", "internal/testbed/bench"},
	"modernc.org/sqlite":        {"internal/sqlstore", "internal/testbed/bench"},
}

// leaves import nothing of ours, whatever mayImport says.
var leaves = []string{"approvals/quorum", "onelogin", "internal/socketmode", equipment + "slacksim", equipment + "oneloginsim"}

func TestImportsRunOneWay(t *testing.T) {
	for _, line := range golist(t, "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "./...") {
		fields := strings.Fields(line)
		pkg := strings.TrimPrefix(fields[0], module+"/")
		allowed, known := mayImport[pkg]
		if !known {
			t.Errorf("package %s has no place in the house: name it here, with what it may import", pkg)
			continue
		}
		for _, imported := range fields[1:] {
			ours, isOurs := strings.CutPrefix(imported, module+"/")
			if isOurs && (!slices.Contains(allowed, ours) || slices.Contains(leaves, pkg)) {
				t.Errorf("%s imports %s", pkg, ours)
			}
			if strings.HasPrefix(ours, equipment) && !strings.HasPrefix(pkg, equipment) && pkg != "cmd/olbot" {
				t.Errorf("%s imports equipment; only olbot demo may", pkg)
			}
			if who, restricted := foreign[imported]; restricted && !slices.Contains(who, pkg) {
				t.Errorf("%s imports %s", pkg, imported)
			}
		}
	}
}

// The program has the demo in it, and of the equipment nothing else.
func TestTheProgramImportsTheDemoAlone(t *testing.T) {
	const demo = equipment + "demo"
	for _, imported := range golist(t, "-f", "{{join .Imports \"\\n\"}}", "./cmd/olbot") {
		if strings.HasPrefix(imported, module+"/"+equipment) && imported != module+"/"+demo {
			t.Errorf("cmd/olbot imports %s", imported)
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

// tooLarge breaks the rules and is being taken apart.
var tooLarge = []string{"internal/sqlstore/writer.go"}

// What runs in production is in small files and small packages; the rest may be a little longer.
func TestNothingIsTooLarge(t *testing.T) {
	const most, mostOfProduct, mostFiles = 400, 300, 40
	files := map[string]int{} // of the product, by package
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
		path = strings.TrimPrefix(path, "../../")
		limit := most
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") && !strings.HasPrefix(path, equipment) {
			limit = mostOfProduct
			files[filepath.Dir(path)]++
		}
		if n := bytes.Count(text, []byte("\n")); n > limit && !slices.Contains(tooLarge, path) {
			t.Errorf("%s has %d lines, and may have %d", path, n, limit)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for pkg, n := range files {
		if n > mostFiles && !slices.Contains(tooLarge, pkg) {
			t.Errorf("package %s has %d files without tests, and may have %d", pkg, n, mostFiles)
		}
	}
}
