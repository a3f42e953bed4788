package view

import (
	"unicode/utf8"

	"github.com/slack-go/slack"

	"olbot/approvals"
	"olbot/bot/payload"
	"olbot/bot/text"
)

// BlockForm asks a security contact whose account is to be blocked, and why.
func BlockForm() slack.ModalViewRequest {
	person := slack.NewOptionsSelectBlockElement(slack.OptTypeUser, nil, string(fieldPerson))
	return modal(FormBlock, "Block an account", "Block", "Cancel",
		paragraph(phrase("No code is made for the account until a security contact lifts the block. A code that was made already may go on working.").in(nil)),
		input{label: "Person in Slack", optional: true}.field(fieldPerson, person),
		input{label: "Or an e-mail address or OneLogin id", hint: "For somebody who is not in Slack. An id has # before it, like #12345.", optional: true}.
			line(fieldAccount, "", text.MaxEmail, false),
		input{label: "Reason", hint: "Other security contacts read this, and the audit channel keeps it."}.line(fieldReason, "", approvals.MaxReason, true),
	)
}

// ReadBlock reads what was filled in. wrong is how to complain, nil if nothing is wrong.
func ReadBlock(v payload.View) (account approvals.Ref, reason string, wrong *slack.ViewSubmissionResponse) {
	f, found := filled{v}, complaints{}
	account, reason = readOwner(f, found), f.text(fieldReason)
	switch {
	case reason == "":
		found.add(fieldReason, "Say why, so that others know when the block can be lifted.", nil)
	case utf8.RuneCountInString(reason) > approvals.MaxReason:
		found.add(fieldReason, sayTooManyCharacters, values{"limit": numeral(approvals.MaxReason)})
	}
	return account, reason, found.answer(f)
}

// RefusedBlock says under a field of the form why nothing was blocked.
func RefusedBlock(v payload.View, why *approvals.Refusal) *slack.ViewSubmissionResponse {
	as, wrong := agentVoice(why), complaints{}
	wrong.add(fieldReason, "{fact}. {advice}", values{"fact": sentence(factOf(why, as)), "advice": adviceOn(why, as, contacts(Options{}))})
	return wrong.answer(filled{v})
}
