package view

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"olbot/approvals"
	"olbot/bot/command"
)

// constants are the string constants of a type in the package of a folder, by
// name, read from the source so that a new one cannot be forgotten.
func constants(t *testing.T, folder, typeName string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, file := range parseFolder(t, folder) {
		for _, d := range file.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.CONST {
				for _, s := range g.Specs {
					addConstant(t, found, s.(*ast.ValueSpec), typeName)
				}
			}
		}
	}
	if len(found) == 0 {
		t.Fatalf("no constants of type %s in %s", typeName, folder)
	}
	return found
}

func addConstant(t *testing.T, found map[string]string, s *ast.ValueSpec, typeName string) {
	t.Helper()
	if id, ok := s.Type.(*ast.Ident); !ok || id.Name != typeName || len(s.Values) != 1 {
		return
	}
	value, err := strconv.Unquote(s.Values[0].(*ast.BasicLit).Value)
	if err != nil {
		t.Fatal(err)
	}
	found[s.Names[0].Name] = value
}

// parseFolder parses the package in a folder, without its tests.
func parseFolder(t *testing.T, folder string) map[string]*ast.File {
	t.Helper()
	files := map[string]*ast.File{}
	names, err := fs.Glob(os.DirFS(folder), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(folder, name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = file
	}
	return files
}

// TestEveryRefusalHasWords wants, for each refusal and whoever it is about, which
// check failed and what to do.
func TestEveryRefusalHasWords(t *testing.T) {
	for name, code := range constants(t, "../../approvals", "RefusalCode") {
		for _, role := range []approvals.Role{approvals.Agent, approvals.Owner, approvals.Approver, ""} {
			why := approvals.Refusal{Code: approvals.RefusalCode(code), Role: role, State: approvals.Denied}
			w := wordsOf(why)
			if w.they == "" {
				t.Errorf("%s of role %q has no fact", name, role)
			}
			if w.adviceTo(role) == "" {
				t.Errorf("%s of role %q has no advice", name, role)
			}
		}
	}
}

// TestEveryStateHasWords wants a word for each state, a reply to a press that
// came too late for it, and a card for everybody.
func TestEveryStateHasWords(t *testing.T) {
	listed := approvals.States()
	for name, s := range constants(t, "../../approvals", "State") {
		state := approvals.State(s)
		if !slices.Contains(listed, state) {
			t.Errorf("%s is not among States()", name)
		}
		if stateWords[state] == "" {
			t.Errorf("%s has no word", name)
		}
		if tooLate[state] == "" {
			t.Errorf("%s has no words for a press that comes too late", name)
		}
		r := made().r
		r.State, r.Refusal = state, &approvals.Refusal{Code: approvals.CodeRefused}
		for _, c := range Cards(r, start, testOptions) {
			if c.Message.Text == "" || strings.Contains(read(t, c.Message), "# \n") {
				t.Errorf("%s: the card %s has no title or text", name, c.Key)
			}
		}
	}
}

// TestEveryEventHasWords wants a line of the feed for each kind of event.
func TestEveryEventHasWords(t *testing.T) {
	told := map[approvals.EventKind]bool{}
	for _, e := range trail() {
		told[e.Kind] = true
	}
	for name, k := range constants(t, "../../approvals", "EventKind") {
		kind := approvals.EventKind(k)
		if eventWords[kind].what == "" || feedStory(approvals.Event{Kind: kind, Button: approvals.ButtonApprove}) == "" {
			t.Errorf("%s has no words", name)
		}
		if !told[kind] {
			t.Errorf("%s is in no example", name)
		}
	}
}

// TestEveryButtonHasWords wants a line of the feed for each button that a refused
// press can name.
func TestEveryButtonHasWords(t *testing.T) {
	for name, b := range constants(t, "../../approvals", "Button") {
		if feedStory(approvals.Event{Kind: approvals.EventPressRefused, Button: approvals.Button(b)}) == "" {
			t.Errorf("%s has no words", name)
		}
	}
}

func TestEverySignHasWords(t *testing.T) {
	for name, k := range constants(t, "../../approvals", "RiskSignalKind") {
		if signPhrases[approvals.RiskSignalKind(k)] == "" || feedSigns[approvals.RiskSignalKind(k)] == "" {
			t.Errorf("%s has no words", name)
		}
	}
}

func TestEveryDenialChoiceHasWords(t *testing.T) {
	listed := approvals.DenialChoices()
	for name, c := range constants(t, "../../approvals", "DenialChoice") {
		if denialLabels[approvals.DenialChoice(c)].label == "" || !slices.Contains(listed, approvals.DenialChoice(c)) {
			t.Errorf("%s is not offered", name)
		}
	}
}

func TestEveryVerificationHasWords(t *testing.T) {
	listed := approvals.Verifications()
	for name, v := range constants(t, "../../approvals", "Verification") {
		if verificationLabels[approvals.Verification(v)] == "" || !slices.Contains(listed, approvals.Verification(v)) {
			t.Errorf("%s is not offered", name)
		}
	}
}

func TestEveryProblemHasWords(t *testing.T) {
	for name, p := range constants(t, "../command", "Problem") {
		if problemPhrases[command.Problem(p)] == "" {
			t.Errorf("%s has no words", name)
		}
	}
}

// TestEveryPlaceIsFilled looks for a place of a phrase that no value came to.
func TestEveryPlaceIsFilled(t *testing.T) {
	check := func(name, s string) {
		if strings.ContainsAny(s, "{}") {
			t.Errorf("%s: an unfilled place in %q", name, s)
		}
	}
	for name, m := range allMessages() {
		check(name, read(t, m))
		check(name, noticeAsRead(m.Text))
	}
	for _, code := range constants(t, "../../approvals", "RefusalCode") {
		for _, role := range []approvals.Role{approvals.Agent, approvals.Owner, approvals.Approver, ""} {
			m := ReplyTo(&approvals.Refusal{Code: approvals.RefusalCode(code), Role: role, Person: anaLopes, State: approvals.Denied, Max: time.Hour})
			check(code, read(t, m))
		}
	}
}

// wordy says whether s reads like words for people: letters, a blank, letters.
// Forms of times are no words.
func wordy(s string) bool {
	if strings.Contains(s, "{date") || strings.HasPrefix(s, "2006-") {
		return false
	}
	before, after, ok := strings.Cut(strings.TrimSpace(s), " ")
	return ok && strings.ContainsFunc(before, unicode.IsLetter) && strings.ContainsFunc(after, unicode.IsLetter)
}
