package approvals_test

import (
	"testing"
	"time"

	"olbot/approvals"
)

// Kind: a freshness limit below the allowed duration, and an uncounted silent retry
// (answers of OneLogin that take up to minutes). The longest check that is allowed,
// 2 × ONELOGIN_TIMEOUT + 10 s, leads to a code, at the first try (invariant 1).
func TestTheLongestAllowedCheckLeadsToACode(t *testing.T) {
	for _, limit := range []time.Duration{0, 20 * time.Second, 250 * time.Second} {
		w := newWorld(t, func(p *approvals.Policy) { p.CheckAge = limit })
		if limit == 0 {
			limit = 70 * time.Second
		}
		w.reread = func() { w.passes(limit / 3) } // for three people
		r := w.approved()
		w.works()
		w.stands(r.ID, approvals.Issued)
		if w.asked["U0MARIA"] != 1 || w.count(approvals.EventCheckRepeated) != 0 {
			t.Errorf("%v: %d checks", limit, w.asked["U0MARIA"])
		}
	}
}

// A check that is too slow every time ends in a refusal that says so, in the trail
// too, and each repeated one is an event.
func TestACheckThatIsAlwaysTooSlowEndsInWords(t *testing.T) {
	w := newWorld(t)
	w.reread = func() { w.passes(25 * time.Second) }
	r := w.approved()
	w.works()
	r = w.stands(r.ID, approvals.Refused)
	if r.Refusal.Code != approvals.TooSlow || r.Refusal.Limit != 3 || w.asked["U0MARIA"] != 3 || w.issues != 0 {
		t.Errorf("%+v after %d checks", r.Refusal, w.asked["U0MARIA"])
	}
	if n := w.count(approvals.EventCheckRepeated); n != 2 {
		t.Errorf("%d repeated checks are told", n)
	}
	if e := w.lastOf(approvals.EventRefused); e.Refusal == nil || e.Refusal.Code != approvals.TooSlow {
		t.Errorf("the trail says %+v", e)
	}
}

// TestOnlyWhoHoldsTheLeaseAsksOneLogin (invariant 4): the worker slept between the
// intent and the call, and another has taken its job.
func TestOnlyWhoHoldsTheLeaseAsksOneLogin(t *testing.T) {
	w := newWorld(t)
	w.approved()
	w.Store = sleepyStore{Store: w.store, sleep: func() {
		w.passes(10 * time.Second)
		jobs, err := w.store.Claim(t.Context(), []approvals.JobKind{approvals.JobIssue}, 1, w.now(), time.Minute)
		if err != nil || len(jobs) != 1 {
			t.Errorf("the job cannot be taken: %v, %v", jobs, err)
		}
	}}
	for w.count(approvals.EventIssuing) == 0 {
		if worked, err := w.Step(t.Context()); err != nil || !worked {
			t.Fatal("nobody tried to make the code", err)
		}
	}
	if w.issues != 0 {
		t.Error("OneLogin was asked without the lease")
	}
}

// An intent that is stored slowly is carried out as long as its lease is held.
func TestASlowDatabaseDelaysACodeAndLosesNone(t *testing.T) {
	w := newWorld(t)
	r := w.approved()
	w.Store = sleepyStore{Store: w.store, sleep: func() { w.passes(15 * time.Second) }}
	w.works()
	w.stands(r.ID, approvals.Issued)
	if w.issues != 1 || w.count(approvals.EventNotSent) != 0 {
		t.Errorf("asked %d times", w.issues)
	}
}

// And one that is always too old ends in words too.
func TestAnIntentThatIsAlwaysTooOldEndsInWords(t *testing.T) {
	w := newWorld(t)
	r := w.approved()
	w.Store = sleepyStore{Store: w.store, sleep: func() { w.passes(30 * time.Second) }}
	w.worksFor(10)
	r = w.stands(r.ID, approvals.Failed)
	if r.Refusal.Code != approvals.TooSlow || w.issues != 0 || w.count(approvals.EventNotSent) != 2 {
		t.Errorf("%+v after %d", r.Refusal, w.count(approvals.EventNotSent))
	}
}
