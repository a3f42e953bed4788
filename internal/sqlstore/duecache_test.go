package sqlstore_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"olbot/approvals"
	"olbot/internal/sqlstore"
)

// claimAll is what idle pools do, for so long: each asks for jobs of its kind four times a second.
func claimAll(t *testing.T, s *sqlstore.Store, d time.Duration) (claimed []approvals.Job) {
	t.Helper()
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(time.Second / 4) {
		for _, kind := range approvals.JobKinds() {
			jobs, err := s.Claim(t.Context(), []approvals.JobKind{kind}, 4, time.Now(), time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			claimed = append(claimed, jobs...)
		}
	}
	return claimed
}

func bubble(t *testing.T, test func(t *testing.T, s *sqlstore.Store)) {
	url := sqliteURL(t)
	synctest.Test(t, func(t *testing.T) {
		s, err := sqlstore.Open(t.Context(), sqlstore.Config{Keys: testKeys, URL: url})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		test(t, s)
	})
}

func TestIdlePoolsCostOneQueryInTwoSecondsTogether(t *testing.T) {
	bubble(t, func(t *testing.T, s *sqlstore.Store) {
		if err := s.Enqueue(t.Context(), approvals.Job{Kind: approvals.JobExpire, Request: "1", RunAt: time.Now().Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		claimAll(t, s, time.Second) // the kinds become known
		before := s.Looks()
		if jobs := claimAll(t, s, time.Minute); len(jobs) > 0 {
			t.Errorf("claimed %v, which is not due", jobs)
		}
		if n := s.Looks() - before; n > 31 {
			t.Errorf("an idle minute cost %d queries, want one in two seconds", n)
		}
	})
}

func TestWhatThisProcessWritesIsFoundAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T, s *sqlstore.Store) {
		for _, id := range []approvals.ID{"1", "2", "3"} {
			claimAll(t, s, 1250*time.Millisecond) // a quarter of a second after it has looked
			if err := s.Enqueue(t.Context(), approvals.Job{Kind: approvals.JobIssue, Request: id, RunAt: time.Now()}); err != nil {
				t.Fatal(err)
			}
			jobs, err := s.Claim(t.Context(), []approvals.JobKind{approvals.JobIssue}, 4, time.Now(), time.Minute)
			if err != nil || len(jobs) != 1 {
				t.Errorf("claimed %v (%v), want the one that was just stored", jobs, err)
			}
		}
	})
}

// The time of a job that is known is not a matter of looking.
func TestAJobBecomesDueBetweenTwoLooks(t *testing.T) {
	bubble(t, func(t *testing.T, s *sqlstore.Store) {
		if err := s.Enqueue(t.Context(), approvals.Job{Kind: approvals.JobRemind, Request: "1", RunAt: time.Now().Add(2250 * time.Millisecond)}); err != nil {
			t.Fatal(err)
		}
		if jobs := claimAll(t, s, 2250*time.Millisecond); len(jobs) > 0 {
			t.Errorf("claimed %v before it was due", jobs)
		}
		if jobs := claimAll(t, s, time.Second/4); len(jobs) != 1 {
			t.Errorf("claimed %v when it was due", jobs)
		}
	})
}

func TestAJobOfAnotherProcessIsFoundWithinTwoSeconds(t *testing.T) {
	bubble(t, func(t *testing.T, s *sqlstore.Store) {
		claimAll(t, s, time.Second)
		err := s.Exec(t.Context(), `INSERT INTO jobs (kind, request, run_at, lease_until, attempt, fencing_token) VALUES ('show', '1', 1, 0, 0, 0)`)
		if err != nil {
			t.Fatal(err)
		}
		if jobs := claimAll(t, s, 2250*time.Millisecond); len(jobs) != 1 {
			t.Errorf("claimed %v, want what another process stored", jobs)
		}
	})
}

func TestAJobThatAnotherProcessTookIsNotTriedAgain(t *testing.T) {
	bubble(t, func(t *testing.T, s *sqlstore.Store) {
		if err := s.Enqueue(t.Context(), approvals.Job{Kind: approvals.JobExpire, Request: "1", RunAt: time.Now().Add(time.Second)}); err != nil {
			t.Fatal(err)
		}
		claimAll(t, s, time.Second)
		if err := s.Exec(t.Context(), `DELETE FROM jobs`); err != nil {
			t.Fatal(err)
		}
		before := s.Submitted()
		claimAll(t, s, time.Minute)
		if n := s.Submitted() - before; n != 1 {
			t.Errorf("asked for it with %d transactions", n)
		}
	})
}

// What one caller had no time for says nothing to the others.
func TestALookThatWasGivenUpIsRepeated(t *testing.T) {
	bubble(t, func(t *testing.T, s *sqlstore.Store) {
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.Claim(ended, []approvals.JobKind{approvals.JobShow}, 1, time.Now(), time.Minute); !errors.Is(err, context.Canceled) {
			t.Errorf("claimed after its time: %v", err)
		}
		if _, err := s.Claim(t.Context(), []approvals.JobKind{approvals.JobShow}, 1, time.Now(), time.Minute); err != nil {
			t.Error(err)
		}
	})
}
