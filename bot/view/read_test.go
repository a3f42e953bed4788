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

// tree is the message as the JSON that Slack gets.
func tree(t testing.TB, m Message) []any {
	t.Helper()
	raw, err := json.Marshal(m.Blocks)
	if err != nil {
		t.Fatal(err)
	}
	var all []any
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// read is the message as somebody reads it who sees no forms and no colours: one
// line for each line, buttons in brackets.
func read(t testing.TB, m Message) string {
	t.Helper()
	var lines []string
	for _, b := range tree(t, m) {
		lines = append(lines, readBlock(b.(map[string]any))...)
	}
	return strings.Join(lines, "\n")
}

func readBlock(b map[string]any) []string {
	switch b["type"] {
	case "header":
		return []string{"# " + b["text"].(map[string]any)["text"].(string)}
	case "section":
		return strings.Split(b["text"].(map[string]any)["text"].(string), "\n")
	case "context":
		return []string{b["elements"].([]any)[0].(map[string]any)["text"].(string)}
	case "actions":
		var all []string
		for _, e := range b["elements"].([]any) {
			all = append(all, "["+e.(map[string]any)["text"].(map[string]any)["text"].(string)+"]")
		}
		return []string{strings.Join(all, " ")}
	}
	var lines []string
	for _, e := range b["elements"].([]any) {
		lines = append(lines, readRich(e.(map[string]any))...)
	}
	return lines
}

func readRich(e map[string]any) []string {
	all, _ := e["elements"].([]any)
	if e["type"] == "rich_text_list" {
		var lines []string
		for _, item := range all {
			lines = append(lines, "- "+strings.Join(readRich(item.(map[string]any)), " "))
		}
		return lines
	}
	var s strings.Builder
	for _, part := range all {
		p := part.(map[string]any)
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
