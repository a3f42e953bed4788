package bot

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/zap/zaptest"

	"olbot/approvals"
	"olbot/internal/socketmode"
)

func TestReadRequest(t *testing.T) {
	form := RequestForm(approvals.Ask{}, testPolicy)
	full := map[field]string{
		fieldPerson: "U0ANA", fieldValidity: "10m", fieldUses: wordReusable, fieldReason: " lost\nher\u202Ephone ", fieldVerified: "in_person",
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
	ana := approvals.Ask{
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
		want   approvals.Ask
		wrong  field
	}{
		"a person":                    {with(nil), ana, ""},
		"an address":                  {with(map[field]string{fieldPerson: "", fieldAccount: " a&b@example.com "}), byEmail, ""},
		"a OneLogin id":               {with(map[field]string{fieldPerson: "", fieldAccount: "#12345"}), byID, ""},
		"a typed validity":            {with(map[field]string{fieldOther: "90"}), other, ""},
		"nothing about use":           {with(map[field]string{fieldUses: "", fieldValidity: ""}), once, ""},
		"nobody":                      {with(map[field]string{fieldPerson: ""}), approvals.Ask{}, fieldPerson},
		"a group for a person":        {with(map[field]string{fieldPerson: "S0LEADS"}), approvals.Ask{}, fieldPerson},
		"two accounts":                {with(map[field]string{fieldAccount: "ana@example.com"}), approvals.Ask{}, fieldAccount},
		"a name":                      {with(map[field]string{fieldPerson: "", fieldAccount: "@ana"}), approvals.Ask{}, fieldAccount},
		"two addresses":               {with(map[field]string{fieldPerson: "", fieldAccount: "a@example.com b@example.com"}), approvals.Ask{}, fieldAccount},
		"a validity in words":         {with(map[field]string{fieldOther: "soon"}), approvals.Ask{}, fieldOther},
		"a forged validity":           {with(map[field]string{fieldValidity: "1e9"}), approvals.Ask{}, fieldValidity},
		"no verification":             {with(map[field]string{fieldVerified: ""}), approvals.Ask{}, fieldVerified},
		"a verification of one's own": {with(map[field]string{fieldVerified: "voice"}), approvals.Ask{}, fieldVerified},
	} {
		t.Run(name, func(t *testing.T) {
			got, wrong := readRequest(fillIn(form, tt.fields), "U0JOE")
			switch {
			case tt.wrong != "" && (len(wrong) != 1 || wrong[tt.wrong] == ""):
				t.Errorf("complaints %q, want one at %s", wrong, tt.wrong)
			case tt.wrong == "" && len(wrong) > 0:
				t.Errorf("complaints %q", wrong)
			case tt.wrong == "" && !sameAsk(got, tt.want):
				t.Errorf("read %+v, want %+v", got, tt.want)
			}
		})
	}
}

func sameAsk(a, b approvals.Ask) bool {
	return a.Agent == b.Agent && a.Owner == b.Owner && a.Validity == b.Validity && a.Reusable == b.Reusable &&
		a.Reason == b.Reason && a.Verified == b.Verified
}

// TestARequestFormSaysWhatItWasFilledInWith: submitted untouched it asks for the same.
func TestARequestFormSaysWhatItWasFilledInWith(t *testing.T) {
	for _, a := range []approvals.Ask{
		{Owner: approvals.Ref{Slack: "W0ANA"}, Validity: 10 * time.Minute, Reusable: true, Reason: "x", Verified: approvals.NotVerified},
		{Owner: approvals.Ref{Email: "a&b@example.com"}, Validity: 45 * time.Minute, Verified: approvals.VerifiedByVideo},
		{Owner: approvals.Ref{OneLogin: 7}, Validity: testPolicy.DefaultValidity, Verified: approvals.VerifiedByCallBack},
		{Owner: approvals.Ref{OneLogin: 7}, Validity: 50 * 24 * time.Hour, Verified: approvals.VerifiedByCallBack},
	} {
		got, wrong := readRequest(untouched(RequestForm(a, testPolicy)), a.Agent)
		if len(wrong) > 0 || !sameAsk(got, a) {
			t.Errorf("%+v became %+v, %q", a, got, wrong)
		}
	}
}

// untouched is a form submitted as it opened.
func untouched(form slack.ModalViewRequest) filled {
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
	f := fillIn(RequestForm(approvals.Ask{}, single), nil)
	answer, ok := refusedForm(f, &approvals.Refusal{Code: approvals.NoReusable}).answer(f).(*slack.ViewSubmissionResponse)
	if !ok || len(answer.Errors) != 1 || answer.Errors[string(fieldPerson)] == "" {
		t.Errorf("answer %+v", answer)
	}
	answer, ok = (complaints{fieldPerson: "x"}).answer(filled{}).(*slack.ViewSubmissionResponse)
	if !ok || answer.Errors[string(fieldPerson)] != "x" {
		t.Errorf("a form of which nobody knows the fields is answered with %+v", answer)
	}
}

// TestAFormThatIsNotHandledStaysOpen: an empty ack would close it as if all were well.
func TestAFormThatIsNotHandledStaysOpen(t *testing.T) {
	b := New(nil, nil, "/tempotp", zaptest.NewLogger(t))
	e := socketmode.Envelope{
		Type:    socketmode.Interaction,
		Payload: []byte(`{"type":"view_submission","view":{"callback_id":"request","blocks":[{"type":7}]}}`),
	}
	for name, answer := range map[string]func(socketmode.Envelope) any{"busy": b.Busy, "broken": b.Broken} {
		got, ok := answer(e).(*slack.ViewSubmissionResponse)
		if !ok || got.ResponseAction != slack.RAErrors || got.Errors[string(fieldPerson)] == "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestUnderstoodOfASlip holds what a form is filled in with.
func TestUnderstoodOfASlip(t *testing.T) {
	for text, want := range map[string]Command{
		"<@U0ANA> 5mins lost it":  {Verb: VerbAsk, Owner: approvals.Ref{Slack: "U0ANA"}, Validity: 5 * time.Minute, Reason: "lost it"},
		"ana 5m reusable lost it": {Verb: VerbAsk, Validity: 5 * time.Minute, Reusable: true, Reason: "lost it"},
		"ana 5mins lost it":       {Verb: VerbAsk, Validity: 5 * time.Minute, Reason: "lost it"},
		"300 lost it":             {Verb: VerbAsk, Validity: 5 * time.Minute, Reason: "lost it"},
		"@ana":                    {Verb: VerbAsk},
		"ana 0":                   {Verb: VerbAsk},
	} {
		_, err := ParseCommand(text)
		slip, ok := err.(*CommandError)
		if !ok {
			t.Fatalf("%q has no slip: %v", text, err)
		}
		if got, asks := understood(text, slip); !asks || got != want {
			t.Errorf("%q: understood %+v, want %+v", text, got, want)
		}
	}
	_, err := ParseCommand("cancel it")
	if _, asks := understood("cancel it", err.(*CommandError)); asks {
		t.Error("cancel asks for a code")
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
			payload, err := json.Marshal(map[string]any{
				"type": "view_submission", "trigger_id": "1.2", "user": map[string]any{"id": user},
				"view": map[string]any{"id": "V1", "callback_id": callback, "private_metadata": typed, "state": map[string]any{"values": values}},
			})
			if err != nil {
				t.Fatal(err)
			}
			var click slack.InteractionCallback
			if json.Unmarshal(payload, &click) != nil {
				continue
			}
			a, wrong := readRequest(filled{click.View}, "U0JOE")
			if len(wrong) == 0 && (a.Owner == approvals.Ref{} || a.Verified == "") {
				t.Errorf("accepted without an owner or a verification: %+v", a)
			}
			wrong.answer(filled{click.View})
			if id, why, wrong := readDenial(filled{click.View}); len(wrong) == 0 && len([]rune(why.Text)) > approvals.MaxReason {
				t.Errorf("a denial of %q: %+v", id, why)
			}
			if strings.ContainsAny(a.Reason, "\n\u2028\u202E") {
				t.Errorf("reason %q", a.Reason)
			}
		}
	})
}

// TestUnknownFormsAndShortcutsAreLeftAlone: nothing reaches the service.
func TestUnknownFormsAndShortcutsAreLeftAlone(t *testing.T) {
	b := New(nil, nil, "/tempotp", zaptest.NewLogger(t))
	for _, payload := range []string{
		`{"type":"view_submission","view":{"callback_id":"other"}}`, `{"type":"view_submission"}`, `{"type":"view_closed"}`,
		`{"type":"shortcut","callback_id":"other"}`, `{"type":"message_action","callback_id":"request_code"}`,
		`{"type":"block_actions","actions":[]}`,
	} {
		e := socketmode.Envelope{Type: socketmode.Interaction, Payload: []byte(payload)}
		if got, err := b.Handle(t.Context(), e); got != nil || err != nil {
			t.Errorf("%s is answered with %v, %v", payload, got, err)
		}
	}
}
