package slacksim

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
)

// readSpec reads what Slack documents, retyped from the source that the file names.
func readSpec(t *testing.T, name string, into any) {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatal(err)
	}
}

type methodSpec struct {
	Tier     int      `json:"tier"` // 0 where Slack does not say
	HTTP     string   `json:"http"`
	JSON     bool     `json:"json"`
	Scopes   []string `json:"scopes"` // of a bot token
	Required []string `json:"required"`
	Args     []string `json:"args"`
	Errors   []string `json:"errors"`
}

func TestMethodsAreSlacks(t *testing.T) {
	var file struct {
		Common  []string              `json:"common_errors"`
		Methods map[string]methodSpec `json:"methods"`
	}
	readSpec(t, "slack-methods.json", &file)
	specs := file.Methods
	for name, want := range specs {
		m := methods[name]
		if m == nil {
			t.Errorf("%s is not simulated", name)
			continue
		}
		if want.Tier != 0 && m.tier != want.Tier {
			t.Errorf("%s: tier %d, want %d", name, m.tier, want.Tier)
		}
		if m.json != want.JSON {
			t.Errorf("%s: takes JSON %v", name, m.json)
		}
		if want.HTTP == "GET" != m.get {
			t.Errorf("%s: reads only %v, want %s", name, m.get, want.HTTP)
		}
		same(t, name+" scopes", m.scopes, want.Scopes)
		same(t, name+" required", m.required, want.Required)
		same(t, name+" arguments", m.args, want.Args)
		if m.without != "" && !slices.Contains(want.Errors, m.without) && !slices.Contains(file.Common, m.without) {
			t.Errorf("%s: error %s is not Slack's", name, m.without)
		}
	}
	for name := range methods {
		if _, ok := specs[name]; !ok {
			t.Errorf("%s is not in the specification", name)
		}
	}
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	got, want = slices.Clone(got), slices.Clone(want)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestLimitsAreSlacks(t *testing.T) {
	var file struct {
		Limits map[string]int `json:"limits"`
	}
	readSpec(t, "blockkit-limits.json", &file)
	for name, n := range file.Limits {
		if limits[name] != n {
			t.Errorf("%s is %d, want %d", name, limits[name], n)
		}
	}
	for name := range limits {
		if _, ok := file.Limits[name]; !ok {
			t.Errorf("%s is not in the specification", name)
		}
	}
}
