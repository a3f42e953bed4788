package main

import (
	"context"
	"fmt"
	"testing"
	"time"

	"olbot/internal/testbed/leftout"
	"olbot/internal/testbed/slacksim"
)

// At Slack's own limits: every command is acked, every manager asked, every
// agent gets a code, and the feed tells it all in order. The whole storm of 150
// takes Slack's tiers many minutes: go run ./internal/testbed/lab -storm -flows 150.
func TestAStormIsWorkedOffAtSlacksOwnLimits(t *testing.T) {
	leftout.UnlessLong(t)
	t.Parallel()
	c := config{flows: 12, burst: true, seed: 1, database: "sqlite", replicas: 1, settle: 2 * time.Minute,
		program: olbotFor(t), dir: t.TempDir(), progress: t.Output()}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	r, slack, err := storm(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	r.print(t.Output())
	for _, f := range r.findings {
		t.Errorf("%s: %s", f.verdict, f.text)
	}
	for _, f := range slack.Findings() {
		t.Errorf("what Slack found: %s %s: %s", f.Kind, f.Method, f.Detail)
	}
}

// However long the work takes at Slack's own limits, 150 commands of one instant
// are all acked, and every one becomes a request, also if the process is killed
// meanwhile. How fast they are acked, the bench says.
func TestAllCommandsOfOneInstantAreAccepted(t *testing.T) {
	leftout.UnlessLong(t)
	t.Parallel()
	const agents = 150
	c := config{database: "sqlite", replicas: 1, program: olbotFor(t), dir: t.TempDir(), progress: t.Output()}
	h, err := newHouse(t.Context(), c, slacksim.Options{AckTimeout: time.Minute}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.close)
	var people []cast
	for n := range agents {
		people = append(people, h.enlist(n))
	}
	if err := h.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	sends := func(n, try int) *slacksim.Pending {
		p := people[n]
		return p.agent.Sends(fmt.Sprintf("/tempotp %s %d -- flow %d.%d", p.owner.Mention(), validity, n, try))
	}
	var pending []*slacksim.Pending
	for n := range people {
		pending = append(pending, sends(n, 0))
	}
	var m memory
	for n, p := range pending {
		for try := 0; ; try++ {
			answer := p.Answer()
			a := ask{marker: fmt.Sprintf("flow %d.%d", n, try), accepted: idPattern.FindString(answer.Words())}
			m.asked(a)
			if a.accepted != "" {
				break
			}
			if try == patience {
				t.Fatalf("agent %d was told: %s", n, answer.Words())
			}
			p = sends(n, try+1) // a machine that stands still for seconds has olbot apologize
		}
	}
	h.replicas[0].kill() // at once: not all of them are requests yet
	if err := h.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := &report{}
	for began := time.Now(); ; {
		events, err := h.export(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		*r = report{}
		r.reconcileCommands(records{asks: m.asks, events: events}, stories(events))
		if r.requests == agents || time.Since(began) > time.Minute {
			break
		}
		time.Sleep(200 * time.Millisecond)
	}
	if r.acked != agents || r.requests != agents || len(r.findings) > 0 {
		t.Errorf("%d commands were accepted and made %d requests: %v", r.acked, r.requests, r.findings)
	}
}
