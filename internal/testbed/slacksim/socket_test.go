package slacksim_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"olbot/internal/testbed/slacksim"
)

func TestSaysHello(t *testing.T) {
	s := begin(t)
	connect(t, s)
	f := dial(t, s).next()
	if f.Type != "hello" || f.Count != 2 || f.Info.AppID != s.AppID() {
		t.Errorf("hello %+v, want two connections of app %s", f, s.AppID())
	}
}

func TestSaysHelloForAnotherApp(t *testing.T) {
	s := begin(t, func(o *slacksim.Options) { o.HelloAppID = "A0OTHER" })
	if f := dial(t, s).next(); f.Info.AppID != "A0OTHER" {
		t.Errorf("app id %q, want A0OTHER", f.Info.AppID)
	}
}

func TestTicketIsGoodForOneSocket(t *testing.T) {
	s := begin(t)
	address := ticket(t, s)
	ws, _, err := websocket.DefaultDialer.DialContext(t.Context(), address, nil)
	must(t, err)
	defer ws.Close()
	_, resp, err := websocket.DefaultDialer.DialContext(t.Context(), address, nil)
	if err == nil || resp == nil || resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("second use of a ticket: %v, want status 401", err)
	}
	if n := len(s.Findings(slacksim.FindingTicket)); n != 1 {
		t.Errorf("%d findings about tickets, want 1", n)
	}
}

func TestPingsAndNotesPongs(t *testing.T) {
	s := begin(t, func(o *slacksim.Options) { o.SocketPing = time.Second })
	connect(t, s)
	must(t, s.Wait(soon(t), func() bool {
		c := s.Connections()
		return len(c) == 1 && c[0].Pongs > 0
	}))
}

func TestDropsAppThatNeverPongs(t *testing.T) {
	s := begin(t, func(o *slacksim.Options) { o.SocketPing = 100 * time.Millisecond })
	ws, _, err := websocket.DefaultDialer.DialContext(t.Context(), ticket(t, s), nil)
	must(t, err)
	defer ws.Close() // nobody reads it, so no ping is answered
	must(t, s.Wait(soon(t), func() bool { return s.ConnectionsEver() == 1 && len(s.Connections()) == 0 }))
}

func TestDeliversToExactlyOneConnection(t *testing.T) {
	s := begin(t)
	apps := []*rawApp{connect(t, s), connect(t, s), connect(t, s)}
	for _, a := range apps {
		a.ackAll()
	}
	joe := s.Person("joe")
	const commands = 60
	for range commands {
		if a := joe.Runs("/tempotp help"); !a.OK() {
			t.Fatal(a.Err)
		}
	}
	used := map[int]int{}
	for _, e := range s.Envelopes() {
		if len(e.SentTo) != 1 || len(e.AckedOn) != 1 {
			t.Fatalf("sent to %v, acked on %v, want one each", e.SentTo, e.AckedOn)
		}
		used[e.SentTo[0]]++
	}
	if len(used) != len(apps) {
		t.Errorf("%d of %d connections were used", len(used), len(apps))
	}
	honest(t, s)
}

func TestCommandPayloadIsAllStrings(t *testing.T) {
	s := begin(t, func(o *slacksim.Options) { o.EnterpriseID = "E1" })
	app := connect(t, s)
	joe := s.Person("joe")
	joe.Sends("/tempotp @ana 300")
	f := app.next()
	app.ack(f)
	if f.Type != "slash_commands" || !f.Accepts {
		t.Errorf("type %q accepts %v", f.Type, f.Accepts)
	}
	for _, key := range []string{
		"token", "team_id", "team_domain", "enterprise_id", "enterprise_name", "is_enterprise_install", "channel_id",
		"channel_name", "user_id", "user_name", "command", "text", "api_app_id", "response_url", "trigger_id",
	} {
		if v, ok := f.Payload[key].(string); !ok || v == "" {
			t.Errorf("%s is %v, want a string", key, f.Payload[key])
		}
	}
	if f.Payload["is_enterprise_install"] != "false" || f.Payload["channel_name"] != "general" {
		t.Errorf("payload %v", f.Payload)
	}
}

func TestSilenceIsShownToTheUserAndLateAckIsFound(t *testing.T) {
	s := begin(t, func(o *slacksim.Options) { o.AckTimeout = time.Millisecond })
	app := connect(t, s)
	joe := s.Person("joe")
	if a := joe.Runs("/tempotp @ana"); a.Err != slacksim.ErrTimeout {
		t.Errorf("answer %q, want %s", a.Err, slacksim.ErrTimeout)
	}
	if !joe.Sees(`failed with the error "operation_timeout"`) {
		t.Errorf("Joe sees %v", joe.Screen())
	}
	app.ack(app.next())
	must(t, s.Wait(soon(t), func() bool { return len(s.Findings(slacksim.FindingLateAck)) == 1 }))
	if c := s.Commands(); len(c) != 1 || c[0].Acked || c[0].Err != slacksim.ErrTimeout {
		t.Errorf("commands %+v", c)
	}
}

func TestNoSocketIsShownToTheUser(t *testing.T) {
	s := begin(t)
	if a := s.Person("joe").Runs("/tempotp @ana"); a.Err != slacksim.ErrNoSocket {
		t.Errorf("answer %q, want %s", a.Err, slacksim.ErrNoSocket)
	}
	if !s.Person("joe").Sees(slacksim.ErrNoSocket) {
		t.Error("Joe was told nothing")
	}
}

func TestAckCountsOnAnyConnection(t *testing.T) {
	s := begin(t)
	one, two := connect(t, s), connect(t, s)
	pending := s.Person("joe").Sends("/tempotp help")
	select {
	case f := <-one.inbox:
		two.ack(f)
	case f := <-two.inbox:
		one.ack(f)
	}
	if a := pending.Answer(); !a.OK() {
		t.Error(a.Err)
	}
	if e := s.Envelopes()[0]; e.SentTo[0] == e.AckedOn[0] {
		t.Error("acknowledged on the connection it was sent to")
	}
	honest(t, s)
}

func TestFindsSloppyAcks(t *testing.T) {
	for name, c := range map[string]struct {
		want slacksim.FindingKind
		send func(a *rawApp, f frame)
	}{
		"twice":            {slacksim.FindingAckedTwice, func(a *rawApp, f frame) { a.ack(f); a.ack(f) }},
		"unknown envelope": {slacksim.FindingUnknownAck, func(a *rawApp, _ frame) { a.ack(frame{EnvelopeID: "nobody's"}) }},
		"no ack":           {slacksim.FindingBadFrame, func(a *rawApp, _ frame) { a.send("hello") }},
		"20 KB": {slacksim.FindingBigAck, func(a *rawApp, f frame) {
			a.send(map[string]any{"envelope_id": f.EnvelopeID, "payload": map[string]any{"text": strings.Repeat("x", 20_480)}})
		}},
		"blocks that are none": {slacksim.FindingBadAnswer, func(a *rawApp, f frame) {
			a.send(map[string]any{"envelope_id": f.EnvelopeID, "payload": map[string]any{"blocks": []any{map[string]any{"type": "nonsense"}}}})
		}},
		"blocks without text": {slacksim.FindingNoText, func(a *rawApp, f frame) {
			a.send(map[string]any{"envelope_id": f.EnvelopeID, "payload": map[string]any{"blocks": []any{map[string]any{"type": "divider"}}}})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := begin(t)
			app := connect(t, s)
			s.Person("joe").Sends("/tempotp help")
			c.send(app, app.next())
			must(t, s.Wait(soon(t), func() bool { return len(s.Findings(c.want)) == 1 }))
		})
	}
}

func TestAnswerToAPressIsNotShown(t *testing.T) {
	s := begin(t)
	app, maria := connect(t, s), s.Person("maria")
	card(t, s, maria, "Approve", "OTP-1")
	m, _ := maria.Finds("[Approve]")
	pending := maria.Clicks(m, "Approve")
	app.send(map[string]any{"envelope_id": app.next().EnvelopeID, "payload": map[string]any{"text": "done"}})
	if a := pending.Answer(); !a.OK() || a.Message != nil || maria.Sees("done") {
		t.Errorf("answer %+v", a)
	}
	if n := len(s.Findings(slacksim.FindingUnwantedPayload)); n != 1 {
		t.Errorf("%d findings, want 1", n)
	}
}

func TestBigAckIsNoAnswer(t *testing.T) {
	s := begin(t, func(o *slacksim.Options) { o.AckTimeout = 200 * time.Millisecond })
	app := connect(t, s)
	pending := s.Person("joe").Sends("/tempotp help")
	f := app.next()
	app.send(map[string]any{"envelope_id": f.EnvelopeID, "payload": map[string]any{"text": strings.Repeat("x", 20_480)}})
	if a := pending.Answer(); a.Err != slacksim.ErrTimeout {
		t.Errorf("answer %q, want %s", a.Err, slacksim.ErrTimeout)
	}
}

func TestFragmentedAckIsNotUnderstood(t *testing.T) {
	s := begin(t)
	dialer := websocket.Dialer{WriteBufferSize: 64}
	ws, _, err := dialer.DialContext(t.Context(), ticket(t, s), nil)
	must(t, err)
	defer ws.Close()
	_, _, err = ws.ReadMessage() // hello
	must(t, err)
	id := s.SendEnvelope("events_api", map[string]any{})
	must(t, ws.WriteMessage(websocket.TextMessage, []byte(`{"envelope_id":"`+id+`"}`))) // 55 bytes: one frame
	w, err := ws.NextWriter(websocket.TextMessage)
	must(t, err)
	_, err = w.Write([]byte(`{"envelope_id":"` + id + `","payload":{"text":"` + strings.Repeat("x", 200) + `"}}`))
	must(t, err)
	must(t, w.Close())
	must(t, s.Wait(soon(t), func() bool { return len(s.Findings(slacksim.FindingFragmented)) == 1 }))
	if e := s.Envelopes()[0]; len(e.AckedOn) != 1 {
		t.Errorf("acknowledged %d times, want once by the whole frame", len(e.AckedOn))
	}
}
