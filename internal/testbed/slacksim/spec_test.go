package slacksim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// spec reads a file of the collected specifications, which lie beside the repository in CI and
// are not part of a clone.
func spec(t *testing.T, name string, into any) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "shared", "specs", name))
	if errors.Is(err, fs.ErrNotExist) && os.Getenv("OLBOT_CI") != "1" {
		t.Skipf("left out: the tables were not compared with %s, which is not here", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatal(err)
	}
}

type methodSpec struct {
	Tier     *string             `json:"rate_limits"`
	HTTP     string              `json:"http_method"`
	JSON     *bool               `json:"json_input_supported"`
	Scopes   map[string][]string `json:"scope"`
	Required []string            `json:"required_args"`
	Args     []string            `json:"args"`
	Output   []string            `json:"output_required"`
	Errors   []string            `json:"errors"`
}

func TestMethodsAreSlacks(t *testing.T) {
	var specs map[string]methodSpec
	spec(t, "slack-methods.json", &specs)
	for name, want := range specs {
		m := methods[name]
		if m == nil {
			t.Errorf("%s is not simulated", name)
			continue
		}
		if want.Tier != nil && fmt.Sprintf("t%d", m.tier) != *want.Tier {
			t.Errorf("%s: tier %d, want %s", name, m.tier, *want.Tier)
		}
		if m.json != (want.JSON != nil && *want.JSON) {
			t.Errorf("%s: takes JSON %v", name, m.json)
		}
		if want.HTTP == "GET" != m.get {
			t.Errorf("%s: reads only %v, want %s", name, m.get, want.HTTP)
		}
		same(t, name+" scopes", m.scopes, want.Scopes["bot"])
		same(t, name+" required", m.required, want.Required)
		same(t, name+" arguments", m.args, want.Args)
		if m.without != "" && !slices.Contains(want.Errors, m.without) {
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
	var tree map[string]any
	spec(t, "blockkit-limits.json", &tree)
	want := map[string]int{}
	flatten("", tree, want)
	for name, n := range want {
		if limits[name] != n {
			t.Errorf("%s is %d, want %d", name, limits[name], n)
		}
	}
	for name := range limits {
		if _, ok := want[name]; !ok {
			t.Errorf("%s is not in the specification", name)
		}
	}
}

// flatten collects the numbers of a tree under dotted names.
func flatten(prefix string, tree map[string]any, into map[string]int) {
	for name, v := range tree {
		switch v := v.(type) {
		case float64:
			into[strings.TrimPrefix(prefix+"."+name, ".")] = int(v)
		case map[string]any:
			flatten(prefix+"."+name, v, into)
		}
	}
}
