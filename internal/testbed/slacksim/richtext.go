package slacksim

import (
	"strconv"
	"strings"
)

// richText reads the elements of a rich_text block.
func (r reader) richText(elements []any) string {
	var lines []string
	for _, e := range elements {
		o := object(e)
		switch str(o["type"]) {
		case "rich_text_section", "rich_text_preformatted":
			lines = append(lines, strings.TrimRight(r.spans(o), "\n"))
		case "rich_text_quote":
			lines = append(lines, "> "+strings.ReplaceAll(r.spans(o), "\n", "\n> "))
		case "rich_text_list":
			lines = append(lines, r.richList(o)...)
		}
	}
	return strings.Join(lines, "\n")
}

func (r reader) richList(o map[string]any) []string {
	indent, _ := o["indent"].(float64)
	var lines []string
	for i, item := range list(o["elements"]) {
		mark := "• "
		if str(o["style"]) == "ordered" {
			mark = strconv.Itoa(i+1) + ". "
		}
		lines = append(lines, strings.Repeat("  ", int(indent))+mark+r.spans(object(item)))
	}
	return lines
}

func (r reader) spans(section map[string]any) string {
	var b strings.Builder
	for _, e := range list(section["elements"]) {
		b.WriteString(r.span(object(e)))
	}
	return b.String()
}

// span reads one element of a rich_text section. Text is literal: nothing in it is a mention,
// a link, an emoji or an entity.
func (r reader) span(e map[string]any) string {
	switch str(e["type"]) {
	case "text":
		return str(e["text"])
	case "user":
		return r.user(str(e["user_id"]))
	case "usergroup":
		return r.group(str(e["usergroup_id"]))
	case "channel":
		return r.channel(str(e["channel_id"]))
	case "broadcast":
		return "@" + str(e["range"])
	case "emoji":
		return emojify(":" + str(e["name"]) + ":")
	case "link":
		if t := str(e["text"]); t != "" {
			return t
		}
		return str(e["url"])
	case "date":
		seconds, _ := e["timestamp"].(float64)
		return r.date(int64(seconds), str(e["format"]), str(e["fallback"]))
	case "color":
		return str(e["value"])
	}
	return ""
}
