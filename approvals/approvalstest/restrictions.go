package approvalstest

import (
	"errors"
	"fmt"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"olbot/approvals"
)

// pausing is the fn of a Restrict that pauses all codes.
func pausing(id approvals.ID, at time.Time) func(approvals.Restrictions) (approvals.Event, error) {
	return func(all approvals.Restrictions) (approvals.Event, error) { return all.PauseCodes(id, maria, true, at) }
}

func blocking(id approvals.ID, owner approvals.Person, at time.Time) func(approvals.Restrictions) (approvals.Event, error) {
	return func(all approvals.Restrictions) (approvals.Event, error) {
		return all.Block(id, owner, "somebody calls in their name", maria, true, at)
	}
}

func lifting(id approvals.ID, at time.Time) func(approvals.Restrictions) (approvals.Event, error) {
	return func(all approvals.Restrictions) (approvals.Event, error) { return all.Lift(id, joe, true, at) }
}

func restrict(t *testing.T, s approvals.Store, fn func(approvals.Restrictions) (approvals.Event, error), keys ...string) {
	t.Helper()
	if err := s.Restrict(t.Context(), keys, fn); err != nil {
		t.Fatalf("restrict: %v", err)
	}
}

// hold checks what is restricted, as it is read and as a transaction sees it.
func hold(t *testing.T, s approvals.Store, what string, want ...approvals.ID) {
	t.Helper()
	read, err := s.Restrictions(t.Context())
	if err != nil {
		t.Fatalf("restrictions: %v", err)
	}
	seen := look(t, s, approvals.View.Restrictions)
	for where, all := range map[string]approvals.Restrictions{"read": read, "in a transaction": seen} {
		var ids []approvals.ID
		for _, r := range all {
			ids = append(ids, r.ID)
		}
		check(t, what+", "+where, fmt.Sprint(ids), fmt.Sprint(want))
	}
}

var restrictionPromises = []promise{
	{"holds what was restricted until it is lifted, over a restart", func(t *testing.T, s *subject) {
		hold(t, s, "at first")
		restrict(t, s, blocking("OTP-0000-0001", ana, start))
		restrict(t, s, pausing("OTP-0000-0002", start.Add(time.Minute)))
		hold(t, s, "both", "OTP-0000-0001", "OTP-0000-0002")
		s.reopen(t)
		hold(t, s, "after a restart", "OTP-0000-0001", "OTP-0000-0002")
		restrict(t, s, lifting("OTP-0000-0001", start.Add(time.Hour)))
		hold(t, s, "the block lifted", "OTP-0000-0002")
		restrict(t, s, lifting("OTP-0000-0002", start.Add(time.Hour)))
		hold(t, s, "all lifted")
		wellChained(t, s, 4)
	}},
	{"says of a restriction all that was said when it began", func(t *testing.T, s *subject) {
		restrict(t, s, blocking("OTP-0000-0001", ana, start))
		all, err := s.Restrictions(t.Context())
		want := approvals.Restrictions{{ID: "OTP-0000-0001", Owner: ana, By: maria, At: start, Reason: "somebody calls in their name"}}
		if err != nil || !reflect.DeepEqual(all, want) {
			t.Errorf("%+v, %v, want %+v", all, err, want)
		}
	}},
	{"is not ended by the block of a request that is lifted", func(t *testing.T, s *subject) {
		restrict(t, s, blocking("OTP-0000-0009", ana, start))
		create(t, s, "OTP-0000-0001", joe.Slack)
		update(t, s, "OTP-0000-0001", ask(joe, ana, start), disown, func(r approvals.Request) (approvals.Change, error) {
			return r.Lift(approvals.Person{Slack: "U0SAM"}, true, start)
		})
		hold(t, s, "the account's block", "OTP-0000-0009")
	}},
	{"stores nothing of a restriction that is refused", func(t *testing.T, s *subject) {
		restrict(t, s, pausing("OTP-0000-0001", start))
		err := s.Restrict(t.Context(), []string{"envelope 1"}, pausing("OTP-0000-0002", start))
		if why, refused := errors.AsType[*approvals.Refusal](err); !refused || why.Code != approvals.Paused {
			t.Errorf("a second pause: %v", err)
		}
		if _, err := s.Delivered(t.Context(), "envelope 1"); !errors.Is(err, approvals.ErrNotFound) {
			t.Errorf("its key is stored: %v", err)
		}
		check(t, "events", len(events(t, s)), 1)
	}},
	{"restricts once for a delivery, and says what came of it", func(t *testing.T, s *subject) {
		restrict(t, s, blocking("OTP-0000-0001", ana, start), "envelope 1", "form 1")
		for _, keys := range [][]string{{"envelope 1"}, {"envelope 2", "form 1"}} {
			if err := s.Restrict(t.Context(), keys, blocking("OTP-0000-0002", joe, start)); !errors.Is(err, approvals.ErrDuplicate) {
				t.Errorf("with %q: %v, want ErrDuplicate", keys, err)
			}
		}
		id, err := s.Delivered(t.Context(), "form 1")
		if err != nil || id != "OTP-0000-0001" {
			t.Errorf("what came of it: %q, %v", id, err)
		}
		hold(t, s, "one", "OTP-0000-0001")
	}},
	{"lets one of many at once pause", func(t *testing.T, s *subject) {
		const n = 24
		stores := s.replicas(t)
		var paused, refused atomic.Int64
		together(n, func(i int) {
			err := stores[i%len(stores)].Restrict(t.Context(), nil, pausing(approvals.ID(fmt.Sprintf("OTP-0000-%04d", i)), start))
			if _, no := errors.AsType[*approvals.Refusal](err); no {
				refused.Add(1)
			} else if err == nil {
				paused.Add(1)
			} else {
				t.Error(err)
			}
		})
		check(t, "paused", paused.Load(), 1)
		check(t, "refused", refused.Load(), n-1)
	}},
	{"takes no command that is decided after a pause, however many at once", func(t *testing.T, s *subject) {
		const n = 24
		stores := s.replicas(t)
		var taken atomic.Int64
		together(n, func(i int) {
			store := stores[i%len(stores)]
			if i == n/2 {
				if err := store.Restrict(t.Context(), nil, pausing("OTP-9999-9999", start)); err != nil {
					t.Error(err)
				}
				return
			}
			_, err := store.Create(t.Context(), nil, func(v approvals.View) (approvals.Change, error) {
				all, err := v.Restrictions()
				if err != nil {
					return approvals.Change{}, err
				}
				if _, paused := all.Pause(); paused {
					return approvals.Change{}, &approvals.Refusal{Code: approvals.Paused}
				}
				return received(approvals.ID(fmt.Sprintf("OTP-0000-%04d", i)), joe.Slack, start), nil
			})
			if err == nil {
				taken.Add(1)
			}
		})
		before := 0
		for i, e := range events(t, s) {
			if e.Kind == approvals.EventPaused {
				before = i
			}
		}
		check(t, "commands before the pause", int64(before), taken.Load())
		check(t, "events", int64(len(events(t, s))), taken.Load()+1)
	}},
}
