package bot

import (
	"fmt"
	"strings"
	"testing"

	"olbot/bot/text"
)

// allowedMentions are the ids that may be mentioned: those that the operator has
// named, and the person a command is about, to whoever typed it.
var allowedMentions = []string{"U0SEC", "S0SECURITY", "S0LEADS", "U0ANA"}

// onlyText checks that the message is within Slack's limits and has nothing in
// it that olbot would not put there: rich_text of texts, dates and allowed
// mentions, plain_text, buttons.
func onlyText(t *testing.T, m Message) {
	t.Helper()
	checkLimits(t, m)
	for _, b := range tree(t, m) {
		if b := b.(map[string]any); b["type"] == "rich_text" {
			onlyRichText(t, b)
		}
	}
	for _, line := range strings.Split(read(t, m), "\n") {
		if strings.ContainsFunc(line, func(c rune) bool { return c != ' ' && c != '\u2003' && text.Separates(c) }) {
			t.Errorf("more than text in %q", line)
		}
	}
}

func onlyRichText(t *testing.T, e map[string]any) {
	t.Helper()
	elements, _ := e["elements"].([]any)
	for _, part := range elements {
		onlyRichText(t, part.(map[string]any))
	}
	switch e["type"] {
	case "rich_text", "rich_text_section", "rich_text_list", "rich_text_preformatted", "date":
	case "text":
		if s := e["text"].(string); s != "\n" && strings.ContainsAny(s, "\n\r\u2028\u2029") {
			t.Errorf("a line end inside %q", s)
		}
	case "user":
		allowed(t, e["user_id"])
	case "usergroup":
		allowed(t, e["usergroup_id"])
	default:
		t.Errorf("an element of type %v", e["type"])
	}
}

func allowed(t *testing.T, id any) {
	t.Helper()
	for _, one := range allowedMentions {
		if id == one {
			return
		}
	}
	t.Errorf("a mention of %v", id)
}

// sameShape checks that m has only text in it, and the blocks, lines and buttons
// that friendly has.
func sameShape(t *testing.T, m, friendly Message) {
	t.Helper()
	onlyText(t, m)
	got, want := shape(t, m), shape(t, friendly)
	if got != want {
		t.Errorf("the shape depends on somebody else's text:\n%s\nwant\n%s\ntext:\n%s", got, want, read(t, m))
	}
	if m.Text != friendly.Text {
		t.Errorf("the notification depends on somebody else's text: %q, %q", m.Text, friendly.Text)
	}
}

// shape is what a message is made of, without its texts.
func shape(t *testing.T, m Message) string {
	t.Helper()
	var lines []string
	for _, b := range tree(t, m) {
		b := b.(map[string]any)
		line := fmt.Sprint(b["type"], " ", len(readBlock(b)))
		if b["type"] == "actions" {
			for _, e := range b["elements"].([]any) {
				line += fmt.Sprint(" ", e.(map[string]any)["action_id"], "=", e.(map[string]any)["value"])
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
