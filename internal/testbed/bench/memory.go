package main

import (
	"context"
	"fmt"
	"time"
)

// measureMemory measures the resident set of each bot when it has nothing to do, after
// 2,000 commands, and of olbot with many pending requests.
func (b *bench) measureMemory(ctx context.Context) error {
	people, pending := b.scale(1000), b.scale(10_000)
	b.report.printTable("Memory: the resident set of the process",
		"bot", "idle", "wanted", fmt.Sprintf("after %d commands", 2*people), "most")
	for _, c := range b.contestants() {
		var idle, after, most int
		err := b.measureIn(ctx, c, people, 2*people, func(w *world, p *process) (err error) {
			if idle, err = p.settledMemory(); err != nil {
				return err
			}
			for range 2 {
				if _, err := w.sendCrowd(ctx, people); err != nil {
					return err
				}
			}
			if err := w.waitQuiet(ctx); err != nil {
				return err
			}
			if after, err = p.settledMemory(); err != nil {
				return err
			}
			most, err = p.memory("VmHWM")
			return err
		})
		if err != nil {
			return err
		}
		b.report.printRow(c.name, mb(idle), c.wanted("≤ 30 MB"), mb(after), mb(most))
	}
	full := b.olbotWith(filling{pending: pending})
	return b.measureIn(ctx, full, 2, 2, func(_ *world, p *process) error {
		idle, err := p.settledMemory()
		b.report.printRow(full.name, mb(idle))
		return err
	})
}

// settledMemory is what the bot takes after a while with nothing to do.
func (p *process) settledMemory() (kib int, err error) {
	time.Sleep(5 * time.Second)
	return p.memory("VmRSS")
}
