package approvals_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"olbot/approvals"
)

// presses Show code or Generate a new code for the attempt.
func (w *world) presses(r approvals.Request, attempt int) {
	w.t.Helper()
	if _, err := w.Claim(w.t.Context(), approvals.Press{By: "U0JOE", Request: r.ID, Attempt: attempt}); err != nil {
		w.t.Fatal(err)
	}
	w.works()
}

func TestUpToThreeCodes(t *testing.T) {
	w := newWorld(t)
	r := w.approved()
	w.works()
	w.presses(r, 2)
	w.presses(r, 3)
	w.stands(r.ID, approvals.Issued)
	if w.issues != approvals.MaxCodes || len(w.codes) != approvals.MaxCodes {
		t.Errorf("%d calls, %d shown", w.issues, len(w.codes))
	}
	_, err := w.Claim(t.Context(), approvals.Press{By: "U0JOE", Request: r.ID, Attempt: 4})
	if codeOf(err) != approvals.NoneLeft {
		t.Errorf("a fourth: %v", err)
	}
}

// TestEverythingIsCheckedFreshBeforeACode (invariant 1): what changed since the
// approval ends the request.
func TestEverythingIsCheckedFreshBeforeACode(t *testing.T) {
	with := func(p approvals.Profile, change func(*approvals.Account, *approvals.User)) approvals.Profile {
		a, u := *p.Slack, *p.OneLogin
		change(&a, &u)
		return approvals.Profile{Slack: &a, OneLogin: &u}
	}
	tests := []struct {
		name string
		make func(*world)
		code approvals.RefusalCode
		role approvals.Role
	}{
		{"agent deactivated", func(w *world) {
			w.knows(with(joe, func(a *approvals.Account, _ *approvals.User) { a.Membership = approvals.Deactivated }))
		}, approvals.IsDeactivated, approvals.Agent},
		{"agent unlisted", func(w *world) { w.Policy.Requesters = principals("U0BOB") }, approvals.NotARequester, approvals.Agent},
		{"agent's address in Slack changed", func(w *world) {
			w.knows(with(joe, func(a *approvals.Account, _ *approvals.User) { a.Email = "new@example.com" }))
		}, approvals.Changed, approvals.Agent},
		{"agent's address in OneLogin changed", func(w *world) {
			w.knows(with(joe, func(_ *approvals.Account, u *approvals.User) { u.Email = "new@example.com" }))
		}, approvals.Changed, approvals.Agent},
		{"agent gone from OneLogin", func(w *world) { delete(w.people, approvals.Ref{OneLogin: 1}) }, approvals.NotInOneLogin, approvals.Agent},
		{"owner suspended", func(w *world) {
			w.knows(with(ana, func(_ *approvals.Account, u *approvals.User) { u.Status, u.Manager = 2, 3 }))
		}, approvals.IsInactive, approvals.Owner},
		{"owner protected", func(w *world) { w.Policy.Protected.Emails = []string{"ana@example.com"} }, approvals.IsProtected, approvals.Owner},
		{"owner's address in OneLogin changed", func(w *world) {
			w.knows(with(ana, func(_ *approvals.Account, u *approvals.User) { u.Email, u.Manager = "new@example.com", 3 }))
		}, approvals.Changed, approvals.Owner},
		{"owner has another manager", func(w *world) {
			w.knows(with(ana, func(_ *approvals.Account, u *approvals.User) { u.Manager = 4 }))
		}, approvals.Changed, approvals.Approver},
		{"owner has no manager", func(w *world) { w.knows(ana) }, approvals.Changed, approvals.Approver},
		{"approver locked", func(w *world) {
			w.knows(with(maria, func(_ *approvals.Account, u *approvals.User) { u.Status = 3 }))
		}, approvals.IsLocked, approvals.Approver},
		{"approver left Slack", func(w *world) { delete(w.people, approvals.Ref{Slack: "U0MARIA"}) }, approvals.NotInSlack, approvals.Approver},
		{"approver's address in Slack changed", func(w *world) {
			w.knows(with(maria, func(a *approvals.Account, _ *approvals.User) { a.Email = "new@example.com" }))
		}, approvals.Changed, approvals.Approver},
		{"the manager is no link any more", func(w *world) { w.Policy.Chain = principals("U0CAROL") }, approvals.Changed, approvals.Approver},
		{"reusable switched off", func(w *world) { w.Policy.AllowReusable = false }, approvals.NoReusable, ""},
		{"validity cut", func(w *world) { w.Policy.MaxValidity = 4 * time.Minute }, approvals.ValidityRange, ""},
		{"credentials refused", func(w *world) { w.failing["U0ANA"] = approvals.ErrCredentials }, approvals.LookupRejected, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			r := w.approved(func(a *approvals.Submission) { a.Reusable = true })
			tt.make(w)
			w.worksFor(30)
			r = w.stands(r.ID, approvals.Refused)
			if r.Refusal.Code != tt.code || r.Refusal.Role != tt.role || w.issues != 0 {
				t.Errorf("%v after %d calls, want %s of %s", r.Refusal, w.issues, tt.code, tt.role)
			}
		})
	}
}

func TestAnApproverOfAGroupMustStillBeInIt(t *testing.T) {
	for name, tt := range map[string]struct {
		now  []string
		want approvals.State
	}{
		"still":       {[]string{"U0CAROL", "U0MARIA"}, approvals.Issued},
		"gone":        {[]string{"U0CAROL"}, approvals.Refused},
		"group grown": {append(slices.Repeat([]string{"U0CAROL"}, 10), "U0MARIA"), approvals.Refused},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(p *approvals.Policy) { p.Chain = principals("S0BOSS") })
			w.groups["S0BOSS"] = []string{"U0MARIA"}
			r := w.approved()
			w.groups["S0BOSS"] = tt.now
			w.works()
			w.stands(r.ID, tt.want)
		})
	}
	w := newWorld(t, func(p *approvals.Policy) { p.Chain = principals("S0BOSS") })
	w.groups["S0BOSS"] = []string{"U0MARIA"}
	r := w.approved()
	w.failing["S0BOSS"] = errors.New("500")
	w.works()
	w.stands(r.ID, approvals.Approved)
	delete(w.failing, "S0BOSS")
	w.passes(time.Second)
	w.works()
	w.stands(r.ID, approvals.Issued)
}

// TestACheckThatFailedIsMadeAgainThenRefused: the code waits for the check, not the other way round.
func TestACheckThatFailedIsMadeAgainThenRefused(t *testing.T) {
	w := newWorld(t)
	r := w.approved()
	w.failing["U0JOE"] = errors.New("500")
	w.works()
	w.stands(r.ID, approvals.Approved)
	for range 40 {
		w.passes(time.Second)
		w.works()
	}
	if r = w.stands(r.ID, approvals.Refused); r.Refusal.Code != approvals.LookupFailed || w.issues != 0 {
		t.Errorf("%v after %d calls", r.Refusal, w.issues)
	}
}

// TestOutcomesOfTheDoor: what OneLogin answers decides the state (invariant 4).
func TestOutcomesOfTheDoor(t *testing.T) {
	refusal := &approvals.Refusal{Code: approvals.CodeRefused, Status: 422}
	yes := true
	tests := []struct {
		name   string
		answer func(*world) (approvals.Token, approvals.Answer, error)
		state  approvals.State
		code   approvals.RefusalCode
		shown  int
	}{
		{"a code", func(w *world) (approvals.Token, approvals.Answer, error) { return w.code("1") }, approvals.Issued, "", 1},
		{"nobody knows", func(*world) (approvals.Token, approvals.Answer, error) {
			return approvals.NewToken("2"), approvals.Answer{}, errors.New("timeout")
		}, approvals.Unknown, "", 0},
		{"no", func(*world) (approvals.Token, approvals.Answer, error) {
			return approvals.Token{}, approvals.Answer{}, &approvals.NotIssuedError{Refusal: refusal, Err: errors.New("422")}
		}, approvals.Failed, approvals.CodeRefused, 0},
		{"a reusable one unasked", func(w *world) (approvals.Token, approvals.Answer, error) {
			return approvals.NewToken("3"), approvals.Answer{ExpiresAt: w.now().Add(5 * time.Minute), Now: w.now(), Reusable: &yes}, nil
		}, approvals.Failed, approvals.CodeWider, 0},
		{"with nothing said of it", func(*world) (approvals.Token, approvals.Answer, error) {
			return approvals.NewToken("4"), approvals.Answer{}, nil
		}, approvals.Issued, "", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.issue = func(int) (approvals.Token, approvals.Answer, error) { return tt.answer(w) }
			r := w.approved()
			w.works()
			r = w.stands(r.ID, tt.state)
			if len(w.codes) != tt.shown || w.issues != 1 {
				t.Errorf("%d shown after %d calls", len(w.codes), w.issues)
			}
			if tt.code != "" && r.Refusal.Code != tt.code {
				t.Errorf("%v, want %s", r.Refusal, tt.code)
			}
		})
	}
}

// TestWhatWasNotSentIsSentLater: connect errors and 429 are tried again within the claim window.
func TestWhatWasNotSentIsSentLater(t *testing.T) {
	w := newWorld(t)
	busy := &approvals.NotIssuedError{Retry: true, After: time.Minute, Err: errors.New("429")}
	w.issue = func(call int) (approvals.Token, approvals.Answer, error) {
		if call < 3 {
			return approvals.Token{}, approvals.Answer{}, busy
		}
		return w.code("25992782")
	}
	r := w.approved()
	w.works()
	w.stands(r.ID, approvals.Approved)
	w.passes(time.Minute - 1)
	w.works()
	if w.issues != 1 {
		t.Fatalf("asked %d times before the time", w.issues)
	}
	w.passes(time.Minute)
	w.works()
	w.passes(time.Minute)
	w.works()
	r = w.stands(r.ID, approvals.Issued)
	if w.issues != 3 || r.Attempt != 1 || len(w.codes) != 1 {
		t.Errorf("%d calls, attempt %d, %d shown", w.issues, r.Attempt, len(w.codes))
	}

	w.issue = func(int) (approvals.Token, approvals.Answer, error) {
		return approvals.Token{}, approvals.Answer{}, busy
	}
	w.presses(r, 2)
	for range 20 {
		w.passes(time.Minute)
		w.works()
	}
	if r = w.stands(r.ID, approvals.Failed); r.Refusal.Code != approvals.CodeBusy { // the last minute does not fit
		t.Errorf("%+v", r.Refusal)
	}
}

// TestADeadWorkersAttemptIsUnknown (invariant 4): OneLogin is not asked again by itself.
func TestADeadWorkersAttemptIsUnknown(t *testing.T) {
	w := newWorld(t)
	r := w.approved()
	_, err := w.store.Update(t.Context(), r.ID, nil, func(_ approvals.View, r approvals.Request) (approvals.Change, error) {
		return r.StartIssuing(w.now()) // and the worker died
	})
	if err != nil {
		t.Fatal(err)
	}
	w.works()
	r = w.stands(r.ID, approvals.Unknown)
	if w.issues != 0 {
		t.Error("OneLogin was asked again")
	}
	if n := r.CodesLeft(w.now()); n != approvals.MaxCodes-1 {
		t.Errorf("%d codes left: an attempt of unknown fate counts", n)
	}
	w.presses(r, 2)
	w.stands(r.ID, approvals.Issued)
}

func TestDisownedWhileOneLoginIsAsked(t *testing.T) {
	w := newWorld(t)
	var r approvals.Request
	w.issue = func(int) (approvals.Token, approvals.Answer, error) {
		if _, err := w.Disown(t.Context(), approvals.Press{By: "U0ANA", Request: r.ID}); err != nil {
			t.Error(err)
		}
		return w.code("25992782")
	}
	r = w.approved()
	w.works()
	got := w.stands(r.ID, approvals.Disowned)
	if len(w.codes) != 0 {
		t.Error("the code was shown")
	}
	if e := w.lastOf(approvals.EventDisowned); !e.Until.Equal(got.CodeUntil) {
		t.Errorf("the alarm does not say until when a code may work: %+v", e)
	}
}

// TestAStolenAttemptIsThrownAway: a worker that lost its lease does not show what it got.
func TestAStolenAttemptIsThrownAway(t *testing.T) {
	w := newWorld(t)
	w.issue = func(int) (approvals.Token, approvals.Answer, error) {
		_, err := w.store.Update(t.Context(), w.asked1(), nil, func(_ approvals.View, r approvals.Request) (approvals.Change, error) {
			return r.OutcomeUnknown(r.Attempt, w.now())
		})
		if err != nil {
			t.Error(err)
		}
		return w.code("25992782")
	}
	r := w.approved()
	w.works()
	w.stands(r.ID, approvals.Unknown)
	if len(w.codes) != 0 {
		t.Error("the code was shown")
	}
}

// asked1 is the id of the only open request of Joe's.
func (w *world) asked1() approvals.ID {
	open, err := w.OpenRequests(w.t.Context(), "U0JOE")
	if err != nil || len(open) != 1 {
		w.t.Fatal(open, err)
	}
	return open[0].ID
}

func TestAMessageThatSlackSurelyRefusedIsTriedAgain(t *testing.T) {
	w := newWorld(t)
	w.show = func(approvals.Token) error {
		if w.shows < 3 {
			return &approvals.TemporaryError{Err: errors.New("429")}
		}
		return nil
	}
	r := w.approved()
	w.works()
	r = w.stands(r.ID, approvals.Issued)
	if r.Showing != approvals.Shown || w.shows != 3 || w.issues != 1 || len(w.codes) != 1 {
		t.Errorf("showing %q after %d tries and %d calls", r.Showing, w.shows, w.issues)
	}
}

func TestAMessageThatMayHaveBeenSentIsNotSentAgain(t *testing.T) {
	w := newWorld(t)
	w.show = func(approvals.Token) error { return errors.New("cut") }
	r := w.approved()
	w.works()
	r = w.stands(r.ID, approvals.Issued)
	if r.Showing != approvals.NotShown || w.shows != 1 || w.last().Kind != approvals.EventNotShown {
		t.Errorf("showing %q after %d tries", r.Showing, w.shows)
	}
}

// TestACodeThatDiedWithItsWorkerWasNotShown: it was in one memory and nowhere else.
func TestACodeThatDiedWithItsWorkerWasNotShown(t *testing.T) {
	w := newWorld(t)
	r := w.approved()
	for _, step := range []func(approvals.Request) (approvals.Change, error){
		func(r approvals.Request) (approvals.Change, error) { return r.StartIssuing(w.now()) },
		func(r approvals.Request) (approvals.Change, error) {
			return r.Issued(1, approvals.Grant{Until: w.now().Add(5 * time.Minute)}, w.now()) // and the worker died
		},
	} {
		_, err := w.store.Update(t.Context(), r.ID, nil, func(_ approvals.View, r approvals.Request) (approvals.Change, error) { return step(r) })
		if err != nil {
			t.Fatal(err)
		}
	}
	w.works()
	if r = w.stands(r.ID, approvals.Issued); r.Showing != approvals.NotShown || w.last().Kind != approvals.EventNotShown {
		t.Errorf("showing %q", r.Showing)
	}
	w.presses(r, 2)
	if r = w.stands(r.ID, approvals.Issued); r.Showing != approvals.Shown || w.issues != 1 {
		t.Errorf("showing %q after %d calls", r.Showing, w.issues)
	}
}
