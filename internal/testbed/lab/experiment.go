package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"olbot/internal/testbed/slacksim"
)

// experiment runs the flows under trouble and reconciles what came of them.
func experiment(ctx context.Context, c config) (*report, error) {
	h, err := newHouse(ctx, c, slacksim.Options{Unlimited: !c.limits, Drain: 2 * time.Second}, nil)
	if err != nil {
		return nil, err
	}
	defer h.close()
	seeded := func(stream uint64) *rand.Rand { return rand.New(rand.NewPCG(c.seed, stream)) }
	var m memory
	flows := make([]*flow, c.flows)
	deck := deal(c.flows, seeded(1))
	for n := range flows {
		flows[n] = &flow{cast: h.enlist(n), n: n, kind: deck[n], rng: seeded(1000 + uint64(n)), memory: &m}
	}
	if err := h.start(ctx); err != nil {
		return nil, err
	}
	began := time.Now()
	k := &killer{house: h, every: c.kill, rng: seeded(2)}
	if err := underTrouble(ctx, c, h, k, seeded, func(ctx context.Context) { play(ctx, c, flows, h) }); err != nil {
		return nil, err
	}
	fmt.Fprintf(c.progress, "all %d flows are played after %v; everything settles\n", c.flows, time.Since(began).Round(time.Second))
	r, _, err := conclude(ctx, c, h, k, &m, began)
	return r, err
}

// conclude waits until everything has settled, stops olbot and reconciles the records.
func conclude(ctx context.Context, c config, h *house, k *killer, m *memory, began time.Time) (*report, []event, error) {
	if err := settle(ctx, c, h); err != nil {
		return nil, nil, err
	}
	stopped := h.stop()
	events, err := h.export(ctx)
	if err != nil {
		return nil, nil, err
	}
	r := reconcile(h.records(events, m))
	r.took = time.Since(began)
	r.measure(h, k, c)
	r.missed = m.missed
	fmt.Fprintf(c.progress, "flows that people gave up: %q\n", m.missed)
	if stopped != nil {
		r.add(ownEnd, "%v", stopped)
	}
	r.verify(ctx, h)
	return r, events, nil
}

// underTrouble does something while everything goes wrong, and ends the trouble after it.
func underTrouble(ctx context.Context, c config, h *house, k *killer, seeded func(uint64) *rand.Rand, do func(context.Context)) error {
	trouble, end := context.WithCancel(ctx)
	defer end()
	var all sync.WaitGroup
	var killed error
	all.Go(func() { killed = k.run(trouble) })
	if c.trouble {
		spoilSlack(h.slack, seeded(3))
		spoilOneLogin(h.onelogin, seeded(4), c.flows)
		all.Go(func() { disturb(trouble, h.slack, seeded(5)) })
	}
	do(trouble)
	end()
	all.Wait()
	h.slack.ClearFaults()
	h.slack.KickAfterHello(0)
	h.onelogin.ClearFaults()
	return errors.Join(killed, ctx.Err())
}

// wave is how many flows begin in the same instant.
const wave = 20

// play runs the flows, so many at a time.
func play(ctx context.Context, c config, flows []*flow, h *house) {
	turns := make(chan struct{}, c.parallel)
	var all sync.WaitGroup
	begun := 0
	for together := range slices.Chunk(flows, min(wave, c.parallel)) {
		for range together {
			turns <- struct{}{}
		}
		for _, f := range together {
			all.Go(func() {
				defer func() { <-turns }()
				f.run(ctx, c.bother)
			})
		}
		begun += len(together)
		fmt.Fprintf(c.progress, "%d flows begun, %d codes made\n", begun, len(h.onelogin.Codes()))
	}
	all.Wait()
}

// calm is how long nothing must have happened for everything to have settled: more
// than what was under way in a killed process waits to be taken up.
const calm = 8 * time.Second

// settle waits until every request stands still and the feed has told all, or for as long as it may take.
func settle(ctx context.Context, c config, h *house) error {
	still := atRest
	if c.untilOver {
		still = ended
	}
	known, since := 0, time.Now()
	for deadline := time.Now().Add(c.settle); ; {
		events, err := h.export(ctx)
		if err != nil {
			return err
		}
		if len(events) > known {
			known, since = len(events), time.Now()
		}
		moving := 0
		for _, s := range stories(events) {
			if !still(s.state()) {
				moving++
			}
		}
		settled := moving == 0 && time.Since(since) > calm && readFeed(h.audit.Messages(), events).through == int64(len(events))
		if settled || time.Now().After(deadline) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}
