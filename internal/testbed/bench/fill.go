package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// A filling says what a database holds before it is measured.
type filling struct{ pending, finished int }

// filled is a SQLite database that olbot has worked on: one request was made by
// olbot, and is copied in SQL. The copies are of many agents and owners, over the
// last 80 days if they are finished, with all their events, idempotency keys and messages;
// only the hashes of the copied events do not follow from each other.
func (b *bench) filled(ctx context.Context, w *world, f filling) (string, error) {
	database := b.newFile()
	if err := b.makeOne(ctx, w, database, f.finished > 0); err != nil {
		return "", fmt.Errorf("make the request to copy: %w", err)
	}
	db, err := openRaw(database)
	if err != nil {
		return "", err
	}
	c := copying{db: db, n: max(f.pending, f.finished), ended: f.finished > 0}
	if err := errors.Join(c.copy(ctx, w), db.Close()); err != nil {
		return "", fmt.Errorf("copy requests: %w", err)
	}
	return database, nil
}

// makeOne lets olbot make one request, up to its code if it is to be finished.
func (b *bench) makeOne(ctx context.Context, w *world, database string, finish bool) (err error) {
	p, err := b.startOlbot(w, database)
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, p.stop(), w.slack.Wait(ctx, func() bool { return len(w.slack.Connections()) == 0 }))
	}()
	if _, err := p.connected(ctx, w); err != nil {
		return err
	}
	if finish {
		if _, err := w.run(ctx, 0, w.line(), 0); err != nil {
			return err
		}
	} else if a := w.agents[0].Runs(w.line()); !a.OK() {
		return fmt.Errorf("a command was answered with %s", a.Err)
	}
	return w.quiet(ctx)
}

// A copying makes n copies of the one request in the database.
type copying struct {
	db    *sql.DB
	n     int
	ended bool
}

// copyChunk is how many copies are committed together.
const copyChunk = 20_000

// What the copies are made of: s counts from $1 to $2; id is theirs.
const (
	series = `WITH RECURSIVE s(n) AS (SELECT $1 UNION ALL SELECT n + 1 FROM s WHERE n < $2),
		c(n, id) AS (SELECT n, 'OTP-' || substr(printf('%08d', n), 1, 4) || '-' || substr(printf('%08d', n), 5) FROM s) `

	copyRequests = `INSERT INTO requests (id, version, state, agent_slack, agent_slack_org, agent_onelogin, owner_onelogin,
			created_at, asked_at, ended_at, body) ` + series + `
		SELECT c.id, o.version, iif($3, 'closed', o.state), a.slack, '', a.onelogin,
			coalesce((SELECT onelogin FROM bench_owners WHERE i = n % 100000), 5000000000 + n % 100000),
			o.created_at - iif($3, n * $4, 0), o.asked_at - iif($3, n * $4, 0), iif($3, o.created_at - n * $4 + 1800000000000, 0),
			replace(o.body, o.id, c.id)
		FROM c, bench_one o JOIN bench_agents a ON a.i = n % (SELECT COUNT(*) FROM bench_agents)`

	copyKeys = `INSERT INTO idempotency_keys (key, request, at) ` + series + `
		SELECT k.key || n, c.id, k.at FROM c, bench_keys k`

	copyMessages = `INSERT INTO messages (request, key, channel, ts, rendered, sends) ` + series + `
		SELECT c.id, k.key, k.channel, k.ts, k.rendered, k.sends FROM c, bench_messages k`

	copyEvents = `INSERT INTO events (number, at, kind, request, body, prev, hash) ` + series + `
		SELECT (SELECT number FROM trail_head) + (n - $1) * (SELECT COUNT(*) FROM bench_events) + e.place,
			e.at - iif($3, n * $4, 0), e.kind, c.id, replace(e.body, o.id, c.id), e.prev, e.hash
		FROM c, bench_one o, bench_events e`

	copyJobs = `INSERT INTO jobs (kind, request, run_at, lease_until, attempt, fencing_token) ` + series + `
		SELECT j.kind, c.id, j.run_at, 0, 0, 0 FROM c, bench_jobs j WHERE NOT $3`

	moveHead = `UPDATE trail_head SET number = (SELECT MAX(number) FROM events)`
	moveFeed = `UPDATE cursors SET through = (SELECT MAX(number) FROM events)`
)

var templates = []string{
	`PRAGMA synchronous = OFF`,
	`CREATE TEMP TABLE bench_one AS SELECT * FROM requests LIMIT 1`,
	`CREATE TEMP TABLE bench_keys AS SELECT * FROM idempotency_keys WHERE request = (SELECT id FROM bench_one)`,
	`CREATE TEMP TABLE bench_messages AS SELECT * FROM messages WHERE request = (SELECT id FROM bench_one)`,
	`CREATE TEMP TABLE bench_events AS SELECT row_number() OVER (ORDER BY number) AS place, * FROM events WHERE request = (SELECT id FROM bench_one)`,
	`CREATE TEMP TABLE bench_jobs AS SELECT * FROM jobs WHERE request = (SELECT id FROM bench_one)`,
	`CREATE TEMP TABLE bench_agents (i INTEGER PRIMARY KEY, slack TEXT, onelogin INTEGER)`,
	`CREATE TEMP TABLE bench_owners (i INTEGER PRIMARY KEY, onelogin INTEGER)`,
}

func (c copying) copy(ctx context.Context, w *world) error {
	for _, statement := range templates {
		if _, err := c.db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	if err := c.cast(ctx, w); err != nil {
		return err
	}
	apart := (80 * 24 * time.Hour).Nanoseconds() / int64(c.n)
	for from := 1; from <= c.n; from += copyChunk {
		if err := c.chunk(ctx, from, min(from+copyChunk-1, c.n), apart); err != nil {
			return err
		}
	}
	_, err := c.db.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	return err
}

// cast makes everybody known in SQL. Owners who are not in the world have past
// requests as well.
func (c copying) cast(ctx context.Context, w *world) error {
	for i, agent := range w.agents {
		if _, err := c.db.ExecContext(ctx, `INSERT INTO bench_agents VALUES ($1, $2, $3)`, i, agent.ID(), w.agentIDs[i]); err != nil {
			return err
		}
	}
	if !c.ended {
		return nil // the owners in the world are to be free
	}
	for i, id := range w.ownerIDs {
		if _, err := c.db.ExecContext(ctx, `INSERT INTO bench_owners VALUES ($1, $2)`, i, id); err != nil {
			return err
		}
	}
	return nil
}

func (c copying) chunk(ctx context.Context, from, to int, apart int64) error {
	tx, err := c.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, statement := range []string{copyRequests, copyKeys, copyMessages, copyEvents, copyJobs} {
		if _, err := tx.ExecContext(ctx, statement, from, to, c.ended, apart); err != nil {
			return err
		}
	}
	for _, statement := range []string{moveHead, moveFeed} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return tx.Commit()
}
