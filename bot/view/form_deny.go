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
	v := valuesOf(r, time.Time{})
	form := modal(FormDeny, "Deny this request", buttons[ActionDeny].label, "Cancel",
		paragraph(phrase("{agent} asks for a temporary OneLogin code for {owner}.").in(v)),
		input{label: "Why?", optional: true}.radio(fieldChoice, "", denialChoices()...),
		input{label: "In your own words", hint: "{agent} reads this, and the audit trail keeps it.", values: v, optional: true}.
			line(fieldText, "", approvals.MaxReason, true),
		footnote(sayRequestID.in(v)),
	)
	form.PrivateMetadata = string(r.ID)
	return form
}

func denialChoices() (all []*slack.OptionBlockObject) {
	for _, c := range approvals.DenialChoices() {
		all = append(all, choice(string(c), denialLabels[c].label, denialLabels[c].more))
	}
	return all
}

var denialLabels = map[approvals.DenialChoice]struct{ label, more phrase }{
	approvals.CouldNotReach: {"I could not reach them", ""},
	approvals.NotMyReport:   {"Not my report", "You are taken out, and somebody else is asked if there is anybody."},
	approvals.Suspicious:    {"It looks suspicious", "An alarm goes to the audit channel."},
}

// StopForm asks whoever stops whether to block the account, too. What comes back with
// it is the request's id.
func StopForm(r approvals.Request) slack.ModalViewRequest {
	v := valuesOf(r, time.Time{})
	form := modal(FormStop, "Stop this request", buttons[ActionStop].label, "Cancel",
		paragraph(v.lines("{agent} can then make no code for {owner}. If one was made, olbot asks OneLogin to end it. Security is told.")...),
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
	id, err := approvals.ParseID(f.PrivateMetadata)
	if err != nil {
		id = ""
	}
	return id, f.chosen(fieldBlock) == blockToo
}

const (
	sayChoose            phrase = "Choose one of these."
	sayTooManyCharacters phrase = "At most {limit} characters."
)

// ReadDenial reads what was filled in, and which request it is about. Who may deny
// is for the request to say. wrong is how to complain, nil if nothing is wrong.
func ReadDenial(v payload.View) (id approvals.ID, why approvals.Denial, wrong *slack.ViewSubmissionResponse) {
	f, found := filled{v}, complaints{}
	why = approvals.Denial{Choice: approvals.DenialChoice(f.chosen(fieldChoice)), Text: f.text(fieldText)}
	if why.Choice != "" && !slices.Contains(approvals.DenialChoices(), why.Choice) {
		found.add(fieldChoice, sayChoose, nil)
	}
	if utf8.RuneCountInString(why.Text) > approvals.MaxReason {
		found.add(fieldText, sayTooManyCharacters, values{"limit": numeral(approvals.MaxReason)})
	}
	id, err := approvals.ParseID(f.PrivateMetadata)
	if err != nil {
		id = ""
	}
	return id, why, found.answer(f)
}
