package approvals_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"olbot/approvals"
)

// presses Show code or Generate a new code for the attempt.
func (o *office) presses(r approvals.Request, attempt int) {
	o.t.Helper()
	if _, err := o.Claim(o.t.Context(), approvals.Press{By: "U0JOE", Request: r.ID, Attempt: attempt}); err != nil {
		o.t.Fatal(err)
	}
	o.works()
}

func TestUpToThreeCodes(t *testing.T) {
	o := newOffice(t)
	r := o.approved()
	o.works()
	o.presses(r, 2)
	o.presses(r, 3)
	o.stands(r.ID, approvals.Issued)
	if o.issues != approvals.MaxCodes || len(o.codes) != approvals.MaxCodes {
		t.Errorf("%d calls, %d shown", o.issues, len(o.codes))
	}
	_, err := o.Claim(t.Context(), approvals.Press{By: "U0JOE", Request: r.ID, Attempt: 4})
	if codeOf(err) != approvals.NoneLeft {
		t.Errorf("a fourth: %v", err)
	}
}

func TestAnAgentWhoIsAwayPressesShowCode(t *testing.T) {
	for name, change := range map[string]func(*office){
		"away":        func(o *office) { o.away["U0JOE"] = true },
		"not known":   func(o *office) { o.failing["presence:U0JOE"] = errors.New("500") },
		"claim":       func(o *office) { o.Policy.Delivery = approvals.DeliverClaim },
		"away, claim": func(o *office) { o.Policy.Delivery = approvals.DeliverClaim; o.away["U0JOE"] = true },
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			change(o)
			r := o.approved()
			o.works()
			o.stands(r.ID, approvals.Approved)
			if o.issues != 0 {
				t.Fatal("a code was made for nobody")
			}
			o.presses(r, 1) // whoever presses is there, whatever Slack says
			o.stands(r.ID, approvals.Issued)
			if len(o.codes) != 1 {
				t.Errorf("%d codes shown", len(o.codes))
			}
		})
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
		make func(*office)
		code approvals.RefusalCode
		role approvals.Role
	}{
		{"agent deactivated", func(o *office) {
			o.knows(with(joe, func(a *approvals.Account, _ *approvals.User) { a.Standing = approvals.Deactivated }))
		}, approvals.IsDeactivated, approvals.Agent},
		{"agent unlisted", func(o *office) { o.Policy.Requesters = principals("U0BOB") }, approvals.NotARequester, approvals.Agent},
		{"agent's address in Slack changed", func(o *office) {
			o.knows(with(joe, func(a *approvals.Account, _ *approvals.User) { a.Email = "new@example.com" }))
		}, approvals.Changed, approvals.Agent},
		{"agent's address in OneLogin changed", func(o *office) {
			o.knows(with(joe, func(_ *approvals.Account, u *approvals.User) { u.Email = "new@example.com" }))
		}, approvals.Changed, approvals.Agent},
		{"agent gone from OneLogin", func(o *office) { delete(o.people, approvals.Ref{OneLogin: 1}) }, approvals.NotInOneLogin, approvals.Agent},
		{"owner suspended", func(o *office) {
			o.knows(with(ana, func(_ *approvals.Account, u *approvals.User) { u.Status, u.Manager = 2, 3 }))
		}, approvals.IsInactive, approvals.Owner},
		{"owner protected", func(o *office) { o.Policy.Protected.Emails = []string{"ana@example.com"} }, approvals.IsProtected, approvals.Owner},
		{"owner's address in OneLogin changed", func(o *office) {
			o.knows(with(ana, func(_ *approvals.Account, u *approvals.User) { u.Email, u.Manager = "new@example.com", 3 }))
		}, approvals.Changed, approvals.Owner},
		{"owner has another manager", func(o *office) {
			o.knows(with(ana, func(_ *approvals.Account, u *approvals.User) { u.Manager = 4 }))
		}, approvals.Changed, approvals.Approver},
		{"owner has no manager", func(o *office) { o.knows(ana) }, approvals.Changed, approvals.Approver},
		{"approver locked", func(o *office) {
			o.knows(with(maria, func(_ *approvals.Account, u *approvals.User) { u.Status = 3 }))
		}, approvals.IsLocked, approvals.Approver},
		{"approver left Slack", func(o *office) { delete(o.people, approvals.Ref{Slack: "U0MARIA"}) }, approvals.NotInSlack, approvals.Approver},
		{"approver's address in Slack changed", func(o *office) {
			o.knows(with(maria, func(a *approvals.Account, _ *approvals.User) { a.Email = "new@example.com" }))
		}, approvals.Changed, approvals.Approver},
		{"the manager is no link any more", func(o *office) { o.Policy.Chain = principals("U0CAROL") }, approvals.Changed, approvals.Approver},
		{"reusable switched off", func(o *office) { o.Policy.AllowReusable = false }, approvals.NoReusable, ""},
		{"validity cut", func(o *office) { o.Policy.MaxValidity = 4 * time.Minute }, approvals.ValidityRange, ""},
		{"credentials refused", func(o *office) { o.failing["U0ANA"] = approvals.ErrCredentials }, approvals.LookupRejected, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t)
			r := o.approved(func(a *approvals.Ask) { a.Reusable = true })
			tt.make(o)
			o.worksFor(30)
			r = o.stands(r.ID, approvals.Refused)
			if r.Refusal.Code != tt.code || r.Refusal.Role != tt.role || o.issues != 0 {
				t.Errorf("%v after %d calls, want %s of %s", r.Refusal, o.issues, tt.code, tt.role)
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
			o := newOffice(t, func(p *approvals.Policy) { p.Chain = principals("S0BOSS") })
			o.groups["S0BOSS"] = []string{"U0MARIA"}
			r := o.approved()
			o.groups["S0BOSS"] = tt.now
			o.works()
			o.stands(r.ID, tt.want)
		})
	}
	o := newOffice(t, func(p *approvals.Policy) { p.Chain = principals("S0BOSS") })
	o.groups["S0BOSS"] = []string{"U0MARIA"}
	r := o.approved()
	o.failing["S0BOSS"] = errors.New("500")
	o.works()
	o.stands(r.ID, approvals.Approved)
	delete(o.failing, "S0BOSS")
	o.passes(time.Second)
	o.works()
	o.stands(r.ID, approvals.Issued)
}

// TestACheckThatFailedIsMadeAgainThenRefused: the code waits for the check, not the other way round.
func TestACheckThatFailedIsMadeAgainThenRefused(t *testing.T) {
	o := newOffice(t)
	r := o.approved()
	o.failing["U0JOE"] = errors.New("500")
	o.works()
	o.stands(r.ID, approvals.Approved)
	for range 40 {
		o.passes(time.Second)
		o.works()
	}
	if r = o.stands(r.ID, approvals.Refused); r.Refusal.Code != approvals.LookupFailed || o.issues != 0 {
		t.Errorf("%v after %d calls", r.Refusal, o.issues)
	}
}

// TestOutcomesOfTheDoor: what OneLogin answers decides the state (invariant 4).
func TestOutcomesOfTheDoor(t *testing.T) {
	refusal := &approvals.Refusal{Code: approvals.CodeRefused, Status: 422}
	yes := true
	tests := []struct {
		name   string
		answer func(*office) (approvals.Token, approvals.Answer, error)
		state  approvals.State
		code   approvals.RefusalCode
		shown  int
	}{
		{"a code", func(o *office) (approvals.Token, approvals.Answer, error) { return o.code("1") }, approvals.Issued, "", 1},
		{"nobody knows", func(*office) (approvals.Token, approvals.Answer, error) {
			return approvals.NewToken("2"), approvals.Answer{}, errors.New("timeout")
		}, approvals.Unknown, "", 0},
		{"no", func(*office) (approvals.Token, approvals.Answer, error) {
			return approvals.Token{}, approvals.Answer{}, &approvals.NotIssuedError{Refusal: refusal, Err: errors.New("422")}
		}, approvals.Failed, approvals.CodeRefused, 0},
		{"a reusable one unasked", func(o *office) (approvals.Token, approvals.Answer, error) {
			return approvals.NewToken("3"), approvals.Answer{ExpiresAt: o.now().Add(5 * time.Minute), Now: o.now(), Reusable: &yes}, nil
		}, approvals.Failed, approvals.CodeWider, 0},
		{"with nothing said of it", func(*office) (approvals.Token, approvals.Answer, error) {
			return approvals.NewToken("4"), approvals.Answer{}, nil
		}, approvals.Issued, "", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t)
			o.issue = func(int) (approvals.Token, approvals.Answer, error) { return tt.answer(o) }
			r := o.approved()
			o.works()
			r = o.stands(r.ID, tt.state)
			if len(o.codes) != tt.shown || o.issues != 1 {
				t.Errorf("%d shown after %d calls", len(o.codes), o.issues)
			}
			if tt.code != "" && r.Refusal.Code != tt.code {
				t.Errorf("%v, want %s", r.Refusal, tt.code)
			}
		})
	}
}

// TestWhatWasNotSentIsSentLater: connect errors and 429 are tried again within the claim window.
func TestWhatWasNotSentIsSentLater(t *testing.T) {
	o := newOffice(t)
	busy := &approvals.NotIssuedError{Retry: true, After: time.Minute, Err: errors.New("429")}
	o.issue = func(call int) (approvals.Token, approvals.Answer, error) {
		if call < 3 {
			return approvals.Token{}, approvals.Answer{}, busy
		}
		return o.code("25992782")
	}
	r := o.approved()
	o.works()
	o.stands(r.ID, approvals.Approved)
	o.passes(time.Minute - 1)
	o.works()
	if o.issues != 1 {
		t.Fatalf("asked %d times before the time", o.issues)
	}
	o.passes(time.Minute)
	o.works()
	o.passes(time.Minute)
	o.works()
	r = o.stands(r.ID, approvals.Issued)
	if o.issues != 3 || r.Attempt != 1 || len(o.codes) != 1 {
		t.Errorf("%d calls, attempt %d, %d shown", o.issues, r.Attempt, len(o.codes))
	}

	o.issue = func(int) (approvals.Token, approvals.Answer, error) {
		return approvals.Token{}, approvals.Answer{}, busy
	}
	o.presses(r, 2)
	for range 20 {
		o.passes(time.Minute)
		o.works()
	}
	o.stands(r.ID, approvals.Lapsed)
}

// TestADeadWorkersAttemptIsUnknown (invariant 4): OneLogin is not asked again by itself.
func TestADeadWorkersAttemptIsUnknown(t *testing.T) {
	o := newOffice(t)
	r := o.approved()
	_, err := o.store.Update(t.Context(), r.ID, nil, func(_ approvals.View, r approvals.Request) (approvals.Change, error) {
		return r.StartIssuing(o.now()) // and the worker died
	})
	if err != nil {
		t.Fatal(err)
	}
	o.works()
	r = o.stands(r.ID, approvals.Unknown)
	if o.issues != 0 {
		t.Error("OneLogin was asked again")
	}
	if n := r.CodesLeft(o.now()); n != approvals.MaxCodes-1 {
		t.Errorf("%d codes left: an attempt of unknown fate counts", n)
	}
	o.presses(r, 2)
	o.stands(r.ID, approvals.Issued)
}

func TestDisownedWhileOneLoginIsAsked(t *testing.T) {
	o := newOffice(t)
	var r approvals.Request
	o.issue = func(int) (approvals.Token, approvals.Answer, error) {
		if _, err := o.Disown(t.Context(), approvals.Press{By: "U0ANA", Request: r.ID}); err != nil {
			t.Error(err)
		}
		return o.code("25992782")
	}
	r = o.approved()
	o.works()
	got := o.stands(r.ID, approvals.Disowned)
	if len(o.codes) != 0 {
		t.Error("the code was shown")
	}
	if e := o.lastOf(approvals.EventDisowned); !e.Until.Equal(got.CodeUntil) {
		t.Errorf("the alarm does not say until when a code may work: %+v", e)
	}
}

// TestAStolenAttemptIsThrownAway: a worker that lost its lease does not show what it got.
func TestAStolenAttemptIsThrownAway(t *testing.T) {
	o := newOffice(t)
	o.issue = func(int) (approvals.Token, approvals.Answer, error) {
		_, err := o.store.Update(t.Context(), o.asked1(), nil, func(_ approvals.View, r approvals.Request) (approvals.Change, error) {
			return r.Lost(r.Attempt, o.now())
		})
		if err != nil {
			t.Error(err)
		}
		return o.code("25992782")
	}
	r := o.approved()
	o.works()
	o.stands(r.ID, approvals.Unknown)
	if len(o.codes) != 0 {
		t.Error("the code was shown")
	}
}

// asked1 is the id of the only open request of Joe's.
func (o *office) asked1() approvals.ID {
	open, err := o.OpenRequests(o.t.Context(), "U0JOE")
	if err != nil || len(open) != 1 {
		o.t.Fatal(open, err)
	}
	return open[0].ID
}

func TestAMessageThatSlackSurelyRefusedIsTriedAgain(t *testing.T) {
	o := newOffice(t)
	o.show = func(approvals.Token) error {
		if o.shows < 3 {
			return &approvals.TemporaryError{Err: errors.New("429")}
		}
		return nil
	}
	r := o.approved()
	o.works()
	r = o.stands(r.ID, approvals.Issued)
	if r.Showing != approvals.Shown || o.shows != 3 || o.issues != 1 || len(o.codes) != 1 {
		t.Errorf("showing %q after %d tries and %d calls", r.Showing, o.shows, o.issues)
	}
}

func TestAMessageThatMayHaveBeenSentIsNotSentAgain(t *testing.T) {
	o := newOffice(t)
	o.show = func(approvals.Token) error { return errors.New("cut") }
	r := o.approved()
	o.works()
	r = o.stands(r.ID, approvals.Issued)
	if r.Showing != approvals.NotShown || o.shows != 1 || o.last().Kind != approvals.EventNotShown {
		t.Errorf("showing %q after %d tries", r.Showing, o.shows)
	}
}

// TestACodeThatDiedWithItsWorkerWasNotShown: it was in one memory and nowhere else.
func TestACodeThatDiedWithItsWorkerWasNotShown(t *testing.T) {
	o := newOffice(t)
	r := o.approved()
	for _, step := range []func(approvals.Request) (approvals.Change, error){
		func(r approvals.Request) (approvals.Change, error) { return r.StartIssuing(o.now()) },
		func(r approvals.Request) (approvals.Change, error) {
			return r.Issued(1, approvals.Grant{Until: o.now().Add(5 * time.Minute)}, o.now()) // and the worker died
		},
	} {
		_, err := o.store.Update(t.Context(), r.ID, nil, func(_ approvals.View, r approvals.Request) (approvals.Change, error) { return step(r) })
		if err != nil {
			t.Fatal(err)
		}
	}
	o.works()
	if r = o.stands(r.ID, approvals.Issued); r.Showing != approvals.NotShown || o.last().Kind != approvals.EventNotShown {
		t.Errorf("showing %q", r.Showing)
	}
	o.presses(r, 2)
	if r = o.stands(r.ID, approvals.Issued); r.Showing != approvals.Shown || o.issues != 1 {
		t.Errorf("showing %q after %d calls", r.Showing, o.issues)
	}
}
