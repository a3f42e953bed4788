package approvalstest

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"olbot/approvals"
)

func feed(t *testing.T, s approvals.Store) approvals.Cursor {
	t.Helper()
	f, err := s.Cursor(t.Context(), approvals.FeedSink)
	if err != nil {
		t.Fatalf("feed: %v", err)
	}
	return f
}

func loseFeed(t *testing.T, s approvals.Store, lost bool) {
	t.Helper()
	kind := approvals.EventFeedRestored
	if lost {
		kind = approvals.EventFeedLost
	}
	if err := s.SetLost(t.Context(), approvals.FeedSink, lost, approvals.Event{At: start, Kind: kind}); err != nil {
		t.Fatalf("set feed lost: %v", err)
	}
}

func keep(t *testing.T, s approvals.Store, settings map[string]string) {
	t.Helper()
	if err := s.KeepSettings(t.Context(), settings, start); err != nil {
		t.Fatalf("keep settings: %v", err)
	}
}

var feedPromises = []promise{
	{"begins before the first event, not lost", func(t *testing.T, s *subject) {
		check(t, "feed", feed(t, s), approvals.Cursor{})
	}},
	{"moves forwards only", func(t *testing.T, s *subject) {
		for _, move := range []struct{ to, through int64 }{{3, 3}, {7, 7}, {5, 7}, {7, 7}, {0, 7}, {-1, 7}} {
			if err := s.MoveCursor(t.Context(), approvals.FeedSink, approvals.Cursor{Through: move.to}); err != nil {
				t.Fatal(err)
			}
			check(t, fmt.Sprint("moved to ", move.to), feed(t, s).Through, move.through)
		}
	}},
	{"keeps what is in its way, over a restart, and forgets it", func(t *testing.T, s *subject) {
		trouble := approvals.Trouble{
			RefusedSince: start, UnsureSince: start, NotBefore: start.Add(time.Second), Barred: true,
			Doubt: approvals.Doubt{From: 1, Through: 9, Tries: 3},
		}
		move := func(through int64, trouble approvals.Trouble) {
			t.Helper()
			if err := s.MoveCursor(t.Context(), approvals.FeedSink, approvals.Cursor{Through: through, Trouble: trouble}); err != nil {
				t.Fatal(err)
			}
		}
		move(0, trouble)
		s.reopen(t)
		check(t, "trouble", feed(t, s).Trouble, trouble)
		loseFeed(t, s, true)
		check(t, "trouble of a lost one", feed(t, s).Trouble, trouble)
		move(4, approvals.Trouble{})
		move(3, trouble) // by somebody who is late
		check(t, "feed", feed(t, s), approvals.Cursor{Through: 4, Lost: true})
	}},
	{"moves to the furthest of many at once", func(t *testing.T, s *subject) {
		stores := s.replicas(t)
		together(20, func(i int) {
			if err := stores[i%len(stores)].MoveCursor(t.Context(), approvals.FeedSink, approvals.Cursor{Through: int64(i + 1)}); err != nil {
				t.Error(err)
			}
		})
		check(t, "through", feed(t, s).Through, 20)
	}},
	{"tells of being lost and found when that changes", func(t *testing.T, s *subject) {
		for _, lost := range []bool{false, true, true, false, false} {
			loseFeed(t, s, lost)
			check(t, "lost", feed(t, s).Lost, lost)
		}
		all := wellChained(t, s, 2)
		check(t, "first", all[0].Kind, approvals.EventFeedLost)
		check(t, "second", all[1].Kind, approvals.EventFeedRestored)
	}},
	{"tells once that it is lost, however many notice", func(t *testing.T, s *subject) {
		stores := s.replicas(t)
		together(12, func(i int) { loseFeed(t, stores[i%len(stores)], true) })
		check(t, "events", len(events(t, s)), 1)
	}},
	{"keeps a cursor for each sink, over a restart", func(t *testing.T, s *subject) {
		const other = "webhook"
		if _, err := s.Cursor(t.Context(), other); !errors.Is(err, approvals.ErrNotFound) {
			t.Errorf("a cursor that there is not: %v, want ErrNotFound", err)
		}
		for range 2 {
			if err := s.AddCursors(t.Context(), approvals.FeedSink, other); err != nil {
				t.Fatal(err)
			}
			if err := s.MoveCursor(t.Context(), other, approvals.Cursor{Through: 5}); err != nil {
				t.Fatal(err)
			}
		}
		loseFeed(t, s, true)
		s.reopen(t)
		check(t, "feed", feed(t, s), approvals.Cursor{Lost: true})
		if c, err := s.Cursor(t.Context(), other); err != nil || c != (approvals.Cursor{Through: 5}) {
			t.Errorf("the other: %+v, %v", c, err)
		}
	}},
	{"loses another sink without an event, and refuses nothing for it", func(t *testing.T, s *subject) {
		if err := s.AddCursors(t.Context(), "webhook"); err != nil {
			t.Fatal(err)
		}
		if err := s.SetLost(t.Context(), "webhook", true, approvals.Event{}); err != nil {
			t.Fatal(err)
		}
		check(t, "feed lost", look(t, s, approvals.View.FeedLost), false)
		check(t, "events", len(events(t, s)), 0)
		if c, err := s.Cursor(t.Context(), "webhook"); err != nil || !c.Lost {
			t.Errorf("%+v, %v, want it lost", c, err)
		}
	}},
	{"makes every sink due with an event", func(t *testing.T, s *subject) {
		if err := s.AddCursors(t.Context(), "webhook"); err != nil {
			t.Fatal(err)
		}
		note(t, s, start)
		var due []string
		for _, j := range claim(t, s, start, approvals.JobSink) {
			due = append(due, string(j.Request))
		}
		check(t, "due", fmt.Sprint(due), "[feed webhook]")
	}},
}

var settingsPromises = []promise{
	{"tells nothing of the first settings", func(t *testing.T, s *subject) {
		keep(t, s, map[string]string{"OLBOT_APPROVERS": "manager"})
		check(t, "events", len(events(t, s)), 0)
	}},
	{"tells nothing of settings that stay", func(t *testing.T, s *subject) {
		keep(t, s, map[string]string{"a": "1", "b": ""})
		keep(t, s, map[string]string{"b": "", "a": "1"})
		check(t, "events", len(events(t, s)), 0)
	}},
	{"tells what changed, by name", func(t *testing.T, s *subject) {
		keep(t, s, map[string]string{"same": "1", "other": "1", "gone": "1"})
		keep(t, s, map[string]string{"same": "1", "other": "2 \x00 \u202e", "added": "1"})
		all := wellChained(t, s, 1)
		want := []approvals.Setting{{Name: "added", New: "1"}, {Name: "gone", Old: "1"}, {Name: "other", Old: "1", New: "2 \x00 \u202e"}}
		if all[0].Kind != approvals.EventSettings || !all[0].At.Equal(start) || !reflect.DeepEqual(all[0].Settings, want) {
			t.Errorf("told %+v, want %+v", all[0], want)
		}
	}},
	{"compares with the last ones, over a restart", func(t *testing.T, s *subject) {
		keep(t, s, map[string]string{"a": "1"})
		s.reopen(t)
		keep(t, s, map[string]string{"a": "2"})
		s.reopen(t)
		keep(t, s, map[string]string{"a": "2"})
		check(t, "events", len(events(t, s)), 1)
	}},
	{"records each start, and which of them the feed tells", func(t *testing.T, s *subject) {
		starts := func(at time.Time) approvals.Event {
			if err := s.RecordStart(t.Context(), "0.1.0", map[string]string{"a": "1"}, at); err != nil {
				t.Fatal(err)
			}
			all := events(t, s)
			return all[len(all)-1]
		}
		first := starts(start)
		if first.Kind != approvals.EventStarted || first.Version != "0.1.0" || first.Schema < 1 || !first.At.Equal(start) ||
			!reflect.DeepEqual(first.Settings, []approvals.Setting{{Name: "a", New: "1"}}) {
			t.Errorf("the first start is %+v", first)
		}
		for i, c := range []struct {
			after time.Duration
			quiet bool
			count int
		}{{time.Minute, true, 1}, {approvals.StartsQuiet - 1, true, 2}, {approvals.StartsQuiet, false, 3}, {approvals.StartsQuiet + time.Minute, true, 1}, {-time.Hour, false, 2}} {
			s.reopen(t)
			if e := starts(start.Add(c.after)); e.Quiet != c.quiet || e.Count != c.count {
				t.Errorf("start %d after %v: quiet %v, count %d", i, c.after, e.Quiet, e.Count)
			}
		}
		loseFeed(t, s, true)
		if e := starts(start.Add(-time.Hour + 1)); e.Quiet {
			t.Error("a start is quiet while the feed is lost: nothing would show that it takes anything")
		}
	}},
	{"records a stop, which the feed does not tell", func(t *testing.T, s *subject) {
		if err := s.RecordStop(t.Context(), "0.1.0", start); err != nil {
			t.Fatal(err)
		}
		last := events(t, s)[0]
		if last.Kind != approvals.EventShutDown || last.Version != "0.1.0" || !last.Quiet || !last.At.Equal(start) {
			t.Errorf("the stop is %+v", last)
		}
	}},
	{"takes having had none for settings too", func(t *testing.T, s *subject) {
		keep(t, s, nil)
		keep(t, s, map[string]string{"a": "1"})
		check(t, "events", len(events(t, s)), 1)
	}},
}

// ended stores a request that was denied at the time.
func ended(t *testing.T, s approvals.Store, id approvals.ID, at time.Time) {
	t.Helper()
	createAt(t, s, id, joe.Slack, at, "envelope of "+string(id))
	update(t, s, id, ask(joe, ana, at), deny(at))
}

func prune(t *testing.T, s approvals.Store, before time.Time, limit, want int) {
	t.Helper()
	n, err := s.Prune(t.Context(), before, limit)
	if err != nil || n != want {
		t.Errorf("Prune: %d, %v, want %d", n, err, want)
	}
}

var prunePromises = []promise{
	{"removes what ended before the time, with its keys", func(t *testing.T, s *subject) {
		ended(t, s, "OTP-0000-0001", start)
		ended(t, s, "OTP-0000-0002", start.Add(1))
		prune(t, s, start.Add(1), 10, 1)
		if _, err := s.Request(t.Context(), "OTP-0000-0001"); !errors.Is(err, approvals.ErrNotFound) {
			t.Errorf("the first: %v, want ErrNotFound", err)
		}
		if _, err := s.Delivered(t.Context(), "envelope of OTP-0000-0001"); !errors.Is(err, approvals.ErrNotFound) {
			t.Errorf("its key: %v, want ErrNotFound", err)
		}
		if _, err := s.Request(t.Context(), "OTP-0000-0002"); err != nil {
			t.Errorf("the second: %v", err)
		}
		if _, err := s.Delivered(t.Context(), "envelope of OTP-0000-0002"); err != nil {
			t.Errorf("its key: %v", err)
		}
	}},
	{"keeps every event", func(t *testing.T, s *subject) {
		ended(t, s, "OTP-0000-0001", start)
		prune(t, s, start.Add(time.Hour), 10, 1)
		wellChained(t, s, 3)
		create(t, s, "OTP-0000-0002", joe.Slack)
		wellChained(t, s, 4)
	}},
	{"keeps what has not ended, however old", func(t *testing.T, s *subject) {
		createAt(t, s, "OTP-0000-0001", joe.Slack, start)
		prune(t, s, start.AddDate(10, 0, 0), 10, 0)
		if _, err := s.Request(t.Context(), "OTP-0000-0001"); err != nil {
			t.Error(err)
		}
	}},
	{"removes the oldest first and no more than asked for", func(t *testing.T, s *subject) {
		for i := range 5 {
			ended(t, s, approvals.ID(fmt.Sprintf("OTP-0000-%04d", 4-i)), start.Add(time.Duration(4-i)))
		}
		prune(t, s, start.Add(time.Hour), 2, 2)
		if _, err := s.Request(t.Context(), "OTP-0000-0001"); !errors.Is(err, approvals.ErrNotFound) {
			t.Errorf("the second oldest: %v, want ErrNotFound", err)
		}
		if _, err := s.Request(t.Context(), "OTP-0000-0002"); err != nil {
			t.Errorf("the third oldest: %v", err)
		}
		prune(t, s, start.Add(time.Hour), 0, 0)
		prune(t, s, start.Add(time.Hour), 10, 3)
		prune(t, s, start.Add(time.Hour), 10, 0)
	}},
	{"leaves the view what is kept", func(t *testing.T, s *subject) {
		ended(t, s, "OTP-0000-0001", start)
		prune(t, s, start.Add(time.Hour), 10, 1)
		check(t, "asked by", look(t, s, func(v approvals.View) (bool, error) { return v.AskedBy(joe) }), false)
	}},
	{"forgets a job whose request is gone when it is finished", func(t *testing.T, s *subject) {
		ended(t, s, "OTP-0000-0001", start)
		prune(t, s, start.Add(time.Hour), 10, 1)
		finish(t, s, claim(t, s, start.AddDate(1, 0, 0), allKinds...)...)
		check(t, "jobs", len(claim(t, s, start.AddDate(2, 0, 0), allKinds...)), 0)
	}},
}
