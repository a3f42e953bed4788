package approvals_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"olbot/approvals"
)

// TestFromTheCommandToTheCode is the whole story at the domain's edge.
func TestFromTheCommandToTheCode(t *testing.T) {
	w := newWorld(t)
	r := w.asks()
	if r.State != approvals.Received || r.Validity != 5*time.Minute {
		t.Fatalf("accepted as %+v", r)
	}
	w.works()
	r = w.stands(r.ID, approvals.Pending)
	if r.Agent.Name != "Joe Doe" || r.Owner.Email != "ana@example.com" || len(r.Approvers) != 1 || r.Approvers[0].Slack != "U0MARIA" || r.Link.Kind != approvals.Manager {
		t.Errorf("the people are %+v", r)
	}
	if _, err := w.Approve(t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID}); err != nil {
		t.Fatal(err)
	}
	w.works()
	r = w.stands(r.ID, approvals.Issued)
	if !slices.Equal(w.codes, []string{"25992782"}) || w.issues != 1 || r.Showing != approvals.Shown {
		t.Errorf("codes %v, %d calls, showing %q", w.codes, w.issues, r.Showing)
	}
	w.passes(16 * time.Minute)
	w.works()
	w.stands(r.ID, approvals.Closed)
	want := []approvals.EventKind{approvals.EventReceived, approvals.EventAsked, approvals.EventApproved,
		approvals.EventIssuing, approvals.EventIssued, approvals.EventShown, approvals.EventClosed}
	if got := w.trail(); !slices.Equal(got, want) {
		t.Errorf("trail %v, want %v", got, want)
	}
	if len(w.told) != len(want) {
		t.Errorf("the feed told %d events of %d", len(w.told), len(want))
	}
}

// TestDeliveredTwiceDoneOnce (invariants 2 and 3).
func TestDeliveredTwiceDoneOnce(t *testing.T) {
	w := newWorld(t)
	again := func(a *approvals.Submission) { a.IdempotencyKeys = []string{"envelope:1", "trigger:1"} }
	first := w.asks(again)
	if second := w.asks(again); second.ID != first.ID {
		t.Errorf("the same envelope made a second request: %s, %s", first.ID, second.ID)
	}
	other := w.asks(func(a *approvals.Submission) { a.IdempotencyKeys = []string{"envelope:2", "trigger:1"} })
	if other.ID != first.ID {
		t.Errorf("the same trigger in another envelope made a second request")
	}
	w.works()
	press := approvals.Press{By: "U0MARIA", Request: first.ID, IdempotencyKeys: []string{"envelope:3"}}
	for range 2 {
		r, err := w.Approve(t.Context(), press)
		if err != nil || r.State != approvals.Approved {
			t.Errorf("%s, %v", r.State, err)
		}
	}
	press.IdempotencyKeys = []string{"envelope:4"}
	if _, err := w.Deny(t.Context(), press, approvals.Denial{}); codeOf(err) != approvals.TooLate {
		t.Errorf("a second press: %v", err)
	}
}

func TestARefusedCommandIsInTheTrail(t *testing.T) {
	w := newWorld(t, func(p *approvals.Policy) { p.RequireReason = true })
	a := approvals.Submission{Agent: "U0JOE", Owner: approvals.Ref{Slack: "U0ANA"}, IdempotencyKeys: []string{"envelope:1"}}
	for range 2 {
		if _, err := w.Submit(t.Context(), a); codeOf(err) != approvals.ReasonRequired {
			t.Fatalf("%v", err)
		}
	}
	if got := w.trail(); !slices.Equal(got, []approvals.EventKind{approvals.EventCommandRefused}) {
		t.Fatalf("trail %v: a command that came twice is refused once", got)
	}
	if e := w.last(); e.Refusal.Code != approvals.ReasonRequired || e.Agent.Slack != "U0JOE" || e.Asked.Slack != "U0ANA" {
		t.Errorf("%+v", e)
	}
	a.Reason = "now with a reason"
	if _, err := w.Submit(t.Context(), a); codeOf(err) != approvals.RefusedBefore {
		t.Errorf("the refused delivery again: %v", err)
	}
}

func TestAnAgentsOpenRequestsAreLimited(t *testing.T) {
	w := newWorld(t, func(p *approvals.Policy) { p.AgentLimit = 2 })
	first := w.asks()
	w.asks()
	_, err := w.Submit(t.Context(), approvals.Submission{Agent: "U0JOE", Owner: approvals.Ref{Slack: "U0BOB"}})
	if why, ok := errors.AsType[*approvals.Refusal](err); !ok || why.Code != approvals.AgentLimit || why.Role != approvals.Agent || why.Limit != 2 {
		t.Fatalf("%v", err)
	}
	if _, err := w.Withdraw(t.Context(), approvals.Press{By: "U0JOE", Request: first.ID}); err != nil {
		t.Fatal(err)
	}
	w.asks()
	if open, err := w.OpenRequests(t.Context(), "U0JOE"); err != nil || len(open) != 2 {
		t.Errorf("%d open, %v", len(open), err)
	}
}

func TestWhoseButtonItIs(t *testing.T) {
	w := newWorld(t)
	r := w.asks()
	w.works()
	press := func(by string) approvals.Press { return approvals.Press{By: by, Request: r.ID} }
	wrong := map[string]func() (approvals.Request, error){
		"approve, by the agent":    func() (approvals.Request, error) { return w.Approve(t.Context(), press("U0JOE")) },
		"approve, by the owner":    func() (approvals.Request, error) { return w.Approve(t.Context(), press("U0ANA")) },
		"deny, by somebody":        func() (approvals.Request, error) { return w.Deny(t.Context(), press("U0CAROL"), approvals.Denial{}) },
		"withdraw, by the manager": func() (approvals.Request, error) { return w.Withdraw(t.Context(), press("U0MARIA")) },
		"show code, by the owner":  func() (approvals.Request, error) { return w.Claim(t.Context(), press("U0ANA")) },
		"disown, by the agent":     func() (approvals.Request, error) { return w.Disown(t.Context(), press("U0JOE")) },
		"approve, by nobody":       func() (approvals.Request, error) { return w.Approve(t.Context(), press("")) },
	}
	n := len(w.trail())
	for name, do := range wrong {
		got, err := do()
		if codeOf(err) != approvals.NotYours || got.ID != r.ID {
			t.Errorf("%s: %s, %v", name, got.ID, err)
		}
		n++
		if e := w.last(); len(w.trail()) != n || e.Kind != approvals.EventPressRefused || e.Request != r.ID || e.Button == "" {
			t.Errorf("%s is not in the trail: %+v", name, e)
		}
	}
	w.stands(r.ID, approvals.Pending)
	if _, err := w.Withdraw(t.Context(), approvals.Press{By: "U0JOE", Request: "OTP-0000-0000"}); codeOf(err) != approvals.NoSuchRequest {
		t.Errorf("a request that does not exist: %v", err)
	}
}

// TestAPressAfterTheEndExpiresTheRequest (invariant 3): the click decides, not the timer.
func TestAPressAfterTheEndExpiresTheRequest(t *testing.T) {
	w := newWorld(t)
	r := w.asks()
	w.works()
	w.passes(15 * time.Minute)
	got, err := w.Approve(t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID})
	if why, ok := errors.AsType[*approvals.Refusal](err); !ok || why.Code != approvals.TooLate || why.State != approvals.Expired || got.State != approvals.Expired {
		t.Fatalf("%s, %v", got.State, err)
	}
	w.stands(r.ID, approvals.Expired)
	w.works()
	if got := w.trail(); slices.Index(got, approvals.EventExpired) != len(got)-1 || got[len(got)-2] == approvals.EventExpired {
		t.Errorf("trail %v", got)
	}
}

func TestTimersEndWhatNobodyEnds(t *testing.T) {
	w := newWorld(t, func(p *approvals.Policy) { p.Delivery = approvals.DeliverClaim })
	undecided := w.asks()
	w.works()
	w.passes(15*time.Minute - 1)
	w.works()
	w.stands(undecided.ID, approvals.Pending)
	w.passes(1)
	w.works()
	w.stands(undecided.ID, approvals.Expired)

	unclaimed := w.approved()
	w.passes(15*time.Minute - 1)
	w.works()
	w.stands(unclaimed.ID, approvals.Approved)
	w.passes(1)
	w.works()
	w.stands(unclaimed.ID, approvals.Lapsed)
	if w.issues != 0 {
		t.Errorf("%d codes were made", w.issues)
	}
}

// TestWithoutAFeedNothingStarts: what nobody can watch does not happen.
func TestWithoutAFeedNothingStarts(t *testing.T) {
	w := newWorld(t)
	r := w.approved()
	w.tell = func([]approvals.Event) (int, error) { return 0, approvals.ErrFeedLost }
	w.feedGone = approvals.ErrFeedLost
	if err := w.store.Enqueue(t.Context(), approvals.Job{Kind: approvals.JobWatch, RunAt: w.now()}); err != nil {
		t.Fatal(err)
	}
	for feed, _ := w.store.Feed(t.Context()); !feed.Lost; feed, _ = w.store.Feed(t.Context()) {
		if _, err := w.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	w.works()
	if r = w.request(r.ID); r.State == approvals.Approved {
		t.Errorf("still approved")
	}
	_, err := w.Submit(t.Context(), approvals.Submission{Agent: "U0BOB", Owner: approvals.Ref{Slack: "U0CAROL"}})
	if codeOf(err) != approvals.FeedLost {
		t.Fatalf("%v", err)
	}
	n := len(w.trail())
	w.tell = func(e []approvals.Event) (int, error) { return min(len(e), 2), nil }
	w.feedGone = nil
	w.passes(10 * time.Minute)
	w.works()
	if got := w.trail(); got[n] != approvals.EventFeedRestored {
		t.Errorf("trail %v", got)
	}
	if len(w.told) != len(w.trail()) {
		t.Errorf("the feed told %d of %d events", len(w.told), len(w.trail()))
	}
	for i, e := range w.told {
		if e.Number != int64(i+1) {
			t.Fatalf("event %d told as number %d", e.Number, i+1)
		}
	}
}

// TestWithoutAFeedNoCodeIsMade, not even of an approved request.
func TestWithoutAFeedNoCodeIsMade(t *testing.T) {
	w := newWorld(t)
	r := w.approved()
	w.feedGone = approvals.ErrFeedLost
	w.tell = func([]approvals.Event) (int, error) { return 0, approvals.ErrFeedLost }
	if err := w.store.SetFeedLost(t.Context(), true, approvals.Event{At: w.now(), Kind: approvals.EventFeedLost}); err != nil {
		t.Fatal(err)
	}
	w.works()
	if r = w.stands(r.ID, approvals.Refused); r.Refusal.Code != approvals.FeedLost || w.issues != 0 {
		t.Errorf("%v after %d calls", r.Refusal, w.issues)
	}
}
