package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"olbot/approvals"
)

// write runs fn in a transaction. fn refuses before it writes anything; it may
// run more than once. The caller is answered after the commit. An error that is
// not approvals.ErrOutcomeUnknown means that nothing of fn was stored; after
// that one, fn may still run. fn's own errors are returned as they are, the
// database's with what was being done.
func write[T any](ctx context.Context, s *Store, what string, keys []string, fn func(*tx) (T, error)) (T, error) {
	var none T
	if s.writer == nil {
		return none, fmt.Errorf("%s: %w", what, ErrReadOnly)
	}
	res := s.writer.submit(&writeRequest{
		ctx: ctx, keys: keys, result: make(chan result, 1),
		run: func(t *tx) (any, error) { return fn(t) },
	})
	switch {
	case res.panicked != nil:
		panic(res.panicked)
	case res.database:
		return none, fmt.Errorf("%s: %w", what, res.err)
	case res.value == nil:
		return none, res.err
	}
	return res.value.(T), res.err
}

// write is the function write for a fn that nobody waits for at their screen and
// that has nothing to return.
func (s *Store) write(ctx context.Context, what string, fn func(*tx) error) error {
	_, err := write(ctx, s, what, nil, func(t *tx) (any, error) { return nil, fn(t) })
	return err
}

// A tx is the transaction of a batch, as its write requests see it.
type tx struct {
	ctx  context.Context
	conn *sql.Conn
	sql  *sql.Tx
	*dialect
	trust *trust

	prepared map[string]*sql.Stmt // they end with the transaction

	changed bool  // something was written
	wrote   bool  // by the request that runs
	err     error // the first error of the database: the transaction is lost

	begun    head              // of the trail, before this transaction
	head     head              // of the trail, with what it has appended
	appended []approvals.Event // with their hashes
	eventsAt time.Time
	keys     map[string]approvals.ID // what came of the idempotency keys that are stored
	feed     *approvals.Cursor       // as it is in this transaction, if it has been read

	restrictions *[]approvals.Event // that these follow from in this transaction, if they have been read
}

// errForAll marks what every write request of a batch would meet alone, too.
var errForAll = errors.New("no transaction")

// attempt runs the batch in one transaction. An error is the whole batch's.
func (w *writer) attempt(batch []*writeRequest) ([]result, error) {
	w.busy.start()
	defer w.busy.stop()
	if w.fileGone() {
		return nil, fmt.Errorf("%w: %w", errForAll, ErrFileGone)
	}
	ctx, cancel := context.WithTimeout(context.Background(), w.limit)
	defer cancel()
	conn, err := w.db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: connect: %w", errForAll, err)
	}
	defer conn.Close()
	begun, err := conn.BeginTx(ctx, &sql.TxOptions{Isolation: w.isolation})
	if err != nil {
		return nil, fmt.Errorf("%w: begin: %w", errForAll, err)
	}
	t := &tx{ctx: ctx, conn: conn, sql: begun, dialect: w.dialect, trust: w.trust, prepared: map[string]*sql.Stmt{}}
	results, err := t.runAll(batch)
	if err != nil || !t.changed {
		begun.Rollback()
		return results, err
	}
	w.commits.Add(1)
	err = begun.Commit()
	w.writes.Add(1) // before anybody is told
	switch {
	case err == nil && w.fileGone():
		return nil, fmt.Errorf("%w: %w", errForAll, ErrFileGone)
	case err == nil:
		t.trust.stored(t)
		logEvents(w.log, t.appended)
		return results, nil
	case w.isRolledBack(err):
		return nil, fmt.Errorf("commit: %w", err)
	}
	return nil, fmt.Errorf("%w: commit: %w", approvals.ErrOutcomeUnknown, err)
}

// runAll runs the requests one after the other, between what they share.
func (t *tx) runAll(batch []*writeRequest) ([]result, error) {
	if err := t.lockHead(); err != nil {
		return nil, err
	}
	if err := t.findKeys(batch); err != nil {
		return nil, err
	}
	results := make([]result, len(batch))
	for i, r := range batch {
		t.wrote = false
		results[i] = t.run(r)
		switch halfway := results[i].err != nil && t.wrote; {
		case t.err != nil:
			return nil, t.err
		case halfway && len(batch) == 1:
			t.changed = false
			return results, nil
		case halfway:
			return nil, results[i].err
		}
	}
	return results, t.moveHead()
}

func (t *tx) run(r *writeRequest) (res result) {
	defer func() {
		if p := recover(); p != nil {
			res = result{err: fmt.Errorf("panicked with a %T", p), panicked: p}
		}
	}()
	value, err := r.run(t)
	return result{value: value, err: err}
}

// prepare prepares a statement once for all requests of the batch: in a crowd SQLite
// takes as long to read the SQL as to run it. PostgreSQL's driver keeps them itself.
func (t *tx) prepare(query string) (*sql.Stmt, error) {
	if stmt := t.prepared[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := t.sql.PrepareContext(t.ctx, query)
	if err == nil {
		t.prepared[query] = stmt
	}
	return stmt, err
}

// exec runs a statement and says how many rows it wrote.
func (t *tx) exec(query string, args ...any) (int64, error) {
	result, err := t.execute(query, params(args))
	if err != nil {
		return 0, t.fail(err)
	}
	n, err := result.RowsAffected()
	if n > 0 {
		t.wrote, t.changed = true, true
	}
	return n, t.fail(err)
}

func (t *tx) execute(query string, args []any) (sql.Result, error) {
	if t.sendAll != nil {
		return t.sql.ExecContext(t.ctx, query, args...)
	}
	stmt, err := t.prepare(query)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(t.ctx, args...)
}

func (t *tx) query(query string, args []any) (*sql.Rows, error) {
	if t.sendAll != nil {
		return t.sql.QueryContext(t.ctx, query, args...)
	}
	stmt, err := t.prepare(query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(t.ctx, args...)
}

// A statement is SQL with its arguments.
type statement struct {
	query string
	args  []any
}

// execAll runs the statements, on PostgreSQL in one round trip, and says how many
// rows each wrote.
func (t *tx) execAll(all []statement) (written []int64, err error) {
	if t.sendAll != nil {
		written, err = t.sendAll(t.ctx, t.conn, all)
		for _, n := range written {
			if n > 0 {
				t.wrote, t.changed = true, true
			}
		}
		return written, t.fail(err)
	}
	for _, s := range all {
		n, err := t.exec(s.query, s.args...)
		if err != nil {
			return nil, err
		}
		written = append(written, n)
	}
	return written, nil
}

// insert adds rows to a table, in one statement. Both into and conflict are SQL.
func insert(into string, rows [][]any, conflict string) []statement {
	if len(rows) == 0 {
		return nil
	}
	var args []any
	for _, row := range rows {
		args = append(args, row...)
	}
	return []statement{{"INSERT INTO " + into + " VALUES " + placeholders(len(rows), len(rows[0])) + conflict, args}}
}

// placeholders are ($1, $2), ($3, $4) and so on.
func placeholders(rows, width int) string {
	var b strings.Builder
	for i := range rows * width {
		switch {
		case i == 0:
			b.WriteString("(")
		case i%width == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(i+1))
	}
	return b.String() + ")"
}

// row reads at most one row into dest, and says whether there was one.
func (t *tx) row(query string, args []any, dest ...any) (found bool, err error) {
	err = t.rows(query, args, func(row scanner) error {
		found = true
		return row.Scan(dest...)
	})
	return found, err
}

func (t *tx) rows(query string, args []any, scan func(scanner) error) error {
	rows, err := t.query(query, params(args))
	return t.fail(scanRows(rows, err, scan))
}

func (t *tx) fail(err error) error {
	if t.err == nil {
		t.err = err
	}
	return err
}
