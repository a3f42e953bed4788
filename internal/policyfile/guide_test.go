package policyfile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func guide(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "guides", "policy.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheGuidesExampleIsTheOneThatIsTested(t *testing.T) {
	example, err := os.ReadFile(filepath.Join("testdata", "company.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var indented strings.Builder
	for line := range strings.Lines(string(example)) {
		if line != "\n" {
			indented.WriteString("    ")
		}
		indented.WriteString(line)
	}
	if !strings.Contains(guide(t), "\n\n"+indented.String()+"\n") {
		t.Error("docs/guides/policy.md has another example than testdata/company.yaml")
	}
}

func TestTheGuideNamesEveryKey(t *testing.T) {
	text := guide(t)
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case schema:
			if properties, ok := v["properties"].(schema); ok {
				for key := range properties {
					if !strings.Contains(text, "`"+key) && !strings.Contains(text, key+":") && !strings.Contains(text, ", "+key) {
						t.Errorf("docs/guides/policy.md does not name the key %s", key)
					}
				}
			}
			for _, of := range v {
				walk(of)
			}
		case []schema:
			for _, of := range v {
				walk(of)
			}
		}
	}
	walk(layout().schema)
}
