package slacksim_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"time"

	"olbot/internal/testbed/slacksim"
)

// respond posts a message to a response_url and returns the HTTP status.
func respond(t *testing.T, address string, message map[string]any) int {
	t.Helper()
	body, err := json.Marshal(message)
	must(t, err)
	resp, err := http.Post(address, "application/json", bytes.NewReader(body))
	must(t, err)
	_ = resp.Body.Close()
	return resp.StatusCode
}

// commandHook runs a command and returns its response_url.
func commandHook(t *testing.T, s *slacksim.Server, app *rawApp, room *slacksim.Conversation) string {
	t.Helper()
	s.Person("joe").SendsIn(room, "/tempotp help")
	f := app.next()
	app.ack(f)
	return f.Payload["response_url"].(string)
}

// clickHook posts a card with a button, presses it as Joe and returns the press's response_url.
func clickHook(t *testing.T, s *slacksim.Server, app *rawApp, ephemeral bool) string {
	t.Helper()
	joe := s.Person("joe")
	args := url.Values{"channel": {joe.BotDM().ID()}, "text": {"card"}, "blocks": {buttonBlocks("Go", "go", "1")}}
	method := "chat.postMessage"
	if ephemeral {
		method = "chat.postEphemeral"
		args.Set("user", joe.ID())
	}
	grants(t, call(t, s, method, args))
	m, ok := joe.Finds("[Go]")
	if !ok {
		t.Fatal("Joe does not see the card")
	}
	joe.Clicks(m, "Go")
	f := app.next()
	app.ack(f)
	return f.Payload["response_url"].(string)
}

func buttonBlocks(label, action, value string) string {
	b, _ := json.Marshal([]any{map[string]any{"type": "actions", "block_id": "card", "elements": []any{map[string]any{
		"type": "button", "action_id": action, "value": value, "text": map[string]any{"type": "plain_text", "text": label},
	}}}})
	return string(b)
}

func TestResponseURLReachesWhereTheBotIsNot(t *testing.T) {
	s := begin(t)
	app := connect(t, s)
	room := s.Person("joe").DMWith(s.Person("ana"))
	hook := commandHook(t, s, app, room)
	if status := respond(t, hook, map[string]any{"text": "for you"}); status != http.StatusOK {
		t.Errorf("status %d", status)
	}
	if !s.Person("joe").Sees("for you") || s.Person("ana").Sees("for you") {
		t.Error("the answer is not an ephemeral message to Joe")
	}
	respond(t, hook, map[string]any{"text": "for both", "response_type": "in_channel"})
	if !s.Person("ana").Sees("for both") {
		t.Error("Ana does not see the answer to both")
	}
	honest(t, s)
}

func TestResponseURLIsGoodForFiveUses(t *testing.T) {
	s := begin(t)
	hook := commandHook(t, s, connect(t, s), nil)
	for range 5 {
		if status := respond(t, hook, map[string]any{"text": "again"}); status != http.StatusOK {
			t.Fatalf("status %d", status)
		}
	}
	if status := respond(t, hook, map[string]any{"text": "again"}); status != http.StatusNotFound {
		t.Errorf("sixth use: status %d, want 404", status)
	}
	if n := len(s.Findings(slacksim.FindingHook)); n != 1 {
		t.Errorf("%d findings, want 1", n)
	}
}

func TestResponseURLEnds(t *testing.T) {
	var c clock
	s := begin(t, c.set)
	hook := commandHook(t, s, connect(t, s), nil)
	c.pass(30*time.Minute + time.Second)
	if status := respond(t, hook, map[string]any{"text": "late"}); status != http.StatusNotFound {
		t.Errorf("status %d, want 404", status)
	}
	if status := respond(t, hook+"x", map[string]any{"text": "guess"}); status != http.StatusNotFound {
		t.Errorf("guessed: status %d, want 404", status)
	}
}

func TestDeletesAnEphemeralOriginal(t *testing.T) {
	s := begin(t)
	hook := clickHook(t, s, connect(t, s), true)
	if status := respond(t, hook, map[string]any{"delete_original": true}); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	if s.Person("joe").Sees("[Go]") {
		t.Error("the message is still there")
	}
	honest(t, s)
}

func TestDeleteMustStandAlone(t *testing.T) {
	s := begin(t)
	hook := clickHook(t, s, connect(t, s), true)
	respond(t, hook, map[string]any{"delete_original": true, "replace_original": false})
	if n := len(s.Findings(slacksim.FindingHook)); n != 1 {
		t.Errorf("%d findings, want 1", n)
	}
}

func TestReplacesTheOriginal(t *testing.T) {
	for _, ephemeral := range []bool{true, false} {
		s := begin(t)
		joe := s.Person("joe")
		respond(t, clickHook(t, s, connect(t, s), ephemeral), map[string]any{"replace_original": true, "text": "done"})
		if dm := joe.DM(); len(dm) != 1 || dm[0].Words() != "done" || dm[0].Ephemeral != ephemeral {
			t.Errorf("ephemeral %v: Joe sees %v", ephemeral, dm)
		}
		honest(t, s)
	}
}

func TestCommandHasNoOriginal(t *testing.T) {
	s := begin(t)
	hook := commandHook(t, s, connect(t, s), nil)
	respond(t, hook, map[string]any{"delete_original": true})
	respond(t, hook, map[string]any{"replace_original": true, "text": "x"})
	if n := len(s.Findings(slacksim.FindingHook)); n != 2 {
		t.Errorf("%d findings, want 2", n)
	}
}

func TestResponseWithBadBlocksIsRefused(t *testing.T) {
	s := begin(t)
	hook := commandHook(t, s, connect(t, s), nil)
	bad := map[string]any{"text": "x", "blocks": []any{map[string]any{"type": "nonsense"}}}
	if status := respond(t, hook, bad); status != http.StatusBadRequest {
		t.Errorf("status %d, want 400", status)
	}
	if status := respond(t, hook, map[string]any{}); status != http.StatusBadRequest {
		t.Errorf("empty: status %d, want 400", status)
	}
}
