package slacksim

// limits are Block Kit's lengths and counts, from the reference pages under
// docs.slack.dev/reference/block-kit and the doc comments of @slack/types.
var limits = map[string]int{
	"message.blocks_max":                  50,
	"message.text_recommended_max":        4000,
	"message.text_truncated_over":         40000,
	"message.attachments_max":             100,
	"modal.blocks_max":                    100,
	"modal.title_max":                     24,
	"modal.submit_max":                    24,
	"modal.close_max":                     24,
	"modal.private_metadata_max":          3000,
	"modal.callback_id_max":               255,
	"modal.external_id_max":               255,
	"modal.view_bytes_max":                250000,
	"modal.stack_max":                     3,
	"home.blocks_max":                     100,
	"block_id_max":                        255,
	"action_id_max":                       255,
	"section.text_max":                    3000,
	"section.fields_max":                  10,
	"section.field_text_max":              2000,
	"header.text_max":                     150,
	"context.elements_max":                10,
	"actions.elements_max":                25,
	"input.label_max":                     2000,
	"input.hint_max":                      2000,
	"markdown.text_max":                   12000,
	"button.text_max":                     75,
	"button.value_max":                    2000,
	"button.url_max":                      3000,
	"button.accessibility_label_max":      75,
	"confirm.title_max":                   100,
	"confirm.text_max":                    300,
	"confirm.confirm_max":                 30,
	"confirm.deny_max":                    30,
	"static_select.options_max":           100,
	"static_select.option_groups_max":     100,
	"option.text_max":                     75,
	"option.value_max":                    75,
	"option.description_max":              75,
	"radio_checkbox.options_max":          10,
	"plain_text_input.min_length_max":     3000,
	"text_object.min":                     1,
	"text_object.max":                     3000,
	"image.alt_text_max":                  2000,
	"image.title_max":                     2000,
	"image.url_max":                       3000,
	"table.rows_max":                      100,
	"table.cols_max":                      20,
	"socket_mode_ack_bytes_max_exclusive": 20480,
}

// limit looks a limit up; a name that is not in the table is a mistake in this package.
func limit(name string) int {
	n, ok := limits[name]
	if !ok {
		panic("no Block Kit limit called " + name)
	}
	return n
}

// placeholderMax is the length of a placeholder, which the doc comments give per element.
const placeholderMax = 150
