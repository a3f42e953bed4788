package approvals_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"olbot/approvals"
)

// TestAnIntentThatWasNotStoredOpensNoDoor (invariant 4): another worker stored
// the intent between two runs of the same transaction.
func TestAnIntentThatWasNotStoredOpensNoDoor(t *testing.T) {
	w := newWorld(t)
	r := w.approved()
	stolen := false
	w.Store = stealingStore{Store: w.store, steal: func() {
		stolen = true
		_, err := w.store.Update(t.Context(), r.ID, nil, func(_ approvals.View, r approvals.Request) (approvals.Change, error) {
			return r.StartIssuing(w.now())
		})
		if err != nil {
			t.Error(err)
		}
	}}
	if _, err := w.Step(t.Context()); err != nil {
		t.Fatal(err)
	}
	for !stolen {
		if worked, err := w.Step(t.Context()); err != nil || !worked {
			t.Fatal("nobody tried to make the code", err)
		}
	}
	if w.issues != 0 {
		t.Errorf("OneLogin was asked %d times without an intent of this worker's", w.issues)
	}
}

// A stealingStore lets a foreign worker commit between two runs of the function
// that stores an intent.
type stealingStore struct {
	approvals.Store
	steal func()
}

func (s stealingStore) Update(ctx context.Context, id approvals.ID, keys []string, fn func(approvals.View, approvals.Request) (approvals.Change, error)) (approvals.Request, error) {
	lost := errors.New("serialization failure")
	r, err := s.Store.Update(ctx, id, keys, func(v approvals.View, r approvals.Request) (approvals.Change, error) {
		c, err := fn(v, r)
		if err == nil && c.Request.State == approvals.Issuing {
			return approvals.Change{}, lost
		}
		return c, err
	})
	if !errors.Is(err, lost) {
		return r, err
	}
	s.steal()
	return s.Store.Update(ctx, id, keys, fn)
}

// TestRetriesGrowFurtherApart: OneLogin is not hammered while it says no.
func TestRetriesGrowFurtherApart(t *testing.T) {
	w := newWorld(t)
	w.issue = func(int) (approvals.Token, approvals.Answer, error) {
		return approvals.Token{}, approvals.Answer{}, &approvals.NotIssuedError{Retry: true, Err: errors.New("429")}
	}
	r := w.approved()
	for range 14 * 60 {
		w.works()
		w.passes(time.Second)
	}
	w.stands(r.ID, approvals.Approved)
	if w.issues < 10 || w.issues > 60 {
		t.Errorf("OneLogin was asked %d times in 14 minutes", w.issues)
	}
}

// TestASleepingMachineDoesNotActOnOldChecks: what was found before a pause is found again.
func TestASleepingMachineDoesNotActOnOldChecks(t *testing.T) {
	w := newWorld(t)
	r := w.approved()
	w.Store = stealingStore{Store: w.store, steal: func() { w.passes(2 * time.Minute); w.Store = w.store }}
	for w.count(approvals.EventCheckRepeated) == 0 {
		if worked, err := w.Step(t.Context()); err != nil || !worked {
			t.Fatal("nobody tried to make the code", err)
		}
	}
	if w.issues != 0 {
		t.Error("a code was made on checks two minutes old")
	}
	w.works()
	if r = w.stands(r.ID, approvals.Issued); w.asked["U0MARIA"] != 2 || r.Delay != (approvals.Delay{}) {
		t.Errorf("%d checks, %+v", w.asked["U0MARIA"], r.Delay)
	}
}

// TestAnOldIntentIsNotCarriedOut: somebody may have taken the attempt for dead.
func TestAnOldIntentIsNotCarriedOut(t *testing.T) {
	w := newWorld(t)
	r := w.approved()
	w.Store = sleepyStore{Store: w.store, sleep: func() { w.passes(time.Minute) }}
	for range 3 {
		if _, err := w.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if w.issues != 0 {
		t.Error("OneLogin was asked a minute after the intent")
	}
	w.Store = w.store
	w.passes(time.Second)
	w.works()
	w.stands(r.ID, approvals.Issued)
}

// A sleepyStore sleeps after it stored an intent.
type sleepyStore struct {
	approvals.Store
	sleep func()
}

func (s sleepyStore) Update(ctx context.Context, id approvals.ID, keys []string, fn func(approvals.View, approvals.Request) (approvals.Change, error)) (approvals.Request, error) {
	before := approvals.State("")
	r, err := s.Store.Update(ctx, id, keys, func(v approvals.View, r approvals.Request) (approvals.Change, error) {
		before = r.State
		return fn(v, r)
	})
	if err == nil && before != approvals.Issuing && r.State == approvals.Issuing {
		s.sleep()
	}
	return r, err
}

// TestACodeIsNotShownAfterTheOwnerStoppedIt while Slack put the message off.
func TestACodeIsNotShownAfterTheOwnerStoppedIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the next try comes when all that the owner's press leads to is over
		w := newWorld(t)
		var r approvals.Request
		w.show = func(approvals.Token) error {
			time.AfterFunc(time.Millisecond, func() {
				if _, err := w.Disown(t.Context(), approvals.Press{By: "U0ANA", Request: r.ID}); err != nil {
					t.Error(err)
				}
			})
			return &approvals.TemporaryError{After: 300 * time.Millisecond, Err: errors.New("429")}
		}
		r = w.approved()
		w.works()
		w.stands(r.ID, approvals.Disowned)
		if w.shows != 1 || len(w.codes) != 0 {
			t.Errorf("%d tries to show, %d shown", w.shows, len(w.codes))
		}
	})
}

// TestDisownedAfterTheEnd: a code that was made may work when nothing is left to make.
func TestDisownedAfterTheEnd(t *testing.T) {
	w := newWorld(t)
	r := w.approved()
	w.works()
	w.issue = func(int) (approvals.Token, approvals.Answer, error) {
		return approvals.Token{}, approvals.Answer{}, &approvals.NotIssuedError{Refusal: &approvals.Refusal{Code: approvals.CodeRefused, Status: 422}, Err: errors.New("422")}
	}
	w.presses(r, 2)
	r = w.stands(r.ID, approvals.Failed)
	if _, err := w.Disown(t.Context(), approvals.Press{By: "U0ANA", Request: r.ID}); err != nil {
		t.Fatal(err)
	}
	if e := w.last(); e.Kind != approvals.EventDisowned || !e.Until.Equal(r.CodeUntil) {
		t.Errorf("no alarm: %+v", e)
	}
	w.works()
	if r = w.stands(r.ID, approvals.Failed); !r.Blocks() || r.Revocation.Outcome != approvals.RevocationTaken {
		t.Errorf("blocks %t, revocation %+v", r.Blocks(), r.Revocation)
	}
}

// TestNotSaidIsNone only where nobody asks for it (invariant 8).
func TestNotSaidIsNone(t *testing.T) {
	roles := func(u *approvals.User) { u.RolesUnknown = true }
	group := func(u *approvals.User) { u.GroupUnknown = true }
	manager := func(u *approvals.User) { u.Manager, u.ManagerUnknown = 0, true }
	for name, tt := range map[string]struct {
		change  func(*approvals.User)
		policy  approvals.Policy
		refused bool
	}{
		"roles":                         {roles, approvals.Policy{Chain: principals("manager")}, false},
		"roles, and a role protects":    {roles, approvals.Policy{Chain: principals("manager"), Protected: approvals.Protected{Roles: []int64{7}}}, true},
		"roles, and a group protects":   {roles, approvals.Policy{Chain: principals("manager"), Protected: approvals.Protected{Groups: []int64{7}}}, false},
		"group":                         {group, approvals.Policy{Chain: principals("manager")}, false},
		"group, and a group protects":   {group, approvals.Policy{Chain: principals("manager"), Protected: approvals.Protected{Groups: []int64{7}}}, true},
		"manager, who would be asked":   {manager, approvals.Policy{Chain: principals("manager", "U0CAROL")}, true},
		"manager, who is not in a link": {manager, approvals.Policy{Chain: principals("U0CAROL")}, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(p *approvals.Policy) { p.Chain, p.Protected = tt.policy.Chain, tt.policy.Protected })
			u := *ana.OneLogin
			u.Manager = 3
			tt.change(&u)
			w.knows(approvals.Profile{Slack: ana.Slack, OneLogin: &u})
			r := w.asks()
			w.worksFor(40)
			r = w.request(r.ID)
			refused := r.State == approvals.Refused && r.Refusal.Code == approvals.LookupUnreliable && r.Refusal.Ref != ""
			if refused != tt.refused || !refused && r.State != approvals.Pending {
				t.Errorf("%s, %v", r.State, r.Refusal)
			}
		})
	}
}

// TestAStoredCommandIsNeverSaidToHaveFailed (invariant 2).
func TestAStoredCommandIsNeverSaidToHaveFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // storing takes none of the time
		w := newWorld(t)
		w.Store = forgetfulStore{w.store}
		ctx, cancel := context.WithTimeout(t.Context(), 250*time.Millisecond)
		defer cancel()
		_, err := w.Submit(ctx, approvals.Submission{Agent: "U0JOE", Owner: approvals.Ref{Slack: "U0ANA"}, IdempotencyKeys: []string{"envelope:1"}})
		if !errors.Is(err, approvals.ErrOutcomeUnknown) {
			t.Errorf("%v, want that nobody knows", err)
		}
	})
}

// A forgetfulStore stores requests, does not say so, and cannot be read.
type forgetfulStore struct{ approvals.Store }

func (s forgetfulStore) Create(ctx context.Context, keys []string, fn func(approvals.View) (approvals.Change, error)) (approvals.Request, error) {
	if _, err := s.Store.Create(ctx, keys, fn); err != nil {
		return approvals.Request{}, err
	}
	return approvals.Request{}, approvals.ErrOutcomeUnknown
}

func (s forgetfulStore) Request(context.Context, approvals.ID) (approvals.Request, error) {
	return approvals.Request{}, errors.New("connection lost")
}

// TestWhatNobodyAnsweredIsLookedUp (invariant 2): by the delivery, before anybody is told.
func TestWhatNobodyAnsweredIsLookedUp(t *testing.T) {
	w := newWorld(t)
	w.Store = silentStore{w.store}
	ask := approvals.Submission{Agent: "U0JOE", Owner: approvals.Ref{Slack: "U0ANA"}, IdempotencyKeys: []string{"envelope:1"}}
	r, err := w.Submit(t.Context(), ask)
	if err != nil || w.request(r.ID).State != approvals.Received {
		t.Errorf("%+v, %v", r, err)
	}
	ask.IdempotencyKeys = nil
	if _, err := w.Submit(t.Context(), ask); !errors.Is(err, approvals.ErrOutcomeUnknown) {
		t.Errorf("without a delivery to look for: %v", err)
	}
}

// A silentStore stores requests and does not say so.
type silentStore struct{ approvals.Store }

func (s silentStore) Create(ctx context.Context, keys []string, fn func(approvals.View) (approvals.Change, error)) (approvals.Request, error) {
	if _, err := s.Store.Create(ctx, keys, fn); err != nil {
		return approvals.Request{}, err
	}
	return approvals.Request{}, approvals.ErrOutcomeUnknown
}
