package bot

import (
	"maps"
	"slices"

	"github.com/slack-go/slack"

	"olbot/bot/text"
)

// The forms, by the callback id that comes back with what was filled in.
const (
	formRequest = "request"
	formDeny    = "deny"
)

// ShortcutRequest is the callback id of the global shortcut that opens the
// request form.
const ShortcutRequest = "request_code"

// A field is one thing to fill in. Its name is the id of its block and of the
// element in it. Slack keeps what was filled in where both ids stay the same.
type field string

// The fields of the forms.
const (
	fieldPerson   field = "person"   // a Slack user
	fieldAccount  field = "account"  // an e-mail address or a OneLogin id, typed
	fieldValidity field = "validity" // one of the common ones
	fieldOther    field = "other"    // another validity, typed
	fieldUses     field = "uses"
	fieldReason   field = "reason"
	fieldVerified field = "verified"
	fieldChoice   field = "choice" // why an approver says no
	fieldText     field = "text"   // the same in their own words
)

// firstField is a field that every form of the kind has; "" if there is no such form.
func firstField(callback string) field {
	switch callback {
	case formRequest:
		return fieldPerson
	case formDeny:
		return fieldText
	}
	return ""
}

// modal is a form as Slack opens it. With no word for submit it only shows.
func modal(callback string, title, submit, closes phrase, blocks ...slack.Block) slack.ModalViewRequest {
	v := slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: callback, Title: plainText(title.plain(nil)), Close: plainText(closes.plain(nil)),
		Blocks: slack.Blocks{BlockSet: blocks},
	}
	if submit != "" {
		v.Submit = plainText(submit.plain(nil))
	}
	return v
}

// A typing says how a field looks and whether it may stay empty.
type typing struct {
	label, hint phrase
	values      values // of the hint
	optional    bool
}

func (t typing) field(name field, e slack.BlockElement) slack.Block {
	var hint *slack.TextBlockObject
	if t.hint != "" {
		hint = plainText(t.hint.plain(t.values))
	}
	return slack.NewInputBlock(string(name), plainText(t.label.plain(nil)), hint, e).WithOptional(t.optional)
}

// line is a field to type into; many makes it several lines high.
func (t typing) line(name field, initial string, most int, many bool) slack.Block {
	e := slack.NewPlainTextInputBlockElement(nil, string(name))
	e.InitialValue, e.MaxLength, e.Multiline = initial, most, many
	return t.field(name, e)
}

// radio is a field in which one of the options is chosen; "" chooses none before.
func (t typing) radio(name field, chosen string, options ...*slack.OptionBlockObject) slack.Block {
	e := slack.NewRadioButtonsBlockElement(string(name), options...)
	e.InitialOption = optionOf(options, chosen)
	return t.field(name, e)
}

func choice(value string, label, more phrase) *slack.OptionBlockObject {
	o := slack.NewOptionBlockObject(value, plainText(label.plain(nil)), nil)
	if more != "" {
		o.Description = plainText(more.plain(nil))
	}
	return o
}

func optionOf(options []*slack.OptionBlockObject, value string) *slack.OptionBlockObject {
	if i := slices.IndexFunc(options, func(o *slack.OptionBlockObject) bool { return o.Value == value }); i >= 0 {
		return options[i]
	}
	return nil
}

// A filled is what somebody filled into a form. What it says is as trustworthy
// as what somebody typed.
type filled struct{ slack.View }

func (f filled) state(name field) slack.BlockAction {
	if f.State == nil {
		return slack.BlockAction{}
	}
	return f.State.Values[string(name)][string(name)]
}

func (f filled) typed(name field) string  { return f.state(name).Value }
func (f filled) chosen(name field) string { return f.state(name).SelectedOption.Value }

// text is what was typed, as it is kept: with single blanks and no controls.
func (f filled) text(name field) string { return text.OneLine(f.typed(name)) }

// complaints are what is wrong with what was filled in, by field.
type complaints map[field]string

func (c complaints) add(name field, p phrase, v values) { c[name] = p.plain(v) }

// answer shows the complaints under their fields. Slack takes only those under
// fields that the form has: what is about another one stands under the first. If
// what came back does not say which it has, the complaints stand where they are: an
// answer without any would close the form, as if all were well.
func (c complaints) answer(f filled) any {
	has := fieldsOf(f)
	if len(has) == 0 {
		has = slices.Sorted(maps.Keys(c))
	}
	under := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(c)) {
		at := name
		if !slices.Contains(has, name) {
			at = has[0]
		}
		if under[string(at)] != "" {
			continue
		}
		under[string(at)] = c[name]
	}
	return slack.NewErrorsViewSubmissionResponse(under)
}

func fieldsOf(f filled) []field {
	var has []field
	for _, b := range f.Blocks.BlockSet {
		if in, ok := b.(*slack.InputBlock); ok {
			has = append(has, field(in.BlockID))
		}
	}
	return has
}
