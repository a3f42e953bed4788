package slacksim_test

import (
	"fmt"
	"net/url"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"olbot/internal/testbed/slacksim"
)

func TestTwoThousandCommandsAreAllAccountedFor(t *testing.T) {
	s := begin(t)
	for range 10 {
		connect(t, s).ackAll()
	}
	const people, each = 200, 10
	var wg sync.WaitGroup
	for i := range people {
		p := s.AddUser(slacksim.User{Name: fmt.Sprintf("agent%d", i)})
		wg.Go(func() {
			for range each {
				if a := p.Runs("/tempotp @ana 300"); !a.OK() {
					t.Error(a.Err)
				}
				if out := call(t, s, "chat.postMessage", url.Values{"channel": {p.ID()}, "text": {"noted"}}); out["ok"] != true {
					t.Error(out)
				}
			}
			check(t, p.Waits(soon(t), func() bool { return len(p.DM()) == each }))
		})
	}
	wg.Wait()
	envelopes := map[string]bool{}
	for _, c := range s.Commands() {
		if !c.Acked || envelopes[c.EnvelopeID] {
			t.Errorf("command %+v", c)
		}
		envelopes[c.EnvelopeID] = true
	}
	if len(envelopes) != people*each || len(s.Messages()) != people*each {
		t.Errorf("%d commands and %d messages, want %d", len(envelopes), len(s.Messages()), people*each)
	}
	honest(t, s)
}

func TestCloseLeavesNothingBehind(t *testing.T) {
	before := goleak.IgnoreCurrent()
	s := slacksim.New(slacksim.Options{Unlimited: true})
	must(t, s.Start())
	joe := s.AddUser(slacksim.User{Name: "joe"})
	connect(t, s)
	connect(t, s)
	frozen := connect(t, s)
	s.Freeze(3)
	s.Fail(slacksim.Fault{Method: "auth.test", Hang: true})
	go func() {
		_, _ = client(s).AuthTest() // hangs until Close
	}()
	must(t, s.Wait(soon(t), func() bool { return len(s.Calls("auth.test")) == 1 }))
	s.Disconnect(slacksim.Warning, 2)
	joe.OpensHome()
	pending := joe.Sends("/tempotp help")
	s.Close()
	if a := pending.Answer(); a.Err != slacksim.ErrClosed {
		t.Errorf("answer %q, want %s", a.Err, slacksim.ErrClosed)
	}
	if a := joe.Runs("/tempotp help"); a.Err != slacksim.ErrClosed {
		t.Errorf("after Close: %q, want %s", a.Err, slacksim.ErrClosed)
	}
	_ = frozen.ws.Close()
	s.Close() // again does no harm

	for range 50 { // goleak gives up after 0.4 s
		if goleak.Find(before) == nil {
			break
		}
	}
	goleak.VerifyNone(t, before)
}
