package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// impure lists the files of approvals that run the domain. All others are pure.
var impure = []string{
	"ports.go", "service.go", "press.go", "restrict.go", "home.go", "approver.go", "sink.go", "recheck.go", "work.go",
	"allowance.go", "requester.go",
	"job_table.go", "job_issue.go", "job_issue_outcome.go", "job_resolve.go", "lookup_failed.go", "job_revoke.go", "job_timer.go",
	"id.go", // draws random ids
}

// pureImports are the packages that pure files may import.
var pureImports = []string{"cmp", "crypto/sha256", "encoding/hex", "encoding/json", "errors", "fmt", "maps", "regexp", "slices", "strconv", "strings", "time", "unicode/utf8", "olbot/approvals/quorum"}

// outside are the names of approvals through which a pure file would reach outside.
var outside = []string{"Service", "Ports", "Store", "RequestStore", "JobQueue", "DraftStore", "SettingsStore", "RestrictionStore", "Sink", "View", "Directory", "FreshCheck", "Issuer", "Messenger", "parallel", "NewID", "NewRef"}

// clock lists what of package time looks at the clock or waits.
var clock = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Local", "LoadLocation"}

// TestTransitionsAndRulesArePure: no log, no context, no clock, no I/O.
func TestTransitionsAndRulesArePure(t *testing.T) {
	paths, err := filepath.Glob("../../approvals/*.go")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	for _, pkg := range []string{"rules", "quorum"} {
		more, err := filepath.Glob("../../approvals/" + pkg + "/*.go")
		if err != nil || len(more) == 0 {
			t.Fatal(more, err)
		}
		paths = append(paths, more...)
	}
	for _, name := range impure {
		if !slices.Contains(paths, "../../approvals/"+name) {
			t.Errorf("approvals/%s is listed and does not exist", name)
		}
	}
	for _, path := range paths {
		name := filepath.Base(path)
		if strings.HasSuffix(name, "_test.go") || slices.Contains(impure, name) {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, what := range impurities(file) {
			t.Errorf("%s uses %s", path, what)
		}
	}
}

// impurities lists what a pure file must not use.
func impurities(file *ast.File) (found []string) {
	for _, spec := range file.Imports {
		if path, _ := strconv.Unquote(spec.Path.Value); !slices.Contains(pureImports, path) || spec.Name != nil {
			found = append(found, "the import "+spec.Path.Value)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains(clock, n.Sel.Name) {
				found = append(found, "time."+n.Sel.Name)
			}
			if x, ok := n.X.(*ast.Ident); ok && x.Name == "fmt" && strings.HasPrefix(n.Sel.Name, "Print") {
				found = append(found, "fmt."+n.Sel.Name)
			}
		case *ast.Ident:
			if slices.Contains(outside, n.Name) {
				found = append(found, n.Name)
			}
		}
		return true
	})
	return found
}

func TestTheRuleOfPurityFindsWhatIsNotPure(t *testing.T) {
	for source, want := range map[string]int{
		`import "context"`:                                                 1,
		`import t "time"`:                                                  1,
		`import "time"; var x = time.Now()`:                                1,
		`import "time"; var x = time.Now`:                                  1,
		`func (s *Service) f() {}`:                                         1,
		`import "fmt"; func f() { fmt.Println() }`:                         1,
		`import "time"; func f(a, b time.Time) bool { return a.After(b) }`: 0,
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\n"+source, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := impurities(file); len(got) != want {
			t.Errorf("%s: %v", source, got)
		}
	}
}
