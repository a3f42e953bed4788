package approvalstest

import (
	"errors"
	"fmt"
	"reflect"
	"sync/atomic"
	"testing"

	"olbot/approvals"
)

var createPromises = []promise{
	{"stores the request in version one", func(t *testing.T, s *subject) {
		want := received("OTP-0000-0001", joe.Slack, start).Request
		want.Version = 1
		got := create(t, s, want.ID, joe.Slack)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("Create returned\n%+v, want\n%+v", got, want)
		}
		read, err := s.Request(t.Context(), want.ID)
		if err != nil || !reflect.DeepEqual(read, want) {
			t.Errorf("Request returned\n%+v, %v, want\n%+v", read, err, want)
		}
	}},
	{"stores the event with the request", func(t *testing.T, s *subject) {
		create(t, s, "OTP-0000-0001", joe.Slack)
		all := events(t, s)
		if len(all) != 1 || all[0].Kind != approvals.EventReceived || all[0].Request != "OTP-0000-0001" || all[0].Number != 1 {
			t.Errorf("the trail holds %+v", all)
		}
	}},
	{"stores the jobs with the request", func(t *testing.T, s *subject) {
		create(t, s, "OTP-0000-0001", joe.Slack)
		jobs := claim(t, s, start, approvals.JobResolve, approvals.JobExpire)
		if len(jobs) != 1 || jobs[0].Kind != approvals.JobResolve || jobs[0].Request != "OTP-0000-0001" {
			t.Errorf("due at once: %+v, want the resolve job only", jobs)
		}
	}},
	{"returns the stored request for a delivery that came before", func(t *testing.T, s *subject) {
		create(t, s, "OTP-0000-0001", joe.Slack, "envelope 1", "trigger 1")
		for _, keys := range [][]string{{"envelope 1"}, {"envelope 2", "trigger 1"}} {
			r, err := s.Create(t.Context(), keys, making(received("OTP-0000-0002", joe.Slack, start)))
			if !errors.Is(err, approvals.ErrDuplicate) || r.ID != "OTP-0000-0001" {
				t.Errorf("Create with %q: %q, %v, want the first request and ErrDuplicate", keys, r.ID, err)
			}
		}
		check(t, "events", len(events(t, s)), 1)
		if _, err := s.Delivered(t.Context(), "envelope 2"); !errors.Is(err, approvals.ErrNotFound) {
			t.Errorf("a key of the refused Create was stored: %v", err)
		}
	}},
	{"stores a delivery once however often it comes at once", func(t *testing.T, s *subject) {
		stores := s.replicas(t)
		var made, duplicates atomic.Int64
		together(24, func(i int) {
			id := approvals.ID(fmt.Sprintf("OTP-0000-%04d", i))
			_, err := stores[i%len(stores)].Create(t.Context(), []string{"envelope"}, making(received(id, joe.Slack, start)))
			switch {
			case err == nil:
				made.Add(1)
			case errors.Is(err, approvals.ErrDuplicate):
				duplicates.Add(1)
			default:
				t.Error(err)
			}
		})
		check(t, "made", made.Load(), 1)
		check(t, "duplicates", duplicates.Load(), 23)
		check(t, "events", len(events(t, s)), 1)
	}},
	{"does not judge a delivery that came before anew", func(t *testing.T, s *subject) {
		create(t, s, "OTP-0000-0001", joe.Slack, "envelope 1")
		_, err := s.Create(t.Context(), []string{"envelope 1"}, func(approvals.View) (approvals.Change, error) {
			return approvals.Change{}, &approvals.Refusal{Code: approvals.AgentLimit}
		})
		if !errors.Is(err, approvals.ErrDuplicate) {
			t.Errorf("%v, want ErrDuplicate", err)
		}
	}},
	{"refuses an id that is taken", func(t *testing.T, s *subject) {
		create(t, s, "OTP-0000-0001", joe.Slack)
		_, err := s.Create(t.Context(), []string{"envelope 2"}, making(received("OTP-0000-0001", "U0OTHER", start)))
		if !errors.Is(err, approvals.ErrIDTaken) {
			t.Errorf("%v, want ErrIDTaken", err)
		}
		r, err := s.Request(t.Context(), "OTP-0000-0001")
		if err != nil || r.Agent.Slack != joe.Slack {
			t.Errorf("the first request became %+v, %v", r, err)
		}
		check(t, "events", len(events(t, s)), 1)
		if _, err := s.Delivered(t.Context(), "envelope 2"); !errors.Is(err, approvals.ErrNotFound) {
			t.Errorf("a key of the refused Create was stored: %v", err)
		}
	}},
	{"returns the error of fn as it is and stores nothing", func(t *testing.T, s *subject) {
		why := &approvals.Refusal{Code: approvals.AgentLimit}
		_, err := s.Create(t.Context(), []string{"envelope 1"}, func(approvals.View) (approvals.Change, error) {
			return received("OTP-0000-0001", joe.Slack, start), why
		})
		if err != error(why) {
			t.Errorf("%v, want the refusal itself", err)
		}
		storedNothing(t, s, "OTP-0000-0001", "envelope 1")
	}},
	{"stores nothing if the change is zero", func(t *testing.T, s *subject) {
		if _, err := s.Create(t.Context(), []string{"envelope 1"}, making(approvals.Change{})); err != nil {
			t.Fatal(err)
		}
		storedNothing(t, s, "OTP-0000-0001", "envelope 1")
	}},
	{"stores the others beside one that is refused", func(t *testing.T, s *subject) {
		stores := s.replicas(t)
		const n = 40
		together(n, func(i int) {
			id := approvals.ID(fmt.Sprintf("OTP-0000-%04d", i))
			_, err := stores[i%len(stores)].Create(t.Context(), nil, func(approvals.View) (approvals.Change, error) {
				if i%2 == 1 {
					return approvals.Change{}, &approvals.Refusal{Code: approvals.AgentLimit}
				}
				return received(id, joe.Slack, start), nil
			})
			if _, refused := errors.AsType[*approvals.Refusal](err); refused != (i%2 == 1) {
				t.Errorf("create %d: %v", i, err)
			}
		})
		check(t, "events", len(events(t, s)), n/2)
	}},
	{"says what came of a delivery", func(t *testing.T, s *subject) {
		create(t, s, "OTP-0000-0001", joe.Slack, "envelope 1")
		note(t, s, start, "envelope 2")
		id, err := s.Delivered(t.Context(), "envelope 1")
		if err != nil || id != "OTP-0000-0001" {
			t.Errorf("of a request: %q, %v", id, err)
		}
		id, err = s.Delivered(t.Context(), "envelope 2")
		if err != nil || id != "" {
			t.Errorf("of an event: %q, %v, want no request and no error", id, err)
		}
		if _, err = s.Delivered(t.Context(), "envelope 3"); !errors.Is(err, approvals.ErrNotFound) {
			t.Errorf("of nothing: %v, want ErrNotFound", err)
		}
	}},
	{"does not find a request that is not there", func(t *testing.T, s *subject) {
		for _, id := range []approvals.ID{"OTP-0000-0001", "", "\x00", "\xff"} {
			if _, err := s.Request(t.Context(), id); !errors.Is(err, approvals.ErrNotFound) {
				t.Errorf("Request(%q): %v, want ErrNotFound", id, err)
			}
		}
	}},
	{"stores nothing for a caller who has left", func(t *testing.T, s *subject) {
		ctx, leave := cancelled(t)
		leave()
		if _, err := s.Create(ctx, []string{"envelope 1"}, making(received("OTP-0000-0001", joe.Slack, start))); err == nil {
			t.Error("no error")
		}
		storedNothing(t, s, "OTP-0000-0001", "envelope 1")
	}},
	{"gives a panic of fn back and goes on", func(t *testing.T, s *subject) {
		func() {
			defer func() { check(t, "panic", recover(), any("as it was")) }()
			s.Create(t.Context(), nil, func(approvals.View) (approvals.Change, error) { panic("as it was") })
		}()
		create(t, s, "OTP-0000-0001", joe.Slack)
	}},
}

// storedNothing fails the test if anything of the request or the delivery is there.
func storedNothing(t *testing.T, s approvals.Store, id approvals.ID, key string) {
	t.Helper()
	if _, err := s.Request(t.Context(), id); !errors.Is(err, approvals.ErrNotFound) {
		t.Errorf("the request was stored: %v", err)
	}
	if _, err := s.Delivered(t.Context(), key); !errors.Is(err, approvals.ErrNotFound) {
		t.Errorf("the key was stored: %v", err)
	}
	check(t, "events", len(events(t, s)), 0)
	check(t, "jobs", len(claim(t, s, start.AddDate(1, 0, 0), allKinds...)), 0)
}
