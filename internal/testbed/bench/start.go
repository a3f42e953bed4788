package main

import (
	"context"
	"fmt"
	"time"
)

// measureStart measures how long each bot takes from its start to its first
// connection, with a new database and once more with the same one.
func (b *bench) measureStart(ctx context.Context) error {
	b.report.printTable(fmt.Sprintf("Start to connected (median of %d)", b.rounds),
		"bot", "first start", "lowest to highest", "later start", "lowest to highest", "wanted")
	first, later := map[string][]time.Duration{}, map[string][]time.Duration{}
	for range b.rounds {
		for _, c := range b.contestants() {
			err := b.prepareIn(ctx, c, 1, 1, func(w *world, prog program) error {
				for _, took := range []map[string][]time.Duration{first, later} {
					if err := b.serve(ctx, w, prog, func(p *process) error {
						took[c.name] = append(took[c.name], p.startTime(w))
						return nil
					}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	for _, c := range b.contestants() {
		b.report.printRow(c.name, ms(median(first[c.name])), interval(first[c.name]),
			ms(median(later[c.name])), interval(later[c.name]), c.wanted("≤ 150 ms"))
	}
	return nil
}
