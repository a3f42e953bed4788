package view

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"olbot/approvals"
	"olbot/bot/text"
)

// limits are Slack's, of https://docs.slack.dev/reference/block-kit and the pages
// below it: of each kind of object the characters of a text, counted as JavaScript
// does, which is the strictest way, or the elements of a list.
var limits = map[string]map[string]int{
	"message":          {"blocks": 50, "text": 4000}, // recommended
	"home":             {"blocks": 100},
	"modal":            {"blocks": 100, "title": 24, "submit": 24, "close": 24, "private_metadata": 3000, "callback_id": 255},
	"header":           {"text": 150, "block_id": 255},
	"section":          {"text": 3000, "block_id": 255},
	"context":          {"elements": 10},
	"actions":          {"elements": 25},
	"input":            {"label": 2000, "hint": 2000, "block_id": 255},
	"button":           {"text": 75, "value": 2000, "action_id": 255},
	"confirm":          {"title": 100, "text": 300, "confirm": 30, "deny": 30},
	"static_select":    {"options": 100, "action_id": 255},
	"radio_buttons":    {"options": 10, "action_id": 255},
	"checkboxes":       {"options": 10, "action_id": 255},
	"users_select":     {"action_id": 255},
	"plain_text_input": {"action_id": 255},
	"option":           {"text": 75, "value": 150, "description": 75},
}

// literalKinds are the other kinds that olbot uses. In none of them is a text more than text.
var literalKinds = []string{
	"rich_text", "rich_text_section", "rich_text_list", "rich_text_preformatted", "text", "date", "user", "usergroup", "plain_text", "divider", "style", "state",
}

// allowedMentions are the ids that may be mentioned: those that the operator has
// named, and the person a command is about, to whoever typed it.
var allowedMentions = []any{"U0SEC", "S0SECURITY", "S0LEADS", "U0ANA"}

// TestEveryViewKeepsSlacksRules takes all examples, with names and reasons as long
// as they can be.
func TestEveryViewKeepsSlacksRules(t *testing.T) {
	for name, view := range allViews() {
		checkView(t, name, view)
	}
}

// TestAWholeChainOfRefusalsFits takes as many approvers as a chain can name, all
// unfit, with names as long as they can be.
func TestAWholeChainOfRefusalsFits(t *testing.T) {
	why := approvals.Refusal{Code: approvals.NoApprover}
	for i := range 60 {
		p := approvals.Person{Slack: fmt.Sprint("U0", i), OneLogin: int64(i), Name: long("𝄞", 200), Email: long("e", 300)}
		why.Chain = append(why.Chain, &approvals.Refusal{Code: approvals.IsGuest, Role: approvals.Approver, Person: p})
	}
	s := begin().refused(why)
	for _, c := range Cards(s.r, s.now, testOptions) {
		checkView(t, c.Key, sentMessage(c.Message))
	}
	m, _ := FeedMessage([]approvals.Event{s.last()}, testOptions)
	checkView(t, "the feed", sentMessage(m))
	checkView(t, "the answer", sentMessage(ReplyTo(&why)))
}

// checkView says what Slack would refuse of a view or read more into than text
// (invariant 9), and what else olbot puts into none.
func checkView(t *testing.T, name string, view any) {
	t.Helper()
	walk(t, view, func(_ string, o object) {
		kind := kindOf(o)
		for field, limit := range limits[kind] {
			if n := sizeOfField(o[field]); n > limit {
				t.Errorf("%s: the %s of a %s has %d, Slack takes %d", name, field, kind, n, limit)
			}
		}
		if limits[kind] == nil && !slices.Contains(literalKinds, kind) {
			t.Errorf("%s: an object of type %q", name, kind)
		}
		checkText(t, name, kind, o)
		if elements, ok := o["elements"].([]any); ok && len(elements) == 0 {
			t.Errorf("%s: an empty %s", name, kind)
		}
		for field, folder := range map[string]string{"user_id": "a user", "usergroup_id": "a group"} {
			if id, ok := o[field]; ok && !slices.Contains(allowedMentions, id) {
				t.Errorf("%s: a mention of %s, %v", name, folder, id)
			}
		}
		switch kind {
		case "actions":
			seen := map[any]bool{}
			for _, b := range o["elements"].([]any) {
				id := b.(object)["action_id"]
				if seen[id] {
					t.Errorf("%s: action id %v twice in a row", name, id)
				}
				seen[id] = true
			}
		case "message":
			// Measured by others, not documented.
			if n := utf8.RuneCountInString(flatJSON(o["blocks"])); n > 12_000 || sizeOfField(o["text"]) == 0 || sizeOfField(o["blocks"]) == 0 {
				t.Errorf("%s: a message of %d characters with the text %q", name, n, o["text"])
			}
		case "home":
			if n := len(flatJSON(o)); n > 250_000 {
				t.Errorf("%s: %d bytes", name, n)
			}
		}
	})
}

// checkText wants a text that is not empty, in which nothing but a line end of
// olbot's own is not to be seen.
func checkText(t *testing.T, name, kind string, o object) {
	t.Helper()
	if kind != "text" && kind != "plain_text" {
		return
	}
	s, _ := o["text"].(string)
	if s == "" || kind == "plain_text" && o["emoji"] != false {
		t.Errorf("%s: the text %v", name, o)
	}
	lines := []string{s}
	if kind == "plain_text" || s == "\n" {
		lines = strings.Split(s, "\n")
	}
	for _, line := range lines {
		if strings.ContainsFunc(line, func(c rune) bool { return c != ' ' && c != '\u2003' && text.Separates(c) }) {
			t.Errorf("%s: more than text in %q", name, line)
		}
	}
}

// kindOf is the type of an object, or what it is by its fields.
func kindOf(o object) string {
	kind, _ := o["type"].(string)
	for field, is := range map[string]string{"confirm": "confirm", "value": "option", "blocks": "message", "bold": "style"} {
		if _, has := o[field]; has && kind == "" {
			return is
		}
	}
	return kind
}

// sizeOfField is how long a field is: a text, a text object or a list.
func sizeOfField(v any) int {
	switch v := v.(type) {
	case string:
		return len(utf16.Encode([]rune(v)))
	case object:
		return sizeOfField(v["text"])
	case []any:
		return len(v)
	}
	return 0
}

// An object is a part of a view, as the JSON that Slack gets.
type object = map[string]any

// walk visits every object of a view, with the types of those it is in.
func walk(t testing.TB, view any, visit func(at string, o object)) {
	t.Helper()
	var root any
	if err := json.Unmarshal([]byte(flatJSON(view)), &root); err != nil {
		t.Fatal(err)
	}
	var below func(at string, node any)
	below = func(at string, node any) {
		switch node := node.(type) {
		case []any:
			for _, child := range node {
				below(at, child)
			}
		case object:
			if kind, ok := node["type"].(string); ok {
				at += "/" + kind
			}
			visit(at, node)
			for _, field := range slices.Sorted(maps.Keys(node)) {
				below(at, node[field])
			}
		}
	}
	below("", root)
}
