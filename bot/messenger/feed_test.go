package messenger

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"olbot/approvals"
	"olbot/internal/testbed/slacksim"
)

// events are n withdrawals, numbered from 1.
func (w *world) events(n int) []approvals.Event {
	r := w.pending()
	var all []approvals.Event
	for i := range n {
		all = append(all, approvals.Event{
			Number: int64(i + 1), At: time.Now(), Kind: approvals.EventWithdrawn, Hash: strings.Repeat(fmt.Sprintf("%04x", i), 16),
			Request: r.ID, State: approvals.Withdrawn, Actor: r.Agent, Agent: r.Agent, Owner: r.Owner,
		})
	}
	return all
}

// tells tells all events, as the job would.
func (w *world) tells(events []approvals.Event) {
	w.t.Helper()
	for len(events) > 0 {
		told, err := w.Feed().Send(w.t.Context(), events, approvals.Doubt{})
		if again, later := errors.AsType[*approvals.TemporaryError](err); later {
			w.passes(min(again.After, time.Second))
		} else if err != nil {
			w.t.Fatal(err)
		}
		events = events[told:]
	}
}

// TestManyEventsAreToldInOrderInFewMessages (invariant 6).
func TestManyEventsAreToldInOrderInFewMessages(t *testing.T) {
	w := newWorld(t)
	all := w.events(60)
	w.tells(all)
	msgs := w.audit.Messages()
	if len(msgs) > 6 {
		t.Errorf("60 events in %d messages", len(msgs))
	}
	var words strings.Builder
	for _, m := range msgs {
		words.WriteString(m.Words() + "\n")
	}
	at := 0
	for _, e := range all {
		next := strings.Index(words.String()[at:], fmt.Sprintf("%d", e.Number))
		if next < 0 {
			t.Fatalf("event %d is not told in its place", e.Number)
		}
		at += next
	}
	if last := msgs[len(msgs)-1].Words(); !strings.Contains(last, all[59].Hash[:12]) {
		t.Errorf("the last message has no anchor: %s", last)
	}
	if got := w.slack.Findings(); len(got) != 0 {
		t.Errorf("findings: %v", got)
	}
}

// A start that is quiet counts as sent, in its place, and is never posted.
func TestQuietEventsAreSentWithoutAMessage(t *testing.T) {
	for _, c := range []struct {
		name      string
		quiet     []int
		sent      int
		messages  int
		notPosted bool
	}{
		{"all of them", []int{1, 2, 3}, 3, 0, false},
		{"the first and the last", []int{1, 3}, 3, 1, false},
		{"the first, and the channel is gone", []int{1}, 1, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			all := w.events(3)
			for _, n := range c.quiet {
				all[n-1].Quiet = true
			}
			if c.notPosted {
				w.audit.Archive()
			}
			sent, err := w.Feed().Send(t.Context(), all, approvals.Doubt{})
			if sent != c.sent || (err != nil) != c.notPosted || len(w.audit.Messages()) != c.messages {
				t.Errorf("%d sent, %v, %d messages", sent, err, len(w.audit.Messages()))
			}
			if c.messages == 1 && strings.Contains(w.audit.Messages()[0].Words(), "#1 ") {
				t.Errorf("told: %s", w.audit.Messages()[0].Words())
			}
		})
	}
}

func TestALostChannelIsToldApartFromASlowOne(t *testing.T) {
	w := newWorld(t)
	lose := map[string]struct{ do, undo func() }{
		"archived": {w.audit.Archive, w.audit.Unarchive},
		"removed":  {w.audit.KickBot, w.audit.InviteBot},
	}
	for name, tt := range lose {
		tt.do()
		if _, err := w.tellOnce(w.events(1)); !errors.Is(err, approvals.ErrSinkLost) {
			t.Errorf("%s: told with %v", name, err)
		}
		if err := w.Feed().Check(t.Context()); !errors.Is(err, approvals.ErrSinkLost) {
			t.Errorf("%s: checked with %v", name, err)
		}
		tt.undo()
		if err := w.Feed().Check(t.Context()); err != nil {
			t.Errorf("%s, restored: checked with %v", name, err)
		}
	}
	w.audit.ShareOutside()
	if err := w.Feed().Check(t.Context()); !errors.Is(err, approvals.ErrSinkLost) {
		t.Errorf("shared outside: checked with %v", err)
	}
	w.audit.KeepInside()
	w.audit.InviteOutside()
	if err := w.Feed().Check(t.Context()); !errors.Is(err, approvals.ErrSinkLost) {
		t.Errorf("about to be shared outside: checked with %v", err)
	}
	w.audit.KeepInside()
	for name, f := range map[string]slacksim.Fault{
		"429": {Status: 429, RetryAfter: 1}, "500": {Status: 500}, "cut": {Cut: true}, "internal_error": {Error: "internal_error"},
		"neither ok nor an error": {NoError: true}, // a failed look-up is told as no fact
	} {
		for _, method := range []string{"chat.postMessage", "conversations.info"} {
			f.Method, f.Times = method, 1
			w.slack.Fail(f)
		}
		if told, err := w.tellOnce(w.events(1)); told != 0 || errors.Is(err, approvals.ErrSinkLost) || err == nil {
			t.Errorf("%s: told %d with %v", name, told, err)
		}
		if err := w.Feed().Check(t.Context()); errors.Is(err, approvals.ErrSinkLost) || err == nil {
			t.Errorf("%s: checked with %v", name, err)
		}
		w.slack.ClearFaults()
	}
	w.slack.Fail(slacksim.Fault{Method: "conversations.info", Alter: slacksim.OKAlone})
	if err := w.Feed().Check(t.Context()); errors.Is(err, approvals.ErrSinkLost) || err == nil {
		t.Errorf("ok alone: checked with %v", err)
	}
}

// tellOnce tells as soon as the feed may post.
func (w *world) tellOnce(events []approvals.Event) (int, error) {
	return w.tellInDoubt(events, approvals.Doubt{})
}

func (w *world) tellInDoubt(events []approvals.Event, doubt approvals.Doubt) (int, error) {
	w.t.Helper()
	for {
		told, err := w.Feed().Send(w.t.Context(), events, doubt)
		again, later := errors.AsType[*approvals.TemporaryError](err)
		if !later || !again.NotYet {
			return told, err
		}
		w.passes(again.After)
	}
}

// An open set is not sorted by a closed list: a word that nobody knows is a refusal
// like those that are known, once the plainest message is refused too.
func TestAFeedThatTakesNothingRefuses(t *testing.T) {
	w := newWorld(t)
	for code, posts := range map[string]int{"app_muted_by_admin": 3, "no_permission": 1, "token_revoked": 1} {
		before := w.calls("chat.postMessage")
		w.slack.Fail(slacksim.Fault{Method: "chat.postMessage", Error: code})
		if told, err := w.tellOnce(w.events(2)); told != 0 || !errors.Is(err, approvals.ErrSinkRefuses) || errors.Is(err, approvals.ErrSinkLost) {
			t.Errorf("%s: told %d with %v", code, told, err)
		}
		if n := w.calls("chat.postMessage") - before; n != posts {
			t.Errorf("%s: %d posts, want %d", code, n, posts)
		}
		w.slack.ClearFaults()
	}
}

// A message of unknown fate is told as such, and its repeat says that it is one.
func TestARepeatSaysWhatItMayRepeat(t *testing.T) {
	w := newWorld(t)
	events := w.events(5)
	w.slack.Fail(slacksim.Fault{Method: "chat.postMessage", Status: 503, After: true, Times: 1})
	_, err := w.tellOnce(events[2:4])
	if unsure, ok := errors.AsType[*approvals.UnsureError](err); !ok || unsure.Through != 4 {
		t.Fatalf("after a 503: %v", err)
	}
	told, err := 0, error(nil)
	for told == 0 {
		told, err = w.Feed().Send(t.Context(), events[2:], approvals.Doubt{From: 2, Through: 4, Tries: 1})
		if again, later := errors.AsType[*approvals.TemporaryError](err); later {
			w.passes(again.After)
		} else if err != nil {
			t.Fatal(err)
		}
	}
	msgs := w.audit.Messages()
	last := msgs[len(msgs)-1].Words()
	if len(msgs) != 2 || told != 3 || !strings.Contains(last, "may repeat #3–#4") || !strings.Contains(last, "never confirmed #2:") {
		t.Errorf("%d messages, told %d:\n%s", len(msgs), told, last)
	}
	if strings.Contains(msgs[0].Words(), "repeat") {
		t.Errorf("the first message says that it is a repeat:\n%s", msgs[0].Words())
	}
}
