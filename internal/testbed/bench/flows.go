package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

// measureFlows lets many teams play a complete flow each, all at once.
func (b *bench) measureFlows(ctx context.Context) error {
	teams := b.scale(200)
	b.report.printTable(fmt.Sprintf("Flows: %d at once, from the command to the code (median of %d)", teams, b.rounds),
		"bot", "complete flows per second", "lowest to highest")
	for _, c := range b.olbots() {
		var rates []float64
		for range b.rounds {
			err := b.measureIn(ctx, c, teams, teams, func(w *world, _ *process) error {
				rate, err := w.flowRate(ctx, teams)
				rates = append(rates, rate)
				return err
			})
			if err != nil {
				return err
			}
		}
		b.report.printRow(c.name, fmt.Sprintf("%.0f", median(rates)), fmt.Sprintf("%.0f to %.0f", slices.Min(rates), slices.Max(rates)))
	}
	return nil
}

// flowRate returns how many flows a second so many teams complete.
func (w *world) flowRate(ctx context.Context, teams int) (float64, error) {
	var playing errgroup.Group
	started := time.Now()
	for range teams {
		t := w.nextTeam()
		playing.Go(func() error {
			_, err := t.playFlow(ctx, 0)
			return err
		})
	}
	err := playing.Wait()
	return float64(teams) / time.Since(started).Seconds(), err
}
