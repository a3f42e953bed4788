package view

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestWordsDocHasEveryView looks for every text of every message, form and Home
// tab in docs/words.md, where times, numbers and ids may be others. So every
// label, hint, option and question before a button counts is read there.
func TestWordsDocHasEveryView(t *testing.T) {
	doc, err := os.ReadFile(wordsDoc)
	if err != nil {
		t.Fatal(err)
	}
	known := anyTimeOrNumber.ReplaceAllString(string(doc), "n")
	checked := map[string]bool{}
	for name, view := range allViews() {
		if extreme(name) {
			continue
		}
		for _, line := range textsOf(t, view) {
			line = anyTimeOrNumber.ReplaceAllString(line, "n")
			if !checked[line] && !strings.Contains(known, line) {
				t.Errorf("%s: %q is not in docs/words.md", name, line)
			}
			checked[line] = true
		}
	}
	if len(checked) < 500 {
		t.Errorf("only %d texts were looked for", len(checked))
	}
}

var anyTimeOrNumber = regexp.MustCompile(`today at [0-9:]+|[0-9-]+ [0-9:]+ UTC|[0-9]+:[0-9a-f]{8,}|[0-9]+`)

// extreme says whether a view is one of texts or lists as long or as strange as
// they can be. A plain line of the feed says the same of every event.
func extreme(name string) bool {
	return slices.ContainsFunc([]string{"-long", "-forged", "-crowd", "-many", "home-full", "plain feed"}, func(part string) bool {
		return strings.Contains(name, part)
	})
}

// fieldsOfMachines are the fields of blocks that nobody reads, or whose text is
// the reader's own.
var fieldsOfMachines = []string{
	"type", "style", "action_id", "block_id", "callback_id", "value", "private_metadata", "initial_value", "initial_user",
}

// textsOf are the lines of text in a view.
func textsOf(t *testing.T, view any) []string {
	t.Helper()
	var tree any
	if err := json.Unmarshal([]byte(flatJSON(view)), &tree); err != nil {
		t.Fatal(err)
	}
	var all []string
	var below func(node any)
	below = func(node any) {
		switch node := node.(type) {
		case []any:
			for _, child := range node {
				below(child)
			}
		case map[string]any:
			if node["type"] == "rich_text" {
				all = append(all, readBlock(node)...)
				return
			}
			for field, child := range node {
				if s, ok := child.(string); ok && !slices.Contains(fieldsOfMachines, field) {
					all = append(all, strings.Split(noticeAsRead(s), "\n")...)
				}
				below(child)
			}
		}
	}
	below(tree)
	return all
}
