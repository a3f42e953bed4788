package approvalstest

import (
	"errors"
	"testing"
	"time"

	"olbot/approvals"
)

var leasePromises = []promise{
	{"makes a job due again when its lease runs out", func(t *testing.T, s *subject) {
		enqueue(t, s, show("OTP-0000-0001", start))
		claimOne(t, s, start, approvals.JobShow)
		noneDue(t, s, start.Add(lease-1), approvals.JobShow)
		check(t, "attempt", claimOne(t, s, start.Add(lease), approvals.JobShow).Attempt, 1)
	}},
	{"gives out a job whose lease ran out in its turn", func(t *testing.T, s *subject) {
		enqueue(t, s, show("lost", start))
		claimOne(t, s, start, approvals.JobShow)
		enqueue(t, s, show("before", start.Add(lease-1)), show("after", start.Add(lease+1)))
		check(t, "claimed", requests(claim(t, s, start.Add(time.Hour), approvals.JobShow)), "[before lost after]")
	}},
	{"keeps a lease as long as it is extended", func(t *testing.T, s *subject) {
		enqueue(t, s, show("OTP-0000-0001", start))
		j := claimOne(t, s, start, approvals.JobShow)
		if err := s.Extend(t.Context(), j, start.Add(2*lease)); err != nil {
			t.Fatal(err)
		}
		noneDue(t, s, start.Add(2*lease-1), approvals.JobShow)
		claimOne(t, s, start.Add(2*lease), approvals.JobShow)
	}},
	{"keeps a lease although the job is enqueued again", func(t *testing.T, s *subject) {
		enqueue(t, s, show("OTP-0000-0001", start))
		j := claimOne(t, s, start, approvals.JobShow)
		enqueue(t, s, show("OTP-0000-0001", start))
		if err := s.Extend(t.Context(), j, start.Add(2*lease)); err != nil {
			t.Error(err)
		}
		noneDue(t, s, start.Add(lease), approvals.JobShow)
	}},
	{"does not hear a worker whose job another has", func(t *testing.T, s *subject) {
		enqueue(t, s, show("OTP-0000-0001", start))
		stale := claimOne(t, s, start, approvals.JobShow)
		j := claimOne(t, s, start.Add(lease), approvals.JobShow)
		refusesStale(t, s, stale)
		finish(t, s, j)
	}},
	{"does not hear a worker that has given its job back", func(t *testing.T, s *subject) {
		enqueue(t, s, show("OTP-0000-0001", start))
		stale := claimOne(t, s, start, approvals.JobShow)
		retry(t, s, stale, start)
		refusesStale(t, s, stale)
		j := claimOne(t, s, start, approvals.JobShow)
		refusesStale(t, s, stale)
		finish(t, s, j)
		refusesStale(t, s, j)
	}},
	{"does not take a worker for that of the next job of the name", func(t *testing.T, s *subject) {
		enqueue(t, s, show("OTP-0000-0001", start))
		stale := claimOne(t, s, start, approvals.JobShow)
		finish(t, s, claimOne(t, s, start.Add(lease), approvals.JobShow))
		enqueue(t, s, show("OTP-0000-0001", start))
		j := claimOne(t, s, start, approvals.JobShow)
		check(t, "attempt", j.Attempt, stale.Attempt)
		refusesStale(t, s, stale)
		finish(t, s, j)
	}},
	{"does not take a worker for that of the job enqueued meanwhile", func(t *testing.T, s *subject) {
		enqueue(t, s, show("OTP-0000-0001", start))
		stale := claimOne(t, s, start, approvals.JobShow)
		enqueue(t, s, show("OTP-0000-0001", start))
		finish(t, s, claimOne(t, s, start.Add(lease), approvals.JobShow))
		enqueue(t, s, show("OTP-0000-0001", start))
		j := claimOne(t, s, start, approvals.JobShow)
		refusesStale(t, s, stale)
		finish(t, s, j)
	}},
	{"keeps what was enqueued for later over a lease that ran out", func(t *testing.T, s *subject) {
		enqueue(t, s, show("OTP-0000-0001", start))
		claimOne(t, s, start, approvals.JobShow)
		enqueue(t, s, show("OTP-0000-0001", start.Add(time.Hour)))
		finish(t, s, claimOne(t, s, start.Add(lease), approvals.JobShow))
		noneDue(t, s, start.Add(time.Hour-1), approvals.JobShow)
		claimOne(t, s, start.Add(time.Hour), approvals.JobShow)
	}},
	{"takes a job that was lost and enqueued meanwhile as one", func(t *testing.T, s *subject) {
		enqueue(t, s, show("OTP-0000-0001", start))
		claimOne(t, s, start, approvals.JobShow)
		enqueue(t, s, show("OTP-0000-0001", start.Add(time.Second)))
		finish(t, s, claimOne(t, s, start.Add(lease), approvals.JobShow))
		noneDue(t, s, start.Add(time.Hour), approvals.JobShow)
	}},
	{"does not hear of a job that was never given out", func(t *testing.T, s *subject) {
		enqueue(t, s, show("OTP-0000-0001", start))
		refusesStale(t, s, show("OTP-0000-0001", start))
		refusesStale(t, s, show("OTP-0000-0002", start))
		claimOne(t, s, start, approvals.JobShow)
	}},
	{"makes a job due at once that was leased when its only process died", func(t *testing.T, s *subject) {
		if s.h.Replica != nil {
			return // with replicas the lease has to run out
		}
		enqueue(t, s, show("OTP-0000-0001", start))
		stale := claimOne(t, s, start, approvals.JobShow)
		s.reopen(t)
		check(t, "attempt", claimOne(t, s, start, approvals.JobShow).Attempt, 1)
		refusesStale(t, s, stale)
	}},
}

// refusesStale checks that nothing the worker says of the job is heard.
func refusesStale(t *testing.T, s approvals.Store, j approvals.Job) {
	t.Helper()
	for name, err := range map[string]error{
		"Extend": s.Extend(t.Context(), j, start.Add(time.Hour)),
		"Finish": s.Finish(t.Context(), j),
		"Retry":  s.Retry(t.Context(), j, start.Add(time.Hour)),
	} {
		if !errors.Is(err, approvals.ErrLeaseLost) {
			t.Errorf("%s: %v, want ErrLeaseLost", name, err)
		}
	}
}
