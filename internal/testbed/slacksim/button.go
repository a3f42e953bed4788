package slacksim

// A Button is a button as it was painted.
type Button struct {
	Label    string
	ActionID string
	BlockID  string
	Value    string
	Style    string // "", "primary" or "danger"
	URL      string
	Confirm  *Dialog // asked before the press counts
}

// A Dialog is the question a client asks before a press counts. It is only the client's:
// the payload does not tell whether it was shown.
type Dialog struct {
	Title, Text, Confirm, Deny string
}

// Buttons are the buttons of the message, in reading order.
func (m Message) Buttons() []Button {
	if m.paint == nil {
		return nil
	}
	return buttonsIn(m.paint.tree)
}

// Button returns the first button with this label.
func (m Message) Button(label string) (Button, bool) { return pick(m.Buttons(), label) }

func pick(all []Button, label string) (Button, bool) {
	for _, b := range all {
		if b.Label == label {
			return b, true
		}
	}
	return Button{}, false
}

func buttonsIn(tree []any) []Button {
	var all []Button
	for _, b := range tree {
		block := object(b)
		for _, e := range append([]any{block["accessory"]}, list(block["elements"])...) {
			if o := object(e); str(o["type"]) == "button" {
				all = append(all, buttonOf(str(block["block_id"]), o))
			}
		}
	}
	return all
}

func buttonOf(blockID string, o map[string]any) Button {
	b := Button{
		Label: textOf(o["text"]), ActionID: str(o["action_id"]), BlockID: blockID,
		Value: str(o["value"]), Style: str(o["style"]), URL: str(o["url"]),
	}
	if c := object(o["confirm"]); c != nil {
		b.Confirm = &Dialog{
			Title: textOf(c["title"]), Text: textOf(c["text"]),
			Confirm: textOf(c["confirm"]), Deny: textOf(c["deny"]),
		}
	}
	return b
}
