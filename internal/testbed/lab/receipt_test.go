package main

import (
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"olbot/internal/testbed/leftout"
	"olbot/internal/testbed/slacksim"
)

// Commands keep coming while a connection is refreshed every 400 ms; each that
// was warned carries traffic for another 1.5 s.
func TestNoCommandIsLostOverConstantRefreshes(t *testing.T) {
	leftout.UnlessLong(t)
	t.Parallel()
	const commands, agents, refresh, drain = 2000, 40, 400 * time.Millisecond, 1500 * time.Millisecond
	c := config{database: "sqlite", replicas: 1, program: olbotFor(t), dir: t.TempDir(), progress: t.Output()}
	h, err := newHouse(t.Context(), c, slacksim.Options{Unlimited: true, Drain: drain, AckTimeout: time.Minute}, map[string]string{
		"OLBOT_NOTIFY_OWNER": "false", "OLBOT_AGENT_LIMIT": "2000", // so many are taken of one agent at once
	})
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

	done := make(chan struct{})
	var all sync.WaitGroup
	refreshed := 0
	all.Go(func() { refreshed = refreshConstantly(h.slack, refresh, done) })
	answers := make([]slacksim.Answer, commands)
	var asking sync.WaitGroup
	pace := time.NewTicker(12 * time.Millisecond)
	for n := range commands {
		<-pace.C
		agent := people[n%agents].agent
		pending := agent.Sends(fmt.Sprintf("/tempotp nobody%d@example.com %d -- flow %d.0", n, validity, n))
		asking.Go(func() { answers[n] = pending.Answer() })
	}
	pace.Stop()
	asking.Wait()
	close(done)
	all.Wait()

	lost := map[string]int{}
	for _, a := range answers {
		if !a.OK() || idPattern.FindString(a.Words()) == "" {
			lost[a.Err+" "+a.Words()]++
		}
	}
	if len(lost) > 0 {
		log, _ := os.ReadFile(h.replicas[0].log.Name())
		t.Errorf("not accepted, by what the agent was told: %v\n%s", lost, log[max(0, len(log)-5000):])
	}
	late, warned := 0, 0
	for _, e := range h.slack.Envelopes() {
		if len(e.SentTo) > 0 && len(e.AckedOn) == 0 {
			late++
		}
		if len(e.AckedOn) > 0 && !slices.Contains(e.SentTo, e.AckedOn[0]) {
			warned++
		}
	}
	t.Logf("%d commands over %d refreshes and %d sockets: %d never acked, %d acked on another socket than they came on",
		commands, refreshed, h.slack.ConnectionsEver(), late, warned)
	if refreshed < commands/100 {
		t.Errorf("%d refreshes prove nothing", refreshed)
	}
	events, err := h.export(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	made := map[string]int{}
	for _, e := range events {
		if e.Kind == "received" {
			made[e.Reason]++
		}
	}
	for n := range commands {
		if marker := fmt.Sprintf("flow %d.0", n); made[marker] != 1 {
			t.Errorf("the command of %s made %d requests", marker, made[marker])
		}
	}
}

// refreshConstantly warns the oldest connection that was not warned before, again
// and again, and returns how often it did.
func refreshConstantly(s *slacksim.Server, every time.Duration, done <-chan struct{}) int {
	warned := map[int]bool{}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return len(warned)
		case <-tick.C:
		}
		for _, c := range s.Connections() {
			if !warned[c.Number] {
				warned[c.Number] = true
				s.Disconnect(slacksim.Warning, c.Number)
				break
			}
		}
	}
}
