//go:build !mutation

package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/zap/zaptest"

	"olbot/approvals"
	"olbot/internal/socketmode"
	"olbot/internal/testbed/slacksim"
)

// A counter is a Bot at a desk, to which Slack's payloads are handed over.
type counter struct {
	*desk
	*Bot
	deliveries int
}

func newCounter(t *testing.T) *counter {
	d := newDesk(t)
	service := approvals.NewService(approvals.Ports{Store: d.store, Messenger: d.Messenger}, testPolicy, 0, zaptest.NewLogger(t), time.Now)
	return &counter{desk: d, Bot: New(service, d.Messenger, "/tempotp", zaptest.NewLogger(t))}
}

// hands delivers an interaction and returns the payload of its ack.
func (c *counter) hands(payload map[string]any) any {
	c.t.Helper()
	return c.handsIn(c.t.Context(), payload)
}

func (c *counter) handsIn(ctx context.Context, payload map[string]any) any {
	c.t.Helper()
	c.deliveries++
	raw, err := json.Marshal(payload)
	if err != nil {
		c.t.Fatal(err)
	}
	answer, err := c.Handle(ctx, socketmode.Envelope{ID: fmt.Sprint("e", c.deliveries), Type: socketmode.Interaction, Payload: raw})
	if err != nil {
		c.t.Fatal(err)
	}
	c.Wait()
	return answer
}

func (c *counter) pressesDeny(ctx context.Context, by *slacksim.Person, id approvals.ID) {
	c.t.Helper()
	c.handsIn(ctx, map[string]any{
		"type": "block_actions", "trigger_id": "1.2", "user": map[string]any{"id": by.ID()},
		"actions": []any{map[string]any{"type": "button", "block_id": "b1", "action_id": ActionDeny, "value": id}},
	})
}

// asksMaria stores a request that waits for Maria.
func (c *counter) asksMaria() approvals.ID {
	c.t.Helper()
	r, err := c.service.Submit(c.t.Context(), approvals.Ask{Agent: c.joe.ID(), Owner: approvals.Ref{Slack: c.ana.ID()}})
	if err != nil {
		c.t.Fatal(err)
	}
	like := c.pending()
	cast := approvals.Cast{Agent: like.Agent, Owner: like.Owner, Approvers: like.Approvers}
	_, err = c.store.Update(c.t.Context(), r.ID, nil, func(_ approvals.View, r approvals.Request) (approvals.Change, error) {
		return r.Ask(cast, nil, testPolicy, time.Now())
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return r.ID
}

func (c *counter) stands(id approvals.ID) approvals.State {
	c.t.Helper()
	r, err := c.store.Request(c.t.Context(), id)
	if err != nil {
		c.t.Fatal(err)
	}
	return r.State
}

// An until says when it ends, and does not.
type until struct {
	context.Context
	end time.Time
}

func (u until) Deadline() (time.Time, bool) { return u.end, true }

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
			c := newCounter(t)
			id := c.asksMaria()
			tt.fault.Method = "views.open"
			c.slack.Fail(tt.fault)
			c.pressesDeny(until{t.Context(), time.Now().Add(answerTime + tt.patience)}, c.maria, id)
			if got := c.stands(id); got != tt.want {
				t.Errorf("the request is %s, want %s", got, tt.want)
			}
		})
	}
}

// TestAStoreThatFailsKeepsTheFormOpen: nothing is lost of what was filled in.
func TestAStoreThatFailsKeepsTheFormOpen(t *testing.T) {
	c := newCounter(t)
	id := c.asksMaria()
	if err := c.store.Close(); err != nil {
		t.Fatal(err)
	}
	request := fillIn(RequestForm(approvals.Ask{}, testPolicy), map[field]string{fieldPerson: c.ana.ID(), fieldVerified: "in_person"})
	denial := fillIn(DenyForm(approvals.Request{ID: id}), nil)
	for at, f := range map[field]filled{fieldPerson: request, fieldText: denial} {
		got, ok := c.handleSubmission(t.Context(), &slack.InteractionCallback{View: f.View}, nil).(*slack.ViewSubmissionResponse)
		if !ok || !strings.Contains(got.Errors[string(at)], "Something broke on our side") {
			t.Errorf("%s: %+v", f.CallbackID, got)
		}
	}
}

// TestAnswersDoWithoutTheFormIfNothingCanBeKept for it.
func TestAnswersDoWithoutTheFormIfNothingCanBeKept(t *testing.T) {
	c := newCounter(t)
	types := func() string {
		answer, ok := c.handleCommand(t.Context(), &SlashCommand{Text: "<@U0ANA> 5mins", UserID: "U0JOE"}, nil).(ephemeralAnswer)
		if !ok {
			t.Fatal("the command has no answer")
		}
		return read(t, Message{Text: "-", Blocks: answer.Blocks})
	}
	if said := types(); !strings.Contains(said, "[Open the form]") {
		t.Errorf("answered %q", said)
	}
	if err := c.store.Close(); err != nil {
		t.Fatal(err)
	}
	if said := types(); !strings.Contains(said, "is not a validity") || strings.Contains(said, "[Open the form]") {
		t.Errorf("answered %q", said)
	}
}

// TestAFormWithSomebodyWhomSlackDoesNotOffer opens without them.
func TestAFormWithSomebodyWhomSlackDoesNotOffer(t *testing.T) {
	c := newCounter(t)
	withOwner := func(args map[string]string) bool { return strings.Contains(args["view"], "initial_user") }
	c.slack.Fail(slacksim.Fault{Method: "views.open", Match: withOwner, Error: "invalid_arguments"})
	c.slack.Fail(slacksim.Fault{Method: "views.open", Error: "exchanged_trigger_id"}) // as good as opened
	if !c.openRequest(t.Context(), "1.2", approvals.Ask{Owner: approvals.Ref{Slack: "U0GONE"}}) {
		t.Error("the form was not opened")
	}
	if n := len(c.slack.Calls("views.open")); n != 2 {
		t.Errorf("%d tries", n)
	}
}

// TestAShortcutThatOpensNothingIsAnsweredInTheDM, because a shortcut has no other place.
func TestAShortcutThatOpensNothingIsAnsweredInTheDM(t *testing.T) {
	c := newCounter(t)
	c.hands(map[string]any{
		"type": "shortcut", "callback_id": ShortcutRequest, "trigger_id": "1.2", "user": map[string]any{"id": c.joe.ID()},
	})
	if c.count(c.joe, "Slack did not open the form") != 1 {
		t.Error("Joe was not told")
	}
}
