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
		w := newChainWorld(t)
		r := w.pending()
		if err := w.store.Enqueue(t.Context(), approvals.Job{Kind: kind, Request: r.ID, RunAt: w.now()}); err != nil {
			t.Fatal(err)
		}
		w.works()
		if n := w.count(tt.want); n != 0 {
			t.Errorf("%s early: %d events", kind, n)
		}
		w.passes(tt.due)
		w.works()
		if n := w.count(tt.want); n != 1 {
			t.Errorf("%s in time: %d events", kind, n)
		}
	}
}

// TestTheCardLosesGenerateWhenTheWindowEnds, though the request goes on.
func TestTheCardLosesGenerateWhenTheWindowEnds(t *testing.T) {
	w := newWorld(t)
	r := w.asks()
	w.works()
	w.passes(time.Minute) // so that the window ends after the time to decide
	if _, err := w.Approve(t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID}); err != nil {
		t.Fatal(err)
	}
	w.issue = func(int) (approvals.Token, approvals.Answer, error) {
		return approvals.NewToken("1"), approvals.Answer{ExpiresAt: w.now().Add(5 * time.Minute), Now: w.now()}, nil
	}
	w.passes(14*time.Minute + time.Second)
	w.works()
	r = w.stands(r.ID, approvals.Issued)
	n := len(w.painted)
	w.passes(r.ClaimUntil.Sub(w.now()))
	w.works()
	w.stands(r.ID, approvals.Issued)
	if len(w.painted) != n+1 {
		t.Errorf("painted %d times when the window ended, want once", len(w.painted)-n)
	}
}

// TestTheCardsFollowTheEndOfACode, also when the request has ended long before:
// This wasn't me has to go from the owner's card.
func TestTheCardsFollowTheEndOfACode(t *testing.T) {
	w := newWorld(t)
	w.issue = func(int) (approvals.Token, approvals.Answer, error) {
		return approvals.NewToken("1"), approvals.Answer{ExpiresAt: w.now().Add(time.Hour), Now: w.now()}, nil
	}
	r := w.approved()
	w.works()
	r = w.stands(r.ID, approvals.Failed)
	w.passes(r.CodeUntil.Sub(w.now()) - time.Second)
	w.works()
	n := len(w.painted)
	w.passes(time.Second)
	w.works()
	if len(w.painted) != n+1 {
		t.Errorf("painted %d times when the code ended, want once", len(w.painted)-n)
	}
}

func TestTheFeedWaitsAsLongAsItIsTold(t *testing.T) {
	w := newWorld(t)
	tries := 0
	w.tell = func([]approvals.Event) (int, error) {
		tries++
		return 0, &approvals.TemporaryError{After: 10 * time.Second, Err: errors.New("429")}
	}
	w.asks()
	w.works()
	before := tries
	w.passes(9 * time.Second)
	w.works()
	if tries != before {
		t.Errorf("told again %d times before the time", tries-before)
	}
	w.passes(time.Second)
	w.works()
	if tries == before {
		t.Error("not told again")
	}
}

// TestDraftsGoAfterADay also where requests are kept for ever.
func TestDraftsGoAfterADay(t *testing.T) {
	for name, retention := range map[string]time.Duration{"for ever": 0, "for 90 days": 90 * 24 * time.Hour} {
		w := newWorld(t)
		w.Retention = retention
		r := w.asks()
		id, err := w.KeepDraft(t.Context(), approvals.Submission{Agent: "U0JOE"})
		if err != nil {
			t.Fatal(err)
		}
		prune := func() {
			if err := w.store.Enqueue(t.Context(), approvals.Job{Kind: approvals.JobPrune, RunAt: w.now()}); err != nil {
				t.Fatal(err)
			}
			w.works()
		}
		w.passes(24 * time.Hour)
		prune()
		if _, err := w.Draft(t.Context(), "U0JOE", id); err != nil {
			t.Errorf("%s: gone within the day: %v", name, err)
		}
		w.passes(time.Hour)
		prune()
		if _, err := w.Draft(t.Context(), "U0JOE", id); codeOf(err) != approvals.NoDraft {
			t.Errorf("%s: still there: %v", name, err)
		}
		w.passes(91 * 24 * time.Hour)
		prune()
		if _, err := w.store.Request(t.Context(), r.ID); errors.Is(err, approvals.ErrNotFound) != (retention > 0) {
			t.Errorf("%s: the request: %v", name, err)
		}
	}
}
