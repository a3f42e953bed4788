package policyfile

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write the golden files and docs/policy.schema.json")

func problemsOf(text string) string {
	_, problems := Read([]byte(text))
	var b strings.Builder
	for _, p := range problems {
		fmt.Fprintf(&b, "%d:%d: %s\n", p.Line, p.Column, p.Text)
	}
	return b.String()
}

// wrongFiles are the archives in testdata/problems, by their paths: files, each followed by what is wrong with it.
func wrongFiles(t testing.TB) map[string]*txtar.Archive {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", "problems", "*.txtar"))
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	all := map[string]*txtar.Archive{}
	for _, path := range paths {
		if all[path], err = txtar.ParseFile(path); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestEverythingThatIsWrongIsSaidAtItsPlace(t *testing.T) {
	for path, cases := range wrongFiles(t) {
		for i := 0; i+1 < len(cases.Files); i += 2 {
			text, want := cases.Files[i], &cases.Files[i+1]
			got := problemsOf(string(text.Data))
			switch {
			case got == "":
				t.Errorf("%s: nothing is wrong", text.Name)
			case *update:
				want.Data = []byte(got)
			case got != string(want.Data):
				t.Errorf("%s: it says\n%swant\n%s", text.Name, got, want.Data)
			}
		}
		if *update {
			if err := os.WriteFile(path, txtar.Format(cases), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestAFileThatCannotBeReadSaysWhy(t *testing.T) {
	dir := t.TempDir()
	large := filepath.Join(dir, "large.yaml")
	if err := os.WriteFile(large, []byte(strings.Repeat("# large\n", maxSize/8+1)), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		filepath.Join(dir, "missing.yaml"): "there is no such file; check the path",
		dir:                                "this is a directory; give the path of a file",
		large:                              "the file is larger than 256 kB; this is probably not a policy file",
		filepath.Join(large, "below.yaml"): "the file cannot be opened: not a directory",
	} {
		if file, err := Load(path); err == nil || err.Error() != path+": "+want || file.SHA256 != "" {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
	secret := filepath.Join(dir, "secret.yaml")
	if err := os.WriteFile(secret, nil, 0o000); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(secret); os.Getuid() != 0 && (err == nil || !strings.HasSuffix(err.Error(), "may not be read by this user; change its mode or owner")) {
		t.Error(err)
	}
}

func TestWhatIsNoTextIsFoundWhereItBegins(t *testing.T) {
	for text, want := range map[string]string{"version: 1\nx: \xff": "2:4", "\x00": "1:1", "é\n\nab\xc3(": "3:3"} {
		if got := problemsOf(text); got != want+": the file is no text in UTF-8 from here on; save it as UTF-8\n" {
			t.Errorf("%q: %s", text, got)
		}
	}
}

func TestManyProblemsAreCounted(t *testing.T) {
	text := "version: 1\n"
	for i := range 300 {
		text += fmt.Sprintf("k%d: 1\n", i)
	}
	_, problems := Read([]byte(text))
	if len(problems) != mostProblems+1 || problems[mostProblems].Text != "and 201 more problems after this one" {
		t.Errorf("%d problems, the last is %v", len(problems), problems[len(problems)-1])
	}
}

func TestAnErrorSaysWhetherOnlyTestsFail(t *testing.T) {
	tests, both := Error{Problems: []Problem{{Test: true}}}, Error{Problems: []Problem{{Test: true}, {}}}
	if !tests.OnlyTests() || both.OnlyTests() {
		t.Error("OnlyTests")
	}
}

// No bytes make the reader panic, and every problem has a place in the file.
func FuzzRead(f *testing.F) {
	for _, cases := range wrongFiles(f) {
		for i := 0; i < len(cases.Files); i += 2 {
			f.Add(cases.Files[i].Data)
		}
	}
	company, err := os.ReadFile(filepath.Join("testdata", "company.yaml"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(company)
	f.Add([]byte(strings.Repeat("[", 20_000)))
	f.Add([]byte("\r\r0"))
	f.Add([]byte(`{"version": 1, "defaults": {"agents": ["S0HELPDESK"], "approvals": ["1 of manager"]}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		file, problems := Read(text)
		if len(problems) == 0 && (len(file.Set.Defaults) == 0 || file.SHA256 == "") {
			t.Error("nothing is wrong, and nothing was read")
		}
		lines := 1 // by what YAML takes for the end of one
		for _, end := range []string{"\n", "\r", "\u0085", "\u2028", "\u2029"} {
			lines += strings.Count(string(text), end)
		}
		if i := slices.IndexFunc(problems, func(p Problem) bool { return p.Line < 1 || p.Column < 1 || p.Line > lines+1 || p.Text == "" }); i >= 0 {
			t.Errorf("%+v has no place among %d lines", problems[i], lines)
		}
	})
}
