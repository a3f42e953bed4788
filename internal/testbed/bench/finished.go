package main

import (
	"context"
	"fmt"
	"time"
)

// A pastResult is how olbot did with a past, or without.
type pastResult struct {
	ack   ackResult
	start time.Duration
	flows float64
	idle  int // KiB
}

// withFinished measures olbot on a database with many finished requests beside
// an empty one.
func (b *bench) withFinished(ctx context.Context) error {
	empty := &contestant{"no past", func(w *world) (*process, error) { return b.startOlbot(w, b.newFile()) }}
	past := &contestant{fmt.Sprintf("%d finished requests", b.finished), nil}
	past.start = func(w *world) (*process, error) {
		database, err := b.filled(ctx, w, filling{finished: b.finished})
		if err != nil {
			return nil, err
		}
		return b.startOlbot(w, database)
	}
	results := map[string][]pastResult{}
	rounds := min(b.rounds, 3)
	for range rounds {
		for _, c := range []*contestant{empty, past} {
			r, err := b.pastRound(ctx, c)
			if err != nil {
				return err
			}
			results[c.name] = append(results[c.name], r)
		}
	}
	b.report.table(fmt.Sprintf("olbot on SQLite with a past (median of %d, at most 1.2×)", rounds),
		"", empty.name, past.name, "ratio")
	compare := func(what string, figure func(pastResult) float64, format string) {
		var a, z []float64
		for i := range rounds {
			a, z = append(a, figure(results[empty.name][i])), append(z, figure(results[past.name][i]))
		}
		b.report.row(what, fmt.Sprintf(format, median(a)), fmt.Sprintf(format, median(z)), times(ratio(median(z), median(a))))
	}
	inMs := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	compare("acks p50", func(r pastResult) float64 { return inMs(r.ack.p50) }, "%.1f ms")
	compare("acks p99", func(r pastResult) float64 { return inMs(r.ack.p99) }, "%.1f ms")
	compare("time per sustained ack", func(r pastResult) float64 { return 1e6 / r.ack.rate }, "%.0f µs")
	compare("time per flow", func(r pastResult) float64 { return 1e3 / r.flows }, "%.1f ms")
	compare("start to connected", func(r pastResult) float64 { return inMs(r.start) }, "%.0f ms")
	compare("memory idle", func(r pastResult) float64 { return float64(r.idle) * 1024 / 1e6 }, "%.1f MB")
	return nil
}

func (b *bench) pastRound(ctx context.Context, c *contestant) (r pastResult, err error) {
	during := 4 * time.Second
	if b.quick {
		during = 500 * time.Millisecond
	}
	err = c.with(ctx, askers, 2000, func(w *world, p *process) error {
		if r.start, err = p.connected(ctx, w); err != nil {
			return err
		}
		time.Sleep(3 * time.Second)
		if r.idle, err = p.kib("VmRSS"); err != nil {
			return err
		}
		if r.flows, err = w.flowRate(ctx, crowd); err != nil {
			return err
		}
		r.ack, err = w.ackFigures(ctx, p, during)
		return err
	})
	return r, err
}
