//go:build !mutation

package bot

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"olbot/approvals"
	"olbot/internal/slackapi"
)

// used uses up what may be called at once.
func used(p *slackapi.Pace, method string, rank slackapi.Rank) {
	for n := 0; p.Ask(method, rank, fmt.Sprint(n)) == 0; n++ {
	}
}

// A card that waits for its repaint is painted once, as it is by then (invariant 7).
func TestRepaintsThatWaitAreMadeOnce(t *testing.T) {
	d := newDesk(t)
	r := d.pending()
	d.shows(r)
	before := d.calls("chat.update")
	d.pace = slackapi.NewPace(50)
	used(d.pace, "chat.update", slackapi.Normal)
	now := time.Now()
	r.State, r.DecidedBy.Person, r.DecidedAt, r.ClaimUntil = approvals.Approved, r.Approvers[0].Person, now, now.Add(15*time.Minute)
	again, ok := errors.AsType[*approvals.TemporaryError](d.Show(t.Context(), r))
	if !ok || !again.NotYet || again.After <= 0 {
		t.Fatalf("a repaint whose turn has not come: %+v", again)
	}
	if d.calls("chat.update") != before {
		t.Fatal("it was made all the same")
	}
	r.State, r.Wanted, r.Attempt = approvals.Issued, 1, 1
	r.CodeUntil, r.Grant.Until = now.Add(5*time.Minute), now.Add(5*time.Minute)
	d.shows(r)
	if n := d.calls("chat.update") - before; n != 3 {
		t.Errorf("%d repaints of three cards", n)
	}
}

// Whose turn it is to post waits for the channel, and gives the turn to others.
func TestACardThatWaitsForItsChannelKeepsNobodyBack(t *testing.T) {
	d := newDesk(t)
	d.pace = slackapi.NewPace(1)
	r := d.pending()
	if err := d.store.Hold(t.Context(), r.Agent.Slack, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	for range 2 * 300 {
		again, ok := errors.AsType[*approvals.TemporaryError](d.Show(t.Context(), r))
		if !ok || !again.NotYet || again.After < time.Minute {
			t.Fatalf("%+v", again)
		}
	}
	if d.count(d.maria, "Joe Doe") != 1 || d.count(d.joe, "Ana Diaz") != 0 {
		t.Errorf("Maria sees %v, Joe sees %v", d.maria.DM(), d.joe.DM())
	}
}

// The feed comes last: a card that is posted later goes out before it.
func TestCardsGoBeforeTheFeed(t *testing.T) {
	d := newDesk(t)
	d.pace = slackapi.NewPace(1)
	used(d.pace, "chat.postMessage", slackapi.Urgent)
	told := func() time.Duration {
		_, err := d.Tell(t.Context(), []approvals.Event{{Number: 1, Kind: approvals.EventReceived, At: time.Now()}})
		again, ok := errors.AsType[*approvals.TemporaryError](err)
		if !ok || !again.NotYet {
			t.Fatalf("the feed: %v", err)
		}
		return again.After
	}
	before := told()
	used := d.Show(t.Context(), d.pending())
	if _, ok := errors.AsType[*approvals.TemporaryError](used); !ok {
		t.Fatal(used)
	}
	if after := told(); after <= before {
		t.Errorf("the feed waits %v, and %v behind three cards", before, after)
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
	if n := d.calls("conversations.open"); n != 0 {
		t.Errorf("conversations.open was called %d times", n)
	}
	d.shows(d.pending())
	var last string
	for _, c := range d.slack.Calls("chat.postMessage") {
		last = c.Args["channel"]
	}
	if last != d.ana.BotDM().ID() && last != d.ana.ID() {
		t.Errorf("the last card went to %s", last)
	}
}
