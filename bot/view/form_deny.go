package view

import (
	"slices"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"olbot/approvals"
	"olbot/bot/payload"
)

// DenyForm asks an approver why not. Both fields may stay empty. What comes back
// with it is the request's id.
func DenyForm(r approvals.Request) slack.ModalViewRequest {
	return whyForm(r, FormDeny, "Deny this request", ActionDeny,
		choicesOf(approvals.DenialChoices(), denialLabels), "{agent} reads this, and so do those who are asked for {owner} in the next 24 hours.")
}

// PassForm asks an approver why somebody else has to decide, likewise.
func PassForm(r approvals.Request) slack.ModalViewRequest {
	return whyForm(r, FormPassOn, "Pass this on", ActionPassOn,
		choicesOf(approvals.PassChoices(), passLabels), "{agent} reads this, and so do those who are asked instead, and who are asked for {owner} in the next 24 hours.")
}

// whyForm asks for one of the reasons, or one in words.
func whyForm(r approvals.Request, name string, title phrase, submit Action, reasons []*slack.OptionBlockObject, hint phrase) slack.ModalViewRequest {
	v := valuesOf(r, time.Time{})
	form := modal(name, title, buttons[submit].label, "Cancel",
		paragraph(phrase("{agent} asks for a temporary OneLogin code for {owner}.").in(v)),
		input{label: "Why?", optional: true}.radio(fieldChoice, "", reasons...),
		input{label: "In your own words", hint: hint, values: v, optional: true}.
			line(fieldText, "", approvals.MaxReason, true),
		footnote(sayRequestID.in(v)),
	)
	form.PrivateMetadata = string(r.ID)
	return form
}

// A label is what a choice says, and what it does.
type label struct{ label, more phrase }

func choicesOf[T ~string](all []T, labels map[T]label) (options []*slack.OptionBlockObject) {
	for _, c := range all {
		options = append(options, choice(string(c), labels[c].label, labels[c].more))
	}
	return options
}

var denialLabels = map[approvals.DenialChoice]label{
	approvals.CouldNotReach: {"I could not reach them", ""},
	approvals.DidNotAsk:     {"They did not ask for it", "Blocks the account for codes and alerts security."},
	approvals.Suspicious:    {"It looks suspicious", "Blocks the account for codes and alerts security."},
	approvals.OtherReason:   {"Another reason", "Say which below."},
}

var passLabels = map[approvals.PassChoice]label{
	approvals.NotMyReport: {"Not my report", ""},
	approvals.NotNow:      {"I can't now", ""},
}

// StopForm asks whoever stops whether to block the account, too. What comes back with
// it is the request's id.
func StopForm(r approvals.Request) slack.ModalViewRequest {
	v := valuesOf(r, time.Time{})
	form := modal(FormStop, "Stop this request", buttons[ActionStop].label, "Cancel",
		paragraph(v.lines("{agent} gets no further code by this request. If one was made, olbot asks OneLogin to end it. Security is told.")...),
		input{label: "The account", optional: true}.check(fieldBlock,
			choice(blockToo, "Block it too", "Nobody can ask for a code for it until a security contact lifts the block.")),
		footnote(sayRequestID.in(v)),
	)
	form.PrivateMetadata = string(r.ID)
	return form
}

// blockToo is the value of the box in a StopForm.
const blockToo = "block"

// ReadStop reads which request is to be stopped, and whether the account is to be
// blocked. Nothing that was filled in keeps a request from being stopped.
func ReadStop(v payload.View) (id approvals.ID, block bool) {
	f := filled{v}
	return requestOf(f), f.chosen(fieldBlock) == blockToo
}

const (
	sayChoose            phrase = "Choose one of these."
	sayTooManyCharacters phrase = "At most {limit} characters."
)

// ReadDenial reads what was filled in, and which request it is about. Who may deny
// is for the request to say. wrong is how to complain, nil if nothing is wrong.
func ReadDenial(v payload.View) (id approvals.ID, why approvals.Denial, wrong *slack.ViewSubmissionResponse) {
	f, found := filled{v}, complaints{}
	why = approvals.Denial{Choice: readChoice(f, approvals.DenialChoices(), found), Text: readWhy(f, found)}
	if why.Choice == approvals.OtherReason && why.Text == "" {
		found.add(fieldText, "Say in a few words why.", nil)
	}
	return requestOf(f), why, found.answer(f)
}

// ReadPass reads a PassForm, likewise.
func ReadPass(v payload.View) (id approvals.ID, why approvals.Pass, wrong *slack.ViewSubmissionResponse) {
	f, found := filled{v}, complaints{}
	why = approvals.Pass{Choice: readChoice(f, approvals.PassChoices(), found), Text: readWhy(f, found)}
	return requestOf(f), why, found.answer(f)
}

// readChoice is what was chosen, "" if nothing was.
func readChoice[T ~string](f filled, all []T, wrong complaints) T {
	chosen := T(f.chosen(fieldChoice))
	if chosen != "" && !slices.Contains(all, chosen) {
		wrong.add(fieldChoice, sayChoose, nil)
	}
	return chosen
}

func readWhy(f filled, wrong complaints) string {
	words := f.text(fieldText)
	if utf8.RuneCountInString(words) > approvals.MaxReason {
		wrong.add(fieldText, sayTooManyCharacters, values{"limit": numeral(approvals.MaxReason)})
	}
	return words
}

// requestOf is the request that a form is about.
func requestOf(f filled) approvals.ID {
	id, err := approvals.ParseID(f.PrivateMetadata)
	if err != nil {
		return ""
	}
	return id
}
