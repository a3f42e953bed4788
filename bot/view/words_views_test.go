package view

import (
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
	known := withoutNumbers(string(doc))
	checked := map[string]bool{}
	for name, view := range allViews() {
		if extreme(name) {
			continue
		}
		for _, line := range textsOf(t, view) {
			line = withoutNumbers(line)
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

var (
	anyTime    = regexp.MustCompile(`(today at [0-9:]+|[0-9-]+ [0-9:]+ UTC) ?`)
	someNumber = regexp.MustCompile(`[0-9]+:[0-9a-f]{8,}|[0-9]+`)
)

// withoutNumbers leaves out what differs from example to example. Whether a time stands before a title
// differs between a message and its notification.
func withoutNumbers(text string) string {
	return someNumber.ReplaceAllString(anyTime.ReplaceAllString(text, ""), "n")
}

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
	var all []string
	for _, b := range blocksOf(t, view) {
		if b["type"] == "rich_text" {
			all = append(all, readBlock(b)...)
		}
	}
	walk(t, view, func(at string, o object) {
		if strings.Contains(at, "rich_text") {
			return
		}
		for field, child := range o {
			if s, ok := child.(string); ok && !slices.Contains(fieldsOfMachines, field) {
				all = append(all, strings.Split(noticeAsRead(s), "\n")...)
			}
		}
	})
	return all
}
