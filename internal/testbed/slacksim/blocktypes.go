package slacksim

import (
	"fmt"
	"maps"
)

// blockShape is a block type and the surfaces it may be on; none named means all.
type blockShape struct {
	shape
	on []surface
}

// What may stand where (docs.slack.dev/reference/block-kit/block-elements).
var (
	pickers = []string{
		"static_select", "users_select", "conversations_select", "channels_select", "datepicker", "timepicker",
		"checkboxes", "radio_buttons",
	}
	actionElements = append([]string{"button", "overflow", "datetimepicker"}, pickers...)
	accessories    = append([]string{"button", "overflow", "image", "multi_static_select", "multi_users_select"}, pickers...)
	inputElements  = append([]string{
		"plain_text_input", "email_text_input", "url_text_input", "number_input", "datetimepicker",
		"multi_static_select", "multi_users_select",
	}, pickers...)
)

// blockShapes are the blocks that are simulated; any other type is answered as unsupported.
var blockShapes = map[string]blockShape{
	"section": block(shape{fields: map[string]check{
		"text":      anyText("section.text_max"),
		"fields":    listOf(1, limit("section.fields_max"), anyText("section.field_text_max")),
		"accessory": element(accessories...),
		"expand":    boolean,
	}, extra: textOrFields}),
	"header": block(shape{must: []string{"text"}, fields: map[string]check{
		"text": plain("header.text_max"),
	}}),
	"divider": block(shape{}),
	"context": block(shape{must: []string{"elements"}, fields: map[string]check{
		"elements": listOf(1, limit("context.elements_max"), contextElement),
	}}),
	"actions": block(shape{must: []string{"elements"}, fields: map[string]check{
		"elements": listOf(1, limit("actions.elements_max"), element(actionElements...)),
	}}),
	"image": block(shape{must: []string{"alt_text", "image_url"}, fields: map[string]check{
		"alt_text":  name("image.alt_text_max"),
		"image_url": name("image.url_max"),
		"title":     plain("image.title_max"),
	}}),
	"input": block(shape{must: []string{"label", "element"}, fields: map[string]check{
		"label":           plain("input.label_max"),
		"hint":            plain("input.hint_max"),
		"element":         element(inputElements...),
		"optional":        boolean,
		"dispatch_action": boolean,
	}}),
	"rich_text": block(shape{must: []string{"elements"}, fields: map[string]check{
		"elements": listOf(1, 1000, richElement),
	}}),
	"markdown": block(shape{must: []string{"text"}, fields: map[string]check{
		"text": name("markdown.text_max"),
	}}, surfaceMessage),
	"table": block(shape{must: []string{"rows"}, fields: map[string]check{
		"rows":            listOf(1, limit("table.rows_max"), listOf(1, limit("table.cols_max"), tableCell)),
		"column_settings": listOf(0, limit("table.cols_max"), of(shape{fields: map[string]check{"align": oneOf("left", "center", "right"), "is_wrapped": boolean}})),
	}}, surfaceMessage),
}

// block adds what every block may have.
func block(s shape, on ...surface) blockShape {
	fields := map[string]check{"block_id": name("block_id_max")}
	maps.Copy(fields, s.fields)
	s.fields = fields
	return blockShape{s, on}
}

func textOrFields(c *checker, path string, v any) {
	if o := object(v); o["text"] == nil && o["fields"] == nil {
		c.note(path, "missing required field: text")
	}
}

func contextElement(c *checker, path string, v any) {
	if str(object(v)["type"]) == "image" {
		element("image")(c, path, v)
		return
	}
	anyText("text_object.max")(c, path, v)
}

func tableCell(c *checker, path string, v any) {
	o := object(v)
	switch str(o["type"]) {
	case "raw_text":
		of(shape{must: []string{"text"}, fields: map[string]check{"text": chars(1, limit("text_object.max"))}})(c, path, v)
	case "rich_text":
		c.object(path, o, c.blocks["rich_text"].shape)
	default:
		c.note(path+"/type", "unsupported type: %s", str(o["type"]))
	}
}

// richElement is one element of a rich_text block: a section, a list of sections, or
// preformatted or quoted text.
func richElement(c *checker, path string, v any) {
	o := object(v)
	spans := listOf(0, 1000, richSpan)
	border := whole(0, 1)
	s := shape{must: []string{"elements"}, fields: map[string]check{"elements": spans}}
	switch kind := str(o["type"]); kind {
	case "rich_text_section":
	case "rich_text_preformatted":
		s.fields["border"], s.fields["language"] = border, chars(1, 50)
	case "rich_text_quote":
		s.fields["border"] = border
	case "rich_text_list":
		s.must = append(s.must, "style")
		s.fields["style"] = oneOf("bullet", "ordered")
		s.fields["border"], s.fields["indent"], s.fields["offset"] = border, whole(0, 8), whole(0, 1_000_000)
		s.fields["elements"] = listOf(1, 1000, func(c *checker, path string, v any) {
			if str(object(v)["type"]) != "rich_text_section" {
				c.note(path+"/type", "must be one of rich_text_section")
				return
			}
			of(shape{must: []string{"elements"}, fields: map[string]check{"elements": spans}})(c, path, v)
		})
	default:
		c.note(path+"/type", "unsupported type: %s", kind)
		return
	}
	c.object(path, o, s)
}

// richSpan is one element of a rich text section.
func richSpan(c *checker, path string, v any) {
	o := object(v)
	s, known := richSpans[str(o["type"])]
	if !known {
		c.note(path+"/type", "unsupported type: %s", fmt.Sprint(o["type"]))
		return
	}
	c.object(path, o, s)
}
