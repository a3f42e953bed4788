package messenger

import (
	"errors"
	"slices"
	"testing"
	"time"

	"olbot/approvals"
	"olbot/bot/view"
	"olbot/internal/testbed/slacksim"
)

// to fits the calls that are for somebody, in whatever way they name them.
func (w *world) to(p *slacksim.Person) func(map[string]string) bool {
	names := []string{p.ID(), p.BotDM().ID()} // Slack is locked while it asks whether a call fits
	return func(args map[string]string) bool {
		return slices.Contains(names, args["channel"]) || slices.Contains(names, args["user"])
	}
}

// refuses lets Slack refuse all messages to somebody for good.
func (w *world) refuses(p *slacksim.Person, code string) {
	w.slack.Fail(slacksim.Fault{Method: "chat.postMessage", Match: w.to(p), Error: code})
}

// TestWhoHasNoCardIsSaid: what Slack refuses for good is told to whoever decides what
// it means, and only that (reference: a promise checked by the act, not by a proxy).
func TestWhoHasNoCardIsSaid(t *testing.T) {
	for code, forGood := range map[string]bool{
		"messages_tab_disabled": true, "channel_not_found": true, "user_not_found": true, "user_disabled": true, "cannot_dm_bot": true,
		"restricted_action": true, "a_word_of_tomorrow": true,
		"invalid_auth": false, "missing_scope": false, "ratelimited": false, "internal_error": false,
		"invalid_blocks": false, "invalid_blocks_format": false, "msg_too_long": false, "msg_blocks_too_long": false, "no_text": false,
	} {
		for name, person := range map[string]func(*world) *slacksim.Person{
			"agent": func(w *world) *slacksim.Person { return w.joe }, "owner": func(w *world) *slacksim.Person { return w.ana },
			"approver": func(w *world) *slacksim.Person { return w.maria },
		} {
			t.Run(name+"/"+code, func(t *testing.T) {
				w := newWorld(t)
				p := person(w)
				w.refuses(p, code)
				got, _ := w.Show(t.Context(), w.pending())
				if want := []string{p.ID()}; forGood && !slices.Equal(got, want) || !forGood && got != nil {
					t.Errorf("without a card: %v", got)
				}
			})
		}
	}
}

// TestWhoHadACardHasBeenReached: a replacement that Slack refuses is no outcome.
func TestWhoHadACardHasBeenReached(t *testing.T) {
	w := newWorld(t)
	r := w.pending()
	w.shows(r)
	w.slack.Fail(slacksim.Fault{Method: "chat.update", Match: w.toMaria, Error: "message_not_found"})
	w.refuses(w.maria, "channel_not_found")
	r.Verified = approvals.NotVerified // her card has to say so
	toMaria := w.to(w.maria)
	for posts := 0; posts < 2; { // her channel's slot opens in between
		got, err := w.Show(t.Context(), r)
		again, _ := errors.AsType[*approvals.TemporaryError](err)
		if got != nil || again == nil {
			t.Fatalf("without a card: %v, %v", got, err)
		}
		w.passes(min(again.After, slotGap))
		posts = 0
		for _, c := range w.slack.Calls("chat.postMessage") {
			if toMaria(c.Args) {
				posts++
			}
		}
	}
}

// slotGap is a little more than what lies between two posts to one person.
const slotGap = 1200 * time.Millisecond

// TestNobodyIsAskedForAnAgentWhoCannotBeTold.
func TestNobodyIsAskedForAnAgentWhoCannotBeTold(t *testing.T) {
	w := newWorld(t)
	w.refuses(w.joe, "messages_tab_disabled")
	r := w.pending()
	for range 3 { // its slot opens in between
		if _, err := w.Show(t.Context(), r); err == nil {
			t.Fatal("nothing has to wait")
		}
	}
	r.State, r.EndedAt, r.Refusal = approvals.Refused, time.Now(), &approvals.Refusal{Code: approvals.NoDM, Role: approvals.Agent}
	w.shows(r)
	if n := len(w.maria.DM()) + len(w.ana.DM()); n != 0 {
		t.Errorf("%d messages to others", n)
	}
}

// TestAnAgentsCardThatHasToWaitKeepsNobodyBack: that is no refusal.
func TestAnAgentsCardThatHasToWaitKeepsNobodyBack(t *testing.T) {
	w := newWorld(t)
	w.slack.Fail(slacksim.Fault{Method: "chat.postMessage", Match: w.to(w.joe), Times: 1, Status: 429, RetryAfter: 60})
	r := w.pending()
	for _, r := range []approvals.Request{received(r), r} {
		if _, err := w.Show(t.Context(), r); err == nil {
			t.Fatal("nothing has to wait")
		}
	}
	if !w.maria.SeesButton("Approve") || len(w.joe.DM()) != 0 {
		t.Errorf("Maria sees %v, Joe %v", w.maria.DM(), w.joe.DM())
	}
}

// TestWhoWasSentNoCardIsSentNoneWhenThereIsNothingToDecide; who decided is.
func TestWhoWasSentNoCardIsSentNoneWhenThereIsNothingToDecide(t *testing.T) {
	w := newWorld(t)
	r := w.pending()
	r.State, r.EndedAt = approvals.Expired, time.Now()
	w.shows(r)
	if n := len(w.maria.DM()); n != 0 || len(w.ana.DM()) != 1 || len(w.joe.DM()) == 0 {
		t.Errorf("Maria has %d messages, Ana %d, Joe %d", n, len(w.ana.DM()), len(w.joe.DM()))
	}
	r.ID = approvals.NewID()
	r.State, r.DecidedBy, r.DecidedAt = approvals.Denied, r.Approvers[0], time.Now()
	w.shows(r)
	if n := len(w.maria.DM()); n != 1 {
		t.Errorf("Maria, who decided, has %d messages", n)
	}
}

// TestNobodyReadsThatSomebodyWasAskedWhoHasNoCard: the request will say something else.
func TestNobodyReadsThatSomebodyWasAskedWhoHasNoCard(t *testing.T) {
	w := newWorld(t)
	r := w.pending()
	w.shows(received(r))
	w.refuses(w.maria, "messages_tab_disabled")
	if unreached, _ := w.Show(t.Context(), r); len(unreached) != 1 {
		t.Fatal("Maria was reached")
	}
	if w.count(w.joe, "Maria Roe") != 0 || len(w.ana.DM()) != 0 {
		t.Errorf("Joe reads %v, Ana %v", w.joe.DM(), w.ana.DM())
	}
}

// received is r before anybody was looked up.
func received(r approvals.Request) approvals.Request {
	r.State, r.Approvers, r.Link, r.Owner = approvals.Received, nil, approvals.Principal{}, approvals.Person{}
	return r
}

// restarts makes the next process of the Messenger.
func (w *world) restarts() {
	old := w.Messenger
	w.Messenger = New(Config{API: old.api, Store: w.store, Feed: old.feed, Options: old.options, Log: old.log, Now: old.now})
}

// claimed is r as Maria approved it, for Joe to press Show code.
func claimed(r approvals.Request) approvals.Request {
	now := time.Now()
	r.State, r.DecidedBy, r.DecidedAt, r.ClaimUntil = approvals.Approved, r.Approvers[0], now, now.Add(15*time.Minute)
	r.MaxCodes = 1
	return r
}

// TestACardThatCannotBeUpdatedIsPostedAnewOnce: giving up the paint must not give up
// the buttons (invariant 7).
func TestACardThatCannotBeUpdatedIsPostedAnewOnce(t *testing.T) {
	for _, code := range []string{"message_not_found", "edit_window_closed", "cant_update_message", "a_word_of_tomorrow"} {
		t.Run(code, func(t *testing.T) {
			w := newWorld(t)
			r := w.pending()
			w.shows(r)
			w.slack.Fail(slacksim.Fault{Method: "chat.update", Match: w.to(w.joe), Error: code})
			r = claimed(r)
			for range 2 {
				w.shows(r)
				w.restarts()
			}
			if n := w.count(w.joe, "[Show code]"); n != 1 {
				t.Errorf("Joe can press Show code on %d messages", n)
			}
			if w.maria.SeesButton("Approve") {
				t.Error("Maria's card was not updated")
			}
			before := len(w.joe.DM())
			r.State, r.EndedAt = approvals.Withdrawn, time.Now()
			for range 2 {
				w.shows(r)
				w.restarts()
			}
			if after := len(w.joe.DM()); after != before {
				t.Errorf("%d messages more, after the replacement cannot be updated either", after-before)
			}
		})
	}
}

// TestAReplacementIsUpdatedAsItsCardWas, and a press on it is one on a card that is known.
func TestAReplacementIsUpdatedAsItsCardWas(t *testing.T) {
	w := newWorld(t)
	r := w.pending()
	w.shows(r)
	w.slack.Fail(slacksim.Fault{Method: "chat.update", Match: w.to(w.joe), Times: 1, Error: "edit_window_closed"})
	old := w.joe.DM()[0].TS
	r = claimed(r)
	w.shows(r)
	m, found := slacksim.Message{}, false
	for _, m = range w.joe.DM() {
		if _, found = m.Button("Show code"); found {
			break
		}
	}
	adopted, err := w.Adopt(t.Context(), r, Pressed{Action: view.ActionShowCode, User: w.joe.ID(), Channel: m.Channel, TS: m.TS})
	if !found || adopted || err != nil {
		t.Errorf("found %t, adopted %t, %v", found, adopted, err)
	}
	r.State, r.EndedAt = approvals.Withdrawn, time.Now()
	w.shows(r)
	if w.joe.SeesButton("Show code") {
		t.Error("the button of a request that has ended stays")
	}
	tries := 0
	for _, c := range w.slack.Calls("chat.update") {
		if c.Args["ts"] == old {
			tries++
		}
	}
	if tries != 1 {
		t.Errorf("%d tries to update what was replaced", tries)
	}
}

// A code is made for an agent who has a card, or as good as: that is where it is shown.
func TestWhoHasACardIsKnown(t *testing.T) {
	w := newWorld(t)
	has := func() bool {
		has, err := w.HasCard(t.Context(), approvals.Request{ID: "OTP-7F3K-9QXM"})
		if err != nil {
			t.Error(err)
		}
		return has
	}
	r := w.pending()
	r.ID = "OTP-7F3K-9QXM"
	if has() {
		t.Error("before anything was posted")
	}
	w.slack.Fail(slacksim.Fault{Method: "chat.postMessage", Match: w.to(w.joe), Cut: true, Times: maxSends})
	for i := range maxSends {
		wait := w.waits(r)
		if got := has(); got != (i+1 == maxSends) {
			t.Errorf("after %d posts without an answer: %t", i+1, got)
		}
		w.passes(wait)
	}
}
