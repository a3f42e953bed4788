package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"olbot/approvals"
)

// A tx is a batch's transaction as its ops see it.
type tx struct {
	ctx context.Context
	sql *sql.Tx
	*dialect

	dirty bool  // something was written
	wrote bool  // by the op that runs
	err   error // the first error of the database: the transaction is lost

	head   *head // of the trail, if locked
	moved  bool  // events were appended
	feedAt time.Time
}

// runAll runs the ops and then writes what they share.
func (t *tx) runAll(batch []*op) ([]outcome, error) {
	// Whoever may hold one row while waiting for another has the head first:
	// that keeps replicas from deadlocks.
	if len(batch) > 1 || batch[0].trail {
		if err := t.lockHead(); err != nil {
			return nil, err
		}
	}
	outs := make([]outcome, len(batch))
	for i, o := range batch {
		t.wrote = false
		outs[i] = t.run(o)
		if t.err != nil {
			return nil, t.err
		}
		if outs[i].err != nil && t.wrote {
			return nil, outs[i].err
		}
	}
	if t.moved {
		return outs, t.moveHead()
	}
	return outs, nil
}

func (t *tx) run(o *op) (out outcome) {
	defer func() {
		if p := recover(); p != nil {
			out = outcome{err: &panicked{p}}
		}
	}()
	value, err := o.run(t)
	return outcome{value: value, err: err}
}

// exec runs a statement and says how many rows it wrote.
func (t *tx) exec(query string, args ...any) (int64, error) {
	result, err := t.sql.ExecContext(t.ctx, query, params(args)...)
	if err != nil {
		return 0, t.fail(err)
	}
	n, err := result.RowsAffected()
	if n > 0 {
		t.wrote, t.dirty = true, true
	}
	return n, t.fail(err)
}

// row reads at most one row into dest, and says whether there was one.
func (t *tx) row(query string, args []any, dest ...any) (bool, error) {
	err := t.sql.QueryRowContext(t.ctx, query, params(args)...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, t.fail(err)
}

func (t *tx) fail(err error) error {
	if t.err == nil {
		t.err = err
	}
	return err
}

// params turns times, ids and texts into what both databases take.
func params(args []any) []any {
	ready := make([]any, len(args))
	for i, a := range args {
		switch a := a.(type) {
		case string:
			ready[i] = clean(a)
		case approvals.ID:
			ready[i] = clean(string(a))
		case approvals.State:
			ready[i] = string(a)
		case approvals.JobKind:
			ready[i] = string(a)
		case approvals.EventKind:
			ready[i] = string(a)
		case time.Time:
			ready[i] = nanos(a)
		default:
			ready[i] = a
		}
	}
	return ready
}

// clean makes a text that PostgreSQL takes: it knows neither NUL nor broken
// UTF-8. JSON bodies have neither.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}
