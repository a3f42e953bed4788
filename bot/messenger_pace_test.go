//go:build !mutation

package bot

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"olbot/approvals"
	"olbot/internal/slackapi"
	"olbot/internal/testbed/slacksim"
)

// paced lets the desk keep the pace of a Slack that is so many times faster, and
// lets Slack refuse the next call of the method for a second.
func (d *desk) paced(times float64, method string) {
	d.pace = slackapi.NewPace(times)
	d.api = slackapi.NewPaced(d.pace, d.slack.URL(), d.slack.BotToken(), d.slack.AppToken())
	d.slack.Fail(slacksim.Fault{Method: method, Times: 1, Status: 429, RetryAfter: 1})
}

// waits shows and expects that something has to wait, for as long as is returned.
func (d *desk) waits(r approvals.Request) time.Duration {
	d.t.Helper()
	err := d.Show(d.t.Context(), r)
	again, ok := errors.AsType[*approvals.TemporaryError](err)
	if !ok || !again.NotYet || again.After <= 0 {
		d.t.Fatalf("nothing has to wait: %v", err)
	}
	return again.After
}

// A card that waits for its repaint is painted once, as it is by then (invariant 7).
func TestRepaintsThatWaitAreMadeOnce(t *testing.T) {
	d := newDesk(t)
	r := d.pending()
	d.shows(r)
	d.paced(50, "chat.update")
	now := time.Now()
	r.State, r.DecidedBy.Person, r.DecidedAt, r.ClaimUntil = approvals.Approved, r.Approvers[0].Person, now, now.Add(15*time.Minute)
	d.waits(r)
	if n := d.calls("chat.update"); n != 1 {
		t.Fatalf("%d repaints after the first was refused", n)
	}
	r.State, r.Wanted, r.Attempt = approvals.Issued, 1, 1
	r.CodeUntil, r.Grant.Until = now.Add(5*time.Minute), now.Add(5*time.Minute)
	d.shows(r)
	if n := d.calls("chat.update"); n != 1+3 {
		t.Errorf("%d repaints of three cards, and one that was refused", n)
	}
}

// Whose turn it is to post waits for the channel, and gives the turn to others.
func TestACardThatWaitsForItsChannelKeepsNobodyBack(t *testing.T) {
	d := newDesk(t)
	d.paced(1, "chat.postMessage")
	r := d.pending()
	if err := d.store.HoldSlot(t.Context(), r.Agent.Slack, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	for wait := d.waits(r); wait < time.Minute; wait = d.waits(r) {
		<-time.After(wait)
	}
	if wait := d.pace.Ask(postMessage, slackapi.Urgent, "another"); wait > 0 {
		t.Errorf("another has to wait %v for the turn that nobody used", wait)
	}
	if d.count(d.maria, "Joe Doe") != 1 || d.count(d.joe, "Ana Diaz") != 0 {
		t.Errorf("Maria sees %v, Joe sees %v", d.maria.DM(), d.joe.DM())
	}
}

// Whenever a slot opens in the middle of showing, what comes first is the card,
// and the news that it tells is not told again.
func TestNoNewsComesBeforeItsCard(t *testing.T) {
	for opens := range 6 {
		t.Run(fmt.Sprintf("at look %d", opens), func(t *testing.T) {
			d := newDesk(t)
			const step = 20 * time.Millisecond
			var passed time.Duration
			start := time.Now()
			d.now = func() time.Time { passed += step; return start.Add(passed) }
			if err := d.store.HoldSlot(t.Context(), d.joe.ID(), start.Add(step*time.Duration(opens)+step/2)); err != nil {
				t.Fatal(err)
			}
			d.shows(d.pending())
			if dm := d.joe.DM(); len(dm) != 1 || !d.joe.SeesButton("Withdraw") {
				t.Errorf("Joe sees %d messages, want his card alone", len(dm))
			}
		})
	}
}

// The feed comes last: a card that is posted later goes out before it.
func TestCardsGoBeforeTheFeed(t *testing.T) {
	d := newDesk(t)
	d.paced(0.01, "chat.postMessage") // so slow that none of the turns comes meanwhile
	d.waits(d.pending())              // the pace begins
	told := func() time.Duration {
		_, err := d.Feed().Send(t.Context(), []approvals.Event{{Number: 1, Kind: approvals.EventReceived, At: time.Now()}})
		again, ok := errors.AsType[*approvals.TemporaryError](err)
		if !ok || !again.NotYet {
			t.Fatalf("the feed: %v", err)
		}
		return again.After
	}
	before := told()
	d.waits(d.pending())
	if after := told(); after <= before {
		t.Errorf("the feed waits %v, and %v behind three cards more", before, after)
	}
}

// Slack opens a DM with the first message, and where the card stands the code can
// be shown: conversations.open, which is allowed 50 times a minute, is not needed.
func TestMessagesOpenTheirDMsThemselves(t *testing.T) {
	d := newDesk(t)
	r := d.pending()
	d.shows(r)
	d.dms = slackapi.NewDMs(d.api, time.Now) // a restart
	if err := d.ShowCode(t.Context(), r, approvals.NewToken("02599278")); err != nil {
		t.Fatal(err)
	}
	if _, seen := d.joe.Finds("02599278"); !seen {
		t.Error("Joe does not see the code")
	}
	d.shows(d.pending())
	if joe, ana, maria := d.count(d.joe, "[Withdraw]"), d.count(d.ana, "Joe Doe"), d.count(d.maria, "[Approve]"); joe != 2 || ana != 2 || maria != 2 {
		t.Errorf("Joe sees %d cards, Ana %d and Maria %d, of two requests", joe, ana, maria)
	}
	if n := d.calls("conversations.open"); n != 0 {
		t.Errorf("conversations.open was called %d times", n)
	}
}
