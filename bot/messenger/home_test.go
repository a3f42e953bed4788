package messenger

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"olbot/approvals"
	"olbot/internal/testbed/slacksim"
)

// homes returns each of the Homes in turn, and then the last for ever.
func homes(all ...approvals.Home) func(context.Context) (approvals.Home, error) {
	reads := 0
	return func(context.Context) (approvals.Home, error) {
		reads++
		return all[min(reads, len(all))-1], nil
	}
}

func (w *world) published() int { return len(w.slack.Calls("views.publish")) }

// home is what is on Joe's Home tab.
func (w *world) home() string {
	f, _ := w.joe.Home()
	return f.Words()
}

func (w *world) showsHome(opened bool, read func(context.Context) (approvals.Home, error), want int) {
	w.t.Helper()
	before := w.published()
	if err := w.ShowHome(w.t.Context(), w.joe.ID(), opened, read); err != nil {
		w.t.Fatal(err)
	}
	if got := w.published() - before; got != want {
		w.t.Errorf("published %d times, want %d", got, want)
	}
}

var (
	emptyHome  = approvals.Home{MayAsk: true}
	openedHome = approvals.Home{MayAsk: true, Open: []approvals.Request{{ID: "OTP-7F3K-9QXM", State: approvals.Received}}}
)

// TestAHomeIsPublishedOnceOpenedAndWhenItChanges: no tab is published that nobody ever
// looked at, and none to say the same.
func TestAHomeIsPublishedOnceOpenedAndWhenItChanges(t *testing.T) {
	w := newWorld(t)
	w.showsHome(false, homes(emptyHome), 0)
	w.showsHome(true, homes(emptyHome), 1)
	w.showsHome(false, homes(emptyHome), 0)
	w.showsHome(false, homes(openedHome), 1)
	if !strings.Contains(w.home(), "OTP-7F3K-9QXM") {
		t.Errorf("shown: %q", w.home())
	}
	w.showsHome(false, homes(openedHome), 0)
	w.showsHome(true, homes(openedHome), 1) // whoever looks gets a new view, whatever is stored
}

// TestALateOlderViewDoesNotStay: what changes while it is published is published
// after it, also if somebody else has published the newer one already (invariant 7).
func TestALateOlderViewDoesNotStay(t *testing.T) {
	w := newWorld(t)
	w.showsHome(true, homes(emptyHome), 1)
	w.showsHome(false, homes(openedHome, emptyHome), 2)
	if strings.Contains(w.home(), "OTP-") {
		t.Errorf("an older view stays: %q", w.home())
	}
	reads := 0
	w.showsHome(false, func(context.Context) (approvals.Home, error) {
		if reads++; reads == 1 { // the other worker comes between this one's look and its call
			w.showsHome(false, homes(openedHome), 1)
			return approvals.Home{}, nil
		}
		return openedHome, nil
	}, 3)
	if !strings.Contains(w.home(), "OTP-7F3K-9QXM") {
		t.Errorf("an older view stays: %q", w.home())
	}
}

// TestAViewOfUnknownFateIsPublishedAgain, also when things are again as they were
// before it.
func TestAViewOfUnknownFateIsPublishedAgain(t *testing.T) {
	w := newWorld(t)
	w.showsHome(true, homes(emptyHome), 1)
	w.slack.Fail(slacksim.Fault{Method: "views.publish", Times: 1, Cut: true, After: true})
	err := w.ShowHome(t.Context(), w.joe.ID(), false, homes(openedHome))
	if again, ok := errors.AsType[*approvals.TemporaryError](err); !ok || again.After != unsureWait {
		t.Fatalf("a cut: %v", err)
	}
	w.showsHome(false, homes(emptyHome), 1)
	if strings.Contains(w.home(), "OTP-") {
		t.Errorf("an older view stays: %q", w.home())
	}
}

func TestAHomeThatCannotBePublishedNowIsPublishedLater(t *testing.T) {
	w := newWorld(t)
	w.slack.Fail(slacksim.Fault{Method: "views.publish", Times: 1, Status: 429, RetryAfter: 3})
	err := w.ShowHome(t.Context(), w.joe.ID(), true, homes(emptyHome))
	if again, ok := errors.AsType[*approvals.TemporaryError](err); !ok || !again.NotYet || again.After != 3*time.Second {
		t.Errorf("throttled: %v", err)
	}
	w.showsHome(false, homes(emptyHome), 1)
	if err := w.ShowHome(t.Context(), w.joe.ID(), false, changing()); !isTemporary(err) {
		t.Errorf("what never comes to rest: %v", err)
	}
	failed := errors.New("no database")
	read := func(context.Context) (approvals.Home, error) { return approvals.Home{}, failed }
	if err := w.ShowHome(t.Context(), w.joe.ID(), false, read); !errors.Is(err, failed) {
		t.Errorf("what cannot be read: %v", err)
	}
}

func isTemporary(err error) bool {
	_, ok := errors.AsType[*approvals.TemporaryError](err)
	return ok
}

// changing is another Home with every look.
func changing() func(context.Context) (approvals.Home, error) {
	n := 0
	return func(context.Context) (approvals.Home, error) {
		n++
		return approvals.Home{Open: make([]approvals.Request, n)}, nil
	}
}

// TestARefusedHomeIsNotPublishedAgainAndAgain: a refusal is no reason to keep the
// cards waiting, and a Home tab that is switched off is none to ask once more.
func TestARefusedHomeIsNotPublishedAgainAndAgain(t *testing.T) {
	w := newWorld(t)
	w.slack.Fail(slacksim.Fault{Method: "views.publish", Times: 1, Error: "invalid_arguments"})
	w.showsHome(true, homes(emptyHome), 1)
	w.showsHome(false, homes(emptyHome), 1)
	w.slack.Fail(slacksim.Fault{Method: "views.publish", Times: 1, Error: "not_enabled"})
	w.showsHome(false, homes(openedHome), 1)
	w.showsHome(true, homes(emptyHome), 0)
}
