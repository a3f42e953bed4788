package messenger

import (
	"errors"
	"slices"
	"testing"
	"time"

	"olbot/approvals"
	"olbot/internal/testbed/slacksim"
)

// settles shows until nothing has to wait, or only what Slack refuses: then it says how
// long, and who was not reached.
func (w *world) settles(r approvals.Request) (wait time.Duration, unreached []string) {
	w.t.Helper()
	for range 20 {
		unreached, err := w.Show(w.t.Context(), r)
		again, later := errors.AsType[*approvals.TemporaryError](err)
		switch {
		case err == nil:
			return 0, unreached
		case !later:
			w.t.Fatal(err)
		case again.After >= refusedWait-time.Second:
			return again.After, unreached
		}
		w.passes(again.After)
	}
	w.t.Fatal("showing does not settle")
	return 0, nil
}

// posts counts the tries to post to somebody.
func (w *world) posts(p *slacksim.Person) int {
	to, n := w.to(p), 0
	for _, c := range w.slack.Calls("chat.postMessage") {
		if to(c.Args) {
			n++
		}
	}
	return n
}

// stopped is r as its owner disowned it.
func stopped(r approvals.Request) approvals.Request {
	r.State, r.DisownedAt, r.EndedAt = approvals.Disowned, time.Now(), time.Now()
	return r
}

// TestAMessageThatStandsIsUpdatedAgain when Slack refused what it was to say: posted
// anew it would be refused as well. When the request has ended nothing follows.
// Kind: olbot's mistake taken for something else.
func TestAMessageThatStandsIsUpdatedAgain(t *testing.T) {
	w := newWorld(t)
	r := w.pending()
	w.shows(r)
	w.slack.Fail(slacksim.Fault{Method: "chat.update", Match: w.to(w.joe), Error: "invalid_blocks"})
	r = claimed(r)
	if wait, _ := w.settles(r); wait == 0 || w.count(w.joe, "[Show code]") != 0 {
		t.Errorf("waits %v, Joe sees %v", wait, w.joe.DM())
	}
	r.State, r.EndedAt = approvals.Withdrawn, time.Now()
	w.shows(r) // comes to an end
}

// TestAnAlarmThatSaysSomethingUnfitIsTriedAgain, also after the end, until the block is lifted.
func TestAnAlarmThatSaysSomethingUnfitIsTriedAgain(t *testing.T) {
	w := newWorld(t)
	w.options.SecurityContacts = []approvals.Principal{{Kind: approvals.SlackUser, ID: w.maria.ID()}}
	w.refuses(w.maria, "invalid_blocks")
	r := stopped(w.pending())
	r.Approvers = nil
	if wait, unreached := w.settles(r); wait == 0 || unreached != nil {
		t.Errorf("waits %v, not reached %v", wait, unreached)
	}
	r.LiftedAt = time.Now()
	w.shows(r) // comes to an end
}

// TestAContactWhoHasNoAlarmIsSaid: the request says then that nobody of them knows.
// Kind: an alarm that nobody knows to be missing.
func TestAContactWhoHasNoAlarmIsSaid(t *testing.T) {
	w := newWorld(t)
	w.options.SecurityContacts = []approvals.Principal{{Kind: approvals.SlackUser, ID: w.maria.ID()}}
	w.refuses(w.maria, "messages_tab_disabled")
	r := stopped(w.pending())
	r.Approvers = nil
	if wait, unreached := w.settles(r); wait != 0 || !slices.Equal(unreached, []string{w.maria.ID()}) {
		t.Errorf("waits %v, not reached %v", wait, unreached)
	}
}

// TestACardThatWasRefusedForGoodIsNotTriedOn when it changes nothing any more: an
// approver's once it is decided, the agent's once a code was made. Kind: a call and a
// warning every 30 seconds, for days.
func TestACardThatWasRefusedForGoodIsNotTriedOn(t *testing.T) {
	for name, lost := range map[string]func(*world) *slacksim.Person{
		"approver": func(w *world) *slacksim.Person { return w.maria },
		"agent":    func(w *world) *slacksim.Person { return w.joe },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p := lost(w)
			r := w.pending()
			w.shows(r)
			w.slack.Fail(slacksim.Fault{Method: "chat.update", Match: w.to(p), Error: "message_not_found"})
			w.refuses(p, "channel_not_found")
			r = claimed(r)
			r.State, r.Attempt, r.Wanted, r.CodeUntil = approvals.Issued, 1, 1, time.Now().Add(5*time.Minute)
			if wait, _ := w.settles(r); wait != 0 {
				t.Errorf("tried again in %v", wait)
			}
			before := w.posts(p)
			for range 2 {
				w.passes(slotGap)
				w.shows(r)
				w.restarts()
			}
			if after := w.posts(p); before == 0 || after != before {
				t.Errorf("%d posts, and %d more", before, after-before)
			}
		})
	}
}
