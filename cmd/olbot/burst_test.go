//go:build !mutation

// Mutation testing leaves this file out: most of its time is Slack's pace.

package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"olbot/internal/testbed/leftout"
	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// burstTempo is how many times faster than Slack its limits and olbot's pace are
// here: what takes it 6 minutes takes 20 s.
const burstTempo = 20

// burst is how many ask in the same instant.
func burst() int {
	switch {
	case !leftout.Long():
		return 20
	case leftout.Race:
		return 60
	}
	return 150
}

// A trio is an agent, an owner and the owner's manager.
type trio struct {
	agent, owner, manager *slacksim.Person
}

func (w *world) trio(n int) trio {
	join := func(role string, manager int64) (*slacksim.Person, int64) {
		name := fmt.Sprintf("%s%d", role, n)
		email := name + "@example.com"
		id := w.onelogin.AddUser(oneloginsim.User{Email: email, FirstName: role, LastName: fmt.Sprint(n), ManagerUserID: manager})
		return w.slack.AddUser(slacksim.User{Name: name, Email: email}), id
	}
	var t trio
	var boss int64
	t.manager, boss = join("Manager", 0)
	t.owner, _ = join("Owner", boss)
	t.agent, _ = join("Agent", 0)
	return t
}

// Commands of one instant, of as many agents for as many owners with as many
// managers, at Slack's limits: one message a second and channel, and the tiers of
// all other methods.
func TestABurstIsWorkedOffAtSlacksPace(t *testing.T) {
	t.Parallel()
	burst := burst()
	w := newWorld(t, slacksim.Options{Tempo: burstTempo, AckTimeout: time.Minute}) // how fast it is acked is not what is tried here
	w.vars["OLBOT_REQUESTERS"] = "*"
	var all []trio
	for n := range burst {
		all = append(all, w.trio(n))
	}
	b := w.startAt(burstTempo)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute) // it is about completeness, not time
	defer cancel()
	var people sync.WaitGroup
	for _, p := range all {
		people.Go(func() {
			if a := p.agent.Runs("/tempotp " + p.owner.Mention()); !a.OK() || !strings.Contains(a.Words(), "OTP-") {
				t.Errorf("a command was answered with %s", a.Words())
				return
			}
			card, err := p.manager.WaitsForButton(ctx, "Approve")
			if err != nil {
				t.Error("a manager was not asked")
				return
			}
			if a := p.manager.PressesOn(card, "Approve"); !a.OK() {
				t.Errorf("a press was answered with %s", a.Words())
			}
			if _, err := p.agent.WaitsForButton(ctx, "Done, hide it"); err != nil {
				t.Error("an agent has no code")
			}
		})
	}
	people.Wait()
	if t.Failed() {
		t.FailNow()
	}
	w.until("the cards say what became of it", func() bool {
		for _, p := range all {
			if p.manager.SeesButton("Approve") || !p.agent.Sees("Can't see it?") || !p.owner.Sees("was made") {
				return false
			}
		}
		return true
	})
	for _, p := range all {
		p.inOrder(t)
	}
	w.feedInOrder()
	refused := 0
	for _, c := range w.slack.Calls() {
		if c.Status == http.StatusTooManyRequests {
			refused++
		}
	}
	if calls := len(w.slack.Calls()); refused > calls/20 {
		t.Errorf("%d of %d calls were refused for their number: olbot does not keep the pace", refused, calls)
	}
	if n := len(w.onelogin.Codes()); n != burst {
		t.Errorf("%d codes were made", n)
	}
	if code := b.ends(); code != exitDone {
		t.Errorf("exit code %d:\n%s", code, b.log.String())
	}
}

// Whoever stops olbot does not wait for Slack's pace, and what was waiting for it
// goes on after the next start.
func TestAStopDoesNotWaitForSlacksPace(t *testing.T) {
	t.Parallel()
	const agents = 40
	w := newWorld(t, slacksim.Options{Tempo: burstTempo, AckTimeout: time.Minute})
	w.vars["OLBOT_REQUESTERS"] = "*"
	var all []trio
	for n := range agents {
		all = append(all, w.trio(n))
	}
	asked := func() (n int) {
		for _, p := range all {
			if p.manager.SeesButton("Approve") {
				n++
			}
		}
		return n
	}
	b := w.startAt(1)
	for _, p := range all {
		if a := p.agent.Runs("/tempotp " + p.owner.Mention()); !a.OK() {
			t.Fatalf("a command was answered with %s", a.Words())
		}
	}
	b.wait("the first are asked", func() bool { return asked() > 0 })
	began := time.Now()
	if code := b.ends(); code != exitDone || time.Since(began) > 7500*time.Millisecond { // what is under way has 8 s
		t.Errorf("exit code %d after %v:\n%s", code, time.Since(began), b.log.String())
	}
	if n := asked(); n == agents {
		t.Error("nobody had to wait: this proves nothing")
	}
	b = w.startAt(burstTempo)
	b.wait("all are asked", func() bool { return asked() == agents })
	for _, p := range all {
		if n := len(p.manager.DM()); n != 1 {
			t.Errorf("%s was asked %d times", p.manager.Name(), n)
		}
	}
	if code := b.ends(); code != exitDone {
		t.Errorf("exit code %d:\n%s", code, b.log.String())
	}
}

// inOrder checks that everybody has what they should, once and in order.
func (p trio) inOrder(t *testing.T) {
	t.Helper()
	for who, want := range map[*slacksim.Person][]string{
		p.manager: {"Approved"},
		p.agent:   {"for another code]", "[Done, hide it]"},
		p.owner:   {"[This wasn't me]"},
	} {
		var read []string
		for _, m := range who.DM() {
			for _, w := range want {
				if strings.Contains(m.Words(), w) {
					read = append(read, w)
				}
			}
		}
		if !slices.Equal(read, want) {
			t.Errorf("%s reads %q, want %q", who.Name(), read, want)
			for _, m := range who.DM() {
				t.Log(m.Words())
			}
		}
	}
	// A card that is posted when the code is made already says so itself: then there is no line beside it.
	if told := p.owner.DM(); len(told) > 2 || !strings.Contains(told[len(told)-1].Words(), "was made") {
		t.Errorf("%s reads %d messages, and in the last %s", p.owner.Name(), len(told), told[len(told)-1].Words())
	}
	if n := len(p.manager.DM()); n != 1 {
		t.Errorf("%s reads %d messages, want the card alone", p.manager.Name(), n)
	}
}

// feedInOrder waits until the feed has told everything, and checks that it told it in order. A message of which Slack's answer
// did not come in time is told again: then the feed goes back to its first line, and on from there.
func (w *world) feedInOrder() {
	w.t.Helper()
	told := func() (through int, wrong string) {
		last, back := 0, 0
		for _, m := range w.channel.Messages() {
			for line := range strings.Lines(m.Words()) {
				var number int
				if _, err := fmt.Sscanf(line, "#%d ", &number); err != nil {
					continue
				}
				if number > last+1 {
					return through, fmt.Sprintf("event %d is told after %d", number, last)
				}
				if number <= last {
					back++
				}
				last, through = number, max(through, number)
			}
		}
		if back > 3 {
			wrong = fmt.Sprintf("the feed went back %d times", back)
		}
		return through, wrong
	}
	events := burst() * 6 // received, asked, approved, issuing, issued, shown
	w.until("the feed tells it all", func() bool { n, _ := told(); return n >= events }, func() string { return fmt.Sprint(told()) })
	if _, wrong := told(); wrong != "" {
		w.t.Error(wrong)
	}
}
