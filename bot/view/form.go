package view

import (
	"cmp"
	"errors"
	"maps"
	"slices"

	"github.com/slack-go/slack"

	"olbot/approvals"
	"olbot/bot/payload"
	"olbot/bot/text"
)

// The forms, by the callback id that comes back with what was filled in.
const (
	FormRequest = "request"
	FormDeny    = "deny"
	FormBlock   = "block"
	FormStop    = "stop"
	FormPassOn  = "pass_on"
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
	fieldChoice   field = "choice" // why an approver says no, or leaves it to others
	fieldText     field = "text"   // the same in their own words
	fieldBlock    field = "block"  // whether a stop also blocks the account
)

// mainFields are in every form of the kind.
var mainFields = map[string]field{FormRequest: fieldPerson, FormDeny: fieldText, FormPassOn: fieldText, FormStop: fieldBlock, FormBlock: fieldReason}

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

// FormInstead shows a message in place of a form.
func FormInstead(m Message) slack.ModalViewRequest {
	return modal("", "Nothing was changed", "", "Close", m.Blocks...)
}

// An input says how a field looks and whether it may stay empty.
type input struct {
	label, hint phrase
	values      values // of the hint
	optional    bool
}

func (i input) field(name field, e slack.BlockElement) slack.Block {
	var hint *slack.TextBlockObject
	if i.hint != "" {
		hint = plainText(i.hint.plain(i.values))
	}
	return slack.NewInputBlock(string(name), plainText(i.label.plain(nil)), hint, e).WithOptional(i.optional)
}

// line is a field to type into; many makes it several lines high.
func (i input) line(name field, initial string, most int, many bool) slack.Block {
	e := slack.NewPlainTextInputBlockElement(nil, string(name))
	e.InitialValue, e.MaxLength, e.Multiline = initial, most, many
	return i.field(name, e)
}

// radio is a field in which one of the options is chosen; "" chooses none before.
func (i input) radio(name field, chosen string, options ...*slack.OptionBlockObject) slack.Block {
	e := slack.NewRadioButtonsBlockElement(string(name), options...)
	e.InitialOption = optionOf(options, chosen)
	return i.field(name, e)
}

// check is a field with one box to tick.
func (i input) check(name field, option *slack.OptionBlockObject) slack.Block {
	return i.field(name, slack.NewCheckboxGroupsBlockElement(string(name), option))
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
type filled struct{ payload.View }

func (f filled) input(name field) payload.Input { return f.State[string(name)][string(name)] }

func (f filled) chosen(name field) string { return f.input(name).Option }

// text is what was typed, as it is kept: with single blanks and no controls.
func (f filled) text(name field) string { return text.OneLine(f.input(name).Text) }

// complaints are what is wrong with what was filled in, by field.
type complaints map[field]string

func (c complaints) add(name field, p phrase, v values) { c[name] = p.plain(v) }

// answer shows the complaints under their fields; it is nil if there are none. Slack
// takes only those under fields that the form has: what is about another one stands
// under the first. If what came back does not say which it has, the complaints stand
// where they are: an answer without any would close the form, as if all were well.
func (c complaints) answer(f filled) *slack.ViewSubmissionResponse {
	if len(c) == 0 {
		return nil
	}
	names := slices.Sorted(maps.Keys(c))
	has := names
	if fields := fieldsOf(f); len(fields) > 0 {
		has = fields
	}
	under := map[string]string{}
	for _, name := range names {
		at := name
		if !slices.Contains(has, name) {
			at = has[0]
		}
		under[string(at)] = cmp.Or(under[string(at)], c[name])
	}
	return slack.NewErrorsViewSubmissionResponse(under)
}

func fieldsOf(f filled) []field {
	var has []field
	for _, id := range f.Inputs {
		has = append(has, field(id))
	}
	return has
}

// FormBusy keeps a form open that is not handled, because there is too much to do;
// nil if there is no such form.
func FormBusy(callback string) *slack.ViewSubmissionResponse {
	return keepFormOpen(callback, "olbot has too much to do at this moment. Press the button again in a few seconds.", nil)
}

// FormBroken keeps a form open that could not be stored, so that its button can
// be pressed again; nil if there is no such form. ref is where the log says more.
func FormBroken(callback string, err error, ref string) *slack.ViewSubmissionResponse {
	why := sayIf(errors.Is(err, approvals.ErrOutcomeUnknown),
		"The database did not answer in time (ref {ref}). Press the button again: it counts once only.",
		"Something broke on our side (ref {ref}), and nothing happened. Press the button again in a moment; if it stays, tell whoever runs olbot the ref.")
	return keepFormOpen(callback, why, values{"ref": word(ref)})
}

func keepFormOpen(callback string, why phrase, v values) *slack.ViewSubmissionResponse {
	at, known := mainFields[callback]
	if !known {
		return nil
	}
	wrong := complaints{}
	wrong.add(at, why, v)
	return wrong.answer(filled{})
}
