package sqlstore_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"olbot/approvals"
	"olbot/internal/sqlstore"
	"olbot/internal/trailkey"
)

// openWith opens the database with those keys, and closes it when the test ends.
func openWith(t *testing.T, url string, keys trailkey.Ring) (*sqlstore.Store, error) {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), sqlstore.Config{URL: url, Keys: keys})
	if err == nil {
		t.Cleanup(func() { s.Close() })
	}
	return s, err
}

// closed fills a new database and closes it.
func closed(t *testing.T, url string, keys trailkey.Ring) {
	t.Helper()
	s, err := openWith(t, url, keys)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Create(t.Context(), nil, making("OTP-0000-0001", approvals.Received)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func opensAs(t *testing.T, url string, keys trailkey.Ring, want sqlstore.OpenErrorKind) {
	t.Helper()
	_, err := openWith(t, url, keys)
	if e, ok := errors.AsType[*sqlstore.OpenError](err); !ok || e.Kind != want || !e.AboutKey() {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestANewSQLiteDatabaseGetsAKeyOfItsOwn(t *testing.T) {
	url := sqliteURL(t)
	closed(t, url, trailkey.Ring{})
	file := sqlstore.KeyFile(url)
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info, err)
	}
	closedAgain, err := openWith(t, url, trailkey.Ring{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := closedAgain.Request(t.Context(), "OTP-0000-0001"); err != nil {
		t.Error(err)
	}
	closedAgain.Close()

	// It is never made anew where something is stored.
	if err := os.Rename(file, file+".away"); err != nil {
		t.Fatal(err)
	}
	opensAs(t, url, trailkey.Ring{}, sqlstore.NoKey)
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("there is a new key: %v", err)
	}
	opensAs(t, url, testKeys, sqlstore.WrongKey)
	for _, c := range []struct {
		text string
		mode fs.FileMode
		want sqlstore.OpenErrorKind
	}{
		{trailkey.New(), 0o644, sqlstore.BadKey}, {"no key", 0o600, sqlstore.BadKey}, {trailkey.New(), 0o600, sqlstore.WrongKey},
	} {
		if err := errors.Join(os.WriteFile(file, []byte(c.text), c.mode), os.Chmod(file, c.mode)); err != nil {
			t.Fatal(err)
		}
		opensAs(t, url, trailkey.Ring{}, c.want)
	}
}

func TestAKeyThatIsSetNeedsNoFile(t *testing.T) {
	url := sqliteURL(t)
	closed(t, url, testKeys)
	if _, err := os.Stat(sqlstore.KeyFile(url)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("there is a file: %v", err)
	}
	opensAs(t, url, trailkey.Ring{}, sqlstore.NoKey)
}

func TestPostgreSQLNeedsAKey(t *testing.T) {
	url := postgresURL(t)
	opensAs(t, url, trailkey.Ring{}, sqlstore.NoKey)
	closed(t, url, testKeys)
	opensAs(t, url, trailkey.Ring{}, sqlstore.NoKey)
	opensAs(t, url, keysOf("0123"), sqlstore.WrongKey)
}

// Somebody who can write to the database cannot keep olbot from starting, and so from
// telling of it.
func TestAPlantedLastEventKeepsNoOlbotFromStarting(t *testing.T) {
	onEach(t, func(t *testing.T, newURL func(*testing.T) string) {
		url := newURL(t)
		closed(t, url, testKeys)
		rawExec(t, url, `INSERT INTO events (number, at, kind, request, body, prev, hash, mac) VALUES (2, 1, 'approved', 'OTP-0000-0001', '{}', '', '', '00000000:00')`)
		if _, err := openWith(t, url, testKeys); err != nil {
			t.Error(err)
		}
	})
}

// TestKeysAreChangedWithoutAGap (invariant 11): add last everywhere, put first, drop.
func TestKeysAreChangedWithoutAGap(t *testing.T) {
	url := postgresURL(t)
	open := func(keys trailkey.Ring) *sqlstore.Store {
		s, err := openWith(t, url, keys)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	write := func(s *sqlstore.Store, id approvals.ID) {
		if _, err := s.Create(t.Context(), nil, making(id, approvals.Closed)); err != nil {
			t.Error(err)
		}
	}
	reads := func(s *sqlstore.Store, ids ...approvals.ID) {
		for _, id := range ids {
			if _, err := s.Request(t.Context(), id); err != nil {
				t.Errorf("%s: %v", id, err)
			}
		}
	}
	use := func(s *sqlstore.Store) (all []sqlstore.KeyUse) {
		result, err := s.Verify(t.Context(), nil)
		if err != nil || len(result.Faults) > 0 {
			t.Errorf("%v, %v", result.Faults, err)
		}
		if err := s.VerifyRequests(t.Context(), &result); err != nil {
			t.Error(err)
		}
		return result.Keys
	}
	first := open(keysOf("aaaa"))
	write(first, "OTP-0000-0001")
	second := open(keysOf("aaaa", "bbbb"))
	write(second, "OTP-0000-0002")
	reads(first, "OTP-0000-0002")
	third := open(keysOf("bbbb", "aaaa"))
	write(third, "OTP-0000-0003")
	reads(second, "OTP-0000-0003")
	if keys := use(third); len(keys) != 2 || !keys[0].Needed || keys[0].Events != 2 || keys[0].Requests != 2 || keys[1].Events != 1 {
		t.Errorf("the keys are used so: %+v", keys)
	}
	rawExec(t, url, `DELETE FROM requests WHERE id <> 'OTP-0000-0003'`) // pruned
	if keys := use(third); keys[0].Needed {
		t.Errorf("the old key is needed: %+v", keys)
	}
	fourth := open(keysOf("bbbb"))
	reads(fourth, "OTP-0000-0003")
	if keys := use(fourth); len(keys) != 2 || keys[0].Here || keys[0].Events != 2 {
		t.Errorf("the keys are used so: %+v", keys)
	}
	rawExec(t, url, `UPDATE events SET mac = REPLACE(mac, ':', ':0') WHERE number = 1`)
	if result, err := fourth.Verify(t.Context(), nil); err != nil || len(result.Faults) > 0 {
		t.Errorf("the chain vouches for what has no key any more, but %v, %v", result.Faults, err)
	}
	rawExec(t, url, `UPDATE events SET body = REPLACE(body, 'received', 'approved') WHERE number = 1`)
	if result, err := fourth.Verify(t.Context(), nil); err != nil || len(result.Faults) == 0 {
		t.Errorf("an altered event of the old key: %v, %v", result.Faults, err)
	}
}

// TestAReplicaThatLacksAKeyIsNotReady (invariant 11): it changes nothing, refuses
// nothing, and calls nobody an intruder.
func TestAReplicaThatLacksAKeyIsNotReady(t *testing.T) {
	url := postgresURL(t)
	closed(t, url, keysOf("aaaa"))
	behind, err := openWith(t, url, keysOf("aaaa"))
	if err != nil {
		t.Fatal(err)
	}
	ahead, err := openWith(t, url, keysOf("bbbb", "aaaa"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ahead.Create(t.Context(), nil, making("OTP-0000-0002", approvals.Pending)); err != nil {
		t.Fatal(err)
	}
	if id := behind.KeyUnknown(); id != "" {
		t.Errorf("it lacks %s before it has met it", id)
	}
	_, err = behind.Update(t.Context(), "OTP-0000-0002", nil, func(_ approvals.View, r approvals.Request) (approvals.Change, error) {
		t.Error("it was asked what to change")
		return approvals.Change{}, nil
	})
	if !errors.Is(err, approvals.ErrUnknownKey) || errors.Is(err, approvals.ErrTampered) {
		t.Errorf("%v, want ErrUnknownKey", err)
	}
	if id := behind.KeyUnknown(); id != keysOf("bbbb").IDs()[0] {
		t.Errorf("it lacks %q", id)
	}
	if _, err := behind.Request(t.Context(), "OTP-0000-0001"); err != nil {
		t.Error(err)
	}
	events, err := ahead.Events(t.Context(), 0, 10)
	if err != nil || len(events) != 2 {
		t.Errorf("%d events, %v", len(events), err)
	}
	if id := ahead.KeyUnknown(); id != "" {
		t.Errorf("the other lacks %s", id)
	}
}

// restricted is a database with a blocked account and a pause.
func restricted(t *testing.T, url string, keys trailkey.Ring) *sqlstore.Store {
	t.Helper()
	s, err := openWith(t, url, keys)
	if err != nil {
		t.Fatal(err)
	}
	by, at := approvals.Person{Slack: "U0SAM"}, time.Date(2026, 9, 21, 14, 13, 20, 0, time.UTC)
	for _, act := range []func(approvals.Restrictions) (approvals.Event, error){
		func(all approvals.Restrictions) (approvals.Event, error) {
			return all.Block("OTP-0000-0001", approvals.Person{OneLogin: 2}, "calls", by, true, at)
		},
		func(all approvals.Restrictions) (approvals.Event, error) {
			return all.PauseCodes("OTP-0000-0002", by, true, at)
		},
	} {
		if err := s.Restrict(t.Context(), nil, act); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// TestARestrictionThatIsChangedStopsEverything (invariant 11), and is told once.
func TestARestrictionThatIsChangedStopsEverything(t *testing.T) {
	onEach(t, func(t *testing.T, url func(t *testing.T) string) {
		for _, change := range []string{
			`UPDATE events SET body = REPLACE(body, '"kind":"paused"', '"kind":"resumed"') WHERE number = 2`,
			`UPDATE events SET mac = '' WHERE number = 1`,
			`UPDATE events SET number = 9 WHERE number = 1`,
			`UPDATE events SET kind = 'shown' WHERE number = 1`,
			`DELETE FROM events WHERE number = 1`,
		} {
			s := restricted(t, url(t), testKeys)
			if all, err := s.Restrictions(t.Context()); err != nil || len(all) != 2 {
				t.Fatalf("%+v, %v", all, err)
			}
			if err := s.Exec(t.Context(), change); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if all, err := s.Restrictions(t.Context()); !errors.Is(err, approvals.ErrTampered) || len(all) > 0 {
					t.Errorf("%s: %+v, %v", change, all, err)
				}
				_, err := s.Create(t.Context(), nil, func(v approvals.View) (approvals.Change, error) {
					_, err := v.Restrictions()
					return approvals.Change{}, err
				})
				if !errors.Is(err, approvals.ErrTampered) {
					t.Errorf("%s: in a transaction: %v", change, err)
				}
			}
			if m, err := s.Measure(t.Context(), time.Now()); err != nil || !m.Hidden {
				t.Errorf("%s: measured %+v, %v", change, m, err)
			}
			events, err := s.Events(t.Context(), 0, 20)
			told := slices.DeleteFunc(events, func(e approvals.Event) bool { return e.Kind != approvals.EventTampered })
			if err != nil || len(told) != 1 || told[0].Request != "" {
				t.Errorf("%s: told %+v, %v", change, told, err)
			}
		}
	})
}

// TestAReplacedKeyKeepsWhatIsRestricted, without being told of it again.
func TestAReplacedKeyKeepsWhatIsRestricted(t *testing.T) {
	onEach(t, func(t *testing.T, url func(t *testing.T) string) {
		u := url(t)
		s := restricted(t, u, keysOf("aaaa"))
		before, err := s.Restrictions(t.Context())
		if err != nil || len(before) != 2 {
			t.Fatalf("%+v, %v", before, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		_, err = sqlstore.ReplaceKey(t.Context(), sqlstore.Config{URL: u, Keys: keysOf("bbbb")},
			func(r approvals.Request) ([]approvals.Change, error) { return r.DropForKey(time.Now()) })
		if err != nil {
			t.Fatal(err)
		}
		s, err = openWith(t, u, keysOf("bbbb"))
		if err != nil {
			t.Fatal(err)
		}
		if after, err := s.Restrictions(t.Context()); err != nil || !reflect.DeepEqual(after, before) {
			t.Errorf("%+v, %v, want %+v", after, err, before)
		}
		events, err := s.Events(t.Context(), 3, 10)
		if err != nil || len(events) != 2 || !events[0].Quiet || !events[1].Quiet {
			t.Errorf("%+v, %v", events, err)
		}
		result, err := s.Verify(t.Context(), nil)
		if err = errors.Join(err, s.VerifyRequests(t.Context(), &result)); err != nil || len(result.Faults) > 0 || len(result.Keys) != 2 || result.Keys[0].Needed || !result.Keys[1].Needed {
			t.Errorf("%+v, %v", result, err)
		}
	})
}

// TestAPlantedEventIsToldToNobody (invariants 6 and 11), moves no cursor, and silences no alarm.
func TestAPlantedEventIsToldToNobody(t *testing.T) {
	onEach(t, func(t *testing.T, newURL func(*testing.T) string) {
		url := newURL(t)
		closed(t, url, testKeys)
		for _, number := range []string{"2", "1000000000"} {
			rawExec(t, url, `INSERT INTO events (number, at, kind, request, body, prev, hash, mac)
				VALUES (`+number+`, 1, 'tampered', '', '{"number":`+number+`,"kind":"tampered"}', '', '', '')`)
		}
		rawExec(t, url, `UPDATE trail_head SET number = 2`)
		s, err := openWith(t, url, testKeys)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time with the alarm
			events, err := s.Events(t.Context(), 0, 10)
			planted := slices.ContainsFunc(events, func(e approvals.Event) bool { return e.Number == 2 || e.Number > 3 })
			if err != nil || planted || len(events) == 0 {
				t.Fatalf("%+v, %v", events, err)
			}
			if i := slices.IndexFunc(events, func(e approvals.Event) bool { return e.Kind == approvals.EventTampered }); i >= 0 {
				return
			}
		}
		t.Error("there is no alarm")
	})
}

// TestStartingOverAgainKeepsEveryKey, and takes what cannot be read for what it is.
func TestStartingOverAgainKeepsEveryKey(t *testing.T) {
	url := sqliteURL(t)
	closed(t, url, trailkey.Ring{})
	first, err := os.ReadFile(sqlstore.KeyFile(url))
	if err != nil {
		t.Fatal(err)
	}
	fails := errors.New("out of order")
	for _, drop := range []func(approvals.Request) ([]approvals.Change, error){
		func(approvals.Request) ([]approvals.Change, error) { return nil, fails },
		func(approvals.Request) ([]approvals.Change, error) { return nil, fails },
		func(r approvals.Request) ([]approvals.Change, error) { return r.DropForKey(time.Now()) },
	} {
		rawExec(t, url, `INSERT OR REPLACE INTO requests (id, version, state, agent_slack, agent_slack_org, agent_onelogin, owner_slack, owner_slack_org,
			owner_onelogin, created_at, ended_at, body, mac) VALUES ('OTP-0000-0009', 1, 'received', '', '', 0, '', '', 0, 0, 0, '}', '')`)
		_, err = sqlstore.ReplaceKey(t.Context(), sqlstore.Config{URL: url}, drop)
	}
	if err != nil {
		t.Fatal(err)
	}
	kept, err := filepath.Glob(sqlstore.KeyFile(url) + ".replaced-*")
	if err != nil || len(kept) != 3 || !slices.ContainsFunc(kept, func(name string) bool {
		text, err := os.ReadFile(name)
		return err == nil && string(text) == string(first)
	}) {
		t.Errorf("kept are %v, %v", kept, err)
	}
	if _, err := openWith(t, url, trailkey.Ring{}); err != nil {
		t.Error(err)
	}
}
