package bot

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/zap/zaptest"

	"olbot/approvals"
	"olbot/bot/payload"
	"olbot/bot/view"
	"olbot/internal/socketmode"
	"olbot/internal/testbed/slacksim"
)

// An until says when it ends, and does not.
type until struct {
	context.Context
	end time.Time
}

func (u until) Deadline() (time.Time, bool) { return u.end, true }

// answerTime is what the Messenger leaves of the time to ack.
const answerTime = time.Second

// TestAPressOfDenyThatOpensNoForm: it denies, unless its form was opened when
// Slack delivered it before.
func TestAPressOfDenyThatOpensNoForm(t *testing.T) {
	for name, tt := range map[string]struct {
		fault    slacksim.Fault
		patience time.Duration // with views.open
		want     approvals.State
	}{
		"too late for a form": {slacksim.Fault{Error: "expired_trigger_id"}, time.Minute, approvals.Denied},
		"Slack is silent":     {slacksim.Fault{Hang: true}, time.Millisecond, approvals.Denied},
		"Slack is throttled":  {slacksim.Fault{Status: 429}, time.Minute, approvals.Denied},
		"opened before":       {slacksim.Fault{Error: "exchanged_trigger_id"}, time.Minute, approvals.Pending},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			id := w.asksMaria()
			tt.fault.Method = "views.open"
			w.slack.Fail(tt.fault)
			w.pressesDeny(until{t.Context(), time.Now().Add(answerTime + tt.patience)}, w.maria, id)
			if got := w.stateOf(id); got != tt.want {
				t.Errorf("the request is %s, want %s", got, tt.want)
			}
		})
	}
}

// TestAStoreThatFailsKeepsTheFormOpen: nothing is lost of what was filled in.
func TestAStoreThatFailsKeepsTheFormOpen(t *testing.T) {
	w := newWorld(t)
	id := w.asksMaria()
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	state := map[string]map[string]payload.Input{
		"person":   {"person": {UserID: w.ana.ID()}},
		"verified": {"verified": {Option: "in_person"}},
	}
	for at, form := range map[string]payload.View{
		"person": {CallbackID: view.FormRequest, State: state},
		"text":   {CallbackID: view.FormDeny, PrivateMetadata: string(id)},
	} {
		answer, err := w.handleSubmission(t.Context(), payload.Interaction{View: form}, nil)
		got, ok := answer.(*slack.ViewSubmissionResponse)
		if err != nil || !ok || !strings.Contains(got.Errors[at], "Something broke on our side") {
			t.Errorf("%s: %+v, %v", form.CallbackID, got, err)
		}
	}
}

// TestAnswersDoWithoutTheFormIfNothingCanBeKept for it.
func TestAnswersDoWithoutTheFormIfNothingCanBeKept(t *testing.T) {
	w := newWorld(t)
	types := func() string {
		answer, err := json.Marshal(w.handleCommand(t.Context(), payload.Command{Name: "/tempotp", Text: "<@U0ANA> 5m0s", UserID: "U0JOE"}, nil))
		if err != nil {
			t.Fatal(err)
		}
		return string(answer)
	}
	if said := types(); !strings.Contains(said, "Open the form") {
		t.Errorf("answered %q", said)
	}
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	if said := types(); !strings.Contains(said, "is not a validity") || strings.Contains(said, "Open the form") {
		t.Errorf("answered %q", said)
	}
}

// TestAFormWithSomebodyWhomSlackDoesNotOffer opens without them.
func TestAFormWithSomebodyWhomSlackDoesNotOffer(t *testing.T) {
	w := newWorld(t)
	withOwner := func(args map[string]string) bool { return strings.Contains(args["view"], "initial_user") }
	w.slack.Fail(slacksim.Fault{Method: "views.open", Match: withOwner, Error: "invalid_arguments"})
	w.slack.Fail(slacksim.Fault{Method: "views.open", Error: "exchanged_trigger_id"}) // as good as opened
	if !w.openRequest(t.Context(), "1.2", approvals.Submission{Owner: approvals.Ref{Slack: "U0GONE"}}) {
		t.Error("the form was not opened")
	}
	if n := len(w.slack.Calls("views.open")); n != 2 {
		t.Errorf("%d tries", n)
	}
}

// TestAShortcutThatOpensNothingIsAnsweredInTheDM, because a shortcut has no other place.
func TestAShortcutThatOpensNothingIsAnsweredInTheDM(t *testing.T) {
	w := newWorld(t)
	w.hands(t.Context(), map[string]any{
		"type": "shortcut", "callback_id": view.ShortcutRequest, "trigger_id": "1.2", "user": map[string]any{"id": w.joe.ID()},
	})
	if dm := w.joe.DM(); len(dm) != 1 || !strings.Contains(dm[0].Words(), "Slack did not open the form") {
		t.Errorf("Joe sees %v", dm)
	}
}

// TestAnUnknownShortcutIsAnsweredWithHelp: somebody added it to the app.
func TestAnUnknownShortcutIsAnsweredWithHelp(t *testing.T) {
	w := newWorld(t)
	w.hands(t.Context(), map[string]any{"type": "shortcut", "callback_id": "other", "trigger_id": "1.2", "user": map[string]any{"id": w.joe.ID()}})
	if dm := w.joe.DM(); len(dm) != 1 || !strings.Contains(dm[0].Words(), "/tempotp @ana 5m") {
		t.Errorf("Joe sees %v", dm)
	}
}

// TestAFormThatIsNotHandledStaysOpen: an empty ack would close it as if all were well.
func TestAFormThatIsNotHandledStaysOpen(t *testing.T) {
	b := New(nil, nil, "/tempotp", zaptest.NewLogger(t), time.Now)
	e := socketmode.Envelope{
		Type:    socketmode.Interaction,
		Payload: []byte(`{"type":"view_submission","view":{"callback_id":"request","blocks":[{"type":7}]}}`),
	}
	for name, answer := range map[string]func(socketmode.Envelope) any{"busy": b.Busy, "broken": b.Broken} {
		got, ok := answer(e).(*slack.ViewSubmissionResponse)
		if !ok || got.ResponseAction != slack.RAErrors || got.Errors["person"] == "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestAFormThatIsNotKnownSaysSo: which fields it has, and so where a complaint could stand, is not known either.
func TestAFormThatIsNotKnownSaysSo(t *testing.T) {
	b := New(nil, nil, "/tempotp", zaptest.NewLogger(t), time.Now)
	for _, raw := range []string{
		`{"type":"view_submission","user":{"id":"U1"},"view":{"callback_id":"other"}}`, `{"type":"view_submission","user":{"id":"U1"}}`,
		`{"type":"view_submission","view":{"callback_id":7}}`,
	} {
		e := socketmode.Envelope{Type: socketmode.Interaction, Payload: []byte(raw)}
		if answer, err := b.Handle(t.Context(), e); answer != nil || err == nil {
			t.Errorf("%s is handled: %v", raw, answer)
		}
		got, ok := b.Broken(e).(*slack.ViewSubmissionResponse)
		if !ok || got.ResponseAction != slack.RAUpdate || got.View == nil || got.View.Title.Text != "Nothing was changed" {
			t.Errorf("%s is answered with %+v", raw, got)
		}
	}
}

// TestWhatNobodyAskedForIsLeftAlone: nothing reaches the service.
func TestWhatNobodyAskedForIsLeftAlone(t *testing.T) {
	b := New(nil, nil, "/tempotp", zaptest.NewLogger(t), time.Now)
	for _, raw := range []string{`{"type":"view_closed","user":{"id":"U1"}}`, `{"type":"message_action","callback_id":"request_code","user":{"id":"U1"}}`} {
		e := socketmode.Envelope{Type: socketmode.Interaction, Payload: []byte(raw)}
		if got, err := b.Handle(t.Context(), e); got != nil || err != nil {
			t.Errorf("%s is answered with %v, %v", raw, got, err)
		}
	}
}
