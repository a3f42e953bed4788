package sqlstore_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"olbot/approvals"
	"olbot/internal/sqlstore"
)

// told makes a trail of n events and returns its hashes, from event 1.
func told(t *testing.T, s *sqlstore.Store, n int) []string {
	t.Helper()
	for i := range n {
		e := approvals.Event{At: time.Date(2026, 3, 14, 9, 26, i, i, time.UTC), Kind: approvals.EventShown, Request: "OTP-0000-0001"}
		if err := s.Record(t.Context(), nil, e); err != nil {
			t.Fatal(err)
		}
	}
	all, err := s.Events(t.Context(), 0, n)
	if err != nil {
		t.Fatal(err)
	}
	hashes := []string{""}
	for _, e := range all {
		hashes = append(hashes, e.Hash)
	}
	return hashes
}

// short writes faults as {number kind}.
func short(faults []sqlstore.Fault) string {
	all := []string{}
	for _, f := range faults {
		all = append(all, fmt.Sprintf("{%d %s}", f.Number, f.Kind))
	}
	return fmt.Sprint(all)
}

func TestFindsWhatIsWrongWithTheTrail(t *testing.T) {
	for _, c := range []struct {
		name   string
		damage string
		want   string
	}{
		{"nothing", `SELECT 1`, "[]"},
		{"an event is changed", `UPDATE events SET body = REPLACE(body, 'shown', 'other') WHERE number = 3`, "[{3 altered}]"},
		{"its hash is changed", `UPDATE events SET hash = prev WHERE number = 3`, "[{3 altered} {3 mac} {4 unlinked}]"},
		{"its link is changed", `UPDATE events SET prev = hash WHERE number = 3`, "[{3 unlinked} {3 altered}]"},
		{"its kind is changed beside the body", `UPDATE events SET kind = 'closed' WHERE number = 3`, "[{3 altered}]"},
		{"its request is changed beside the body", `UPDATE events SET request = 'OTP-0000-0009' WHERE number = 3`, "[{3 altered}]"},
		{"its time is changed beside the body", `UPDATE events SET at = at + 1 WHERE number = 3`, "[{3 altered}]"},
		{"its body is no JSON", `UPDATE events SET body = '' WHERE number = 3`, "[{3 altered}]"},
		{"its MAC is changed", `UPDATE events SET mac = REPLACE(mac, ':', ':0') WHERE number = 3`, "[{3 mac}]"},
		{"it has no MAC", `UPDATE events SET mac = '' WHERE number = 3`, "[{3 mac}]"},
		{"it has that of a key that nobody has", `UPDATE events SET mac = '00000000:00' WHERE number = 3`, "[{3 key}]"},
		{"all have", `UPDATE events SET mac = '00000000:00'`, "[{5 key}]"},
		{"an event is removed", `DELETE FROM events WHERE number = 3`, "[{3 missing}]"},
		{"the first is removed", `DELETE FROM events WHERE number = 1`, "[{1 missing}]"},
		{"the last is removed", `DELETE FROM events WHERE number = 5`, "[{5 cut}]"},
		{"all are removed", `DELETE FROM events`, "[{1 cut}]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			onEach(t, func(t *testing.T, newURL func(*testing.T) string) {
				url := newURL(t)
				s := open(t, url)
				told(t, s, 5)
				rawExec(t, url, c.damage)
				v, err := s.Verify(t.Context(), nil)
				if err != nil || short(v.Faults) != c.want {
					t.Errorf("%v, %v, want %s", v.Faults, err, c.want)
				}
			})
		})
	}
}

func TestChecksTheTrailAgainstWhatWasNotedElsewhere(t *testing.T) {
	url := sqliteURL(t)
	s := open(t, url)
	hashes := told(t, s, 5)
	anchors := map[int64]string{1: hashes[1], 3: strings.ToUpper(hashes[3][:12]), 5: hashes[5][:20]}
	v, err := s.Verify(t.Context(), anchors)
	if want := (sqlstore.VerifyResult{Events: 5, Last: 5, Hash: hashes[5], Keys: []sqlstore.KeyUse{{ID: testKeys.IDs()[0], Here: true, Events: 5, First: 1, Last: 5}}}); err != nil || !reflect.DeepEqual(v, want) {
		t.Errorf("%+v, %v, want %+v", v, err, want)
	}

	for name, c := range map[string]struct {
		anchors map[int64]string
		want    string
	}{
		"another hash":        {map[int64]string{3: hashes[2]}, "[{3 anchor}]"},
		"of what is not here": {map[int64]string{9: hashes[2]}, "[{6 cut}]"},
	} {
		if v, err := s.Verify(t.Context(), c.anchors); err != nil || short(v.Faults) != c.want {
			t.Errorf("%s: %v, %v, want %s", name, v.Faults, err, c.want)
		}
	}
	for _, bad := range []string{"", hashes[1][:11], "not hexadecimal"} {
		if _, err := s.Verify(t.Context(), map[int64]string{1: bad}); err == nil {
			t.Errorf("took the anchor %q", bad)
		}
	}

	// The end of the trail is cut off, and the head set back with it.
	rawExec(t, url, `DELETE FROM events WHERE number > 3`)
	rawExec(t, url, `UPDATE trail_head SET number = 3, hash = (SELECT hash FROM events WHERE number = 3)`)
	if v, err := s.Verify(t.Context(), nil); err != nil || len(v.Faults) != 0 {
		t.Errorf("without anchors nobody can tell, but: %v, %v", v.Faults, err)
	}
	if v, err := s.Verify(t.Context(), anchors); err != nil || short(v.Faults) != "[{4 cut}]" {
		t.Errorf("with anchors: %v, %v", v.Faults, err)
	}
}

func TestVerifiesATrailOfManyPages(t *testing.T) {
	url := sqliteURL(t)
	s := open(t, url)
	const n = 1000 // two full pages, and the empty one after them
	h := holdWriter(t, s)
	h.waiting(t, s, n, func(int) {
		if err := s.Record(t.Context(), nil, approvals.Event{Kind: approvals.EventShown}); err != nil {
			t.Error(err)
		}
	})
	h.letGo()
	if v, err := s.Verify(t.Context(), nil); err != nil || v.Events != n || len(v.Faults) != 0 {
		t.Errorf("%+v, %v, want %d events", v, err, n)
	}
	rawExec(t, url, `UPDATE events SET hash = ''`)
	if v, err := s.Verify(t.Context(), nil); err != nil || v.Events != n || len(v.Faults) != 20 {
		t.Errorf("%d events, %d faults, %v, want all events and the first 20 faults", v.Events, len(v.Faults), err)
	}
}

func TestTheHashOfAnEventCanBeComputedByAnybody(t *testing.T) {
	url := sqliteURL(t)
	s := open(t, url)
	hashes := told(t, s, 2)
	var body string
	if err := raw(t, url).QueryRow(`SELECT body FROM events WHERE number = 2`).Scan(&body); err != nil {
		t.Fatal(err)
	}
	if got := sha256Hex(hashes[1] + "\n" + body); got != hashes[2] {
		t.Errorf("the second event's hash is %s, computed %s", hashes[2], got)
	}
}

// Whoever keeps the log can check the trail against it.
func TestTheLogHasTheNumberAndHashOfEveryEvent(t *testing.T) {
	seen, logs := observer.New(zap.InfoLevel)
	s, err := sqlstore.Open(t.Context(), sqlstore.Config{URL: sqliteURL(t), Keys: testKeys, Log: zap.New(seen)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	hashes := told(t, s, 3)
	if _, err := s.Create(t.Context(), nil, func(approvals.View) (approvals.Change, error) {
		return approvals.Change{}, errors.New("refused")
	}); err == nil {
		t.Error("nothing was refused")
	}
	lines := logs.FilterMessage("trail").All()
	if len(lines) != 3 {
		t.Fatalf("%d lines for 3 events", len(lines))
	}
	for i, line := range lines {
		if m := line.ContextMap(); m["number"] != int64(i+1) || m["hash"] != hashes[i+1] || m["event"] != "shown" || m["request_id"] != "OTP-0000-0001" {
			t.Errorf("line %d is %v", i, m)
		}
	}
}
