package oneloginsim_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"olbot/internal/testbed/oneloginsim"
)

const ask = `{"expires_in":300,"reusable":false}`

// made is what became of one asked-for code.
type made struct {
	reply
	err      error
	codes    int
	answered bool
}

// askWith orders an effect for the next code, asks for one, and for a second one to see that the fault is used up.
func askWith(t *testing.T, o oneloginsim.Options, e oneloginsim.Effect) made {
	t.Helper()
	a := start(t, o)
	ana := a.AddUser(oneloginsim.User{})
	a.FailNext(oneloginsim.CallMFAToken, e)
	var m made
	m.reply, m.err = a.tryCode(within(t), ana, ask)
	m.codes = len(a.Codes())
	m.answered = m.codes == 1 && a.Codes()[0].Answered
	calls := a.Calls()
	if got := calls[len(calls)-1].Fault; got != e.String() || got == "" {
		t.Errorf("the log calls the fault %q, want %q", got, e)
	}
	if r := a.makeCode(ana, ask); r.StatusCode > 201 || len(a.Codes()) != m.codes+1 {
		t.Errorf("the call after the fault: %d %s", r.StatusCode, r.body)
	}
	return m
}

func TestConnectionIsCutBeforeDuringAndAfterTheEffect(t *testing.T) {
	for _, c := range []struct {
		effect oneloginsim.Effect
		codes  int
		begun  bool // a status line arrived
	}{
		{oneloginsim.Cut(), 0, false},
		{oneloginsim.Cut().AfterEffect(), 1, false},
		{oneloginsim.Cut().DuringAnswer(), 1, true},
	} {
		m := askWith(t, oneloginsim.Options{}, c.effect)
		if m.err == nil || m.codes != c.codes || m.answered || (m.Response != nil) != c.begun {
			t.Errorf("%s: error %v, %d codes, answered %v, begun %v", c.effect, m.err, m.codes, m.answered, m.Response != nil)
		}
	}
}

func TestErrorAnswerAfterTheEffectHidesTheCode(t *testing.T) {
	m := askWith(t, oneloginsim.Options{}, oneloginsim.BadGateway().AfterEffect().As(oneloginsim.ShapeV2))
	m.want(t, 502)
	if m.codes != 1 || m.answered {
		t.Errorf("%d codes, answered %v", m.codes, m.answered)
	}
	m = askWith(t, oneloginsim.Options{}, oneloginsim.Undecodable())
	if m.codes != 1 || m.answered || m.StatusCode > 201 || json.Valid(m.body) || int(m.ContentLength) != len(m.body) {
		t.Errorf("undecodable: %d codes, answered %v, %d %q", m.codes, m.answered, m.StatusCode, m.body)
	}
	m = askWith(t, oneloginsim.Options{}, oneloginsim.Trailing("}"))
	if m.codes != 1 || m.answered || json.Valid(m.body) {
		t.Errorf("trailing text: %d codes, answered %v, %q", m.codes, m.answered, m.body)
	}
}

func TestWiderAndNarrowerAnswersAreTrue(t *testing.T) {
	for _, c := range []struct {
		effect   oneloginsim.Effect
		reusable bool
		expires  time.Duration
	}{
		{oneloginsim.Reusable(), true, 300 * time.Second},
		{oneloginsim.SingleUse(), false, 300 * time.Second},
		{oneloginsim.Longer(time.Hour), false, time.Hour + 300*time.Second},
		{oneloginsim.Shorter(2 * time.Minute), false, 180 * time.Second},
	} {
		a := start(t, oneloginsim.Options{})
		ana := a.AddUser(oneloginsim.User{})
		a.FailNext(oneloginsim.CallMFAToken, c.effect)
		o, code := a.makeCode(ana, ask).object(t), a.Codes()[0]
		told, err := time.Parse(time.RFC3339Nano, o["expires_at"].(string))
		if err != nil || !told.Equal(noon.Add(c.expires)) || !told.Equal(code.ExpiresAt) {
			t.Errorf("%s: told %v, made %v", c.effect, told, code.ExpiresAt)
		}
		if o["reusable"] != c.reusable || code.Reusable != c.reusable || !code.Answered {
			t.Errorf("%s: told %v, made %+v", c.effect, o["reusable"], code)
		}
	}
}

func TestFieldsCanBeMissingOrOdd(t *testing.T) {
	m := askWith(t, oneloginsim.Options{}, oneloginsim.Without("reusable", "expires_at", "device_id"))
	if o := m.object(t); o["mfa_token"] == nil || o["reusable"] != nil || o["expires_at"] != nil || o["device_id"] != nil {
		t.Errorf("answer %v", o)
	}
	if !m.answered {
		t.Error("the code was in the answer, the log says it was not")
	}
	m = askWith(t, oneloginsim.Options{}, oneloginsim.With("mfa_token", ""))
	if m.field(t, "mfa_token") != "" || m.answered {
		t.Errorf("answer %s, answered %v", m.body, m.answered)
	}
	m = askWith(t, oneloginsim.Options{}, oneloginsim.WithHeader("Date", ""))
	if m.Header.Values("Date") != nil {
		t.Errorf("Date %q", m.Header.Values("Date"))
	}
	a := start(t, oneloginsim.Options{})
	cast(a)
	a.FailNext(oneloginsim.CallFindUsers, oneloginsim.With("email", 5))
	for _, u := range a.get("/api/2/users").list(t) {
		if fmt.Sprint(u["email"]) != "5" {
			t.Errorf("email %v in a list", u["email"])
		}
	}
}

func TestRevokedTokensAreRefusedUntilRenewed(t *testing.T) {
	a := start(t, oneloginsim.Options{})
	ana := a.AddUser(oneloginsim.User{})
	a.FailNext(oneloginsim.CallMFAToken, oneloginsim.RevokesTokens())
	old := a.token()
	a.makeCode(ana, ask).want(t, 401)
	if a.makeCode(ana, ask); len(a.Codes()) != 1 || a.token() == old {
		t.Errorf("%d codes, same token: %v", len(a.Codes()), a.token() == old)
	}
}

func TestFaultsAreCountedSkippedAndCleared(t *testing.T) {
	a := start(t, oneloginsim.Options{})
	a.Fail(oneloginsim.Fault{Call: oneloginsim.CallFindUsers, Effect: oneloginsim.Forbidden(), Skip: 1, Times: 2})
	for _, want := range []int{200, 403, 403, 200} {
		a.get("/api/2/users").want(t, want)
	}
	a.FailAlways(oneloginsim.AnyCall, oneloginsim.InternalServerError())
	a.basic().want(t, 500)
	a.do("GET", "/", "").want(t, 500)
	a.ClearFaults()
	a.get("/api/2/users").want(t, 200)
	defer func() {
		if recover() == nil {
			t.Error("a fault for a call that does not exist was accepted")
		}
	}()
	a.FailNext("mfa_tokens", oneloginsim.Cut())
}

func TestOneFaultIsTakenBackAlone(t *testing.T) {
	a := start(t, oneloginsim.Options{MFAStatus: 200})
	ana := a.AddUser(oneloginsim.User{})
	end := a.Fail(oneloginsim.Fault{Call: oneloginsim.CallMFAToken, Effect: oneloginsim.BadRequest(), Times: oneloginsim.Always})
	a.FailNext(oneloginsim.CallMFAToken, oneloginsim.NotFound())
	for _, want := range []int{400, 404, 200} {
		if r := a.makeCode(ana, ask); r.StatusCode != want {
			t.Errorf("status %d, want %d", r.StatusCode, want)
		}
		end() // after the first it has nothing left to take back
	}
}
