package messenger

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"olbot/approvals"
	"olbot/internal/slackapi"
	"olbot/internal/testbed/slacksim"
)

// paced lets the Messenger keep the pace of a Slack that is so many times faster, and
// lets Slack refuse the next call of the method for some seconds.
func (w *world) paced(times float64, method string) {
	w.pace = slackapi.NewPace(times)
	w.api = slackapi.NewPaced(w.pace, w.slack.URL(), w.slack.BotToken(), w.slack.AppToken())
	w.slack.Fail(slacksim.Fault{Method: method, Times: 1, Status: 429, RetryAfter: 2}) // longer than a place is waited for
}

// waits shows and expects that something has to wait, for as long as is returned.
func (w *world) waits(r approvals.Request) time.Duration {
	w.t.Helper()
	_, err := w.Show(w.t.Context(), r)
	again, ok := errors.AsType[*approvals.TemporaryError](err)
	if !ok || !again.NotYet || again.After <= 0 {
		w.t.Fatalf("nothing has to wait: %v", err)
	}
	return again.After
}

// A card that waits for its update is updated once, as it is by then (invariant 7).
func TestUpdatesThatWaitAreMadeOnce(t *testing.T) {
	w := newWorld(t)
	r := w.pending()
	w.shows(r)
	w.paced(50, "chat.update")
	now := time.Now()
	r.State, r.DecidedBy.Person, r.DecidedAt, r.ClaimUntil = approvals.Approved, r.Approvers[0].Person, now, now.Add(15*time.Minute)
	r.MaxCodes = 1
	w.waits(r)
	if n := w.calls("chat.update"); n != 1 {
		t.Fatalf("%d updates after the first was refused", n)
	}
	r.State, r.Wanted, r.Attempt = approvals.Issued, 1, 1
	r.CodeUntil, r.Grant.Until = now.Add(5*time.Minute), now.Add(5*time.Minute)
	w.shows(r)
	if n := w.calls("chat.update"); n != 1+2 {
		t.Errorf("%d updates of Joe's and Maria's cards, and one that was refused", n)
	}
}

// A post that waits for its channel gives its place in Slack's pace to others.
func TestACardThatWaitsForItsChannelKeepsNobodyBack(t *testing.T) {
	w := newWorld(t)
	w.paced(1, "chat.postMessage")
	r := w.pending()
	if err := w.store.HoldSlot(t.Context(), r.Agent.Slack, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	for wait := w.waits(r); wait < time.Minute; wait = w.waits(r) {
		w.passes(wait)
	}
	if wait := w.pace.Delay(t.Context(), postMessage, slackapi.Urgent, "another", time.Time{}); wait > 0 {
		t.Errorf("another has to wait %v for the place that nobody used", wait)
	}
	if w.count(w.maria, "Joe Doe") != 1 || w.count(w.joe, "Ana Diaz") != 0 {
		t.Errorf("Maria sees %v, Joe sees %v", w.maria.DM(), w.joe.DM())
	}
}

// Whenever a slot opens in the middle of showing, what comes first is the card,
// and the news that it tells is not told again.
func TestNoNewsComesBeforeItsCard(t *testing.T) {
	for opens := range 6 {
		t.Run(fmt.Sprintf("at look %d", opens), func(t *testing.T) {
			w := newWorld(t)
			const step = 20 * time.Millisecond
			var passed time.Duration
			start := time.Now()
			w.now = func() time.Time { passed += step; return start.Add(passed) }
			if err := w.store.HoldSlot(t.Context(), w.joe.ID(), start.Add(step*time.Duration(opens)+step/2)); err != nil {
				t.Fatal(err)
			}
			w.shows(w.pending())
			if dm := w.joe.DM(); len(dm) != 1 || !w.joe.SeesButton("Withdraw") {
				t.Errorf("Joe sees %d messages, want his card alone", len(dm))
			}
		})
	}
}

// Slack opens a DM with the first message, and where the card is the code can
// be shown: conversations.open, which is allowed 50 times a minute, is not needed.
func TestMessagesOpenTheirDMsThemselves(t *testing.T) {
	w := newWorld(t)
	r := w.pending()
	w.shows(r)
	w.restarts()
	if err := w.ShowCode(t.Context(), r, approvals.NewToken("02599278")); err != nil {
		t.Fatal(err)
	}
	if _, seen := w.joe.Finds("02599278"); !seen {
		t.Error("Joe does not see the code")
	}
	w.shows(w.pending())
	if joe, ana, maria := w.count(w.joe, "[Withdraw]"), w.count(w.ana, "Joe Doe"), w.count(w.maria, "[Approve]"); joe != 2 || ana != 2 || maria != 2 {
		t.Errorf("Joe sees %d cards, Ana %d and Maria %d, of two requests", joe, ana, maria)
	}
	if n := w.calls("conversations.open"); n != 0 {
		t.Errorf("conversations.open was called %d times", n)
	}
}

// A wait that makes no sense, such as a time of day, does not silence the audit
// channel. Kind: a number that means something else.
func TestASenselessWaitDoesNotSilenceTheFeed(t *testing.T) {
	w := newWorld(t)
	w.slack.Fail(slacksim.Fault{Method: postMessage, Times: 1, Status: 429, RetryAfter: 1_796_040_000})
	e := approvals.Event{Number: 1, At: time.Now(), Kind: approvals.EventFeedRestored, Hash: strings.Repeat("a", 64)}
	for range 2 { // what Slack said, and what is stored of it
		_, err := w.Feed().Send(t.Context(), []approvals.Event{e}, approvals.Doubt{})
		if again, ok := errors.AsType[*approvals.TemporaryError](err); !ok || again.After > time.Minute {
			t.Errorf("%+v, want to wait for a minute", err)
		}
	}
}
