package view

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
	"olbot/bot/command"
	"olbot/bot/payload"
)

func TestReadRequest(t *testing.T) {
	form := RequestForm(approvals.Submission{}, testPolicy)
	full := map[field]string{
		fieldPerson: "U0ANA", fieldValidity: "10m", fieldUses: command.Reusable, fieldReason: " lost\nher\u202Ephone ", fieldVerified: "in_person",
	}
	with := func(change map[field]string) map[field]string {
		all := map[field]string{}
		for name, value := range full {
			all[name] = value
		}
		for name, value := range change {
			all[name] = value
		}
		return all
	}
	ana := approvals.Submission{
		Agent: "U0JOE", Owner: approvals.Ref{Slack: "U0ANA"}, Validity: 10 * time.Minute, Reusable: true,
		Reason: "lost her phone", Verified: approvals.VerifiedInPerson,
	}
	other := ana
	other.Validity = 90 * time.Second
	byEmail, byID := ana, ana
	byEmail.Owner, byID.Owner = approvals.Ref{Email: "a&b@example.com"}, approvals.Ref{OneLogin: 12345}
	once := ana
	once.Reusable, once.Validity = false, 0
	for name, tt := range map[string]struct {
		fields map[field]string
		want   approvals.Submission
		wrong  field
	}{
		"a person":                    {with(nil), ana, ""},
		"an address":                  {with(map[field]string{fieldPerson: "", fieldAccount: " a&b@example.com "}), byEmail, ""},
		"a OneLogin id":               {with(map[field]string{fieldPerson: "", fieldAccount: "#12345"}), byID, ""},
		"a typed validity":            {with(map[field]string{fieldOther: "90"}), other, ""},
		"nothing about use":           {with(map[field]string{fieldUses: "", fieldValidity: ""}), once, ""},
		"nobody":                      {with(map[field]string{fieldPerson: ""}), approvals.Submission{}, fieldPerson},
		"a group for a person":        {with(map[field]string{fieldPerson: "S0LEADS"}), approvals.Submission{}, fieldPerson},
		"two accounts":                {with(map[field]string{fieldAccount: "ana@example.com"}), approvals.Submission{}, fieldAccount},
		"a name":                      {with(map[field]string{fieldPerson: "", fieldAccount: "@ana"}), approvals.Submission{}, fieldAccount},
		"two addresses":               {with(map[field]string{fieldPerson: "", fieldAccount: "a@example.com b@example.com"}), approvals.Submission{}, fieldAccount},
		"a validity in words":         {with(map[field]string{fieldOther: "soon"}), approvals.Submission{}, fieldOther},
		"a forged validity":           {with(map[field]string{fieldValidity: "1e9"}), approvals.Submission{}, fieldValidity},
		"no verification":             {with(map[field]string{fieldVerified: ""}), approvals.Submission{}, fieldVerified},
		"a verification of one's own": {with(map[field]string{fieldVerified: "voice"}), approvals.Submission{}, fieldVerified},
	} {
		t.Run(name, func(t *testing.T) {
			got, answer := ReadRequest(fillIn(form, tt.fields), "U0JOE")
			wrong := complaintsIn(answer)
			switch {
			case tt.wrong != "" && (len(wrong) != 1 || wrong[string(tt.wrong)] == ""):
				t.Errorf("complaints %q, want one at %s", wrong, tt.wrong)
			case tt.wrong == "" && len(wrong) > 0:
				t.Errorf("complaints %q", wrong)
			case tt.wrong == "" && !sameAsk(got, tt.want):
				t.Errorf("read %+v, want %+v", got, tt.want)
			}
		})
	}
}

func sameAsk(a, b approvals.Submission) bool {
	return a.Agent == b.Agent && a.Owner == b.Owner && a.Validity == b.Validity && a.Reusable == b.Reusable &&
		a.Reason == b.Reason && a.Verified == b.Verified
}

// TestARequestFormSaysWhatItWasFilledInWith: submitted untouched it asks for the same.
func TestARequestFormSaysWhatItWasFilledInWith(t *testing.T) {
	for _, a := range []approvals.Submission{
		{Owner: approvals.Ref{Slack: "W0ANA"}, Validity: 10 * time.Minute, Reusable: true, Reason: "x", Verified: approvals.NotVerified},
		{Owner: approvals.Ref{Email: "a&b@example.com"}, Validity: 45 * time.Minute, Verified: approvals.VerifiedByVideo},
		{Owner: approvals.Ref{OneLogin: 7}, Validity: testPolicy.DefaultValidity, Verified: approvals.VerifiedByCallBack},
		{Owner: approvals.Ref{OneLogin: 7}, Validity: 50 * 24 * time.Hour, Verified: approvals.VerifiedByCallBack},
	} {
		got, wrong := ReadRequest(untouched(RequestForm(a, testPolicy)), a.Agent)
		if wrong != nil || !sameAsk(got, a) {
			t.Errorf("%+v became %+v, %+v", a, got, wrong)
		}
	}
}

// untouched is a form submitted as it opened.
func untouched(form slack.ModalViewRequest) payload.View {
	fields := map[field]string{}
	for _, b := range form.Blocks.BlockSet {
		in, ok := b.(*slack.InputBlock)
		if !ok {
			continue
		}
		switch e := in.Element.(type) {
		case *slack.SelectBlockElement:
			fields[field(in.BlockID)] = e.InitialUser
			if e.InitialOption != nil {
				fields[field(in.BlockID)] = e.InitialOption.Value
			}
		case *slack.PlainTextInputBlockElement:
			fields[field(in.BlockID)] = e.InitialValue
		case *slack.RadioButtonsBlockElement:
			if e.InitialOption != nil {
				fields[field(in.BlockID)] = e.InitialOption.Value
			}
		}
	}
	return fillIn(form, fields)
}

// TestComplaintsStandUnderFieldsThatThereAre: Slack shows no complaint under
// anything else, and tells the person of trouble.
func TestComplaintsStandUnderFieldsThatThereAre(t *testing.T) {
	single := testPolicy
	single.AllowReusable = false
	f := fillIn(RequestForm(approvals.Submission{}, single), nil)
	answer := RefusedForm(f, &approvals.Refusal{Code: approvals.NoReusable})
	if len(answer.Errors) != 1 || answer.Errors[string(fieldPerson)] == "" {
		t.Errorf("answer %+v", answer)
	}
	answer = (complaints{fieldPerson: "x"}).answer(filled{})
	if answer.Errors[string(fieldPerson)] != "x" {
		t.Errorf("a form of which nobody knows the fields is answered with %+v", answer)
	}
}

// FuzzSubmission looks for a submission that makes olbot panic, or that is
// accepted for more than a form can say.
func FuzzSubmission(f *testing.F) {
	f.Add("request", "person", "person", "U0ANA", "10m", "x")
	f.Add("deny", "text", "choice", "<@U1>", "-1", strings.Repeat("x", 4000))
	f.Add("", "", "", "", "", "")
	f.Fuzz(func(t *testing.T, callback, block, action, user, option, typed string) {
		state := map[string]any{}
		for _, name := range []string{block, "person", "account", "validity", "other", "uses", "reason", "verified", "choice", "text"} {
			state[name] = map[string]any{
				name:   map[string]any{"selected_user": user, "selected_option": map[string]any{"value": option}, "value": typed},
				action: nil,
			}
		}
		for _, values := range []any{state, map[string]any{block: map[string]any{action: nil}}, nil} {
			raw, err := json.Marshal(map[string]any{
				"type": "view_submission", "trigger_id": "1.2", "user": map[string]any{"id": user},
				"view": map[string]any{"id": "V1", "callback_id": callback, "private_metadata": typed, "state": map[string]any{"values": values}},
			})
			if err != nil {
				t.Fatal(err)
			}
			click, _ := payload.ReadInteraction(raw) // what comes with an error is read too
			a, wrong := ReadRequest(click.View, "U0JOE")
			if wrong == nil && (a.Owner == approvals.Ref{} || a.Verified == "") {
				t.Errorf("accepted without an owner or a verification: %+v", a)
			}
			if id, why, wrong := ReadDenial(click.View); wrong == nil && len([]rune(why.Text)) > approvals.MaxReason {
				t.Errorf("a denial of %q: %+v", id, why)
			}
			if strings.ContainsAny(a.Reason, "\n\u2028\u202E") {
				t.Errorf("reason %q", a.Reason)
			}
		}
	})
}
