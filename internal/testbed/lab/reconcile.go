package main

import (
	"fmt"
	"strings"
	"time"

	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// records are the four records of what happened.
type records struct {
	asks    []ask
	presses []press

	events []event

	calls []oneloginsim.Call
	codes []oneloginsim.Code

	feed     told
	messages []slacksim.Message // all of them, as painted at the end
	painted  []slacksim.Call    // what posted and painted them
}

func (h *house) records(events []event, m *memory) records {
	return records{
		asks: m.asks, presses: m.presses, events: events,
		calls: h.onelogin.Calls(), codes: h.onelogin.Codes(),
		feed: readFeed(h.audit.Messages(), events), messages: h.slack.Messages(),
		painted: h.slack.Calls("chat.postMessage", "chat.update", "response_url"),
	}
}

// reconcile compares the records. See the package's documentation for what counts as what.
func reconcile(in records) *report {
	r := &report{sent: len(in.asks), presses: len(in.presses), codes: len(in.codes), events: len(in.events)}
	all := stories(in.events)
	r.reconcileCommands(in, all)
	r.reconcilePresses(in, all)
	for id, s := range all {
		r.reconcileStory(id, s)
	}
	owners := intentsByOwner(all)
	r.reconcileCalls(in, owners)
	r.reconcileCodeMessages(in, all)
	r.reconcileFeed(in)
	r.countEnds(in, all)
	return r
}

// reconcileCommands: every command that was acked made a request, and none made two.
func (r *report) reconcileCommands(in records, all map[string]story) {
	made := map[string][]string{} // by marker
	for id, s := range all {
		for _, e := range s {
			if e.Kind == "received" {
				made[e.Reason] = append(made[e.Reason], id)
			}
		}
	}
	for marker, ids := range made {
		if len(ids) > 1 {
			r.add(doubled, "the command %q made %d requests: %v", marker, len(ids), ids)
		}
		r.requests += len(ids)
	}
	for _, a := range in.asks {
		if a.accepted == "" {
			continue
		}
		r.acked++
		switch ids := made[a.marker]; {
		case all[a.accepted] == nil:
			r.add(lost, "the command %q was accepted as %s, which is not in the trail", a.marker, a.accepted)
		case len(ids) == 1 && ids[0] != a.accepted:
			r.add(unreconciled, "the command %q was accepted as %s, and made %s", a.marker, a.accepted, ids[0])
		}
	}
}

// reconcilePresses: what was acked had its effect, unless the request had gone on.
func (r *report) reconcilePresses(in records, all map[string]story) {
	for _, p := range in.presses {
		if !p.acked {
			continue
		}
		r.ackedPresses++
		s := all[p.request]
		if len(s) == 0 {
			r.add(lost, "%s was pressed on %q, which is not in the trail", p.label, p.value)
			continue
		}
		if !hadEffect(p, s) {
			r.add(lost, "%s on %s was acked and had no effect: the trail says %s", p.label, p.value, s.kinds())
		}
	}
}

func hadEffect(p press, s story) bool {
	if ended(s.state()) && s.state() != "closed" && s.state() != "lapsed" {
		return true
	}
	switch p.label {
	case approve, deny, withdraw:
		return s.count("approved", "denied") > 0
	case disown:
		return false
	}
	// One of the code buttons. A press after the time to make codes is refused.
	if p.at.After(s.claimUntil().Add(-3 * time.Second)) {
		return true
	}
	for _, e := range s {
		if e.Kind == "code_wanted" && strings.HasSuffix(p.value, fmt.Sprintf("/%d", e.Attempt)) {
			return true
		}
	}
	return false
}

// reconcileStory: a request begins once, is decided at most once, and ends; every
// intent has one outcome.
func (r *report) reconcileStory(id string, s story) {
	switch n := s.count("received"); {
	case n > 1:
		r.add(doubled, "%s was received %d times", id, n)
	case n == 0:
		r.add(unreconciled, "%s was never received", id)
	}
	switch n := s.count("approved", "denied"); {
	case n > 1:
		r.add(doubled, "%s was decided %d times: %s", id, n, s.kinds())
	case n == 1:
		r.decided++
	}
	if !atRest(s.state()) {
		r.add(lost, "%s stands as %s: %s", id, s.state(), s.kinds())
	}
	if !ended(s.state()) {
		r.waiting++
	}
	for _, i := range s.intents() {
		r.intents++
		switch i.outcome {
		case "":
			r.add(lost, "code %d of %s was intended, and nothing says what became of it: %s", i.attempt, id, s.kinds())
		case "unknown":
			r.unknown++
		case "issued":
			r.issued++
		}
		if i.again > 0 {
			r.add(doubled, "code %d of %s has %d outcomes: %s", i.attempt, id, 1+i.again, s.kinds())
		}
	}
}

// kinds is the story in short.
func (s story) kinds() string {
	var all []string
	for _, e := range s {
		word := e.Kind
		if e.Attempt > 0 {
			word += fmt.Sprintf("/%d", e.Attempt)
		}
		all = append(all, word)
	}
	return strings.Join(all, " ")
}

// reconcileFeed: the audit channel was told every event, in order.
func (r *report) reconcileFeed(in records) {
	for _, wrong := range in.feed.wrong {
		r.add(unreconciled, "%s", wrong)
	}
	for i, e := range in.events {
		if e.Kind == "foreign_connections" {
			r.add(unreconciled, "event %d tells of %d connections that are not olbot's, and there are none", e.Number, e.Count)
		}
		if e.Number != int64(i)+1 {
			r.add(unreconciled, "the trail has event %d in place %d", e.Number, i+1)
		}
		if e.Number > in.feed.through {
			r.add(untold, "event %d (%s) was never told in the feed", e.Number, e.Kind)
		}
		if anchor := in.feed.anchors[e.Number]; anchor != "" && !strings.HasPrefix(e.Hash, anchor) {
			r.add(unreconciled, "the feed's anchor of event %d is not the trail's", e.Number)
		}
	}
}
