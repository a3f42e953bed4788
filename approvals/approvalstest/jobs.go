package approvalstest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"olbot/approvals"
)

var allKinds = []approvals.JobKind{
	approvals.JobResolve, approvals.JobShow, approvals.JobIssue, approvals.JobExpire, approvals.JobLapse,
	approvals.JobClose, approvals.JobSink, approvals.JobWatch, approvals.JobPrune,
}

const lease = 6 * time.Second

func show(id approvals.ID, at time.Time) approvals.Job {
	return approvals.Job{Kind: approvals.JobShow, Request: id, RunAt: at}
}

func enqueue(t *testing.T, s approvals.Store, jobs ...approvals.Job) {
	t.Helper()
	if err := s.Enqueue(t.Context(), jobs...); err != nil {
		t.Fatalf("enqueue: %v", err)
	}
}

// claim leases every job of the kinds that is due.
func claim(t *testing.T, s approvals.Store, now time.Time, kinds ...approvals.JobKind) []approvals.Job {
	t.Helper()
	jobs, err := s.Claim(t.Context(), kinds, 1000, now, lease)
	if err != nil {
		t.Fatalf("claim: %v", err)
	}
	return jobs
}

// claimOne leases the one job of the kind that has to be due.
func claimOne(t *testing.T, s approvals.Store, now time.Time, kind approvals.JobKind) approvals.Job {
	t.Helper()
	jobs := claim(t, s, now, kind)
	if len(jobs) != 1 {
		t.Fatalf("due at %v: %+v, want one %s job", now.Sub(start), jobs, kind)
	}
	return jobs[0]
}

func finish(t *testing.T, s approvals.Store, jobs ...approvals.Job) {
	t.Helper()
	for _, j := range jobs {
		if err := s.Finish(t.Context(), j); err != nil {
			t.Fatalf("finish %s: %v", j.Kind, err)
		}
	}
}

func retry(t *testing.T, s approvals.Store, j approvals.Job, at time.Time) {
	t.Helper()
	if err := s.Retry(t.Context(), j, at); err != nil {
		t.Fatalf("retry %s: %v", j.Kind, err)
	}
}

// noneDue fails the test if a job of the kind is due.
func noneDue(t *testing.T, s approvals.Store, now time.Time, kind approvals.JobKind) {
	t.Helper()
	if jobs := claim(t, s, now, kind); len(jobs) != 0 {
		t.Errorf("due at %v: %+v, want none", now.Sub(start), jobs)
	}
}

// requests names the jobs' requests, in order.
func requests(jobs []approvals.Job) string {
	names := []approvals.ID{}
	for _, j := range jobs {
		names = append(names, j.Request)
	}
	return fmt.Sprint(names)
}

var jobPromises = []promise{
	{"gives a job out when it is due, not before", func(t *testing.T, s *subject) {
		enqueue(t, s, show("OTP-0000-0001", start))
		noneDue(t, s, start.Add(-1), approvals.JobShow)
		j := claimOne(t, s, start, approvals.JobShow)
		check(t, "request", j.Request, "OTP-0000-0001")
		check(t, "attempt", j.Attempt, 1)
		check(t, "due", j.RunAt.Equal(start), true)
	}},
	{"knows one job of a kind for a request", func(t *testing.T, s *subject) {
		enqueue(t, s, show("OTP-0000-0001", start), show("OTP-0000-0001", start), show("OTP-0000-0002", start))
		enqueue(t, s, show("OTP-0000-0001", start))
		check(t, "claimed", len(claim(t, s, start, approvals.JobShow)), 2)
	}},
	{"keeps the earlier of two times", func(t *testing.T, s *subject) {
		enqueue(t, s, show("later", start.Add(time.Hour)), show("sooner", start))
		enqueue(t, s, show("later", start), show("sooner", start.Add(time.Hour)))
		check(t, "claimed", len(claim(t, s, start, approvals.JobShow)), 2)
	}},
	{"keeps jobs of a kind apart by request, and of a request by kind", func(t *testing.T, s *subject) {
		enqueue(t, s, show("", start), show("OTP-0000-0001", start),
			approvals.Job{Kind: approvals.JobIssue, Request: "OTP-0000-0001", RunAt: start})
		check(t, "claimed", len(claim(t, s, start, approvals.JobShow, approvals.JobIssue)), 3)
	}},
	{"gives out the kinds asked for and no others", func(t *testing.T, s *subject) {
		enqueue(t, s, show("OTP-0000-0001", start), approvals.Job{Kind: approvals.JobIssue, Request: "OTP-0000-0001", RunAt: start})
		check(t, "claimed", claimOne(t, s, start, approvals.JobIssue).Kind, approvals.JobIssue)
		check(t, "of no kind", len(claim(t, s, start)), 0)
		check(t, "of another kind", len(claim(t, s, start, approvals.JobPrune)), 0)
	}},
	{"gives out those due first first, and no more than asked for", func(t *testing.T, s *subject) {
		for i, after := range []time.Duration{3, 1, 5, 2, 4} {
			enqueue(t, s, show(approvals.ID(fmt.Sprint(after)), start.Add(after*time.Second)))
			_ = i
		}
		for _, want := range []string{"[1ns 2ns]", "[3ns 4ns]", "[5ns]", "[]"} {
			jobs, err := s.Claim(t.Context(), []approvals.JobKind{approvals.JobShow}, 2, start.Add(time.Minute), lease)
			if err != nil {
				t.Fatal(err)
			}
			check(t, "claimed", requests(jobs), want)
		}
	}},
	{"gives out none if none or fewer are asked for", func(t *testing.T, s *subject) {
		enqueue(t, s, show("OTP-0000-0001", start))
		for _, n := range []int{0, -1} {
			jobs, err := s.Claim(t.Context(), allKinds, n, start, lease)
			if err != nil || len(jobs) != 0 {
				t.Errorf("Claim of %d: %+v, %v", n, jobs, err)
			}
		}
	}},
	{"gives no job to two workers", func(t *testing.T, s *subject) {
		const n = 120
		for i := range n {
			enqueue(t, s, show(approvals.ID(fmt.Sprint(i)), start))
		}
		stores := s.replicas(t)
		var mu sync.Mutex
		taken := map[approvals.ID]int{}
		together(12, func(i int) {
			for {
				jobs, err := stores[i%len(stores)].Claim(t.Context(), allKinds, 3, start, lease)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				for _, j := range jobs {
					taken[j.Request]++
				}
				over := len(taken) == n
				mu.Unlock()
				if over {
					return
				}
			}
		})
		for id, times := range taken {
			check(t, "job "+string(id)+" claimed", times, 1)
		}
	}},
	{"runs a job once more that was enqueued while it was worked, as a new one", func(t *testing.T, s *subject) {
		enqueue(t, s, show("OTP-0000-0001", start))
		j := claimOne(t, s, start, approvals.JobShow)
		enqueue(t, s, show("OTP-0000-0001", start))
		enqueue(t, s, show("OTP-0000-0001", start))
		noneDue(t, s, start, approvals.JobShow)
		finish(t, s, j)
		again := claimOne(t, s, start, approvals.JobShow)
		check(t, "attempt", again.Attempt, 1)
		finish(t, s, again)
		noneDue(t, s, start.Add(time.Hour), approvals.JobShow)
	}},
	{"runs a job at its later time that was enqueued while it was worked", func(t *testing.T, s *subject) {
		enqueue(t, s, show("OTP-0000-0001", start))
		j := claimOne(t, s, start, approvals.JobShow)
		enqueue(t, s, show("OTP-0000-0001", start.Add(time.Hour)))
		finish(t, s, j)
		noneDue(t, s, start.Add(time.Hour-1), approvals.JobShow)
		claimOne(t, s, start.Add(time.Hour), approvals.JobShow)
	}},
	{"removes a job that is finished", func(t *testing.T, s *subject) {
		enqueue(t, s, show("OTP-0000-0001", start))
		finish(t, s, claimOne(t, s, start, approvals.JobShow))
		noneDue(t, s, start.Add(time.Hour), approvals.JobShow)
		enqueue(t, s, show("OTP-0000-0001", start))
		check(t, "attempt", claimOne(t, s, start, approvals.JobShow).Attempt, 1)
	}},
	{"gives a job back for its time", func(t *testing.T, s *subject) {
		enqueue(t, s, show("OTP-0000-0001", start))
		retry(t, s, claimOne(t, s, start, approvals.JobShow), start.Add(time.Minute))
		noneDue(t, s, start.Add(time.Minute-1), approvals.JobShow)
		j := claimOne(t, s, start.Add(time.Minute), approvals.JobShow)
		check(t, "attempt", j.Attempt, 2)
		check(t, "due", j.RunAt.Equal(start.Add(time.Minute)), true)
	}},
	{"counts the tries that its workers say to count", func(t *testing.T, s *subject) {
		enqueue(t, s, show("OTP-0000-0001", start))
		for _, want := range []int64{1, 2, 3} {
			j := claimOne(t, s, start, approvals.JobShow)
			check(t, "attempt", j.Attempt, want)
			retry(t, s, j, start)
		}
		j := claimOne(t, s, start, approvals.JobShow)
		j.Attempt--
		retry(t, s, j, start)
		check(t, "attempt", claimOne(t, s, start, approvals.JobShow).Attempt, 4)
	}},
	{"gives a job back for an earlier time if it was enqueued meanwhile", func(t *testing.T, s *subject) {
		enqueue(t, s, show("OTP-0000-0001", start))
		j := claimOne(t, s, start, approvals.JobShow)
		enqueue(t, s, show("OTP-0000-0001", start.Add(time.Second)))
		retry(t, s, j, start.Add(time.Minute))
		claimOne(t, s, start.Add(time.Second), approvals.JobShow)
	}},
}
