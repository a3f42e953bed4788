package policyfile

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

var schemaFile = filepath.Join("..", "..", "docs", "policy.schema.json")

func TestTheSchemaInTheDocsIsCurrent(t *testing.T) {
	if *update {
		if err := os.WriteFile(schemaFile, Schema(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := os.ReadFile(schemaFile); err != nil || !bytes.Equal(text, Schema()) {
		t.Errorf("docs/policy.schema.json is not what olbot policy schema prints (%v); go test ./internal/policyfile -update", err)
	}
}

// validate is what an editor does.
func validate(t *testing.T, text []byte) error {
	t.Helper()
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("policy.schema.json", parsed); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("policy.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var content any
	if err := yaml.Unmarshal(text, &content); err != nil {
		t.Fatal(err)
	}
	return schema.Validate(content)
}

func TestTheSchemaAcceptsTheExample(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "company.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := validate(t, text); err != nil {
		t.Error(err)
	}
}

// What the schema can say it says; each of these files has a mistake that an editor underlines.
func TestTheSchemaFindsTypicalMistakes(t *testing.T) {
	texts := map[string][]byte{}
	for _, cases := range wrongFiles(t) {
		for _, f := range cases.Files {
			texts[f.Name] = f.Data
		}
	}
	for _, name := range []string{
		"missing keys", "misspelt keys", "another version", "nothing where a value is due", "groups", "an empty list of agents", "approvals", "values",
		"times", "what a default decides itself", "a when in a rule", "a rule that loosens", "matchers", "names", "tests",
	} {
		if err := validate(t, texts[name]); err == nil {
			t.Errorf("%s: the schema finds nothing", name)
		}
	}
}

// Nothing that the reader takes is underlined.
func TestTheSchemaRefusesNothingThatIsRead(t *testing.T) {
	for _, text := range []string{
		"version: 1\ndefaults: {agents: [\"*\"], approvals: [1 of manager], validity: {default: 300, max: 1d12h}}",
		"version: 1\ndefaults:\n  - {agents: [U0TOM, help desk], approvals: [\"2 of S0A, else U0KIM\", 1  of manager, else S0B]}\ngroups: {help desk: {slack_groups: [S0HELPDESK]}}",
		"version: 1\ndefaults: {agents: [S0A], approvals: [1 of manager], reusable: true}\nrules: [{name: x, owner: {is: agent, requests_7d: \" >= 2 \", emails: [\"*\", \"a*@x\"]}, request: {validity: \">=1h\"}, inside: {days: \"Mon, Wed-Fri\", hours: \"22:00-24:00\", zone: Etc/GMT+5}, why: \"{owner}\"}]\n" +
			"tests: [{x: {at: \"Mon 23:00\", is: [agent], agent: {is: contact, first_time: true}, requests_7d: 2, want: {approvals: [manager], because: []}}}]",
	} {
		if got := problemsOf(text); got != "" && !strings.Contains(got, "fails") {
			t.Errorf("%s\n%s", text, got)
		}
		if err := validate(t, []byte(text)); err != nil {
			t.Errorf("%s\n%v", text, err)
		}
	}
	if strings.Contains(string(Schema()), definition+`"`) {
		t.Error("a definition was left where it is referred to")
	}
}
