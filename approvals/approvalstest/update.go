package approvalstest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"olbot/approvals"
)

var updatePromises = []promise{
	{"gives fn the request as it is and stores what it makes", func(t *testing.T, s *subject) {
		made := create(t, s, "OTP-0000-0001", joe.Slack)
		got := update(t, s, made.ID, func(r approvals.Request) (approvals.Change, error) {
			if !reflect.DeepEqual(r, made) {
				t.Errorf("fn was given\n%+v, want\n%+v", r, made)
			}
			return ask(joe, ana, start)(r)
		})
		check(t, "version", got.Version, 2)
		check(t, "state", got.State, approvals.Pending)
		read, err := s.Request(t.Context(), made.ID)
		if err != nil || !reflect.DeepEqual(read, got) {
			t.Errorf("Request returned\n%+v, %v, Update\n%+v", read, err, got)
		}
		check(t, "events", len(events(t, s)), 2)
	}},
	{"counts a version for each change", func(t *testing.T, s *subject) {
		create(t, s, "OTP-0000-0001", joe.Slack)
		r := update(t, s, "OTP-0000-0001", ask(joe, ana, start), approve(start))
		check(t, "version", r.Version, 3)
	}},
	{"stores nothing if the change is zero", func(t *testing.T, s *subject) {
		made := create(t, s, "OTP-0000-0001", joe.Slack)
		got, err := s.Update(t.Context(), made.ID, []string{"envelope 1"}, func(approvals.View, approvals.Request) (approvals.Change, error) {
			return approvals.Change{}, nil
		})
		if err != nil || !reflect.DeepEqual(got, made) {
			t.Errorf("%+v, %v, want the request as it was", got, err)
		}
		check(t, "events", len(events(t, s)), 1)
		if _, err := s.Delivered(t.Context(), "envelope 1"); !errors.Is(err, approvals.ErrNotFound) {
			t.Errorf("the key was stored: %v", err)
		}
	}},
	{"returns the error of fn as it is and stores nothing", func(t *testing.T, s *subject) {
		made := create(t, s, "OTP-0000-0001", joe.Slack)
		why := &approvals.Refusal{Code: approvals.NotYours}
		_, err := s.Update(t.Context(), made.ID, []string{"envelope 1"}, func(_ approvals.View, r approvals.Request) (approvals.Change, error) {
			c, _ := ask(joe, ana, start)(r)
			return c, why
		})
		if err != error(why) {
			t.Errorf("%v, want the refusal itself", err)
		}
		if r, err := s.Request(t.Context(), made.ID); err != nil || !reflect.DeepEqual(r, made) {
			t.Errorf("the request became %+v, %v", r, err)
		}
		check(t, "events", len(events(t, s)), 1)
	}},
	{"does not find a request that is not there", func(t *testing.T, s *subject) {
		_, err := s.Update(t.Context(), "OTP-0000-0001", nil, func(_ approvals.View, r approvals.Request) (approvals.Change, error) {
			t.Error("fn was called")
			return approvals.Change{}, nil
		})
		if !errors.Is(err, approvals.ErrNotFound) {
			t.Errorf("%v, want ErrNotFound", err)
		}
	}},
	{"returns the stored request for a delivery that came before", func(t *testing.T, s *subject) {
		create(t, s, "OTP-0000-0001", joe.Slack)
		press := func() (approvals.Request, error) {
			return s.Update(t.Context(), "OTP-0000-0001", []string{"envelope 1", "envelope 1"},
				func(_ approvals.View, r approvals.Request) (approvals.Change, error) { return ask(joe, ana, start)(r) })
		}
		if _, err := press(); err != nil {
			t.Fatal(err)
		}
		r, err := press()
		if !errors.Is(err, approvals.ErrDuplicate) || r.State != approvals.Pending || r.Version != 2 {
			t.Errorf("%+v, %v, want the request as it is and ErrDuplicate", r, err)
		}
		if id, err := s.Delivered(t.Context(), "envelope 1"); err != nil || id != "OTP-0000-0001" {
			t.Errorf("Delivered: %q, %v", id, err)
		}
		check(t, "events", len(events(t, s)), 2)
	}},
	{"says of a delivery that only an event came of that it is a duplicate", func(t *testing.T, s *subject) {
		create(t, s, "OTP-0000-0001", joe.Slack)
		note(t, s, start, "envelope 1")
		r, err := s.Update(t.Context(), "OTP-0000-0001", []string{"envelope 1"},
			func(_ approvals.View, r approvals.Request) (approvals.Change, error) { return ask(joe, ana, start)(r) })
		if !errors.Is(err, approvals.ErrDuplicate) || r.ID != "" {
			t.Errorf("%+v, %v, want no request and ErrDuplicate", r, err)
		}
	}},
	{"lets one of fifty decisions take effect (invariant 3)", func(t *testing.T, s *subject) {
		create(t, s, "OTP-0000-0001", joe.Slack)
		update(t, s, "OTP-0000-0001", ask(joe, ana, start))
		stores := s.replicas(t)
		var decided, refused atomic.Int64
		together(50, func(i int) {
			decide := []step{approve(start), deny(start)}[i%2]
			_, err := stores[i%len(stores)].Update(t.Context(), "OTP-0000-0001", []string{fmt.Sprint("envelope ", i)},
				func(_ approvals.View, r approvals.Request) (approvals.Change, error) {
					return decide(r)
				})
			why, no := errors.AsType[*approvals.Refusal](err)
			switch {
			case err == nil:
				decided.Add(1)
			case no && why.Code == approvals.TooLate:
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
		check(t, "decided", decided.Load(), 1)
		check(t, "refused", refused.Load(), 49)
		check(t, "events", len(events(t, s)), 3)
		r, err := s.Request(t.Context(), "OTP-0000-0001")
		if err != nil || r.Version != 3 {
			t.Errorf("version %d, %v, want 3", r.Version, err)
		}
	}},
	{"loses no change of many at once", func(t *testing.T, s *subject) {
		create(t, s, "OTP-0000-0001", joe.Slack)
		stores := s.replicas(t)
		together(30, func(i int) {
			_, err := stores[i%len(stores)].Update(t.Context(), "OTP-0000-0001", nil,
				func(_ approvals.View, r approvals.Request) (approvals.Change, error) {
					r.Attempt++
					return approvals.Change{Request: r, Event: approvals.Event{At: start, Kind: approvals.EventCodeWanted, Request: r.ID}}, nil
				})
			if err != nil {
				t.Error(err)
			}
		})
		r, err := s.Request(t.Context(), "OTP-0000-0001")
		if err != nil || r.Attempt != 30 || r.Version != 31 {
			t.Errorf("attempt %d, version %d, %v, want 30 and 31", r.Attempt, r.Version, err)
		}
	}},
	{"lists the open requests of an agent, oldest first", func(t *testing.T, s *subject) {
		createAt(t, s, "OTP-0000-0003", joe.Slack, start.Add(2))
		createAt(t, s, "OTP-0000-0001", joe.Slack, start.Add(1))
		createAt(t, s, "OTP-0000-0002", joe.Slack, start)
		create(t, s, "OTP-0000-0004", "U0OTHER")
		create(t, s, "OTP-0000-0005", joe.Slack)
		update(t, s, "OTP-0000-0005", ask(joe, ana, start), deny(start))
		update(t, s, "OTP-0000-0002", ask(joe, ana, start))
		check(t, "by Slack id", ids(t, s, joe.Slack), "[OTP-0000-0002 OTP-0000-0001 OTP-0000-0003]")
		check(t, "by the organisation's id", ids(t, s, joe.SlackOrg), "[OTP-0000-0002]")
		check(t, "of nobody", ids(t, s, ""), "[]")
		check(t, "of a stranger", ids(t, s, "U0NOBODY"), "[]")
	}},
}

func ids(t *testing.T, s approvals.Store, agent string) string {
	t.Helper()
	open, err := s.OpenRequests(t.Context(), agent)
	if err != nil {
		t.Fatal(err)
	}
	names := []approvals.ID{}
	for _, r := range open {
		names = append(names, r.ID)
	}
	return fmt.Sprint(names)
}

func cancelled(t *testing.T) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), time.Hour)
}
