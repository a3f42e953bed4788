package main

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// flows lets many teams run a complete flow each, all at once, from the command
// to the code on the screen.
func (b *bench) flows(ctx context.Context) error {
	teams := 200
	if b.quick {
		teams = 20
	}
	b.report.table(fmt.Sprintf("%d complete flows at once, beside a loop of commits of one row (median of %d)", teams, b.rounds),
		"olbot on", "flows", "raw commits", "flows ÷ raw commits")
	for _, c := range b.olbots(ctx) {
		var rates, raws []float64
		for range b.rounds {
			raw, err := b.rawRate(ctx, c.name)
			if err != nil {
				return err
			}
			rate, err := flowRate(ctx, c, teams)
			if err != nil {
				return err
			}
			raws, rates = append(raws, raw), append(rates, rate)
		}
		b.report.row(c.name, perSecond(median(rates)), perSecond(median(raws)), times(ratio(median(rates), median(raws))))
	}
	return nil
}

func flowRate(ctx context.Context, c *contestant, teams int) (rate float64, err error) {
	err = c.with(ctx, teams, teams, func(w *world, _ *process) error {
		rate, err = w.flowRate(ctx, teams)
		return err
	})
	return rate, err
}

// flowRate is how many flows a second were completed, by so many teams.
func (w *world) flowRate(ctx context.Context, teams int) (float64, error) {
	errs := make([]error, teams)
	began := time.Now()
	var playing sync.WaitGroup
	for i := range teams {
		line := w.line()
		playing.Go(func() { _, errs[i] = w.run(ctx, i, line, 0) })
	}
	playing.Wait()
	took := time.Since(began)
	for _, err := range errs {
		if err != nil {
			return 0, err
		}
	}
	return float64(teams) / took.Seconds(), nil
}
