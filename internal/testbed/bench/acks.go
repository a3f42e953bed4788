package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"olbot/internal/testbed/slacksim"
)

// crowd is how many people act in the same instant.
const crowd = 150

// askers are the agents that commands come from by turns, so many that none has
// more open requests than olbot allows by default.
const askers = 8000

// An ackResult is how a contestant did in one round.
type ackResult struct {
	p50, p99 time.Duration
	rate     float64       // acks per second, sustained
	cpu      time.Duration // of processors for each of them, follow-up work included
	kib      int           // the most memory it ever took
}

// acks lets the crowd send a command each in one instant, and then for some
// seconds one after the other.
func (b *bench) acks(ctx context.Context) error {
	all := b.contestants(ctx)
	results := map[string][]ackResult{}
	for range b.rounds {
		for _, c := range all { // in turn: a noisy moment meets all
			r, err := b.ackRound(ctx, c)
			if err != nil {
				return err
			}
			results[c.name] = append(results[c.name], r)
		}
	}
	b.report.table(fmt.Sprintf("Acks: %d commands in one instant, and sustained by %d people who send the next one when the last was answered (median of %d)", crowd, crowd, b.rounds),
		"bot", "p50", "p99", "sustained", "processor time per ack", "most memory", "p99 ÷ Bolt's", "sustained ÷ Bolt's", "spread of p99")
	bolt, _ := summary(results[nameBolt])
	for _, c := range all {
		r, noise := summary(results[c.name])
		b.report.row(c.name, ms(r.p50), ms(r.p99), perSecond(r.rate), us(r.cpu), mib(r.kib),
			times(ratio(r.p99, bolt.p99)), times(ratio(r.rate, bolt.rate)), times(noise))
	}
	return nil
}

// summary is the median of each figure, and how far the p99s lie apart.
func summary(rounds []ackResult) (ackResult, float64) {
	var p50, p99, cpu []time.Duration
	var rate []float64
	var kib []int
	for _, r := range rounds {
		p50, p99, rate = append(p50, r.p50), append(p99, r.p99), append(rate, r.rate)
		cpu, kib = append(cpu, r.cpu), append(kib, r.kib)
	}
	return ackResult{median(p50), median(p99), median(rate), median(cpu), median(kib)}, spread(p99)
}

// ackRound measures a contestant in a new world. Two crowds warm it up.
func (b *bench) ackRound(ctx context.Context, c *contestant) (r ackResult, err error) {
	during := 4 * time.Second
	if b.quick {
		during = 500 * time.Millisecond
	}
	err = c.with(ctx, askers, 2000, func(w *world, p *process) error {
		r, err = w.ackFigures(ctx, p, during)
		if err != nil {
			return err
		}
		r.kib, err = p.kib("VmHWM")
		return err
	})
	return r, err
}

func (w *world) ackFigures(ctx context.Context, p *process, during time.Duration) (r ackResult, err error) {
	var took []time.Duration
	for i := range 5 {
		if err := w.quiet(ctx); err != nil {
			return r, err
		}
		some, err := w.burst()
		if err != nil {
			return r, err
		}
		if i >= 2 {
			took = append(took, some...)
		}
	}
	if err := w.quiet(ctx); err != nil {
		return r, err
	}
	r.p50, r.p99 = percentile(took, 50), percentile(took, 99)
	err = w.sustain(p, during, &r)
	return r, err
}

// burst lets the crowd send a command each in the same instant and returns how long
// each ack took to come back.
func (w *world) burst() ([]time.Duration, error) {
	w.slack.HoldDelivery()
	var sent []*slacksim.Pending
	for range crowd {
		sent = append(sent, w.asker().Sends(w.line()))
	}
	released := time.Now()
	w.slack.ReleaseDelivery()
	for _, p := range sent {
		if a := p.Answer(); !a.OK() {
			return nil, fmt.Errorf("a command was answered with %s", a.Err)
		}
	}
	all := w.slack.Envelopes()
	var took []time.Duration
	for _, e := range all[len(all)-len(sent):] {
		took = append(took, e.AckedAt.Sub(released))
	}
	return took, nil
}

// sustain lets the crowd send command after command, each when the one before was
// acked, and finds how many a second were. The first quarter of the time does not count.
func (w *world) sustain(p *process, during time.Duration, r *ackResult) error {
	var acked, wrong atomic.Int64
	var lines sync.Mutex
	var people sync.WaitGroup
	runtime.GC()
	end := time.Now().Add(during)
	for range crowd {
		people.Go(func() {
			for time.Now().Before(end) {
				lines.Lock()
				agent, line := w.asker(), w.line()
				lines.Unlock()
				if a := agent.Runs(line); !a.OK() {
					wrong.Add(1)
					return
				}
				acked.Add(1)
			}
		})
	}
	time.Sleep(during / 4)
	before, began := acked.Load(), time.Now()
	cpu, err := p.cpu()
	time.Sleep(time.Until(end))
	n, took := acked.Load()-before, time.Since(began)
	after, errAfter := p.cpu()
	people.Wait()
	if wrong.Load() > 0 {
		return fmt.Errorf("%d people were not answered in time", wrong.Load())
	}
	r.rate, r.cpu = float64(n)/took.Seconds(), (after-cpu)/time.Duration(max(n, 1))
	return errors.Join(err, errAfter)
}
