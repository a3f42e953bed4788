package sqlstore_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"olbot/approvals"
	"olbot/internal/sqlstore"
	"olbot/internal/trailkey"
)

// must opens the database with those keys.
func must(t *testing.T, url string, keys trailkey.Ring) *sqlstore.Store {
	t.Helper()
	s, err := openWith(t, url, keys)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func creates(t *testing.T, s *sqlstore.Store, ids ...approvals.ID) {
	t.Helper()
	for _, id := range ids {
		if _, err := s.Create(t.Context(), nil, making(id, approvals.Received)); err != nil {
			t.Fatal(err)
		}
	}
}

// alarmed lists what the trail was told of, as the audit channel gets it.
func alarmed(t *testing.T, s *sqlstore.Store) (of []approvals.ID, told []int64) {
	t.Helper()
	for range 2 { // the second time with the alarm that the first has raised
		events, err := s.Events(t.Context(), 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		of, told = nil, nil
		for _, e := range events {
			told = append(told, e.Number)
			if e.Kind == approvals.EventTampered {
				of = append(of, e.Request)
			}
		}
	}
	return of, told
}

// TestAKeyThatNobodyHasIsAnIntruders (invariant 11): naming one neither keeps olbot from
// being ready nor from raising the alarm.
func TestAKeyThatNobodyHasIsAnIntruders(t *testing.T) {
	const forged = `'deadbeef:00'`
	history := func(s *sqlstore.Store, id approvals.ID) error {
		_, err := s.Update(t.Context(), id, nil, func(v approvals.View, _ approvals.Request) (approvals.Change, error) {
			_, err := v.History(id)
			return approvals.Change{}, err
		})
		return err
	}
	request := func(s *sqlstore.Store, id approvals.ID) error { _, err := s.Request(t.Context(), id); return err }
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		for _, c := range []struct {
			name, change string
			reads        func(*sqlstore.Store, approvals.ID) error
			leftOut      bool
		}{
			{"an event", `UPDATE events SET mac = ` + forged + ` WHERE number = 2`, history, true},
			{"a row", `UPDATE requests SET mac = ` + forged + ` WHERE id = 'OTP-0000-0002'`, request, false},
		} {
			u := url(t)
			s := must(t, u, testKeys)
			creates(t, s, "OTP-0000-0001", "OTP-0000-0002", "OTP-0000-0003")
			if err := s.Close(); err != nil { // what it has stored itself it does not read again
				t.Fatal(err)
			}
			s = must(t, u, testKeys)
			if err := s.Exec(t.Context(), c.change); err != nil {
				t.Fatal(err)
			}
			if err := c.reads(s, "OTP-0000-0002"); !errors.Is(err, approvals.ErrTampered) {
				t.Errorf("%s: %v, want ErrTampered", c.name, err)
			}
			of, told := alarmed(t, s)
			if !slices.Contains(of, "OTP-0000-0002") || slices.Contains(told, 2) == c.leftOut {
				t.Errorf("%s: alarms of %q, events %v", c.name, of, told)
			}
			if id := s.KeyUnknown(); id != "" {
				t.Errorf("%s: this process is said to lack %s", c.name, id)
			}
		}
	})
}

// TestAnEventOfAnIntruderAtTheEndIsFoundWhenTheTrailGoesOn (invariant 11): until a replica
// that has the key has stored something, it may be another olbot's.
func TestAnEventOfAnIntruderAtTheEndIsFoundWhenTheTrailGoesOn(t *testing.T) {
	t.Run("with a replica", func(t *testing.T) { foundAtTheEnd(t, true) })
	t.Run("alone", func(t *testing.T) { foundAtTheEnd(t, false) })
}

func foundAtTheEnd(t *testing.T, replica bool) {
	url := postgresURL(t)
	one, other := must(t, url, testKeys), must(t, url, testKeys)
	creates(t, one, "OTP-0000-0001")
	if err := other.Writable(t.Context()); err != nil { // it has met the first
		t.Fatal(err)
	}
	hash := sqlstore.Chain("", `{"number":2}`)
	for _, q := range []string{
		`INSERT INTO events (number, at, kind, request, body, prev, hash, mac) VALUES (2, 1, 'approved', '', '{"number":2}', '', '` + hash + `', 'deadbeef:00')`,
		`UPDATE trail_head SET number = 2, hash = '` + hash + `'`,
	} {
		if err := one.Exec(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	if err := one.Writable(t.Context()); err != nil {
		t.Fatal(err)
	}
	if events, err := one.Events(t.Context(), 0, 10); err != nil || len(events) != 1 || one.KeyUnknown() != "deadbeef" {
		t.Errorf("%+v, %v, lacking %q", events, err, one.KeyUnknown())
	}
	if _, err := one.Events(t.Context(), 1, 10); !errors.Is(err, approvals.ErrUnknownKey) {
		t.Errorf("%v, want ErrUnknownKey", err)
	}
	found := func() {
		t.Helper()
		if err := one.Writable(t.Context()); err != nil {
			t.Fatal(err)
		}
		of, told := alarmed(t, one)
		if len(of) != 1 || slices.Contains(told, 2) || one.KeyUnknown() != "" {
			t.Errorf("alarms of %q, events %v, lacking %q", of, told, one.KeyUnknown())
		}
	}
	if !replica { // or until nobody else has stored anything for long
		for range 200 {
			if err := one.Record(t.Context(), nil, approvals.Event{At: time.Now(), Kind: approvals.EventShown}); err != nil {
				t.Fatal(err)
			}
		}
		found()
		return
	}
	creates(t, other, "OTP-0000-0003")
	found()
}

// TestAKeyThatWasTakenOutIsNobodysFault: events of it are told as they stand, and a record
// that is still needed says which key is missing.
func TestAKeyThatWasTakenOutIsNobodysFault(t *testing.T) {
	onEach(t, func(t *testing.T, newURL func(*testing.T) string) {
		url := newURL(t)
		closed(t, url, keysOf("aaaa"))
		s := must(t, url, keysOf("bbbb", "aaaa"))
		creates(t, s, "OTP-0000-0002")
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = must(t, url, keysOf("bbbb"))
		if of, told := alarmed(t, s); len(of) != 0 || len(told) != 2 || s.KeyUnknown() != "" {
			t.Errorf("alarms of %q, events %v, lacking %q", of, told, s.KeyUnknown())
		}
		if _, err := s.Request(t.Context(), "OTP-0000-0001"); !errors.Is(err, approvals.ErrUnknownKey) || s.KeyUnknown() != keysOf("aaaa").IDs()[0] {
			t.Errorf("%v, lacking %q", err, s.KeyUnknown())
		}
		if of, _ := alarmed(t, s); len(of) != 0 {
			t.Errorf("alarms of %q", of)
		}
	})
}

// TestTheFirstReplicaDecidesTheKey (invariant 11): one that began at the same moment with
// another key stores nothing beside it.
func TestTheFirstReplicaDecidesTheKey(t *testing.T) {
	url := postgresURL(t)
	first, second := must(t, url, keysOf("aaaa")), must(t, url, keysOf("bbbb"))
	if err := second.Writable(t.Context()); err != nil {
		t.Error(err)
	}
	creates(t, first, "OTP-0000-0001")
	for range 2 {
		_, err := second.Create(t.Context(), nil, making("OTP-0000-0002", approvals.Received))
		if e, ok := errors.AsType[*sqlstore.OpenError](err); !ok || e.Kind != sqlstore.WrongKey {
			t.Errorf("%v, want %s", err, sqlstore.WrongKey)
		}
	}
	creates(t, first, "OTP-0000-0003")
	if result, err := first.Verify(t.Context(), nil); err != nil || len(result.Faults) > 0 || result.Events != 2 {
		t.Errorf("%+v, %v", result, err)
	}
}

// TestAnEventInTheWayOfTheNextIsNoticed: nothing can be stored, although the database takes writes.
func TestAnEventInTheWayOfTheNextIsNoticed(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		s := must(t, url(t), testKeys)
		creates(t, s, "OTP-0000-0001")
		if err := s.Writable(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.Exec(t.Context(), `INSERT INTO events (number, at, kind, request, body, prev, hash, mac) VALUES (2, 1, 'approved', '', '{}', '', '', '')`); err != nil {
			t.Fatal(err)
		}
		if err := s.Writable(t.Context()); !errors.Is(err, sqlstore.ErrPlanted) {
			t.Errorf("%v, want ErrPlanted", err)
		}
		if err := s.Exec(t.Context(), `DELETE FROM events WHERE number = 2`); err != nil {
			t.Fatal(err)
		}
		if err := s.Writable(t.Context()); err != nil {
			t.Error(err)
		}
		creates(t, s, "OTP-0000-0002")
	})
}

// TestAKeyWhoseEventsAreMixedWithAnothersIsNeeded: replicas that are restarted one by one with
// another order of keys write in turn. Without the old key its events among the new ones are
// an intruder's.
func TestAKeyWhoseEventsAreMixedWithAnothersIsNeeded(t *testing.T) {
	url := postgresURL(t)
	old, fresh := must(t, url, keysOf("aaaa", "bbbb")), must(t, url, keysOf("bbbb", "aaaa"))
	for _, s := range []*sqlstore.Store{old, fresh, old, fresh} {
		if err := s.Record(t.Context(), nil, approvals.Event{At: time.Now(), Kind: approvals.EventShown}); err != nil {
			t.Fatal(err)
		}
	}
	result, err := fresh.Verify(t.Context(), nil)
	if err = errors.Join(err, fresh.VerifyRequests(t.Context(), &result)); err != nil || len(result.Faults) > 0 || !result.Keys[0].Needed {
		t.Errorf("%+v, %v", result, err)
	}
	if result, err := must(t, url, keysOf("bbbb")).Verify(t.Context(), nil); err != nil || short(result.Faults) != "[{3 key}]" {
		t.Errorf("without the old key: %+v, %v", result, err)
	}
}
