package slacksim_test

import (
	"slices"
	"testing"
	"time"

	"olbot/internal/testbed/slacksim"
)

func TestRedeliversUnderTheSameEnvelope(t *testing.T) {
	s := begin(t)
	app := connect(t, s)
	s.Person("joe").Sends("/tempotp help")
	first := app.next()
	if !s.Redeliver(first.EnvelopeID) {
		t.Fatal("not redelivered")
	}
	second := app.next()
	if second.EnvelopeID != first.EnvelopeID {
		t.Errorf("envelope %s, want %s again", second.EnvelopeID, first.EnvelopeID)
	}
	app.ack(first)
	app.ack(second)
	must(t, s.Wait(soon(t), func() bool { return len(s.Envelopes()[0].AckedOn) == 2 }))
	honest(t, s) // two deliveries, two acknowledgements
}

func TestResendsWithTheSameTrigger(t *testing.T) {
	s := begin(t)
	app := connect(t, s)
	s.Person("joe").Sends("/tempotp help")
	first := app.next()
	id := s.Resend(first.EnvelopeID)
	second := app.next()
	if second.EnvelopeID != id || id == first.EnvelopeID {
		t.Errorf("envelope %s, want a new one, %s", second.EnvelopeID, id)
	}
	if second.Payload["trigger_id"] != first.Payload["trigger_id"] {
		t.Error("the trigger_id is another")
	}
	if e := s.Envelopes(); e[0].TriggerID == "" || e[1].TriggerID != e[0].TriggerID {
		t.Errorf("recorded triggers %q and %q", e[0].TriggerID, e[1].TriggerID)
	}
}

func TestDeliversEverySecondEnvelopeTwice(t *testing.T) {
	s := begin(t)
	connect(t, s).ackAll()
	s.DeliverTwice(2)
	for range 4 {
		s.Person("joe").Runs("/tempotp help")
	}
	deliveries := 0
	for _, e := range s.Envelopes() {
		deliveries += len(e.SentTo)
	}
	if deliveries != 6 {
		t.Errorf("%d deliveries of four envelopes, want 6", deliveries)
	}
}

func TestHeldPayloadComesAfterTheUserGaveUp(t *testing.T) {
	s := begin(t, func(o *slacksim.Options) { o.AckTimeout = time.Millisecond })
	app := connect(t, s)
	s.HoldDelivery()
	if a := s.Person("joe").Runs("/tempotp help"); a.Err != slacksim.ErrTimeout {
		t.Errorf("answer %q, want %s", a.Err, slacksim.ErrTimeout)
	}
	s.ReleaseDelivery()
	if f := app.next(); f.Type != "slash_commands" {
		t.Errorf("frame %+v, want the command", f)
	}
}

func TestSendsUnknownEnvelopes(t *testing.T) {
	s := begin(t)
	app := connect(t, s)
	id := s.SendEnvelope("weather_report", map[string]any{"sky": "grey"})
	if f := app.next(); f.EnvelopeID != id || f.Type != "weather_report" || f.Payload["sky"] != "grey" {
		t.Errorf("frame %+v", f)
	}
}

func TestEventIsRetriedUntilAcknowledged(t *testing.T) {
	s := begin(t, func(o *slacksim.Options) {
		o.AckTimeout = 20 * time.Millisecond
		o.EventRetries = slices.Repeat([]time.Duration{1}, 1000) // until the socket is open, however long that takes
	})
	s.Person("joe").OpensHome() // no socket is open yet
	must(t, s.Wait(soon(t), func() bool { return len(s.Envelopes()) >= 2 }))
	app := connect(t, s)
	f := app.next()
	if f.Attempt == 0 || f.Payload["type"] != "event_callback" {
		t.Errorf("frame %+v, want a retried event", f)
	}
	event := f.Payload["event"].(map[string]any)
	if event["type"] != "app_home_opened" || event["user"] != s.Person("joe").ID() || event["tab"] != "home" {
		t.Errorf("event %v", event)
	}
}

func TestEventIsGivenUpAfterThreeRetries(t *testing.T) {
	s := begin(t, func(o *slacksim.Options) {
		o.AckTimeout = time.Millisecond
		o.EventRetries = []time.Duration{1, 1, 1}
	})
	s.Person("joe").OpensHome()
	must(t, s.Wait(soon(t), func() bool {
		all := s.Envelopes()
		return len(all) == 4 && all[3].Err == slacksim.ErrTimeout
	}))
}

func TestUnsubscribedEventIsNotSent(t *testing.T) {
	s := begin(t, func(o *slacksim.Options) { o.Events = []string{} })
	s.Person("joe").OpensHome()
	if n := len(s.Envelopes()); n != 0 {
		t.Errorf("%d envelopes, want none", n)
	}
}
