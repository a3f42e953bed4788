package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
)

// A contestant is a bot that can be started in a world.
type contestant struct {
	name  string
	start func(*world) (*process, error)
}

const (
	olbotSQLite   = "olbot, SQLite"
	olbotPostgres = "olbot, PostgreSQL"
	nameBolt      = "Bolt, only acks"
	nameSlackGo   = "slack-go, only acks"
)

// contestants are all that can be measured here, each with a new database.
func (b *bench) contestants(ctx context.Context) []*contestant {
	all := b.olbots(ctx)
	if b.bolt != "" {
		all = append(all, &contestant{nameBolt, b.startBolt})
	}
	return append(all, &contestant{nameSlackGo, b.startSlackGo})
}

func (b *bench) olbots(ctx context.Context) []*contestant {
	all := []*contestant{{olbotSQLite, func(w *world) (*process, error) { return b.startOlbot(w, b.newFile()) }}}
	if b.postgres == "" {
		return all
	}
	return append(all, &contestant{olbotPostgres, func(w *world) (*process, error) {
		database, drop, err := newSchema(ctx, b.postgres)
		if err != nil {
			return nil, err
		}
		w.after = drop
		return b.startOlbot(w, database)
	}})
}

// with runs do beside a contestant in a new world.
func (c *contestant) with(ctx context.Context, agents, owners int, do func(*world, *process) error) (err error) {
	runtime.GC() // of the world before
	w, err := newWorld(agents, owners)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	p, err := c.start(w)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	if _, err := p.connected(ctx, w); err != nil {
		return fmt.Errorf("%s: %w", c.name, err)
	}
	if err := do(w, p); err != nil {
		return fmt.Errorf("%s: %w; it said: %s", c.name, err, p.said())
	}
	return nil
}

func (b *bench) startOlbot(w *world, database string, under ...string) (*process, error) {
	return launch(b.dir, w.olbotEnv(database), append(under, b.olbot, "run")...)
}

func (b *bench) startBolt(w *world) (*process, error) {
	dir, err := filepath.Abs(b.bolt)
	if err != nil {
		return nil, err
	}
	app, err := filepath.Abs("bench/bolt/app.mjs")
	if err != nil {
		return nil, err
	}
	return launch(b.dir, append(w.slackEnv(), "BOLT_DIR="+dir), "node", app)
}

func (b *bench) startSlackGo(w *world) (*process, error) {
	return launch(b.dir, w.slackEnv(), b.self, "-as", "slack-go")
}
