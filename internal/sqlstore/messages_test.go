package sqlstore_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"olbot/approvals"
	"olbot/internal/sqlstore"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 7, time.UTC)

// messages lists the request's messages as key|channel|ts|rendered|sends.
func messages(t *testing.T, s *sqlstore.Store, request string) string {
	t.Helper()
	var all []string
	err := s.Messages(t.Context(), request, func(key, channel, ts, rendered string, sends int) error {
		all = append(all, fmt.Sprintf("%s|%s|%s|%s|%d", key, channel, ts, rendered, sends))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, " ")
}

func want(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func TestRemembersWhereCardsAre(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		s := open(t, url(t))
		want(t, "at first", messages(t, s, "R1"), "")
		done := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		done(s.SetRendered(t.Context(), "R1", "b", "D1", "1.1", "hash1"))
		done(s.SetRendered(t.Context(), "R1", "a", "D2", "1.2", "hash2"))
		done(s.SetRendered(t.Context(), "R2", "a", "D3", "1.3", "hash3"))
		want(t, "posted", messages(t, s, "R1"), "a|D2|1.2|hash2|0 b|D1|1.1|hash1|0")
		done(s.SetRendered(t.Context(), "R1", "a", "D2", "1.2", "hash4"))
		want(t, "rerendered", messages(t, s, "R1"), "a|D2|1.2|hash4|0 b|D1|1.1|hash1|0")
		want(t, "of the other", messages(t, s, "R2"), "a|D3|1.3|hash3|0")

		stop := errors.New("enough")
		calls := 0
		err := s.Messages(t.Context(), "R1", func(string, string, string, string, int) error { calls++; return stop })
		if err != stop || calls != 1 {
			t.Errorf("%d calls, %v, want one and its error", calls, err)
		}
	})
}

func TestCardsMayBeStoredWhileTheyAreRead(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		s := open(t, url(t))
		for i := range 6 { // more than there are connections
			if err := s.SetRendered(t.Context(), "R1", fmt.Sprint(i), "D1", "1.1", ""); err != nil {
				t.Fatal(err)
			}
		}
		err := s.Messages(t.Context(), "R1", func(key, channel, ts, rendered string, sends int) error {
			return s.Messages(t.Context(), "R1", func(key, channel, ts, rendered string, sends int) error {
				return s.SetRendered(t.Context(), "R1", key, channel, ts, "new")
			})
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestCountsWhatMayHaveBeenSent(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		s := open(t, url(t))
		reserve(t, s, "R1", "a", "D1", noon, 0)
		want(t, "once", messages(t, s, "R1"), "a||||1")
		reserve(t, s, "R1", "a", "D1", noon, time.Second)
		want(t, "not in the slot", messages(t, s, "R1"), "a||||1")
		reserve(t, s, "R1", "a", "D1", noon.Add(time.Second), 0)
		want(t, "twice", messages(t, s, "R1"), "a||||2")
		for _, left := range []string{"a||||1", "a||||0", "a||||0"} {
			if err := s.SetNotSent(t.Context(), "R1", "a"); err != nil {
				t.Fatal(err)
			}
			want(t, "surely not sent", messages(t, s, "R1"), left)
		}
		if err := s.SetRendered(t.Context(), "R1", "a", "D1", "1.1", "hash"); err != nil {
			t.Fatal(err)
		}
		reserve(t, s, "R1", "a", "D1", noon.Add(time.Hour), 0)
		want(t, "posted and sent again", messages(t, s, "R1"), "a|D1|1.1|hash|1")
	})
}

// reserve expects to have to wait so long for the channel.
func reserve(t *testing.T, s *sqlstore.Store, request, key, channel string, now time.Time, wait time.Duration) {
	t.Helper()
	got, err := s.ReserveSlot(t.Context(), request, key, channel, time.Second, now)
	if err != nil || got != wait {
		t.Errorf("channel %s: wait %v, %v, want %v", channel, got, err, wait)
	}
}

func TestKeepsTheGapOfAChannel(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		s := open(t, url(t))
		reserve(t, s, "", "", "C1", noon, 0)
		reserve(t, s, "", "", "C1", noon.Add(300*time.Millisecond), 700*time.Millisecond)
		reserve(t, s, "", "", "C1", noon.Add(time.Second-1), 1)
		reserve(t, s, "", "", "C2", noon, 0)
		reserve(t, s, "", "", "C1", noon.Add(time.Second), 0)
		want(t, "cards of no request", messages(t, s, ""), "")
	})
}

func TestHoldsAChannel(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		s := open(t, url(t))
		for _, until := range []time.Duration{30 * time.Second, 10 * time.Second} {
			if err := s.HoldSlot(t.Context(), "C1", noon.Add(until)); err != nil {
				t.Fatal(err)
			}
		}
		reserve(t, s, "R1", "a", "C1", noon, 30*time.Second)
		want(t, "not sent", messages(t, s, "R1"), "")
		reserve(t, s, "R1", "a", "C1", noon.Add(30*time.Second), 0)
	})
}

// A hold that no clock and no answer of Slack's can have meant is over: it would last over restarts.
func TestNoChannelIsHeldForYears(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		s := open(t, url(t))
		for channel, until := range map[string]time.Duration{"C1": 500_000 * time.Hour, "C2": time.Hour} {
			if err := s.HoldSlot(t.Context(), channel, noon.Add(until)); err != nil {
				t.Fatal(err)
			}
		}
		if wait, err := s.SlotWait(t.Context(), "C1", noon); err != nil || wait != 0 {
			t.Errorf("the channel is held for %v more, %v", wait, err)
		}
		if wait, err := s.SlotWait(t.Context(), "C2", noon); err != nil || wait != time.Hour {
			t.Errorf("the channel of an hour is held for %v more, %v", wait, err)
		}
		reserve(t, s, "", "", "C1", noon, 0)
		reserve(t, s, "", "", "C1", noon, time.Second)
		reserve(t, s, "", "", "C2", noon, time.Hour)
	})
}

func TestAChannelLetsOneOfManyThrough(t *testing.T) {
	onEach(t, func(t *testing.T, newURL func(*testing.T) string) {
		url := newURL(t)
		stores := []*sqlstore.Store{open(t, url)}
		if !strings.HasPrefix(url, "sqlite:") {
			stores = append(stores, open(t, url), open(t, url))
		}
		var through atomic.Int64
		var all sync.WaitGroup
		for i := range 24 {
			all.Go(func() {
				wait, err := stores[i%len(stores)].ReserveSlot(t.Context(), "R1", "a", "C1", time.Second, noon)
				if err != nil {
					t.Error(err)
				}
				if wait == 0 {
					through.Add(1)
				}
			})
		}
		all.Wait()
		if through.Load() != 1 {
			t.Errorf("%d went through", through.Load())
		}
		want(t, "sent", messages(t, stores[0], "R1"), "a||||1")
	})
}

func TestAdoptsACopyThatSomebodyPressed(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		s := open(t, url(t))
		adopt := func(ts, now string) {
			t.Helper()
			for range 2 { // a second time changes nothing
				if err := s.Adopt(t.Context(), "R1", "a", "D1", ts); err != nil {
					t.Fatal(err)
				}
				want(t, "after "+ts, messages(t, s, "R1"), now)
			}
		}
		reserve(t, s, "R1", "a", "D1", noon, 0) // sent, but the answer was lost
		adopt("1.1", "a|D1|1.1||1")
		adopt("2.2", "a|D1|1.1||1 a#2.2|D1|2.2||0")
		adopt("3.3", "a|D1|1.1||1 a#2.2|D1|2.2||0 a#3.3|D1|3.3||0")
		adopt("1.1", "a|D1|1.1||1 a#2.2|D1|2.2||0 a#3.3|D1|3.3||0")
		if err := s.SetRendered(t.Context(), "R1", "a", "D1", "1.1", "hash"); err != nil {
			t.Fatal(err)
		}
		adopt("1.1", "a|D1|1.1|hash|1 a#2.2|D1|2.2||0 a#3.3|D1|3.3||0")
		if err := s.Adopt(t.Context(), "R2", "a", "D1", "4.4"); err != nil {
			t.Fatal(err)
		}
		want(t, "a card nobody knew of", messages(t, s, "R2"), "a|D1|4.4||0")
	})
}

func TestPrunesWhatBelongsToNothing(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		var passed time.Duration
		now := func() time.Time { return time.Now().Add(passed) } // PostgreSQL has a clock of its own
		s, err := sqlstore.Open(t.Context(), sqlstore.Config{Keys: testKeys, URL: url(t), Now: now})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if _, err := s.Create(t.Context(), []string{"of the ended"}, ending("OTP-0000-0001", now())); err != nil {
			t.Fatal(err)
		}
		if err := s.Record(t.Context(), []string{"of an event"}, approvals.Event{Kind: approvals.EventShown}); err != nil {
			t.Fatal(err)
		}
		if err := s.SetRendered(t.Context(), "OTP-0000-0001", "a", "D1", "1.1", ""); err != nil {
			t.Fatal(err)
		}
		reserve(t, s, "", "", "C1", now(), 0)
		left := func(request string, receipt error, cardsLeft string) {
			t.Helper()
			if _, err := s.Prune(t.Context(), now().Add(-90*24*time.Hour), 100); err != nil {
				t.Fatal(err)
			}
			_, err := s.Delivered(t.Context(), "of an event")
			if !errors.Is(err, receipt) {
				t.Errorf("the event's receipt: %v, want %v", err, receipt)
			}
			want(t, "cards", messages(t, s, request), cardsLeft)
		}
		left("OTP-0000-0001", nil, "a|D1|1.1||0")
		passed += 23 * time.Hour
		left("OTP-0000-0001", nil, "a|D1|1.1||0")
		passed += 2 * time.Hour
		left("OTP-0000-0001", approvals.ErrNotFound, "a|D1|1.1||0")
		passed += 90 * 24 * time.Hour
		left("OTP-0000-0001", approvals.ErrNotFound, "")
	})
}

// ending is making a request that has ended.
func ending(id approvals.ID, at time.Time) func(approvals.View) (approvals.Change, error) {
	return func(v approvals.View) (approvals.Change, error) {
		c, err := making(id, approvals.Closed)(v)
		c.Request.EndedAt = at
		return c, err
	}
}

// TestAbandonsAMessageThatCannotBeUpdated: it is as good as posted, and a copy that
// somebody presses is another.
func TestAbandonsAMessageThatCannotBeUpdated(t *testing.T) {
	onEach(t, func(t *testing.T, url func(*testing.T) string) {
		s := open(t, url(t))
		for _, step := range []func() error{
			func() error { return s.SetRendered(t.Context(), "R1", "a", "D1", "1.1", "old") },
			func() error { return s.SetRendered(t.Context(), "R1", "b", "D1", "1.2", "old") },
			func() error { return s.Abandon(t.Context(), "R1", "a") },
			func() error { return s.Abandon(t.Context(), "R1", "none") },
		} {
			if err := step(); err != nil {
				t.Fatal(err)
			}
		}
		want(t, "abandoned", messages(t, s, "R1"), "a|D1|-|old|0 b|D1|1.2|old|0")
		if err := s.Adopt(t.Context(), "R1", "a", "D1", "1.1"); err != nil {
			t.Fatal(err)
		}
		want(t, "pressed", messages(t, s, "R1"), "a|D1|-|old|0 a#1.1|D1|1.1||0 b|D1|1.2|old|0")
	})
}
