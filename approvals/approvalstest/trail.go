package approvalstest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"olbot/approvals"
)

var trailPromises = []promise{
	{"numbers events without gaps in the order of their commits", func(t *testing.T, s *subject) {
		stores := s.replicas(t)
		together(12, func(i int) {
			store := stores[i%len(stores)]
			last := int64(0)
			for n := range 5 {
				id := approvals.ID(fmt.Sprintf("OTP-%04d-%04d", i, n))
				if _, err := store.Create(t.Context(), nil, making(received(id, joe.Slack, start))); err != nil {
					t.Error(err)
				}
				// What was just answered is in the trail, above all that this
				// caller had read before, and nothing below it is still to come.
				last = readOn(t, store, last, id)
			}
		})
		wellChained(t, s, 60)
	}},
	{"stores nothing twice and nothing of what was refused, numbers included", func(t *testing.T, s *subject) {
		create(t, s, "OTP-0000-0001", joe.Slack, "envelope 1")
		s.Create(t.Context(), []string{"envelope 1"}, making(received("OTP-0000-0002", joe.Slack, start)))
		s.Create(t.Context(), nil, making(received("OTP-0000-0001", joe.Slack, start)))
		create(t, s, "OTP-0000-0003", joe.Slack)
		all := wellChained(t, s, 2)
		check(t, "the last event's request", all[1].Request, "OTP-0000-0003")
	}},
	{"reads on from a number, in order, up to a limit", func(t *testing.T, s *subject) {
		for i := range 7 {
			note(t, s, start.Add(time.Duration(i)))
		}
		for _, c := range []struct {
			after int64
			limit int
			want  string
		}{{0, 3, "[1 2 3]"}, {3, 100, "[4 5 6 7]"}, {7, 10, "[]"}, {99, 10, "[]"}, {-1, 1, "[1]"}, {0, 0, "[]"}, {0, -1, "[]"}} {
			got, err := s.Events(t.Context(), c.after, c.limit)
			if err != nil {
				t.Fatal(err)
			}
			numbers := []int64{}
			for _, e := range got {
				numbers = append(numbers, e.Number)
			}
			check(t, fmt.Sprintf("events after %d, limit %d", c.after, c.limit), fmt.Sprint(numbers), c.want)
		}
	}},
	{"records an event of its own once for a delivery", func(t *testing.T, s *subject) {
		note(t, s, start, "envelope 1", "trigger 1")
		for _, keys := range [][]string{{"envelope 1"}, {"envelope 2", "trigger 1"}} {
			if err := s.Record(t.Context(), keys, refusedCommand(start)); !errors.Is(err, approvals.ErrDuplicate) {
				t.Errorf("Record with %q: %v, want ErrDuplicate", keys, err)
			}
		}
		note(t, s, start)
		wellChained(t, s, 2)
	}},
	{"tells of a command that was refused that it is a duplicate", func(t *testing.T, s *subject) {
		note(t, s, start, "envelope 1")
		r, err := s.Create(t.Context(), []string{"envelope 1"}, making(received("OTP-0000-0001", joe.Slack, start)))
		if !errors.Is(err, approvals.ErrDuplicate) || r.ID != "" {
			t.Errorf("%+v, %v, want no request and ErrDuplicate", r, err)
		}
	}},
	{"makes the feed due with every event", func(t *testing.T, s *subject) {
		for _, act := range []func(){
			func() { create(t, s, "OTP-0000-0001", joe.Slack) },
			func() { update(t, s, "OTP-0000-0001", ask(joe, ana, start)) },
			func() { note(t, s, start) },
			func() { loseFeed(t, s, true) },
			func() { keep(t, s, map[string]string{"a": "1"}); keep(t, s, map[string]string{"a": "2"}) },
		} {
			act()
			jobs := claim(t, s, start, approvals.JobSink)
			if len(jobs) != 1 || jobs[0].Request != approvals.FeedSink {
				t.Fatalf("after event %d the feed jobs due are %+v, want one", len(events(t, s)), jobs)
			}
			if err := s.Finish(t.Context(), jobs[0]); err != nil {
				t.Fatal(err)
			}
			check(t, "feed jobs after it was told", len(claim(t, s, start, approvals.JobSink)), 0)
		}
	}},
	{"leaves the feed alone while it waits to be tried again", func(t *testing.T, s *subject) {
		create(t, s, "OTP-0000-0001", joe.Slack)
		putOff(t, s, start.Add(time.Minute))
		note(t, s, start)
		check(t, "feed jobs before it is to be tried again", len(claim(t, s, start.Add(59*time.Second), approvals.JobSink)), 0)
		check(t, "feed jobs then", len(claim(t, s, start.Add(time.Minute), approvals.JobSink)), 1)
	}},
	{"tells a feed that is being told of every event", func(t *testing.T, s *subject) {
		create(t, s, "OTP-0000-0001", joe.Slack)
		jobs := claim(t, s, start, approvals.JobSink)
		note(t, s, start)
		finish(t, s, jobs...)
		check(t, "feed jobs", len(claim(t, s, start, approvals.JobSink)), 1)
	}},
	{"makes the feed due that a wrong clock has put off", func(t *testing.T, s *subject) {
		create(t, s, "OTP-0000-0001", joe.Slack)
		putOff(t, s, start.Add(24*time.Hour))
		note(t, s, start)
		check(t, "feed jobs", len(claim(t, s, start, approvals.JobSink)), 1)
	}},
	{"does not make the feed due without an event", func(t *testing.T, s *subject) {
		create(t, s, "OTP-0000-0001", joe.Slack)
		finish(t, s, claim(t, s, start, approvals.JobSink)...)
		s.Create(t.Context(), nil, making(received("OTP-0000-0001", joe.Slack, start)))
		if err := s.MoveCursor(t.Context(), approvals.FeedSink, approvals.Cursor{Through: 1}); err != nil {
			t.Fatal(err)
		}
		check(t, "feed jobs", len(claim(t, s, start, approvals.JobSink)), 0)
	}},
}

// putOff gives the job of the feed back until the time.
func putOff(t *testing.T, s *subject, at time.Time) {
	t.Helper()
	for _, j := range claim(t, s, start, approvals.JobSink) {
		retry(t, s, j, at)
	}
}

// readOn reads what the trail holds after the number until it finds the
// request, and returns the number of the last event.
func readOn(t *testing.T, s approvals.Store, after int64, id approvals.ID) int64 {
	t.Helper()
	found := false
	more, err := s.Events(t.Context(), after, 10_000)
	if err != nil {
		t.Error(err)
		return after
	}
	for _, e := range more {
		if e.Number != after+1 {
			t.Errorf("event %d follows %d", e.Number, after)
		}
		after = e.Number
		found = found || e.Request == id
	}
	if !found {
		t.Errorf("the event of %s came below one that had been read before", id)
	}
	return after
}

// wellChained reads the trail and checks that it has n events, numbered from 1
// without gaps, each with a hash of its own.
func wellChained(t *testing.T, s approvals.Store, n int) []approvals.Event {
	t.Helper()
	all := events(t, s)
	check(t, "events", len(all), n)
	seen := map[string]bool{}
	for i, e := range all {
		check(t, "number", e.Number, int64(i+1))
		if len(e.Hash) != 64 || seen[e.Hash] {
			t.Errorf("event %d has the hash %q", e.Number, e.Hash)
		}
		seen[e.Hash] = true
	}
	return all
}
