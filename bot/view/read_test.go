package view

import (
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"testing"
)

func pickString(first bool, one, other string) string {
	if first {
		return one
	}
	return other
}

// read is a message, a form or a Home tab as somebody reads it who sees no forms and
// no colours: one line for each line, buttons in brackets.
func read(t testing.TB, view any) string {
	t.Helper()
	var lines []string
	for _, b := range blocksOf(t, view) {
		lines = append(lines, readBlock(b)...)
	}
	return strings.Join(lines, "\n")
}

// blocksOf are the blocks of a view, as the JSON that Slack gets.
func blocksOf(t testing.TB, view any) []object {
	t.Helper()
	if m, ok := view.(Message); ok {
		view = sentMessage(m)
	}
	var all struct{ Blocks []object }
	if err := json.Unmarshal([]byte(flatJSON(view)), &all); err != nil {
		t.Fatal(err)
	}
	return all.Blocks
}

// textOf is the text of a text object; "" if there is none.
func textOf(o any) string {
	text, _ := o.(object)
	s, _ := text["text"].(string)
	return s
}

func readBlock(b object) (lines []string) {
	elements, _ := b["elements"].([]any)
	switch b["type"] {
	case "header":
		return []string{"# " + textOf(b["text"])}
	case "section":
		return strings.Split(textOf(b["text"]), "\n")
	case "context":
		return []string{textOf(elements[0])}
	case "actions":
		for _, e := range elements {
			lines = append(lines, "["+textOf(e.(object)["text"])+"]")
		}
		return []string{strings.Join(lines, " ")}
	case "input":
		return readInput(b)
	}
	for _, e := range elements {
		lines = append(lines, readRich(e.(object))...)
	}
	return lines
}

// readInput is a field of a form: the hint stands under it, an option that is
// chosen has a dot.
func readInput(b object) []string {
	lines := []string{textOf(b["label"]) + pickString(b["optional"] == true, " (optional)", "")}
	e := b["element"].(object)
	options, _ := e["options"].([]any)
	for _, o := range options {
		o, initial := o.(object), object{}
		if e["initial_option"] != nil {
			initial = e["initial_option"].(object)
		}
		dot := pickString(initial["value"] == o["value"], "  (•) ", "  ( ) ")
		lines = append(lines, dot+strings.TrimSuffix(textOf(o["text"])+": "+textOf(o["description"]), ": "))
	}
	if hint := textOf(b["hint"]); hint != "" {
		lines = append(lines, "  "+hint)
	}
	return lines
}

func readRich(e object) []string {
	all, _ := e["elements"].([]any)
	if e["type"] == "rich_text_list" {
		var lines []string
		for _, item := range all {
			lines = append(lines, "- "+strings.Join(readRich(item.(object)), " "))
		}
		return lines
	}
	var s strings.Builder
	for _, part := range all {
		p := part.(object)
		switch p["type"] {
		case "text":
			s.WriteString(p["text"].(string))
		case "date":
			s.WriteString(asSlackSays(p["fallback"].(string)))
		case "user":
			s.WriteString("@" + strings.ToLower(strings.TrimPrefix(p["user_id"].(string), "U0")))
		case "usergroup":
			s.WriteString("@" + strings.ToLower(strings.TrimPrefix(p["usergroup_id"].(string), "S0")))
		}
	}
	return strings.Split(s.String(), "\n")
}

var dateInNotice = regexp.MustCompile(`<!date\^\d+\^[^|]*\|([^>]*)>`)

// noticeAsRead is a notification as somebody reads it.
func noticeAsRead(text string) string {
	s := dateInNotice.ReplaceAllStringFunc(text, func(d string) string {
		return asSlackSays(dateInNotice.FindStringSubmatch(d)[1])
	})
	return html.UnescapeString(s)
}

// asSlackSays is a time as Slack would show it on the day of the examples.
func asSlackSays(fallback string) string {
	s := strings.TrimSuffix(fallback, " UTC")
	if day, clock, ok := strings.Cut(s, " "); ok && day == "2026-11-23" {
		return "today at " + clock
	}
	return s
}
