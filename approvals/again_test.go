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

func (w *world) asksAgain(by string, id approvals.ID, receipts ...string) (approvals.Request, error) {
	return w.AskAgain(w.t.Context(), approvals.Press{By: by, Request: id, IdempotencyKeys: receipts})
}

func TestAskAgainAsksForTheSame(t *testing.T) {
	w := newWorld(t)
	old := w.asks(func(a *approvals.Submission) {
		a.Validity, a.Reusable, a.Verified = 7*time.Minute, true, approvals.VerifiedByCallBack
	})
	w.passes(15 * time.Minute)
	w.works()
	w.stands(old.ID, approvals.Expired)
	r, err := w.asksAgain("U0JOE", old.ID, "envelope:1")
	if err != nil {
		t.Fatal(err)
	}
	if r.ID == old.ID || r.Asked != old.Asked || r.Validity != old.Validity || !r.Reusable || r.Reason != old.Reason ||
		r.Verified != old.Verified || r.Agent.Slack != "U0JOE" || !r.ExpiresAt.Equal(w.now().Add(15*time.Minute)) {
		t.Errorf("%+v", r)
	}
	w.works()
	w.stands(r.ID, approvals.Pending)
}

// TestAskAgainMakesOneRequest (invariants 2 and 3), however often and wherever it is pressed.
func TestAskAgainMakesOneRequest(t *testing.T) {
	w := newWorld(t)
	old := w.asks()
	w.passes(15 * time.Minute)
	w.works()
	ports := approvals.Ports{Store: w.store, Directory: w, Issuer: w, Messenger: w, Sinks: []approvals.Sink{worldFeed{w}}}
	other := approvals.NewService(ports, w.Policy, 0, zap.NewNop(), w.now)
	made := make([]approvals.ID, 8)
	var presses sync.WaitGroup
	for i := range made {
		s := []*approvals.Service{w.Service, other}[i%2]
		presses.Go(func() {
			r, err := s.AskAgain(t.Context(), approvals.Press{By: "U0JOE", Request: old.ID, IdempotencyKeys: []string{"envelope:" + string(rune('a'+i))}})
			if err != nil {
				t.Error(err)
			}
			made[i] = r.ID
		})
	}
	presses.Wait()
	w.works()
	_, _ = w.Withdraw(t.Context(), approvals.Press{By: "U0JOE", Request: made[0]})
	later, err := w.asksAgain("U0JOE", old.ID, "envelope:z")
	for _, id := range append(made, later.ID) {
		if id != made[0] || id == old.ID {
			t.Errorf("made %v, then %s, %v", made, later.ID, err)
		}
	}
	if n := w.count(approvals.EventReceived); n != 2 {
		t.Errorf("%d requests", n)
	}
}

func TestAskAgainIsForWhatNobodyDecidedOrTookInTime(t *testing.T) {
	lapsed := func(w *world) approvals.Request {
		w.away["U0JOE"] = true
		r := w.approvedLate()
		w.works()
		w.passes(15 * time.Minute)
		return r
	}
	for name, tt := range map[string]struct {
		make func(*world) approvals.Request
		want approvals.RefusalCode
	}{
		"expired": {func(w *world) approvals.Request { r := w.asks(); w.passes(15 * time.Minute); return r }, ""},
		"lapsed":  {lapsed, ""},
		"pending": {(*world).pending, approvals.TooLate},
		"denied": {func(w *world) approvals.Request {
			r := w.pending()
			_, _ = w.Deny(t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID}, approvals.Denial{})
			return r
		}, approvals.TooLate},
		"issued": {func(w *world) approvals.Request { return w.approved() }, approvals.TooLate},
		"none":   {func(*world) approvals.Request { return approvals.Request{ID: "OTP-0000-0000"} }, approvals.NoSuchRequest},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			r := tt.make(w)
			w.works()
			again, err := w.asksAgain("U0JOE", r.ID)
			if codeOf(err) != tt.want || (err == nil) != (tt.want == "") || (again.ID != "") != (err == nil) {
				t.Errorf("%s: %s, %v", w.request(r.ID).State, again.ID, err)
			}
		})
	}
}

func TestSomebodyElsesAskAgainStandsInTheTrail(t *testing.T) {
	w := newWorld(t)
	r := w.asks()
	w.passes(15 * time.Minute)
	w.works()
	for range 2 { // delivered twice
		if _, err := w.asksAgain("U0BOB", r.ID, "envelope:1"); codeOf(err) != approvals.NotYours {
			t.Errorf("%v", err)
		}
	}
	if e := w.last(); w.count(approvals.EventPressRefused) != 1 || e.Actor.Slack != "U0BOB" || e.Button != approvals.ButtonAskAgain || e.Request != r.ID {
		t.Errorf("%+v", e)
	}
	if n := w.count(approvals.EventReceived); n != 1 {
		t.Errorf("%d requests", n)
	}
}

func TestWhatRefusesACommandRefusesAskAgainToo(t *testing.T) {
	w := newWorld(t)
	r := w.asks(func(a *approvals.Submission) { a.Reusable = true })
	w.passes(15 * time.Minute)
	w.works()
	w.Policy.AllowReusable = false
	if _, err := w.asksAgain("U0JOE", r.ID, "envelope:1"); codeOf(err) != approvals.NoReusable {
		t.Errorf("%v", err)
	}
	w.Policy.AllowReusable = true
	if _, err := w.asksAgain("U0JOE", r.ID, "envelope:2"); err != nil {
		t.Errorf("allowed again: %v", err)
	}
}

func TestADraftIsItsAuthorsAlone(t *testing.T) {
	w := newWorld(t)
	typed := approvals.Submission{
		Agent: "U0JOE", Owner: approvals.Ref{Email: "ana@example.com"}, Validity: 5 * time.Second, Reusable: true,
		Reason: "lost her phone", Verified: approvals.VerifiedByVideo, IdempotencyKeys: []string{"envelope:1"}, AcceptanceKey: "form:V1",
	}
	id, err := w.KeepDraft(t.Context(), typed)
	if err != nil {
		t.Fatal(err)
	}
	got, err := w.Draft(t.Context(), "U0JOE", id)
	want := typed
	want.IdempotencyKeys, want.AcceptanceKey = nil, ""
	if err != nil || got.Agent != want.Agent || got.Owner != want.Owner || got.Validity != want.Validity || !got.Reusable ||
		got.Reason != want.Reason || got.Verified != want.Verified || got.IdempotencyKeys != nil || got.AcceptanceKey != "" {
		t.Errorf("%+v, %v", got, err)
	}
	for _, by := range []string{"U0BOB", "U0MARIA", ""} {
		if a, err := w.Draft(t.Context(), by, id); codeOf(err) != approvals.NoDraft || a.Agent != "" {
			t.Errorf("%q opens it: %+v, %v", by, a, err)
		}
	}
	if _, err := w.Draft(t.Context(), "U0JOE", "OTP-0000-0000"); codeOf(err) != approvals.NoDraft {
		t.Errorf("no such draft: %v", err)
	}
}

func TestOnesOwnRequestIsADraft(t *testing.T) {
	w := newWorld(t)
	j := *joe.Slack
	j.OrgID = "W0JOE"
	w.knows(approvals.Profile{Slack: &j, OneLogin: joe.OneLogin})
	r := w.pending()
	for by, mine := range map[string]bool{"U0JOE": true, "W0JOE": true, "U0BOB": false, "": false} {
		a, err := w.Draft(t.Context(), by, r.ID)
		if (err == nil) != mine || mine && (a.Reason != r.Reason || a.Owner != r.Asked || a.Validity != r.Validity) || !mine && codeOf(err) != approvals.NoDraft {
			t.Errorf("%q: %+v, %v", by, a, err)
		}
	}
}

func TestADraftThatCannotBeReadIsNotNone(t *testing.T) {
	w := newWorld(t)
	kept := 0
	w.Store = unreadableDrafts{w.store, &kept}
	if _, err := w.Draft(t.Context(), "U0JOE", "OTP-0000-0000"); err == nil || codeOf(err) != "" {
		t.Errorf("%v", err)
	}
	if _, err := w.asksAgain("U0JOE", "OTP-0000-0000"); err == nil || codeOf(err) != "" {
		t.Errorf("%v", err)
	}
	id, err := w.KeepDraft(t.Context(), approvals.Submission{Agent: "U0JOE"})
	if _, lost := w.store.Draft(t.Context(), id); err != nil || lost != nil || kept != 2 {
		t.Errorf("an id that is taken is not drawn again: %d tries, %v, %v", kept, err, lost)
	}
}

// unreadableDrafts is a Store whose connection is lost, but to keep drafts, and
// that finds the first id of a draft taken.
type unreadableDrafts struct {
	approvals.Store
	kept *int
}

func (s unreadableDrafts) Draft(context.Context, approvals.ID) (approvals.Submission, error) {
	return approvals.Submission{}, errors.New("connection lost")
}

func (s unreadableDrafts) Request(context.Context, approvals.ID) (approvals.Request, error) {
	return approvals.Request{}, errors.New("connection lost")
}

func (s unreadableDrafts) KeepDraft(ctx context.Context, id approvals.ID, a approvals.Submission) error {
	if *s.kept++; *s.kept == 1 {
		return approvals.ErrIDTaken
	}
	return s.Store.KeepDraft(ctx, id, a)
}
