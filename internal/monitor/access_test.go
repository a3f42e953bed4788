package monitor

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"olbot/internal/slackapi"
)

// A service answers probes as the test says.
type service struct {
	mu      sync.Mutex
	refused string
	err     error
	probes  int
}

func (s *service) probe(context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.probes++
	return s.refused, s.err
}

func (s *service) answers(refused string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused, s.err = refused, err
}

func (s *service) asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.probes
}

// watched runs an Access to the service, in a bubble.
func watched(t *testing.T, test func(s *service, a *Access, after func(time.Duration))) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &service{}
		a := NewAccess("Slack", s.probe, zap.NewNop())
		go a.Run(t.Context())
		test(s, a, func(d time.Duration) { time.Sleep(d); synctest.Wait() })
	})
}

func TestRefusedCredentialsAreFoundOutAndHeal(t *testing.T) {
	watched(t, func(s *service, a *Access, after func(time.Duration)) {
		after(time.Hour)
		if s.asked() != 0 || a.Check(t.Context()) != nil {
			t.Fatalf("%d probes without a reason", s.asked())
		}
		s.answers("token_revoked", nil)
		a.Suspect()
		after(secondLook + time.Second)
		if err := a.Check(t.Context()); err == nil || err.Error() != "Slack refuses olbot's credentials: token_revoked" || a.Refused() != "token_revoked" {
			t.Fatalf("refused, and the check says %v", err)
		}
		s.answers("", errors.New("503"))
		after(time.Minute)
		if a.Check(t.Context()) == nil {
			t.Error("no answer counts as good news")
		}
		s.answers("", nil)
		after(refusedEvery)
		if err := a.Check(t.Context()); err != nil {
			t.Errorf("taken again, and the check says %v", err)
		}
		probes := s.asked()
		after(time.Hour)
		if more := s.asked() - probes; more != 0 {
			t.Errorf("%d more probes without a reason", more)
		}
	})
}

// This machine may be refused whatever the credentials, and a probe that tells nothing is no silence.
func TestWhatTheProbeFindsIsSaid(t *testing.T) {
	for name, tt := range map[string]struct {
		refused string
		err     error
		check   string
		logged  string
	}{
		"a machine that is not let in": {NotLetIn, nil, "OneLogin does not let olbot's machine in", "OneLogin does not let olbot's machine in"},
		"credentials":                  {"401", nil, "OneLogin refuses olbot's credentials: 401", "OneLogin refuses olbot's credentials"},
		"nobody can tell":              {"", errors.New("503"), "", "OneLogin does not say whether it takes olbot's credentials"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				core, logs := observer.New(zap.InfoLevel)
				a := NewAccess("OneLogin", (&service{refused: tt.refused, err: tt.err}).probe, zap.New(core))
				go a.Run(t.Context())
				a.Suspect()
				time.Sleep(time.Minute)
				if err := a.Check(t.Context()); (err != nil || tt.check != "") && (err == nil || err.Error() != tt.check) {
					t.Errorf("the check says %v", err)
				}
				if all := logs.All(); len(all) != 1 || all[0].Message != tt.logged {
					t.Errorf("logged %v", all)
				}
			})
		})
	}
}

// OneLogin is known to refuse good credentials now and then.
func TestOneOddRefusalIsNone(t *testing.T) {
	watched(t, func(s *service, a *Access, after func(time.Duration)) {
		for range 20 {
			s.answers("401", nil)
			a.Suspect()
			after(time.Second)
			s.answers("", nil)
			for range 120 {
				after(time.Second)
				if a.Refused() != "" {
					t.Fatal("one refusal counts")
				}
			}
		}
	})
}

// Calls that are refused for what they asked about are frequent: they cost next to nothing.
func TestOrdinaryRefusalsCostOneProbeAMinute(t *testing.T) {
	watched(t, func(s *service, a *Access, after func(time.Duration)) {
		for range 600 {
			a.Suspect()
			after(time.Second)
		}
		if n := s.asked(); n > 11 || a.Refused() != "" {
			t.Errorf("%d probes in ten minutes, refused: %q", n, a.Refused())
		}
	})
}

// The Messages tab is known to be on again by what was posted to somebody, and by nothing else.
func TestTheMessagesTabIsOffUntilAMessageArrives(t *testing.T) {
	tab := NewMessagesTab(zap.NewNop())
	off := func() bool { return tab.Check(t.Context()) != nil }
	tab.Saw(slackapi.Answer{Method: "chat.postMessage", Outcome: slackapi.CallRefused, Code: "channel_not_found"})
	if off() {
		t.Error("off for another word")
	}
	for _, heals := range []slackapi.Answer{
		{Method: "chat.postMessage", Outcome: slackapi.CallOK, Channel: "D1"}, {Method: "chat.postEphemeral", Outcome: slackapi.CallOK},
	} {
		tab.Saw(slackapi.Answer{Method: "chat.postMessage", Outcome: slackapi.CallRefused, Code: "messages_tab_disabled"})
		tab.Saw(slackapi.Answer{Method: "chat.postMessage", Outcome: slackapi.CallOK, Channel: "C1"}) // the audit channel
		tab.Saw(slackapi.Answer{Method: "conversations.open", Outcome: slackapi.CallOK})
		if !off() {
			t.Error("on without a message")
		}
		if tab.Saw(heals); off() {
			t.Errorf("off after %+v", heals)
		}
	}
}

// What /readyz says is a metric: one check of a name that fails makes the name fail.
func TestReadinessIsAMetric(t *testing.T) {
	m := NewMetrics("v1.2.3")
	m.Ready([]Need{{NeedsSlack, well}, {NeedsSlack, ill("token_revoked")}, {NeedsDatabase, well}, {NeedsOneLogin, ill("401")}})
	for name, want := range map[string]float64{NeedsSlack: 0, NeedsDatabase: 1, NeedsOneLogin: 0} {
		if got := m.value(t, "olbot_ready", "check="+name); got != want {
			t.Errorf("olbot_ready of %s is %v, want %v", name, got, want)
		}
	}
}
