package main

import (
	"context"
	"fmt"
	"time"
)

// pastFigures is what olbot did in each round, with a past or without.
type pastFigures struct {
	acks        ackTimes
	start, flow []time.Duration
	idle        []int // KiB
}

// measureFinished measures olbot on a database with many finished requests, beside one
// with none.
func (b *bench) measureFinished(ctx context.Context) error {
	var none, past pastFigures
	empty, full := b.olbotOnSQLite(), b.olbotWith(filling{finished: b.finished})
	rounds := min(b.rounds, 3) // a million takes minutes to make
	for range rounds {
		if err := b.measurePast(ctx, empty, &none); err != nil {
			return err
		}
		if err := b.measurePast(ctx, full, &past); err != nil {
			return err
		}
	}
	b.report.printTable(fmt.Sprintf("A past, on SQLite; a crowd and the flows at once are of %d (medians of %d rounds)", b.scale(150), rounds), "", "no past", full.name, "ratio", "wanted")
	compare := func(what string, none, past []time.Duration) {
		b.report.printRow(what, ms(median(none)), ms(median(past)), ratio(median(past), median(none)), "≤ 1.2×")
	}
	compare("ack of a crowd, p50", none.acks.p50, past.acks.p50)
	compare("ack of a crowd, p99", none.acks.p99, past.acks.p99)
	compare("ack of a crowd, last", none.acks.last, past.acks.last)
	compare("time per flow", none.flow, past.flow)
	compare("start to connected", none.start, past.start)
	b.report.printRow("memory idle", mb(median(none.idle)), mb(median(past.idle)), ratio(median(past.idle), median(none.idle)), "≤ 1.2×")
	return nil
}

func (b *bench) measurePast(ctx context.Context, c contestant, f *pastFigures) error {
	people := b.scale(150)
	return b.measureIn(ctx, c, people, people*(1+crowdsARound)+1, func(w *world, p *process) error {
		f.start = append(f.start, p.startTime(w))
		idle, err := p.settledMemory()
		if err != nil {
			return err
		}
		f.idle = append(f.idle, idle)
		rate, err := w.flowRate(ctx, people)
		if err != nil {
			return err
		}
		f.flow = append(f.flow, time.Duration(float64(time.Second)/rate))
		return w.sendCrowds(ctx, people, &f.acks)
	})
}
