package slacksim_test

import (
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"olbot/internal/testbed/slacksim"
)

// ended waits until the socket has ended and returns the frames that still came.
func (a *rawApp) ended() []frame {
	a.t.Helper()
	var rest []frame
	for {
		f := a.next()
		if f.Type == "" {
			return rest
		}
		rest = append(rest, f)
	}
}

func TestWarningLeavesTheSocketOpenForAWhile(t *testing.T) {
	s := begin(t, func(o *slacksim.Options) { o.Drain = time.Hour })
	app := connect(t, s)
	s.Disconnect(slacksim.Warning)
	if f := app.next(); f.Type != "disconnect" || f.Reason != slacksim.Warning || f.EnvelopeID != "" {
		t.Fatalf("frame %+v, want a warning", f)
	}
	pending := s.Person("joe").Sends("/tempotp help")
	app.ack(app.next())
	if a := pending.Answer(); !a.OK() {
		t.Errorf("a command after the warning: %s", a.Err)
	}
}

func TestWarningEndsTheSocketAfterAWhile(t *testing.T) {
	s := begin(t, func(o *slacksim.Options) { o.Drain = time.Millisecond })
	app := connect(t, s)
	s.Disconnect(slacksim.Warning)
	app.ended()
	must(t, s.Wait(soon(t), func() bool { return len(s.Connections()) == 0 }))
}

func TestDisconnectsAtOnce(t *testing.T) {
	for _, reason := range []string{slacksim.RefreshRequested, slacksim.TooManyWebsockets, slacksim.LinkDisabled} {
		s := begin(t)
		app := connect(t, s)
		s.Disconnect(reason)
		if rest := app.ended(); len(rest) != 1 || rest[0].Reason != reason {
			t.Errorf("%s: frames %v, want the reason alone", reason, rest)
		}
	}
}

func TestDisconnectsOneOfTwo(t *testing.T) {
	s := begin(t)
	one, two := connect(t, s), connect(t, s)
	s.Disconnect(slacksim.RefreshRequested, 1)
	one.ended()
	two.ackAll()
	must(t, s.Wait(soon(t), func() bool { return len(s.Connections()) == 1 }))
	if a := s.Person("joe").Runs("/tempotp help"); !a.OK() {
		t.Error(a.Err)
	}
}

func TestDisabledLinkKicksEveryNewSocket(t *testing.T) {
	s := begin(t)
	s.Disconnect(slacksim.LinkDisabled)
	if rest := dial(t, s).ended(); len(rest) != 1 || rest[0].Reason != slacksim.LinkDisabled {
		t.Errorf("frames %v, want link_disabled and no hello", rest)
	}
	s.EnableSocketMode()
	connect(t, s)
}

func TestEleventhSocketIsOneTooMany(t *testing.T) {
	s := begin(t)
	for range 10 {
		connect(t, s)
	}
	if rest := dial(t, s).ended(); len(rest) != 1 || rest[0].Reason != slacksim.TooManyWebsockets {
		t.Errorf("frames %v, want too_many_websockets", rest)
	}
	must(t, s.Wait(soon(t), func() bool { return len(s.Connections()) == 10 }))
}

func TestKicksAfterHello(t *testing.T) {
	s := begin(t)
	s.KickAfterHello(2)
	for range 2 {
		if rest := dial(t, s).ended(); len(rest) != 1 || rest[0].Type != "hello" {
			t.Errorf("frames %v, want hello alone", rest)
		}
	}
	connect(t, s).ackAll()
	if a := s.Person("joe").Runs("/tempotp help"); !a.OK() {
		t.Error(a.Err)
	}
}

func TestCutIsAbrupt(t *testing.T) {
	s := begin(t)
	ws, _, err := websocket.DefaultDialer.DialContext(t.Context(), ticket(t, s), nil)
	must(t, err)
	defer ws.Close()
	_, _, err = ws.ReadMessage() // hello
	must(t, err)
	s.Cut()
	if _, _, err := ws.ReadMessage(); err == nil || websocket.IsCloseError(err, websocket.CloseNormalClosure) {
		t.Errorf("read after a cut: %v, want an error without a close frame", err)
	}
	must(t, s.Wait(soon(t), func() bool { return len(s.Connections()) == 0 }))
}

func TestFrozenSocketSwallowsPayloads(t *testing.T) {
	s := begin(t, func(o *slacksim.Options) { o.AckTimeout = 100 * time.Millisecond })
	app := connect(t, s)
	s.Freeze()
	if a := s.Person("joe").Runs("/tempotp help"); a.Err != slacksim.ErrTimeout {
		t.Errorf("answer %q, want %s", a.Err, slacksim.ErrTimeout)
	}
	if len(s.Connections()) != 1 || len(s.Envelopes()[0].SentTo) != 1 {
		t.Error("Slack noticed that the connection is half-open")
	}
	app.send(map[string]any{"envelope_id": s.Envelopes()[0].ID})
	s.Cut()
	must(t, s.Wait(soon(t), func() bool { return len(s.Connections()) == 0 }))
	if rest := app.ended(); len(rest) != 0 {
		t.Errorf("frames %v were written to a frozen socket", rest)
	}
	if len(s.Envelopes()[0].AckedOn) != 0 {
		t.Error("a frozen socket was read")
	}
}
