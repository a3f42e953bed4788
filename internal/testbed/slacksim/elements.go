package slacksim

import "maps"

var (
	textStyle = of(shape{fields: map[string]check{
		"bold": boolean, "italic": boolean, "strike": boolean, "code": boolean, "underline": boolean,
		"highlight": boolean, "client_highlight": boolean, "unlink": boolean,
	}})
	anyID   = chars(1, 255)
	confirm = of(shape{must: []string{"title", "text", "confirm", "deny"}, fields: map[string]check{
		"title":   plain("confirm.title_max"),
		"text":    anyText("confirm.text_max"),
		"confirm": plain("confirm.confirm_max"),
		"deny":    plain("confirm.deny_max"),
		"style":   oneOf("primary", "danger"),
	}})
	option = of(shape{must: []string{"text", "value"}, fields: map[string]check{
		"text":        anyText("option.text_max"),
		"value":       name("option.value_max"),
		"description": anyText("option.description_max"),
		"url":         name("button.url_max"),
	}})
	placeholder = text(placeholderMax, "plain_text")
	dispatch    = of(shape{fields: map[string]check{
		"trigger_actions_on": listOf(1, 2, oneOf("on_enter_pressed", "on_character_entered")),
	}})
)

// richSpans are the elements of a rich text section (docs.slack.dev/reference/block-kit/blocks/rich-text-block).
var richSpans = map[string]shape{
	"text":      span("text", chars(1, 12_000)),
	"user":      span("user_id", anyID),
	"usergroup": span("usergroup_id", anyID),
	"channel":   span("channel_id", anyID),
	"team":      span("team_id", anyID),
	"broadcast": span("range", oneOf("here", "channel", "everyone")),
	"color":     span("value", chars(1, 20)),
	"emoji": {must: []string{"name"}, fields: map[string]check{
		"name": anyID, "unicode": anyID, "skin_tone": whole(1, 6), "style": textStyle, "url": anyID,
	}},
	"link": {must: []string{"url"}, fields: map[string]check{
		"url": chars(1, 3000), "text": chars(0, 12_000), "unsafe": boolean, "style": textStyle,
	}},
	"date": {must: []string{"timestamp", "format"}, fields: map[string]check{
		"timestamp": whole(0, 1<<40), "format": chars(1, 255), "timezone": chars(1, 64), "url": chars(1, 3000),
		"fallback": chars(1, 255), "style": textStyle,
	}},
}

// span is an element of rich text with one field of its own and a style.
func span(field string, look check) shape {
	return shape{must: []string{field}, fields: map[string]check{field: look, "style": textStyle}}
}

// elementShapes are the block elements that are simulated.
var elementShapes = map[string]shape{
	"button": usable(shape{must: []string{"text"}, fields: map[string]check{
		"text":                plain("button.text_max"),
		"value":               name("button.value_max"),
		"url":                 name("button.url_max"),
		"style":               oneOf("primary", "danger"),
		"accessibility_label": name("button.accessibility_label_max"),
	}}),
	"image": {must: []string{"alt_text", "image_url"}, fields: map[string]check{
		"alt_text": name("image.alt_text_max"), "image_url": name("image.url_max"),
	}},
	"overflow": usable(shape{must: []string{"options"}, fields: map[string]check{
		"options": listOf(1, 5, option),
	}}),
	"static_select":       menu("initial_option", option),
	"multi_static_select": menu("initial_options", listOf(1, limit("static_select.options_max"), option)),
	"users_select":        chooser("initial_user", anyID),
	"multi_users_select":  chooser("initial_users", listOf(1, 100, anyID)),
	"channels_select":     chooser("initial_channel", anyID),
	"conversations_select": chooser("initial_conversation", anyID, field{"default_to_current_conversation", boolean},
		field{"filter", func(*checker, string, any) {}}, field{"response_url_enabled", boolean}),
	"datepicker":       chooser("initial_date", chars(10, 10)),
	"timepicker":       chooser("initial_time", chars(5, 5), field{"timezone", chars(1, 64)}),
	"datetimepicker":   chooser("initial_date_time", whole(0, 1<<40)),
	"checkboxes":       boxes("initial_options", listOf(1, limit("radio_checkbox.options_max"), option)),
	"radio_buttons":    boxes("initial_option", option),
	"plain_text_input": entry(field{"multiline", boolean}, field{"min_length", whole(0, limit("plain_text_input.min_length_max"))}, field{"max_length", whole(1, 3000)}),
	"email_text_input": entry(),
	"url_text_input":   entry(),
	"number_input":     entry(field{"is_decimal_allowed", boolean}, field{"min_value", chars(1, 40)}, field{"max_value", chars(1, 40)}),
}

// field is a named check.
type field struct {
	name string
	look check
}

// usable adds what every element has that a person can use.
func usable(s shape, more ...field) shape {
	fields := map[string]check{"action_id": name("action_id_max"), "confirm": confirm}
	maps.Copy(fields, s.fields)
	for _, f := range more {
		fields[f.name] = f.look
	}
	s.fields = fields
	return s
}

// menu is a select with options or groups of options.
func menu(initial string, look check) shape {
	s := chooser(initial, look,
		field{"options", listOf(1, limit("static_select.options_max"), option)},
		field{"option_groups", listOf(1, limit("static_select.option_groups_max"), of(shape{
			must: []string{"label", "options"},
			fields: map[string]check{
				"label": plain("option.text_max"), "options": listOf(1, limit("static_select.options_max"), option),
			},
		}))})
	s.extra = func(c *checker, path string, v any) {
		if o := object(v); o["options"] == nil && o["option_groups"] == nil {
			c.note(path, "missing required field: options")
		}
	}
	return s
}

// chooser is an element in which something is picked.
func chooser(initial string, look check, more ...field) shape {
	return usable(shape{}, append(more, field{initial, look}, field{"placeholder", placeholder},
		field{"focus_on_load", boolean}, field{"max_selected_items", whole(1, 100)})...)
}

// boxes are checkboxes or radio buttons.
func boxes(initial string, look check) shape {
	return usable(shape{must: []string{"options"}}, field{"options", listOf(1, limit("radio_checkbox.options_max"), option)},
		field{initial, look}, field{"focus_on_load", boolean})
}

// entry is a field to type into.
func entry(more ...field) shape {
	return usable(shape{}, append(more, field{"initial_value", chars(0, 3000)}, field{"placeholder", placeholder},
		field{"focus_on_load", boolean}, field{"dispatch_action_config", dispatch})...)
}
