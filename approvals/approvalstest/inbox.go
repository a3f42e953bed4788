package approvalstest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"olbot/approvals"
)

// entry is what Joe asks for, as it waits in the inbox.
func entry(id approvals.ID, at time.Time, receipts ...string) approvals.Entry {
	return approvals.Entry{ID: id, At: at, Ask: approvals.Ask{
		Agent: joe.Slack, Owner: approvals.Ref{Email: ana.Email}, Validity: 5 * time.Minute, Reusable: true,
		Reason: "lost her \x00 phone", Verified: approvals.VerifiedInPerson, Receipts: receipts,
	}}
}

func receive(t *testing.T, s approvals.Store, all ...approvals.Entry) {
	t.Helper()
	for _, e := range all {
		if err := s.Receive(t.Context(), e); err != nil {
			t.Fatalf("receive %s: %v", e.ID, err)
		}
	}
}

// opening is the fn of an Open that makes a received request of every entry.
func opening(_ approvals.View, e approvals.Entry) ([]approvals.Change, error) {
	return []approvals.Change{received(e.ID, e.Ask.Agent, e.At)}, nil
}

// openAll opens until nothing is left and returns of what requests were made.
func openAll(t *testing.T, s approvals.Store, most int) (made []approvals.ID) {
	t.Helper()
	for {
		taken, stored, err := s.Open(t.Context(), most, opening)
		if err != nil {
			t.Fatalf("open: %v", err)
		}
		if taken == 0 {
			return made
		}
		for _, c := range stored {
			made = append(made, c.Request.ID)
		}
	}
}

var inboxPromises = []promise{
	{"keeps an entry as it was until it is opened", func(t *testing.T, s *subject) {
		want := entry("OTP-0000-0001", start, "envelope 1", "trigger 1")
		receive(t, s, want)
		s.reopen(t)
		check(t, "events before it is opened", len(events(t, s)), 0)
		var got []approvals.Entry
		taken, stored, err := s.Open(t.Context(), 10, func(v approvals.View, e approvals.Entry) ([]approvals.Change, error) {
			got = append(got, e)
			return opening(v, e)
		})
		if err != nil || taken != 1 || len(stored) != 1 || stored[0].Request.ID != want.ID {
			t.Fatalf("Open: %d, %+v, %v", taken, stored, err)
		}
		if last := got[len(got)-1]; !last.At.Equal(want.At) || !reflect.DeepEqual(last.Ask, want.Ask) {
			t.Errorf("opened %+v, want %+v", last, want)
		}
		if r, err := s.Request(t.Context(), want.ID); err != nil || r.State != approvals.Received || r.Version != 1 {
			t.Errorf("the request is %+v, %v", r, err)
		}
		for _, receipt := range want.Ask.Receipts {
			if id, err := s.Delivered(t.Context(), receipt); err != nil || id != want.ID {
				t.Errorf("%s: %q, %v", receipt, id, err)
			}
		}
		check(t, "due at once", len(claim(t, s, start, approvals.JobResolve)), 1)
		check(t, "opened again", len(openAll(t, s, 10)), 0)
	}},
	{"opens in order, and no more at a time than was said, but for those stored together", func(t *testing.T, s *subject) {
		var want []approvals.ID
		for i := range 7 {
			want = append(want, approvals.ID(fmt.Sprintf("OTP-0000-%04d", i)))
			receive(t, s, entry(want[i], start.Add(time.Duration(i)), fmt.Sprint("envelope ", i)))
		}
		taken, _, err := s.Open(t.Context(), 3, opening)
		if err != nil || taken != 3 {
			t.Errorf("Open took %d, %v, want 3", taken, err)
		}
		openAll(t, s, 3)
		var got []approvals.ID
		for _, e := range events(t, s) {
			got = append(got, e.Request)
		}
		if !slices.Equal(got, want) {
			t.Errorf("opened %v, want %v", got, want)
		}
	}},
	{"opens everything once, whoever opens", func(t *testing.T, s *subject) {
		stores := s.replicas(t)
		const n = 60
		together(n, func(i int) {
			receive(t, stores[i%len(stores)], entry(approvals.ID(fmt.Sprintf("OTP-0000-%04d", i)), start, fmt.Sprint("envelope ", i)))
		})
		var made atomic.Int64
		together(6, func(i int) { made.Add(int64(len(openAll(t, stores[i%len(stores)], 7)))) })
		check(t, "made", made.Load(), n)
		check(t, "events", len(events(t, s)), n)
	}},
	{"makes nothing of what was delivered before", func(t *testing.T, s *subject) {
		create(t, s, "OTP-0000-0001", joe.Slack, "envelope 1", "trigger 1")
		receive(t, s,
			entry("OTP-0000-0002", start, "envelope 2", "trigger 1"),
			entry("OTP-0000-0003", start.Add(1), "envelope 3", "trigger 3"),
			entry("OTP-0000-0004", start.Add(2), "envelope 4", "trigger 3"))
		if made := openAll(t, s, 10); !slices.Equal(made, []approvals.ID{"OTP-0000-0003"}) {
			t.Errorf("made %v", made)
		}
		check(t, "events", len(events(t, s)), 2)
	}},
	{"stores every change that is made of an entry", func(t *testing.T, s *subject) {
		receive(t, s, entry("OTP-0000-0001", start, "envelope 1"))
		_, stored, err := s.Open(t.Context(), 10, func(_ approvals.View, e approvals.Entry) ([]approvals.Change, error) {
			c := received(e.ID, e.Ask.Agent, e.At)
			end, err := c.Request.Refuse(&approvals.Refusal{Code: approvals.AgentLimit}, e.At)
			return []approvals.Change{c, end}, err
		})
		if err != nil || len(stored) != 2 {
			t.Fatalf("%d changes, %v", len(stored), err)
		}
		r, err := s.Request(t.Context(), "OTP-0000-0001")
		if err != nil || r.State != approvals.Refused || r.Version != 2 || r.Refusal.Code != approvals.AgentLimit {
			t.Errorf("the request is %+v, %v", r, err)
		}
		wellChained(t, s, 2)
	}},
	{"lets what is opened see what was opened before it", func(t *testing.T, s *subject) {
		receive(t, s, entry("OTP-0000-0001", start), entry("OTP-0000-0002", start.Add(1)), entry("OTP-0000-0003", start.Add(2)))
		var open []int
		_, _, err := s.Open(t.Context(), 10, func(v approvals.View, e approvals.Entry) ([]approvals.Change, error) {
			if e.ID == "OTP-0000-0001" {
				open = nil // it runs again
			}
			n, err := v.OpenOf(joe.Slack)
			open = append(open, n)
			c, _ := opening(v, e)
			return c, err
		})
		if err != nil || !slices.Equal(open, []int{0, 1, 2}) {
			t.Errorf("open requests of the agent: %v, %v", open, err)
		}
	}},
	{"keeps the entries if anything goes wrong", func(t *testing.T, s *subject) {
		create(t, s, "OTP-0000-0001", joe.Slack)
		receive(t, s, entry("OTP-0000-0002", start, "envelope 2"), entry("OTP-0000-0001", start.Add(1), "envelope 1"))
		if _, _, err := s.Open(t.Context(), 10, opening); !errors.Is(err, approvals.ErrIDTaken) {
			t.Errorf("an id that is taken: %v", err)
		}
		broken := errors.New("broken")
		_, _, err := s.Open(t.Context(), 10, func(v approvals.View, e approvals.Entry) ([]approvals.Change, error) {
			c, _ := opening(v, e)
			if e.ID == "OTP-0000-0001" {
				return c, broken
			}
			return c, nil
		})
		if !errors.Is(err, broken) {
			t.Errorf("%v, want the error of fn", err)
		}
		func() {
			defer func() { check(t, "panic", recover(), any("as it was")) }()
			s.Open(t.Context(), 10, func(approvals.View, approvals.Entry) ([]approvals.Change, error) { panic("as it was") })
		}()
		check(t, "events", len(events(t, s)), 1)
		_, stored, err := s.Open(t.Context(), 10, func(v approvals.View, e approvals.Entry) ([]approvals.Change, error) {
			e.ID += "9"
			return opening(v, e)
		})
		if err != nil || len(stored) != 2 {
			t.Errorf("with other ids: %d, %v", len(stored), err)
		}
	}},
	{"stores no entry for a caller who has left", func(t *testing.T, s *subject) {
		ctx, leave := cancelled(t)
		leave()
		if err := s.Receive(ctx, entry("OTP-0000-0001", start)); err == nil {
			t.Error("no error")
		}
		check(t, "opened", len(openAll(t, s, 10)), 0)
	}},
}
