package view

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
	"olbot/bot/payload"
)

// writeForms writes the forms and all that can stand under their fields.
func writeForms(t *testing.T, b *strings.Builder) {
	b.WriteString("\n## The forms\n")
	for _, name := range []string{"form-request", "form-request-strict", "form-deny", "form-deny-too-late", "form-pass-on", "form-stop", "form-block"} {
		fmt.Fprintf(b, "\n### %s\n\n```text\n%s\n```\n", strings.ReplaceAll(strings.TrimPrefix(name, "form-"), "-", " "), readForm(t, allForms()[name]))
	}
	b.WriteString("\n### What can stand under a field\n\n")
	for _, s := range formComplaints() {
		fmt.Fprintf(b, "- %s\n", s)
	}
}

// writeHomes writes the Home tabs.
func writeHomes(t *testing.T, b *strings.Builder) {
	b.WriteString("\n## The Home tab of olbot\n")
	for _, name := range []string{
		"home-nobody", "home-agent-first", "home-agent", "home-agent-later", "home-approver", "home-owner", "home-owner-later", "home-contact", "home-contact-denied", "home-contact-part", "home-contact-stops", "home-security", "home-paused", "home-agent-paused",
	} {
		title := strings.ReplaceAll(strings.TrimPrefix(name, "home-"), "-", " ")
		fmt.Fprintf(b, "\n### %s\n\n```text\n%s\n```\n", title, read(t, allHomes()[name].view())+confirmsOf(Message{Blocks: allHomes()[name].view().Blocks.BlockSet}))
	}
	b.WriteString("\nWhere there is more than a tab holds:\n\n")
	for _, p := range []phrase{sayHomeMore, sayHomeMoreHere} {
		fmt.Fprintf(b, "- %s\n", p.plain(values{"n": numeral(3)}))
	}
}

// readForm is the form as somebody reads it, with its title and buttons.
func readForm(t *testing.T, form slack.ModalViewRequest) string {
	t.Helper()
	buttons := "[" + form.Close.Text + "]"
	if form.Submit != nil {
		buttons += " [" + form.Submit.Text + "]"
	}
	return "# " + form.Title.Text + "\n" + read(t, form) + "\n" + buttons
}

// formComplaints are all complaints that submissions can bring.
func formComplaints() []string {
	form := func(fields map[field]string) payload.View {
		return fillIn(RequestForm(approvals.Submission{}, testPolicy), fields)
	}
	all := map[string]bool{}
	note := func(answer *slack.ViewSubmissionResponse) {
		for _, s := range complaintsIn(answer) {
			all[s] = true
		}
	}
	for _, fields := range []map[field]string{
		{}, {fieldPerson: "U0ANA", fieldAccount: "ana@example.com"}, {fieldAccount: "Ana"}, {fieldOther: "soon"},
	} {
		_, wrong := ReadRequest(form(fields), "U0JOE")
		note(wrong)
	}
	for _, why := range []approvals.Refusal{
		{Code: approvals.ValidityRange, Max: time.Hour}, {Code: approvals.NoReusable}, {Code: approvals.ReasonRequired},
		{Code: approvals.ReasonTooLong, Limit: approvals.MaxReason}, {Code: approvals.AgentLimit, Limit: 10}, {Code: approvals.FeedLost},
		{Code: approvals.SlackRefuses, Text: "token_revoked"}, {Code: approvals.OneLoginRefuses, Text: "401"},
		{Code: approvals.OneLoginForbids},
		{Code: approvals.RefusedBefore}, {Code: approvals.Paused, By: samGarcia},
	} {
		note(RefusedForm(form(nil), &why))
	}
	_, _, wrong := ReadDenial(fillIn(DenyForm(begin().r), map[field]string{fieldText: strings.Repeat("x", approvals.MaxReason+1)}))
	note(wrong)
	_, _, wrong = ReadDenial(fillIn(DenyForm(begin().r), map[field]string{fieldChoice: "other"}))
	note(wrong)
	for _, fields := range []map[field]string{{}, {fieldReason: strings.Repeat("x", approvals.MaxReason+1)}} {
		_, _, wrong := ReadBlock(fillIn(BlockForm(), fields))
		note(wrong)
	}
	for _, why := range []approvals.Refusal{
		{Code: approvals.NotYours, Role: approvals.Contact}, {Code: approvals.NotChecked}, {Code: approvals.Paused, By: samGarcia},
		{Code: approvals.AlreadyBlocked, Role: approvals.Owner, Person: anaLopes, By: samGarcia, Request: "OTP-2B5D-8KTN"},
	} {
		note(RefusedBlock(fillIn(BlockForm(), nil), &why))
	}
	note(FormBusy(FormDeny))
	for _, err := range []error{nil, approvals.ErrOutcomeUnknown} {
		note(FormBroken(FormRequest, err, "7F3K"))
	}
	return slices.Sorted(maps.Keys(all))
}

// fillIn is the form as Slack sends it back, filled in by values.
func fillIn(form slack.ModalViewRequest, fields map[field]string) payload.View {
	v := payload.View{
		Type: "modal", ID: "V1", CallbackID: form.CallbackID, PrivateMetadata: form.PrivateMetadata,
		State: map[string]map[string]payload.Input{},
	}
	for _, b := range form.Blocks.BlockSet {
		if in, ok := b.(*slack.InputBlock); ok {
			v.Inputs = append(v.Inputs, in.BlockID)
		}
	}
	for name, value := range fields {
		var in payload.Input
		switch name {
		case fieldPerson:
			in.UserID = value
		case fieldValidity, fieldUses, fieldVerified, fieldChoice:
			in.Option = value
		default:
			in.Text = value
		}
		v.State[string(name)] = map[string]payload.Input{string(name): in}
	}
	return v
}

// complaintsIn is what stands under the fields.
func complaintsIn(answer *slack.ViewSubmissionResponse) map[string]string {
	if answer == nil {
		return nil
	}
	return answer.Errors
}
