package slacksim

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// A Form is a modal, or the Home tab, as it is shown now.
type Form struct {
	ID              string
	CallbackID      string
	PrivateMetadata string
	Hash            string
	Title           string
	Submit, Close   string // what the buttons below the form say; empty: Slack's own words, or no button
	Depth           int    // how many forms lie one on another, this one included; 0 for the Home tab
	Blocks          json.RawMessage
	State           json.RawMessage   // what is filled in: {block_id: {action_id: …}}, as in view.state.values
	Fields          map[string]string // the same as it is shown, by field label: text, the option chosen, @handle
	Errors          map[string]string // complaints of the app, by field label
	ErrorsAt        map[string]string // the same, by block_id

	words string
	tree  []any
}

// Words is the form as a person reads it.
func (f Form) Words() string { return f.words }

// Buttons are the buttons inside the form, without Submit and Cancel.
func (f Form) Buttons() []Button { return buttonsIn(f.tree) }

// Form is the form that the person sees, the top one of those open.
func (p *Person) Form() (Form, bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	v := p.top()
	if v == nil {
		return Form{}, false
	}
	return p.form(v), true
}

// Home is the person's Home tab of the app.
func (p *Person) Home() (Form, bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if p.home == nil {
		return Form{}, false
	}
	f := p.form(p.home)
	f.Depth = 0
	return f, true
}

func (p *Person) top() *view {
	if len(p.modals) == 0 {
		return nil
	}
	return p.modals[len(p.modals)-1]
}

func (p *Person) form(v *view) Form {
	f := Form{
		ID: v.id, CallbackID: str(v.spec["callback_id"]), PrivateMetadata: str(v.spec["private_metadata"]),
		Hash: v.hash, Title: textOf(v.spec["title"]), Submit: textOf(v.spec["submit"]), Close: textOf(v.spec["close"]),
		Depth: len(p.modals), Blocks: encode(v.spec["blocks"]), State: encode(v.values),
		Fields: map[string]string{}, Errors: map[string]string{}, ErrorsAt: map[string]string{}, tree: list(v.spec["blocks"]),
	}
	for _, b := range v.inputs() {
		f.Fields[textOf(b["label"])] = p.s.shown(v.values[str(b["block_id"])])
		if complaint := v.errors[str(b["block_id"])]; complaint != "" {
			f.Errors[textOf(b["label"])] = complaint
			f.ErrorsAt[str(b["block_id"])] = complaint
		}
	}
	f.words = p.s.reader(p).view(v)
	return f
}

// shown is what a field shows that is filled in.
func (s *Server) shown(elements map[string]any) string {
	for _, e := range elements {
		state := object(e)
		key, _ := stateKey(str(state["type"]))
		switch key {
		case "selected_option":
			return textOf(object(state[key])["text"])
		case "selected_user":
			if p := s.people[str(state[key])]; p != nil {
				return "@" + p.u.Name
			}
		}
		return str(state[key])
	}
	return ""
}

// view reads a whole form: title, blocks, complaints and buttons.
func (r reader) view(v *view) string {
	lines := nonEmpty(r.text(v.spec["title"]), r.blocks(list(v.spec["blocks"])))
	for _, b := range v.inputs() {
		lines = append(lines, nonEmpty(v.errors[str(b["block_id"])])...)
	}
	if foot := nonEmpty(r.text(v.spec["close"]), r.text(v.spec["submit"])); len(foot) > 0 {
		lines = append(lines, "["+strings.Join(foot, "] [")+"]")
	}
	return strings.Join(lines, "\n")
}

// Fills fills fields of the open form, by label: text as it is typed, an option by its text, a
// user by @handle, several options separated by commas. It fails if there is no such field or
// nothing such to choose; the fields before stay filled.
func (p *Person) Fills(fields map[string]string) error {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	v := p.top()
	if v == nil {
		return fmt.Errorf("fill a form: @%s has none open", p.u.Name)
	}
	for label, typed := range fields {
		i := slices.IndexFunc(v.inputs(), func(b map[string]any) bool { return textOf(b["label"]) == label })
		if i < 0 {
			return fmt.Errorf("fill a form: no field %q", label)
		}
		b := v.inputs()[i]
		e := object(b["element"])
		state, err := p.s.fillField(e, typed)
		if err != nil {
			return fmt.Errorf("fill %q: %w", label, err)
		}
		v.values[str(b["block_id"])][str(e["action_id"])] = state
	}
	p.s.touch(p)
	return nil
}
