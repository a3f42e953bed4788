package bot

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap/zaptest"

	"olbot/approvals"
	"olbot/bot/messenger"
	"olbot/internal/socketmode"
	"olbot/internal/testbed/slacksim"
)

func TestOnlyCommandsAreAnsweredInTheAck(t *testing.T) {
	b := New(nil, nil, "/tempotp", zaptest.NewLogger(t), time.Now)
	for name, answer := range map[string]func(socketmode.Envelope) any{"busy": b.Busy, "broken": b.Broken} {
		if answer(socketmode.Envelope{Type: socketmode.Interaction}) != nil {
			t.Errorf("%s: the ack of a press says something", name)
		}
		says, ok := answer(socketmode.Envelope{Type: socketmode.Command}).(messenger.Ephemeral)
		if !ok || says.ResponseType != "ephemeral" || says.Text == "" {
			t.Errorf("%s: the ack of a command says %v", name, says)
		}
	}
}

// TestWhatCannotBeReadIsAnError: the Socket counts it and answers with Broken. Nothing reaches the service.
func TestWhatCannotBeReadIsAnError(t *testing.T) {
	b := New(nil, nil, "/tempotp", zaptest.NewLogger(t), time.Now)
	for _, e := range []socketmode.Envelope{
		{Type: socketmode.Command},
		{Type: socketmode.Command, Payload: []byte(`[]`)},
		{Type: socketmode.Command, Payload: []byte(`{"user_id":"U1","text":4711}`)},
		{Type: socketmode.Command, Payload: []byte(`{"user_id":["U1"]}`)},
		{Type: socketmode.Interaction, Payload: []byte(`null`)},
		{Type: socketmode.Interaction, Payload: []byte(`{"type":"block_actions","user":{"id":"U1"},"actions":"approve"}`)},
		{Type: socketmode.Interaction, Payload: []byte(`{"type":"block_actions","user":{"id":"U1"},"actions":[]}`)},
		{Type: socketmode.Interaction, Payload: []byte(`{"type":"block_actions","user":"U1","actions":[{"action_id":"approve"}]}`)},
		{Type: socketmode.Interaction, Payload: []byte(`{"user":{"id":"U1"}}`)},
		{Type: socketmode.Event, Payload: []byte(`"app_home_opened"`)},
		{Type: socketmode.Event, Payload: []byte(`{"event":{"type":"app_home_opened","user":7}}`)},
	} {
		if answer, err := b.Handle(t.Context(), e); err == nil {
			t.Errorf("%s %s is answered with %v", e.Type, e.Payload, answer)
		}
	}
}

// TestNobodyIsLeftWithAnEmptyAck: Slack takes no answer with the ack of a press, so that what could not be read is told
// behind it, where it was pressed or in the DM. Kind: strict decoding of a stranger's growing document.
func TestNobodyIsLeftWithAnEmptyAck(t *testing.T) {
	for name, damage := range map[string]func(o map[string]any){
		"no action can be read":    func(o map[string]any) { o["actions"] = map[string]any{} },
		"nobody can be read":       func(o map[string]any) { o["user"] = []any{} },
		"nowhere to answer either": func(o map[string]any) { o["actions"], o["response_url"] = nil, 0 },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			id := w.asksMaria()
			press := w.capturesPress(w.maria, id)
			damage(press)
			e := w.envelope(socketmode.Interaction, press)
			if answer, err := w.Handle(t.Context(), e); answer != nil || err == nil {
				t.Fatalf("it is handled: %v", answer)
			}
			if got := w.Broken(e); got != nil {
				t.Errorf("the ack of a press says %v", got)
			}
			w.Wait()
			if _, told := w.maria.Finds("Something broke on our side"); !told || w.stateOf(id) != approvals.Pending {
				t.Errorf("Maria was told: %v; the request is %s", told, w.stateOf(id))
			}
		})
	}
}

// TestOnlyOneCommandIsAnswered: an app can have more. Kind: a filter that filters nothing.
func TestOnlyOneCommandIsAnswered(t *testing.T) {
	w := newWorld(t, func(o *slacksim.Options) { o.Commands = []string{"/reset"} })
	for line, want := range map[string]string{
		"/reset " + w.ana.Mention(): "“/reset” isn't olbot's command. Use /tempotp", "/tempotp help": "*Ask:*", "/tempotp /tempotp help": "*Ask:*",
	} {
		w.joe.Sends(line)
		sent := w.slack.Envelopes()
		answer, err := w.Handle(t.Context(), socketmode.Envelope{ID: line, Type: socketmode.Command, Payload: sent[len(sent)-1].Payload()})
		if err != nil {
			t.Fatal(err)
		}
		said, err := json.Marshal(answer)
		if err != nil {
			t.Fatal(err)
		}
		if plain := strings.NewReplacer("*", "").Replace(want); !strings.Contains(string(said), plain) {
			t.Errorf("%s is answered with %s", line, said)
		}
	}
	open, err := w.store.OpenRequests(t.Context(), w.joe.ID())
	if err != nil || len(open) != 0 {
		t.Errorf("%d requests were made, %v", len(open), err)
	}
}

// TestCancelCountsBeyondTheAllowance: nobody's Withdraw is refused for how much they sent.
func TestCancelCountsBeyondTheAllowance(t *testing.T) {
	w := newWorld(t)
	id := w.asksMaria()
	for w.service.Allow(w.joe.ID()) == nil {
	}
	answer, err := w.Handle(t.Context(), w.envelope(socketmode.Command, map[string]any{
		"command": "/tempotp", "text": "cancel " + string(id), "user_id": w.joe.ID(), "trigger_id": "1.2",
	}))
	if err != nil || w.stateOf(id) != approvals.Withdrawn {
		t.Errorf("%s after %+v, %v", w.stateOf(id), answer, err)
	}
}
