package approvals_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"olbot/approvals"
)

// Kind: causes under one refusal, permanent errors retried. Each cause ends in words
// of its own, and what will hardly pass is asked for twice at most.
func TestACheckThatCannotBeMadeIsARefusalInTheEnd(t *testing.T) {
	for code, tt := range map[approvals.RefusalCode]struct {
		failure error
		tries   int
	}{
		approvals.LookupFailed:     {errors.New("500"), 6},
		approvals.LookupRejected:   {fmt.Errorf("look up: %w", approvals.ErrCredentials), 6},
		approvals.LookupScope:      {fmt.Errorf("look up: %w", approvals.ErrScope), 2},
		approvals.LookupForbidden:  {fmt.Errorf("look up: %w", approvals.ErrForbidden), 2},
		approvals.LookupUnreliable: {fmt.Errorf("look up: %w", approvals.ErrUnreliable), 2},
	} {
		w := newWorld(t)
		w.failing["U0ANA"] = tt.failure
		r := w.asks()
		w.worksFor(40)
		r = w.stands(r.ID, approvals.Refused)
		if r.Refusal.Code != code || r.Refusal.Ref == "" || w.asked["U0ANA"] != tt.tries {
			t.Errorf("%+v after %d tries, want %s", r.Refusal, w.asked["U0ANA"], code)
		}
		if of := r.Refusal; of.Role != "" && (code != approvals.LookupUnreliable || of.Role != approvals.Owner || of.Named.Slack != "U0ANA") {
			t.Errorf("%s is said of the %s, %+v", code, of.Role, of.Named)
		}
	}
}

// An address that OneLogin cannot be asked for is never sent, so that asking again is
// of no use: whose it is is told at once.
func TestAnAddressThatCannotBeAskedForIsToldAtOnce(t *testing.T) {
	odd := fmt.Errorf("look up: %w", approvals.ErrNotAskable)
	for who, role := range map[string]approvals.Role{"U0JOE": approvals.Agent, "U0ANA": approvals.Owner} {
		w := newWorld(t)
		w.failing[who] = odd
		r := w.asks()
		w.works()
		r = w.stands(r.ID, approvals.Refused)
		if r.Refusal.Code != approvals.NotAskable || r.Refusal.Role != role || r.Refusal.Named.Slack != who || w.asked[who] != 1 {
			t.Errorf("%+v after %d tries", r.Refusal, w.asked[who])
		}
	}
	w := newWorld(t, func(p *approvals.Policy) { p.Chain = principals("U0BOSS", "manager") })
	w.failing["U0BOSS"] = odd
	r := w.asks()
	w.works()
	if r = w.stands(r.ID, approvals.Pending); r.Link.Kind != approvals.Manager {
		t.Errorf("%s is asked, and not the next link", r.Link)
	}
}

// Kind: an outside number bounds a wait without regard to the window. A wait that
// cannot fit is said at once, before the approval and after it.
func TestAWaitThatCannotFitIsSaidAtOnce(t *testing.T) {
	wait := func(d time.Duration) error {
		return &approvals.TemporaryError{After: d, NotYet: true, Err: errors.New("429")}
	}
	w := newWorld(t)
	w.failing["U0ANA"] = wait(15 * time.Minute)
	r := w.asks()
	w.works()
	r = w.stands(r.ID, approvals.Refused)
	if r.Refusal.Code != approvals.TooManyCalls || !r.Refusal.Until.Equal(t0.Add(15*time.Minute)) {
		t.Errorf("%+v", r.Refusal)
	}
	w = newWorld(t)
	w.failing["U0ANA"] = wait(15*time.Minute - 1)
	r = w.asks()
	w.works()
	w.stands(r.ID, approvals.Received) // it is made again in the last instant

	w = newWorld(t)
	r = w.approved()
	w.failing["U0ANA"] = wait(time.Hour)
	w.works()
	if r = w.stands(r.ID, approvals.Refused); r.Refusal.Code != approvals.TooManyCalls || w.issues != 0 {
		t.Errorf("%+v", r.Refusal)
	}
}

// The same when OneLogin asks for the wait in its answer to the call that makes a code.
func TestAWaitForACodeThatCannotFitIsSaidAtOnce(t *testing.T) {
	w := newWorld(t)
	w.issue = func(int) (approvals.Token, approvals.Answer, error) {
		return approvals.Token{}, approvals.Answer{}, &approvals.NotIssuedError{
			Retry: true, Cause: approvals.DelayBusy, After: 59 * time.Minute, Err: errors.New("429"),
		}
	}
	r := w.approved()
	w.works()
	r = w.stands(r.ID, approvals.Failed)
	if r.Refusal.Code != approvals.CodeBusy || !r.Refusal.Until.Equal(w.now().Add(59*time.Minute)) || w.issues != 1 {
		t.Errorf("%+v after %d calls", r.Refusal, w.issues)
	}
	if !r.CodeUntil.IsZero() {
		t.Error("a code may work that was surely not made")
	}
}

// Kind: knowledge applied in one place only. OneLogin refuses good credentials now and
// then: the code is made at a later try, and after a few it is told what OneLogin said.
func TestRefusedCredentialsAreTriedAFewTimesForACode(t *testing.T) {
	rejected := &approvals.NotIssuedError{
		Retry: true, Cause: approvals.DelayRejected, Refusal: &approvals.Refusal{Code: approvals.CodeCredentials, Status: 401}, Err: errors.New("401"),
	}
	w := newWorld(t)
	w.issue = func(call int) (approvals.Token, approvals.Answer, error) {
		if call <= 2 {
			return approvals.Token{}, approvals.Answer{}, rejected
		}
		return w.code("25992782")
	}
	r := w.approved()
	w.works()
	if r = w.stands(r.ID, approvals.Approved); r.Delay.Cause != approvals.DelayRejected || r.Delay.Tries != 1 {
		t.Errorf("%+v", r.Delay)
	}
	if e := w.lastOf(approvals.EventNotSent); e.Delay != r.Delay {
		t.Errorf("the trail says %+v", e.Delay)
	}
	w.worksFor(5)
	if r = w.stands(r.ID, approvals.Issued); r.Delay != (approvals.Delay{}) || r.Attempt != 1 {
		t.Errorf("%+v, attempt %d", r.Delay, r.Attempt)
	}

	w = newWorld(t)
	w.issue = func(call int) (approvals.Token, approvals.Answer, error) {
		if call == 3 { // something else between the refusals: they are counted anew
			return approvals.Token{}, approvals.Answer{}, &approvals.NotIssuedError{Retry: true, Cause: approvals.DelayUnreachable, Err: errors.New("refused")}
		}
		return approvals.Token{}, approvals.Answer{}, rejected
	}
	r = w.approved()
	w.worksFor(300)
	if r = w.stands(r.ID, approvals.Failed); r.Refusal.Code != approvals.CodeCredentials || r.Refusal.Status != 401 || w.issues != 8 {
		t.Errorf("%+v after %d calls", r.Refusal, w.issues)
	}
}

// A request that lapses because its code could not be made says so, and does not blame the agent.
func TestALapseSaysWhyNoCodeWasMade(t *testing.T) {
	w := newWorld(t)
	w.issue = func(int) (approvals.Token, approvals.Answer, error) {
		return approvals.Token{}, approvals.Answer{}, &approvals.NotIssuedError{Retry: true, Cause: approvals.DelayUnreachable, Err: errors.New("refused")}
	}
	r := w.approved()
	for range 20 {
		w.works()
		w.passes(time.Minute)
	}
	w.stands(r.ID, approvals.Lapsed)
	if e := w.lastOf(approvals.EventLapsed); e.Delay.Cause != approvals.DelayUnreachable {
		t.Errorf("%+v", e.Delay)
	}
	w = newWorld(t, func(p *approvals.Policy) { p.Delivery = approvals.DeliverClaim })
	w.approved()
	for range 20 {
		w.works()
		w.passes(time.Minute)
	}
	if e := w.lastOf(approvals.EventLapsed); e.Kind == "" || e.Delay.Cause != "" {
		t.Errorf("%+v", e)
	}
}

// What may do harm counts to the later end: a code that OneLogin says is dead is revoked all the same.
func TestACodeThatIsSaidToBeDeadIsRevoked(t *testing.T) {
	w := newWorld(t)
	w.issue = func(int) (approvals.Token, approvals.Answer, error) {
		token, answer, err := w.code("25992782")
		answer.ExpiresAt = time.Date(2021, 7, 27, 23, 25, 50, 0, time.UTC) // as in the documentation
		return token, answer, err
	}
	r := w.approved()
	w.works()
	r = w.stands(r.ID, approvals.Issued)
	if want := t0.Add(5 * time.Minute); !r.Grant.Until.Equal(want) || !r.CodeUntil.Equal(want) {
		t.Errorf("until %v, code until %v", r.Grant.Until, r.CodeUntil)
	}
	if _, err := w.Disown(t.Context(), approvals.Press{By: "U0ANA", Request: r.ID}); err != nil {
		t.Fatal(err)
	}
	w.works()
	if e := w.lastOf(approvals.EventDisowned); !e.Until.Equal(t0.Add(5*time.Minute)) || len(w.revoked) != 1 {
		t.Errorf("the alarm says until %v, %d revocations", e.Until, len(w.revoked))
	}
}

// A passing refusal of the credentials does not end the attempt to revoke.
func TestRefusedCredentialsAreTriedAFewTimesForARevocation(t *testing.T) {
	for passing, want := range map[bool]int{true: 5, false: 1} {
		w := newWorld(t)
		w.revoke = func() error {
			return &approvals.NotRevokedError{Status: 401, Passing: passing, Err: errors.New("401")}
		}
		r := w.approved()
		w.works()
		if _, err := w.Disown(t.Context(), approvals.Press{By: "U0ANA", Request: r.ID}); err != nil {
			t.Fatal(err)
		}
		w.worksFor(60)
		if r = w.request(r.ID); r.Revocation.Outcome != approvals.RevocationRefused || r.Revocation.Status != 401 || len(w.revoked) != want {
			t.Errorf("%+v after %d calls, want %d", r.Revocation, len(w.revoked), want)
		}
	}
}
