package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib"
)

// A contestant is a bot that can be measured in any world.
type contestant struct {
	name string
	// prepare returns its program for this world, with a new database if it needs one.
	prepare func(context.Context, *world) (program, error)
}

// A program is what to start, and its environment.
type program struct{ argv, env []string }

// wanted is what is wanted of olbot, and nothing of the others.
func (c contestant) wanted(figure string) string {
	if strings.HasPrefix(c.name, "olbot") {
		return figure
	}
	return ""
}

const (
	nameBolt        = "Bolt, stores nothing"
	nameBoltCommits = "Bolt, commits before each ack"
	nameSlackGo     = "slack-go, stores nothing"
)

// contestants returns every bot that can be measured in this run.
func (b *bench) contestants() []contestant {
	all := b.olbots()
	if b.boltDir != "" {
		all = append(all, b.boltBot(nameBolt), b.boltBot(nameBoltCommits))
	}
	return append(all, b.slackGo())
}

// olbots returns olbot on each database.
func (b *bench) olbots() []contestant {
	all := []contestant{b.olbotOnSQLite()}
	if b.postgres != "" {
		all = append(all, b.olbotOnPostgres())
	}
	return all
}

func (b *bench) olbotOnSQLite() contestant {
	return contestant{"olbot, SQLite", func(_ context.Context, w *world) (program, error) {
		return b.olbotOn(w, w.sqliteURL()), nil
	}}
}

func (b *bench) olbotOnPostgres() contestant {
	return contestant{"olbot, PostgreSQL", func(ctx context.Context, w *world) (program, error) {
		database, drop, err := newSchema(ctx, b.postgres)
		if err != nil {
			return program{}, err
		}
		w.cleanUp = drop
		return b.olbotOn(w, database), nil
	}}
}

func (b *bench) olbotOn(w *world, database string) program {
	return program{[]string{b.olbot, "run"}, w.olbotEnv(database)}
}

// newSchema makes a schema on a PostgreSQL server and returns its URL, and how to drop it.
func newSchema(ctx context.Context, server string) (database string, drop func() error, err error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", nil, err
	}
	db, err := sql.Open("pgx", server)
	if err != nil {
		return "", nil, err
	}
	schema := "bench_" + strings.ToLower(rand.Text())
	if _, err := db.ExecContext(ctx, "CREATE SCHEMA "+schema); err != nil {
		return "", nil, errors.Join(fmt.Errorf("make a schema: %w", err), db.Close())
	}
	query := u.Query()
	query.Set("search_path", schema)
	u.RawQuery = query.Encode()
	return u.String(), func() error {
		_, err := db.ExecContext(context.WithoutCancel(ctx), "DROP SCHEMA "+schema+" CASCADE")
		return errors.Join(err, db.Close())
	}, nil
}

func (b *bench) slackGo() contestant {
	return contestant{nameSlackGo, func(_ context.Context, w *world) (program, error) {
		self, err := os.Executable()
		return program{[]string{self, "-be-slack-go"}, w.slackEnv()}, err
	}}
}

//go:embed bolt/app.mjs
var boltApp []byte

func (b *bench) boltBot(name string) contestant {
	return contestant{name, func(_ context.Context, w *world) (program, error) {
		modules, err := filepath.Abs(b.boltDir)
		if err != nil {
			return program{}, err
		}
		env := append(w.slackEnv(), "BOLT_DIR="+modules)
		if name == nameBoltCommits {
			env = append(env, "BOLT_DATABASE="+w.sqliteURL())
		}
		script := filepath.Join(w.dir, "app.mjs")
		return program{[]string{"node", script}, env}, os.WriteFile(script, boltApp, 0o600)
	}}
}

// measureIn calls measure while the contestant is connected in a new world.
func (b *bench) measureIn(ctx context.Context, c contestant, agents, owners int, measure func(*world, *process) error) error {
	return b.prepareIn(ctx, c, agents, owners, func(w *world, prog program) error {
		return b.serve(ctx, w, prog, func(p *process) error { return measure(w, p) })
	})
}

// prepareIn calls do with a new world and the contestant's program for it.
func (b *bench) prepareIn(ctx context.Context, c contestant, agents, owners int, do func(*world, program) error) (err error) {
	runtime.GC() // of the world before
	w, err := b.newWorld(agents, owners)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	prog, err := c.prepare(ctx, w)
	if err == nil {
		err = do(w, prog)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", c.name, err)
	}
	return nil
}
