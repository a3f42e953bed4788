package approvals_test

import (
	"errors"
	"testing"
	"time"

	"olbot/approvals"
)

// TestATimerThatComesEarlyComesAgain: jobs of one kind share one time, the
// earliest, and another replica's clock may be ahead.
func TestATimerThatComesEarlyComesAgain(t *testing.T) {
	for kind, tt := range map[approvals.JobKind]struct {
		due  time.Duration
		want approvals.EventKind
	}{
		approvals.JobExpire:   {time.Hour, approvals.EventExpired},
		approvals.JobRemind:   {5 * time.Minute, approvals.EventReminded},
		approvals.JobEscalate: {10 * time.Minute, approvals.EventEscalated},
	} {
		o := chainOffice(t)
		r := o.pending()
		if err := o.store.Enqueue(t.Context(), approvals.Job{Kind: kind, Request: r.ID, RunAt: o.now()}); err != nil {
			t.Fatal(err)
		}
		o.works()
		if n := o.count(tt.want); n != 0 {
			t.Errorf("%s early: %d events", kind, n)
		}
		o.passes(tt.due)
		o.works()
		if n := o.count(tt.want); n != 1 {
			t.Errorf("%s in time: %d events", kind, n)
		}
	}
}

// TestTheCardLosesGenerateWhenTheWindowEnds, though the request goes on.
func TestTheCardLosesGenerateWhenTheWindowEnds(t *testing.T) {
	o := newOffice(t)
	r := o.asks()
	o.works()
	o.passes(time.Minute) // so that the window ends after the time to decide
	if _, err := o.Approve(t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID}); err != nil {
		t.Fatal(err)
	}
	o.issue = func(int) (approvals.Token, approvals.Answer, error) {
		return approvals.NewToken("1"), approvals.Answer{ExpiresAt: o.now().Add(5 * time.Minute), Now: o.now()}, nil
	}
	o.passes(14*time.Minute + time.Second)
	o.works()
	r = o.stands(r.ID, approvals.Issued)
	n := len(o.painted)
	o.passes(r.ClaimUntil.Sub(o.now()))
	o.works()
	o.stands(r.ID, approvals.Issued)
	if len(o.painted) != n+1 {
		t.Errorf("painted %d times when the window ended, want once", len(o.painted)-n)
	}
}

// TestTheCardsFollowTheEndOfACode, also when the request has ended long before:
// This wasn't me has to go from the owner's card.
func TestTheCardsFollowTheEndOfACode(t *testing.T) {
	o := newOffice(t)
	o.issue = func(int) (approvals.Token, approvals.Answer, error) {
		return approvals.NewToken("1"), approvals.Answer{ExpiresAt: o.now().Add(time.Hour), Now: o.now()}, nil
	}
	r := o.approved()
	o.works()
	r = o.stands(r.ID, approvals.Failed)
	o.passes(r.CodeUntil.Sub(o.now()) - time.Second)
	o.works()
	n := len(o.painted)
	o.passes(time.Second)
	o.works()
	if len(o.painted) != n+1 {
		t.Errorf("painted %d times when the code ended, want once", len(o.painted)-n)
	}
}

func TestTheFeedWaitsAsLongAsItIsTold(t *testing.T) {
	o := newOffice(t)
	tries := 0
	o.tell = func([]approvals.Event) (int, error) {
		tries++
		return 0, &approvals.TemporaryError{After: 10 * time.Second, Err: errors.New("429")}
	}
	o.asks()
	o.works()
	before := tries
	o.passes(9 * time.Second)
	o.works()
	if tries != before {
		t.Errorf("told again %d times before the time", tries-before)
	}
	o.passes(time.Second)
	o.works()
	if tries == before {
		t.Error("not told again")
	}
}

// TestDraftsGoAfterADay also where requests are kept for ever.
func TestDraftsGoAfterADay(t *testing.T) {
	for name, retention := range map[string]time.Duration{"for ever": 0, "for 90 days": 90 * 24 * time.Hour} {
		o := newOffice(t)
		o.Retention = retention
		r := o.asks()
		id, err := o.KeepDraft(t.Context(), approvals.Ask{Agent: "U0JOE"})
		if err != nil {
			t.Fatal(err)
		}
		prune := func() {
			if err := o.store.Enqueue(t.Context(), approvals.Job{Kind: approvals.JobPrune, RunAt: o.now()}); err != nil {
				t.Fatal(err)
			}
			o.works()
		}
		o.passes(24 * time.Hour)
		prune()
		if _, err := o.Draft(t.Context(), "U0JOE", id); err != nil {
			t.Errorf("%s: gone within the day: %v", name, err)
		}
		o.passes(time.Hour)
		prune()
		if _, err := o.Draft(t.Context(), "U0JOE", id); codeOf(err) != approvals.NoDraft {
			t.Errorf("%s: still there: %v", name, err)
		}
		o.passes(91 * 24 * time.Hour)
		prune()
		if _, err := o.store.Request(t.Context(), r.ID); errors.Is(err, approvals.ErrNotFound) != (retention > 0) {
			t.Errorf("%s: the request: %v", name, err)
		}
	}
}
