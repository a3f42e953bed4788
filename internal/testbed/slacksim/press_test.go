package slacksim_test

import (
	"net/url"
	"testing"
	"time"

	"olbot/internal/testbed/slacksim"
)

// card posts a card with one button into a direct message.
func card(t *testing.T, s *slacksim.Server, to *slacksim.Person, label, value string) url.Values {
	t.Helper()
	out := grants(t, call(t, s, "chat.postMessage", url.Values{
		"channel": {to.ID()}, "text": {"card"}, "blocks": {buttonBlocks(label, "decide", value)},
	}))
	return url.Values{"channel": {out["channel"].(string)}, "ts": {out["ts"].(string)}}
}

// action is the one action of a block_actions payload.
func action(t *testing.T, f frame) map[string]any {
	t.Helper()
	all, _ := f.Payload["actions"].([]any)
	if len(all) != 1 {
		t.Fatalf("actions %v", f.Payload["actions"])
	}
	return all[0].(map[string]any)
}

func TestPressSendsBlockActions(t *testing.T) {
	s := begin(t)
	app, maria := connect(t, s), s.Person("maria")
	at := card(t, s, maria, "Approve", "OTP-1")
	m, _ := maria.Finds("[Approve]")
	pending := maria.Clicks(m, "Approve")
	f := app.next()
	if f.Type != "interactive" || f.Accepts || f.Payload["type"] != "block_actions" {
		t.Errorf("frame %+v", f)
	}
	container := f.Payload["container"].(map[string]any)
	if container["message_ts"] != at.Get("ts") || container["channel_id"] != at.Get("channel") || container["is_ephemeral"] != false {
		t.Errorf("container %v", container)
	}
	user := f.Payload["user"].(map[string]any)
	if user["id"] != maria.ID() || user["team_id"] != s.TeamID() {
		t.Errorf("user %v", user)
	}
	if a := action(t, f); a["action_id"] != "decide" || a["block_id"] != "card" || a["value"] != "OTP-1" {
		t.Errorf("action %v", a)
	}
	if f.Payload["message"] == nil || f.Payload["response_url"] == "" || f.Payload["trigger_id"] == "" {
		t.Errorf("payload %v", f.Payload)
	}
	app.ack(f)
	if a := pending.Answer(); !a.OK() {
		t.Error(a.Err)
	}
}

func TestEphemeralPressHasNoMessage(t *testing.T) {
	s := begin(t)
	app, joe := connect(t, s), s.Person("joe")
	grants(t, call(t, s, "chat.postEphemeral", url.Values{
		"channel": {joe.BotDM().ID()}, "user": {joe.ID()}, "text": {"code"}, "blocks": {buttonBlocks("Done", "done", "1")},
	}))
	m, _ := joe.Finds("[Done]")
	if a := s.Person("ana").PressesOn(m, "Done"); a.Err != slacksim.ErrNotAllowed {
		t.Errorf("Ana pressed what only Joe sees: %q", a.Err)
	}
	joe.Clicks(m, "Done")
	f := app.next()
	if f.Payload["message"] != nil || f.Payload["container"].(map[string]any)["is_ephemeral"] != true {
		t.Errorf("payload %v", f.Payload)
	}
}

func TestDoublePressIsTwoPayloads(t *testing.T) {
	s := begin(t)
	app, maria := connect(t, s), s.Person("maria")
	card(t, s, maria, "Approve", "OTP-1")
	app.ackAll()
	first, second := maria.DoublePresses("Approve")
	if !first.OK() || !second.OK() || first.EnvelopeID == second.EnvelopeID || first.TriggerID == second.TriggerID {
		t.Errorf("answers %+v and %+v", first, second)
	}
}

func TestStaleScreenSendsWhatWasOnIt(t *testing.T) {
	s := begin(t)
	app, maria := connect(t, s), s.Person("maria")
	at := card(t, s, maria, "Approve", "attempt-1")
	stale, _ := maria.Finds("[Approve]")
	at.Set("text", "card")
	at.Set("blocks", buttonBlocks("Approve", "decide", "attempt-2"))
	grants(t, call(t, s, "chat.update", at))
	maria.Clicks(stale, "Approve")
	if a := action(t, app.next()); a["value"] != "attempt-1" {
		t.Errorf("value %v, want attempt-1", a["value"])
	}
	fresh, sees := maria.Looks(stale)
	maria.Clicks(fresh, "Approve")
	if a := action(t, app.next()); a["value"] != "attempt-2" || !sees {
		t.Errorf("value %v, want attempt-2", a["value"])
	}
}

func TestCannotPressWhatIsNotThere(t *testing.T) {
	s := begin(t)
	maria, joe := s.Person("maria"), s.Person("joe")
	at := card(t, s, maria, "Approve", "OTP-1")
	m, _ := maria.Finds("[Approve]")
	if a := maria.Presses("Deny"); a.Err != slacksim.ErrNoButton {
		t.Errorf("no such button: %q", a.Err)
	}
	if a := joe.Presses("Approve"); a.Err != slacksim.ErrNoButton {
		t.Errorf("another's card: %q", a.Err)
	}
	if a := joe.PressesOn(m, "Approve"); a.Err != slacksim.ErrNotAllowed {
		t.Errorf("a card he cannot see: %q", a.Err)
	}
	grants(t, call(t, s, "chat.delete", at))
	if a := maria.PressesOn(m, "Approve"); a.Err != slacksim.ErrGone {
		t.Errorf("a deleted card: %q", a.Err)
	}
	if n := len(s.Envelopes()); n != 0 {
		t.Errorf("%d envelopes were sent", n)
	}
}

func TestForgesPressOfAnOutsider(t *testing.T) {
	s := begin(t)
	app := connect(t, s)
	outsider := s.AddUser(slacksim.User{Name: "mallory", TeamID: "T0THEIRS"})
	card(t, s, s.Person("maria"), "Approve", "OTP-1")
	m, _ := s.Person("maria").Finds("[Approve]")
	b, _ := m.Button("Approve")
	b.Value = "OTP-2"
	app.ackAll()
	if a := outsider.Forges(m, b); !a.OK() {
		t.Fatal(a.Err)
	}
	e := s.Envelopes()
	if len(e) != 1 || e[0].UserID != outsider.ID() || e[0].What != "press Approve" {
		t.Errorf("envelopes %+v", e)
	}
}

func TestConfirmDialogCanBeRead(t *testing.T) {
	s := begin(t)
	maria := s.Person("maria")
	grants(t, call(t, s, "chat.postMessage", url.Values{"channel": {maria.ID()}, "text": {"card"}, "blocks": {`[{"type":"section",
		"text":{"type":"plain_text","text":"A request"},"accessory":{"type":"button","text":{"type":"plain_text","text":"Approve"},
		"confirm":{"title":{"type":"plain_text","text":"Sure?"},"text":{"type":"mrkdwn","text":"Call *Ana* first"},
		"confirm":{"type":"plain_text","text":"Approve"},"deny":{"type":"plain_text","text":"Back"}}}}]`}}))
	if d := maria.Dialog("Approve"); d == nil || d.Title != "Sure?" || d.Text != "Call *Ana* first" || d.Deny != "Back" {
		t.Errorf("dialog %+v", d)
	}
	connect(t, s).ackAll()
	if a := maria.Presses("Approve"); !a.OK() {
		t.Error(a.Err)
	}
}

func TestUnansweredPressIsAnError(t *testing.T) {
	s := begin(t, func(o *slacksim.Options) { o.AckTimeout = time.Millisecond })
	connect(t, s)
	maria := s.Person("maria")
	card(t, s, maria, "Approve", "OTP-1")
	if a := maria.Presses("Approve"); a.Err != slacksim.ErrTimeout {
		t.Errorf("answer %q, want %s", a.Err, slacksim.ErrTimeout)
	}
}

func TestCommandsBelongToTheWorkspace(t *testing.T) {
	s := begin(t)
	connect(t, s).ackAll()
	foreign := s.AddUser(slacksim.User{Name: "foreign", TeamID: "T0THEIRS"})
	gone := s.AddUser(slacksim.User{Name: "gone", Deleted: true})
	guest := s.AddUser(slacksim.User{Name: "guest", Guest: true})
	room := s.AddChannel(slacksim.Channel{Name: "shared", ExtShared: true, Members: []*slacksim.Person{foreign}})
	if a := foreign.RunsIn(room, "/tempotp help"); a.Err != slacksim.ErrNoCommand {
		t.Errorf("foreign user: %q", a.Err)
	}
	if a := gone.Runs("/tempotp help"); a.Err != slacksim.ErrNotAllowed {
		t.Errorf("deactivated user: %q", a.Err)
	}
	if a := s.Person("joe").Runs("/other help"); a.Err != slacksim.ErrNoCommand {
		t.Errorf("other command: %q", a.Err)
	}
	if a := s.Person("joe").RunsIn(room, "/tempotp help"); a.Err != slacksim.ErrNotAllowed {
		t.Errorf("in a channel Joe is not in: %q", a.Err)
	}
	if a := guest.Runs("/tempotp help"); !a.OK() {
		t.Errorf("guest: %q", a.Err)
	}
}
