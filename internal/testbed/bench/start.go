package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// start measures how long each bot takes from its start to its first connection.
func (b *bench) start(ctx context.Context) error {
	all := b.contestants(ctx)
	again := &contestant{"olbot, SQLite, started before", nil}
	all = append(all, again)
	took := map[string][]time.Duration{}
	for range b.rounds {
		database := b.newFile()
		again.start = func(w *world) (*process, error) {
			p, err := b.startOlbot(w, database)
			if err != nil {
				return nil, err
			}
			if _, err := p.connected(ctx, w); err != nil {
				return nil, err
			}
			if err := p.stop(); err != nil {
				return nil, err
			}
			if err := w.slack.Wait(ctx, func() bool { return len(w.slack.Connections()) == 0 }); err != nil {
				return nil, err
			}
			return b.startOlbot(w, database)
		}
		for _, c := range all {
			d, err := startTime(ctx, c)
			if err != nil {
				return err
			}
			took[c.name] = append(took[c.name], d)
		}
	}
	b.report.table(fmt.Sprintf("Start to connected (median of %d)", b.rounds), "bot", "time", "÷ slack-go's", "spread")
	for _, c := range all {
		d := median(took[c.name])
		b.report.row(c.name, ms(d), times(ratio(d, median(took[nameSlackGo]))), times(spread(took[c.name])))
	}
	return nil
}

func startTime(ctx context.Context, c *contestant) (took time.Duration, err error) {
	w, err := newWorld(1, 1)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	p, err := c.start(w)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	took, err = p.connected(ctx, w)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", c.name, err)
	}
	return took, nil
}

// memory measures what the bots take when there is nothing to do, and olbot with
// many pending requests.
func (b *bench) memory(ctx context.Context) error {
	pending := 10_000
	if b.quick {
		pending = 500
	}
	all := b.contestants(ctx)
	full := fmt.Sprintf("olbot, SQLite, %d pending", pending)
	all = append(all, &contestant{full, func(w *world) (*process, error) {
		database, err := b.filled(ctx, w, filling{pending: pending})
		if err != nil {
			return nil, err
		}
		return b.startOlbot(w, database)
	}})
	b.report.table("Memory 10 s after the start, nothing to do (resident set)", "bot", "all of it", "of it not files", "÷ Bolt's")
	rss := map[string]int{}
	anon := map[string]int{}
	for _, c := range all {
		err := c.with(ctx, 2, 2, func(w *world, p *process) (err error) {
			wait := 10 * time.Second
			if b.quick {
				wait = time.Second
			}
			time.Sleep(wait)
			if rss[c.name], err = p.kib("VmRSS"); err != nil {
				return err
			}
			anon[c.name], err = p.kib("RssAnon")
			return err
		})
		if err != nil {
			return err
		}
	}
	for _, c := range all {
		b.report.row(c.name, mib(rss[c.name]), mib(anon[c.name]), times(ratio(rss[c.name], rss[nameBolt])))
	}
	return nil
}
