package main

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"olbot/internal/slacksim"
)

// 150 agents send a command in the same instant, each for another owner with
// another manager, while Slack's own limits hold. All are acked within Slack's
// 3 s, every manager is asked and approves, every agent gets a code, and the
// feed tells it all in order.
func TestAStormOfRequestsIsWorkedOffWithinSlacksLimits(t *testing.T) {
	if testing.Short() {
		t.Skip("left out with -short: 150 requests at Slack's own pace")
	}
	t.Parallel()
	c := config{flows: 150, database: "sqlite", replicas: 1, limits: true, untilOver: false, settle: 4 * time.Minute,
		program: olbotFor(t), dir: t.TempDir(), progress: t.Output()}
	h, err := newHouse(t.Context(), c, slacksim.Options{}, map[string]string{
		"OLBOT_APPROVAL_TIMEOUT": "15m", "OLBOT_CLAIM_WINDOW": "15m",
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.close)
	r := storm(t, c, h)
	r.print(t.Output())
	for _, f := range r.findings {
		t.Errorf("%s: %s", f.verdict, f.text)
	}
	if r.acked != c.flows || r.decided != c.flows || r.codes != c.flows || r.shown != c.flows {
		t.Errorf("of %d commands %d were acked, %d decided, %d codes made, %d shown", c.flows, r.acked, r.decided, r.codes, r.shown)
	}
	for _, f := range h.slack.Findings() {
		t.Errorf("what Slack found: %s %s: %s", f.Kind, f.Method, f.Detail)
	}
}

func storm(t *testing.T, c config, h *house) *report {
	var m memory
	var flows []*flow
	for n := range c.flows {
		flows = append(flows, &flow{cast: h.enlist(n), n: n, kind: "approve", memory: &m})
	}
	if err := h.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	var all sync.WaitGroup
	for _, f := range flows {
		all.Go(func() { f.onceEach(t.Context(), stormTime) })
	}
	all.Wait()
	t.Logf("%d flows took %v", c.flows, time.Since(began).Round(time.Second))
	if err := settle(t.Context(), c, h); err != nil {
		t.Fatal(err)
	}
	if err := h.stop(); err != nil {
		t.Error(err)
	}
	events, err := h.export(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r := reconcile(h.records(events, &m))
	r.config, r.flows, r.took = c, c.flows, time.Since(began)
	r.missed = m.missed
	r.feedMessages = len(h.audit.Messages())
	r.verify(t.Context(), h)
	return r
}

const stormTime = 6 * time.Minute

// onceEach plays a flow in which nobody has to do anything twice.
func (f *flow) onceEach(ctx context.Context, patience time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	marker := fmt.Sprintf("flow %d.0", f.n)
	answer := f.agent.Runs(fmt.Sprintf("/tempotp %s %d -- %s", f.owner.Mention(), validity, marker))
	f.memory.asked(ask{marker: marker, failed: answer.Err, accepted: idPattern.FindString(answer.Words())})
	m, err := f.manager.WaitsForButton(ctx, approve)
	if err == nil {
		f.memory.pressed(m, approve, f.manager.PressesOn(m, approve))
		err = f.agent.Waits(ctx, func() bool { return f.codes() > 0 })
	}
	if err != nil {
		f.memory.mu.Lock()
		defer f.memory.mu.Unlock()
		f.memory.missed = append(f.memory.missed, fmt.Sprintf("%d %s", f.n, f.kind))
	}
}
