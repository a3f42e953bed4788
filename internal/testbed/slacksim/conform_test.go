package slacksim_test

import (
	"encoding/json"
	"os"
	"slices"
	"sync"
	"testing"

	"olbot/internal/testbed/slacksim"
)

// slackMethods is Slack's own account of its methods.
var slackMethods = sync.OnceValue(func() (file struct {
	Common  []string `json:"common_errors"`
	Methods map[string]struct {
		Output []string `json:"output"`
		Errors []string `json:"errors"`
	} `json:"methods"`
}) {
	raw, err := os.ReadFile("testdata/slack-methods.json")
	if err == nil {
		err = json.Unmarshal(raw, &file)
	}
	if err != nil {
		panic(err)
	}
	return file
})

// undocumented are errors that Slack gives although no method page lists them.
var undocumented = []string{
	"invalid_arguments", // a missing or malformed argument, with response_metadata.messages
	"invalid_json",      // a JSON body that is none
	"user_not_found",    // of users.getPresence
	"invalid_auth",      // of every method
	"unknown_method",
}

// conform asserts that every error the simulator gave by itself is one of Slack's for that method.
func conform(t *testing.T, s *slacksim.Server) {
	t.Helper()
	common := slackMethods().Common
	for _, c := range s.Calls() {
		spec, known := slackMethods().Methods[c.Method]
		if !known || c.Fault || c.Error == "" || slices.Contains(undocumented, c.Error) {
			continue
		}
		if !slices.Contains(spec.Errors, c.Error) && !slices.Contains(common, c.Error) {
			t.Errorf("%s answered %s, which Slack does not", c.Method, c.Error)
		}
	}
}

// complete asserts that a successful answer has what Slack always answers.
func complete(t *testing.T, method string, out map[string]any) {
	t.Helper()
	if out["ok"] != true {
		return
	}
	for _, field := range slackMethods().Methods[method].Output {
		if _, ok := out[field]; !ok {
			t.Errorf("%s answered without %s", method, field)
		}
	}
}
