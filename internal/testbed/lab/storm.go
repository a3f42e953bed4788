package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"olbot/internal/testbed/slacksim"
)

// stormPatience is how long the people of a storm wait: Slack's tiers make it long.
const stormPatience = 28 * time.Minute

// storm lets every agent send the command in the same instant, each for another
// owner with another manager, while Slack's own limits hold and nothing else goes
// wrong. Every manager approves, once, and the agents take their codes.
func storm(ctx context.Context, c config) (*report, *slacksim.Server, error) {
	c.untilOver = false // nothing goes wrong while the codes end
	h, err := newHouse(ctx, c, slacksim.Options{NoBurst: !c.burst}, map[string]string{
		"OLBOT_APPROVAL_TIMEOUT": "15m", "OLBOT_MAX_CODES": "3", "OLBOT_CLAIM_WINDOW": "15m", "OLBOT_DEFAULT_VALIDITY": "15m",
	})
	if err != nil {
		return nil, nil, err
	}
	defer h.close()
	var m memory
	var flows []*flow
	for n := range c.flows {
		flows = append(flows, &flow{cast: h.enlist(n), n: n, kind: "storm", memory: &m})
	}
	if err := h.start(ctx); err != nil {
		return nil, nil, err
	}
	began := time.Now()
	var all sync.WaitGroup
	for _, f := range flows {
		all.Go(func() { f.onceEach(ctx) })
	}
	all.Wait()
	fmt.Fprintf(c.progress, "%d flows took %v; everything settles\n", c.flows, time.Since(began).Round(time.Second))
	if err := errors.Join(settle(ctx, c, h), painted(ctx, flows, c.settle)); err != nil {
		return nil, nil, err
	}
	stopped := h.stop()
	events, err := h.export(ctx)
	if err != nil {
		return nil, nil, err
	}
	r := reconcile(h.records(events, &m))
	r.took, r.missed = time.Since(began), m.missed
	r.measure(h, &killer{}, c)
	if stopped != nil {
		r.add(ownEnd, "%v", stopped)
	}
	r.verify(ctx, h)
	r.cardsOf(flows)
	r.storm = figuresOf(began, events, h.slack.Calls())
	if r.acked < c.flows || r.decided < c.flows || r.codes < c.flows || r.shown < c.flows {
		r.add(lost, "of %d commands %d were acked, %d decided, %d codes made, %d shown", c.flows, r.acked, r.decided, r.codes, r.shown)
	}
	return r, h.slack, nil
}

// onceEach plays a flow in which nobody does anything twice, nor has to: the agent
// gets the code without pressing Show code.
func (f *flow) onceEach(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, stormPatience)
	defer cancel()
	marker := fmt.Sprintf("flow %d.0", f.n)
	answer := f.agent.Runs(fmt.Sprintf("/tempotp %s -- %s", f.owner.Mention(), marker))
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
