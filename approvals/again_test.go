package approvals_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"

	"olbot/approvals"
)

func (o *office) asksAgain(by string, id approvals.ID, keys ...string) (approvals.Request, error) {
	return o.AskAgain(o.t.Context(), approvals.Press{By: by, Request: id, IdempotencyKeys: keys})
}

func TestAskAgainAsksForTheSame(t *testing.T) {
	o := newOffice(t)
	old := o.asks(func(a *approvals.Ask) {
		a.Validity, a.Reusable, a.Verified = 7*time.Minute, true, approvals.VerifiedByCallBack
	})
	o.passes(15 * time.Minute)
	o.works()
	o.stands(old.ID, approvals.Expired)
	r, err := o.asksAgain("U0JOE", old.ID, "envelope:1")
	if err != nil {
		t.Fatal(err)
	}
	if r.ID == old.ID || r.Asked != old.Asked || r.Validity != old.Validity || !r.Reusable || r.Reason != old.Reason ||
		r.Verified != old.Verified || r.Agent.Slack != "U0JOE" || !r.ExpiresAt.Equal(o.now().Add(15*time.Minute)) {
		t.Errorf("%+v", r)
	}
	o.works()
	o.stands(r.ID, approvals.Pending)
}

// TestAskAgainMakesOneRequest (invariants 2 and 3), however often and wherever it is pressed.
func TestAskAgainMakesOneRequest(t *testing.T) {
	o := newOffice(t)
	old := o.asks()
	o.passes(15 * time.Minute)
	o.works()
	ports := approvals.Ports{Store: o.store, Directory: o, Issuer: o, Messenger: o, Sinks: []approvals.Sink{officeFeed{o}}}
	other := approvals.NewService(ports, o.Policy, 0, zap.NewNop(), o.now)
	made := make([]approvals.ID, 8)
	var presses sync.WaitGroup
	for i := range made {
		s := []*approvals.Service{o.Service, other}[i%2]
		presses.Go(func() {
			r, err := s.AskAgain(t.Context(), approvals.Press{By: "U0JOE", Request: old.ID, IdempotencyKeys: []string{"envelope:" + string(rune('a'+i))}})
			if err != nil {
				t.Error(err)
			}
			made[i] = r.ID
		})
	}
	presses.Wait()
	o.works()
	_, _ = o.Withdraw(t.Context(), approvals.Press{By: "U0JOE", Request: made[0]})
	later, err := o.asksAgain("U0JOE", old.ID, "envelope:z")
	for _, id := range append(made, later.ID) {
		if id != made[0] || id == old.ID {
			t.Errorf("made %v, then %s, %v", made, later.ID, err)
		}
	}
	if n := o.count(approvals.EventReceived); n != 2 {
		t.Errorf("%d requests", n)
	}
}

func TestAskAgainIsForWhatNobodyDecidedOrTookInTime(t *testing.T) {
	lapsed := func(o *office) approvals.Request {
		o.away["U0JOE"] = true
		r := o.approved()
		o.works()
		o.passes(15 * time.Minute)
		return r
	}
	for name, tt := range map[string]struct {
		make func(*office) approvals.Request
		want approvals.RefusalCode
	}{
		"expired": {func(o *office) approvals.Request { r := o.asks(); o.passes(15 * time.Minute); return r }, ""},
		"lapsed":  {lapsed, ""},
		"pending": {(*office).pending, approvals.TooLate},
		"denied": {func(o *office) approvals.Request {
			r := o.pending()
			_, _ = o.Deny(t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID}, approvals.Denial{})
			return r
		}, approvals.TooLate},
		"issued": {func(o *office) approvals.Request { return o.approved() }, approvals.TooLate},
		"none":   {func(*office) approvals.Request { return approvals.Request{ID: "OTP-0000-0000"} }, approvals.NoSuchRequest},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			r := tt.make(o)
			o.works()
			again, err := o.asksAgain("U0JOE", r.ID)
			if codeOf(err) != tt.want || (err == nil) != (tt.want == "") || (again.ID != "") != (err == nil) {
				t.Errorf("%s: %s, %v", o.request(r.ID).State, again.ID, err)
			}
		})
	}
}

func TestSomebodyElsesAskAgainStandsInTheTrail(t *testing.T) {
	o := newOffice(t)
	r := o.asks()
	o.passes(15 * time.Minute)
	o.works()
	for range 2 { // delivered twice
		if _, err := o.asksAgain("U0BOB", r.ID, "envelope:1"); codeOf(err) != approvals.NotYours {
			t.Errorf("%v", err)
		}
	}
	if e := o.last(); o.count(approvals.EventPressRefused) != 1 || e.Actor.Slack != "U0BOB" || e.Button != approvals.ButtonAskAgain || e.Request != r.ID {
		t.Errorf("%+v", e)
	}
	if n := o.count(approvals.EventReceived); n != 1 {
		t.Errorf("%d requests", n)
	}
}

func TestWhatRefusesACommandRefusesAskAgainToo(t *testing.T) {
	o := newOffice(t)
	r := o.asks(func(a *approvals.Ask) { a.Reusable = true })
	o.passes(15 * time.Minute)
	o.works()
	o.Policy.AllowReusable = false
	if _, err := o.asksAgain("U0JOE", r.ID, "envelope:1"); codeOf(err) != approvals.NoReusable {
		t.Errorf("%v", err)
	}
	o.Policy.AllowReusable = true
	if _, err := o.asksAgain("U0JOE", r.ID, "envelope:2"); err != nil {
		t.Errorf("allowed again: %v", err)
	}
}

func TestADraftIsItsAuthorsAlone(t *testing.T) {
	o := newOffice(t)
	typed := approvals.Ask{
		Agent: "U0JOE", Owner: approvals.Ref{Email: "ana@example.com"}, Validity: 5 * time.Second, Reusable: true,
		Reason: "lost her phone", Verified: approvals.VerifiedByVideo, IdempotencyKeys: []string{"envelope:1"}, AcceptedKey: "form:V1",
	}
	id, err := o.KeepDraft(t.Context(), typed)
	if err != nil {
		t.Fatal(err)
	}
	got, err := o.Draft(t.Context(), "U0JOE", id)
	want := typed
	want.IdempotencyKeys, want.AcceptedKey = nil, ""
	if err != nil || got.Agent != want.Agent || got.Owner != want.Owner || got.Validity != want.Validity || !got.Reusable ||
		got.Reason != want.Reason || got.Verified != want.Verified || got.IdempotencyKeys != nil || got.AcceptedKey != "" {
		t.Errorf("%+v, %v", got, err)
	}
	for _, by := range []string{"U0BOB", "U0MARIA", ""} {
		if a, err := o.Draft(t.Context(), by, id); codeOf(err) != approvals.NoDraft || a.Agent != "" {
			t.Errorf("%q opens it: %+v, %v", by, a, err)
		}
	}
	if _, err := o.Draft(t.Context(), "U0JOE", "OTP-0000-0000"); codeOf(err) != approvals.NoDraft {
		t.Errorf("no such draft: %v", err)
	}
}

func TestOnesOwnRequestIsADraft(t *testing.T) {
	o := newOffice(t)
	j := *joe.Slack
	j.OrgID = "W0JOE"
	o.knows(approvals.Profile{Slack: &j, OneLogin: joe.OneLogin})
	r := o.pending()
	for by, mine := range map[string]bool{"U0JOE": true, "W0JOE": true, "U0BOB": false, "": false} {
		a, err := o.Draft(t.Context(), by, r.ID)
		if (err == nil) != mine || mine && (a.Reason != r.Reason || a.Owner != r.Asked || a.Validity != r.Validity) || !mine && codeOf(err) != approvals.NoDraft {
			t.Errorf("%q: %+v, %v", by, a, err)
		}
	}
}

func TestADraftThatCannotBeReadIsNotNone(t *testing.T) {
	o := newOffice(t)
	kept := 0
	o.Store = unreadableDrafts{o.store, &kept}
	if _, err := o.Draft(t.Context(), "U0JOE", "OTP-0000-0000"); err == nil || codeOf(err) != "" {
		t.Errorf("%v", err)
	}
	if _, err := o.asksAgain("U0JOE", "OTP-0000-0000"); err == nil || codeOf(err) != "" {
		t.Errorf("%v", err)
	}
	id, err := o.KeepDraft(t.Context(), approvals.Ask{Agent: "U0JOE"})
	if _, lost := o.store.Draft(t.Context(), id); err != nil || lost != nil || kept != 2 {
		t.Errorf("an id that is taken is not drawn again: %d tries, %v, %v", kept, err, lost)
	}
}

// unreadableDrafts is a Store whose connection is lost, but to keep drafts, and
// that finds the first id of a draft taken.
type unreadableDrafts struct {
	approvals.Store
	kept *int
}

func (s unreadableDrafts) Draft(context.Context, approvals.ID) (approvals.Ask, error) {
	return approvals.Ask{}, errors.New("connection lost")
}

func (s unreadableDrafts) Request(context.Context, approvals.ID) (approvals.Request, error) {
	return approvals.Request{}, errors.New("connection lost")
}

func (s unreadableDrafts) KeepDraft(ctx context.Context, id approvals.ID, a approvals.Ask) error {
	if *s.kept++; *s.kept == 1 {
		return approvals.ErrIDTaken
	}
	return s.Store.KeepDraft(ctx, id, a)
}
