package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	_ "modernc.org/sqlite"
)

// A filling is what a database holds before it is measured: one of the two.
type filling struct{ pending, finished int }

// olbotWith is olbot on a SQLite database that is filled first: olbot makes one
// request, which is then copied in SQL, with all its rows in all tables. The copies are
// of many agents and owners, and finished ones of the last 80 days. Only the hashes of
// the copied events do not follow from each other.
func (b *bench) olbotWith(f filling) contestant {
	name := fmt.Sprintf("olbot, SQLite, %d finished", f.finished)
	if f.pending > 0 {
		name = fmt.Sprintf("olbot, SQLite, %d pending", f.pending)
	}
	return contestant{name, func(ctx context.Context, w *world) (program, error) {
		file := w.sqliteURL()
		prog := b.olbotOn(w, file)
		makeOne := func(*process) error { return w.makeRequest(ctx, f.finished > 0) }
		if err := b.serve(ctx, w, prog, makeOne); err != nil {
			return program{}, fmt.Errorf("make the request to copy: %w", err)
		}
		if err := w.fillDatabase(ctx, strings.TrimPrefix(file, "sqlite:"), f); err != nil {
			return program{}, fmt.Errorf("copy requests: %w", err)
		}
		return prog, nil
	}}
}

// makeRequest makes a request, with a code if it is to be finished.
func (w *world) makeRequest(ctx context.Context, finish bool) error {
	t := w.nextTeam()
	if finish {
		if _, err := t.playFlow(ctx, 0); err != nil {
			return err
		}
	} else if a := t.agent.Runs(t.command()); !a.OK() {
		return fmt.Errorf("a command was answered with %s", a.Err)
	}
	return w.waitQuiet(ctx)
}

// fillDatabase makes copies of the one request in the file.
func (w *world) fillDatabase(ctx context.Context, file string, f filling) (err error) {
	db, err := sql.Open("sqlite", file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1) // temporary tables and BEGIN are of one connection
	people, err := w.pastPeople()
	if err != nil {
		return err
	}
	if err := execAll(ctx, db, `PRAGMA synchronous = OFF`,
		`CREATE TEMP TABLE one AS SELECT id FROM requests`,
		`CREATE TEMP TABLE copies (n INTEGER PRIMARY KEY)`,
		`CREATE TEMP TABLE people (i INTEGER PRIMARY KEY, slack TEXT, onelogin INTEGER, owner INTEGER)`,
		`INSERT INTO people SELECT key, value->>0, value->>1, value->>2 FROM json_each('`+people+`')`); err != nil {
		return err
	}
	statements, err := f.copyStatements(ctx, db)
	if err != nil {
		return err
	}
	const atOnce = 20_000
	n := max(f.pending, f.finished)
	for from := 1; from <= n; from += atOnce {
		numbers := fmt.Sprintf(`INSERT INTO copies WITH RECURSIVE s (n) AS (SELECT %d UNION ALL SELECT n + 1 FROM s WHERE n < %d) SELECT n FROM s`,
			from, min(from+atOnce-1, n))
		if err := execAll(ctx, db, `BEGIN`, `DELETE FROM copies`, numbers, statements, `COMMIT`); err != nil {
			return err
		}
	}
	return execAll(ctx, db, `UPDATE trail_head SET number = (SELECT MAX(number) FROM events)`,
		`UPDATE cursors SET through = (SELECT MAX(number) FROM events)`, // the past has been told
		`PRAGMA synchronous = FULL`, `PRAGMA wal_checkpoint(TRUNCATE)`)  // or the disk would be busy with the past
}

func execAll(ctx context.Context, db *sql.DB, statements ...string) error {
	for _, s := range statements {
		if _, err := db.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("%.200s: %w", s, err)
		}
	}
	return nil
}

const pastOwners = 100_000

// pastPeople is who the copies are of, as JSON: agents of this world, its owners, and
// owners from elsewhere.
func (w *world) pastPeople() (string, error) {
	people := make([][3]any, pastOwners)
	for i := range people {
		agent, owner := w.agents[i%len(w.agents)], 5_000_000_000+int64(i)
		if i < len(w.owners) {
			owner = w.owners[i].onelogin
		}
		people[i] = [3]any{agent.ID(), agent.onelogin, owner}
	}
	text, err := json.Marshal(people)
	return string(text), err
}

// copyStatements returns the SQL that copies all rows of the one request. The columns
// are read from the database, so that most changes of the schema need none here.
func (f filling) copyStatements(ctx context.Context, db *sql.DB) (statements string, err error) {
	rows, err := db.QueryContext(ctx, `SELECT t.name, c.name, c.type, c.pk > 0 AND (SELECT COUNT(*) FROM pragma_table_xinfo(t.name) WHERE pk > 0) = 1
		FROM sqlite_schema t JOIN pragma_table_xinfo(t.name) c
		WHERE t.type = 'table' AND c.hidden = 0
			AND (t.name = 'requests' OR EXISTS (SELECT 1 FROM pragma_table_xinfo(t.name) WHERE name = 'request'))`)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	names, values := map[string][]string{}, map[string][]string{}
	for rows.Next() {
		var table, name, kind string
		var isKey bool
		if err := rows.Scan(&table, &name, &kind, &isKey); err != nil {
			return "", err
		}
		names[table], values[table] = append(names[table], name), append(values[table], f.copied(table, name, kind, isKey))
	}
	for table := range names {
		if table == "jobs" && f.finished > 0 {
			continue // nothing is left to do
		}
		of := "request"
		if table == "requests" {
			of = "id"
		}
		statements += fmt.Sprintf(`CREATE TEMP TABLE IF NOT EXISTS one_%[1]s AS SELECT row_number() OVER () AS place, * FROM %[1]s WHERE %[2]s = (SELECT id FROM one);
			INSERT INTO %[1]s (%[3]s) SELECT %[4]s FROM copies JOIN one_%[1]s t JOIN people p ON p.i = n %% %[5]d;`,
			table, of, strings.Join(names[table], ", "), strings.Join(values[table], ", "), pastOwners)
	}
	return statements, rows.Err()
}

// copied is what a column holds in the n-th copy.
func (f filling) copied(table, column, kind string, isKey bool) string {
	const id = `printf('OTP-%04d-%04d', n / 10000, n % 10000)`
	finished := f.finished > 0
	ago := fmt.Sprintf("n * %d", (80*24*time.Hour).Nanoseconds()/int64(max(f.finished, 1)))
	switch name := table + "." + column; {
	case name == "requests.id" || column == "request":
		return id
	case name == "requests.agent_slack":
		return "p.slack"
	case name == "requests.agent_onelogin":
		return "p.onelogin"
	case name == "requests.owner_slack":
		return "t.owner_slack || n"
	case name == "requests.owner_onelogin":
		return "p.owner"
	case name == "requests.state" && finished:
		return "'closed'"
	case name == "requests.ended_at" && finished:
		return fmt.Sprintf("t.created_at - %s + %d", ago, (30 * time.Minute).Nanoseconds())
	case column == "body":
		return "replace(t.body, (SELECT id FROM one), " + id + ")"
	case isKey && kind == "INTEGER": // continues the numbers
		return fmt.Sprintf("(SELECT MAX(%[1]s) FROM %[2]s) + (n - (SELECT MIN(n) FROM copies)) * (SELECT COUNT(*) FROM one_%[2]s) + t.place", column, table)
	case isKey:
		return "t." + column + " || n"
	case (column == "at" || strings.HasSuffix(column, "_at")) && finished:
		return fmt.Sprintf("iif(t.%[1]s = 0, 0, t.%[1]s - %[2]s)", column, ago)
	}
	return "t." + column
}
