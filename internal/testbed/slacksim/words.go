package slacksim

import (
	"strings"
	"time"
)

// reader turns messages into what a person reads on the screen.
type reader struct {
	s    *Server
	zone *time.Location
}

func (s *Server) reader(p *Person) reader {
	if p == nil {
		return reader{s, time.UTC}
	}
	return reader{s, p.zone}
}

// message reads a whole message: the blocks if there are any, otherwise the text.
func (r reader) message(p *paint) string {
	if len(p.tree) == 0 {
		return r.mrkdwn(p.text)
	}
	return r.blocks(p.tree)
}

func (r reader) blocks(tree []any) string {
	var lines []string
	for _, b := range tree {
		if line := r.block(object(b)); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

func (r reader) block(b map[string]any) string {
	switch str(b["type"]) {
	case "section":
		return r.section(b)
	case "header":
		return r.text(b["text"])
	case "context", "actions", "context_actions":
		return r.elements(list(b["elements"]), " ")
	case "divider":
		return "---"
	case "rich_text":
		return r.richText(list(b["elements"]))
	case "markdown":
		return str(b["text"])
	case "image":
		return strings.Join(nonEmpty(r.text(b["title"]), "("+str(b["alt_text"])+")"), " ")
	case "input":
		return r.input(b)
	case "table":
		return r.table(b)
	}
	return ""
}

func (r reader) section(b map[string]any) string {
	parts := nonEmpty(r.text(b["text"]))
	for _, f := range list(b["fields"]) {
		parts = append(parts, r.text(f))
	}
	if a := object(b["accessory"]); a != nil {
		parts = append(parts, r.element(a))
	}
	return strings.Join(parts, "\n")
}

func (r reader) input(b map[string]any) string {
	lines := []string{r.text(b["label"]) + ": " + r.element(object(b["element"]))}
	if hint := r.text(b["hint"]); hint != "" {
		lines = append(lines, hint)
	}
	return strings.Join(lines, "\n")
}

func (r reader) table(b map[string]any) string {
	var rows []string
	for _, row := range list(b["rows"]) {
		var cells []string
		for _, cell := range list(row) {
			c := object(cell)
			if str(c["type"]) == "rich_text" {
				cells = append(cells, r.richText(list(c["elements"])))
			} else {
				cells = append(cells, str(c["text"]))
			}
		}
		rows = append(rows, strings.Join(cells, " | "))
	}
	return strings.Join(rows, "\n")
}

func (r reader) elements(all []any, sep string) string {
	var parts []string
	for _, e := range all {
		parts = append(parts, nonEmpty(r.element(object(e)))...)
	}
	return strings.Join(parts, sep)
}

// element reads a block element: buttons and menus in brackets, fields as a blank.
func (r reader) element(e map[string]any) string {
	switch kind := str(e["type"]); kind {
	case "mrkdwn", "plain_text":
		return r.text(e)
	case "button", "workflow_button":
		return "[" + r.text(e["text"]) + "]"
	case "image":
		return "(" + str(e["alt_text"]) + ")"
	case "overflow":
		return "[…]"
	case "checkboxes", "radio_buttons":
		var parts []string
		for _, o := range list(e["options"]) {
			parts = append(parts, "( ) "+r.text(object(o)["text"]))
		}
		return strings.Join(parts, " ")
	case "plain_text_input", "email_text_input", "url_text_input", "number_input":
		if v := str(e["initial_value"]); v != "" {
			return v
		}
		return "____"
	default:
		if p := r.text(e["placeholder"]); p != "" {
			return "[" + p + "]"
		}
		return "[" + kind + "]"
	}
}

// text reads a text object: mrkdwn, or plain_text whose :codes: are emoji only if emoji is on.
func (r reader) text(v any) string {
	o := object(v)
	text := str(o["text"])
	if str(o["type"]) == "mrkdwn" {
		return r.mrkdwn(text)
	}
	if on, given := o["emoji"].(bool); on || !given {
		text = emojify(text)
	}
	return unescape(text)
}

func nonEmpty(parts ...string) []string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return kept
}
