package sqlstore

import (
	"context"
	"strings"
	"time"

	"olbot/approvals"
)

// A tx is a batch's transaction as its ops see it.
type tx struct {
	ctx context.Context
	sql *sqlTx
	*dialect

	dirty bool  // something was written
	wrote bool  // by the op that runs
	err   error // the first error of the database: the transaction is lost

	later    later
	receipts map[string]approvals.ID // of those looked up what came of them, and what the batch stored
	feedSeen *approvals.Feed         // as it is in this transaction, if it has been read

	head   *head // of the trail, if locked
	moved  bool  // events were appended
	feedAt time.Time
}

// runAll runs the ops and then writes what they share.
func (t *tx) runAll(batch []*op) ([]outcome, error) {
	if mayWait(batch) {
		if err := t.lockHead(); err != nil {
			return nil, err
		}
	}
	var delivered []string
	for _, o := range batch {
		delivered = append(delivered, o.receipts...)
	}
	if err := t.findReceipts(delivered); err != nil {
		return nil, err
	}
	outs := make([]outcome, len(batch))
	for i, o := range batch {
		t.wrote = false
		outs[i] = t.do(o)
		if t.err != nil {
			return nil, t.err
		}
		if outs[i].err != nil && t.wrote {
			return nil, outs[i].err
		}
	}
	if t.moved {
		if err := t.moveHead(); err != nil {
			return nil, err
		}
	}
	return outs, t.flush()
}

// mayWait says whether the batch may hold one row while it waits for another. It
// has the head first: that keeps replicas from deadlocks.
func mayWait(batch []*op) bool {
	locks := 0
	for _, o := range batch {
		switch o.kind {
		case trail:
			return true
		case plain:
			locks++
		}
	}
	return locks > 1
}

func (t *tx) do(o *op) (out outcome) {
	defer func() {
		if p := recover(); p != nil {
			out = outcome{err: &panicked{p}}
		}
	}()
	value, err := o.run(t)
	return outcome{value: value, err: err}
}

// exec runs a statement, after those that the ops have put off, and says how
// many rows it wrote.
func (t *tx) exec(query string, args ...any) (int64, error) {
	if err := t.flush(); err != nil {
		return 0, err
	}
	t.feedSeen = nil
	return t.execNow(query, args...)
}

// execNow is exec for a statement that has nothing to do with what was put off.
func (t *tx) execNow(query string, args ...any) (int64, error) {
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

// row reads at most one row into dest, and says whether there was one. What the
// ops have put off is written before.
func (t *tx) row(query string, args []any, dest ...any) (bool, error) {
	if err := t.flush(); err != nil {
		return false, err
	}
	return t.rowNow(query, args, dest...)
}

// rowNow is row for a query that has nothing to do with what was put off.
func (t *tx) rowNow(query string, args []any, dest ...any) (found bool, err error) {
	err = t.rowsNow(query, args, func(row scanner) error {
		found = true
		return row.Scan(dest...)
	})
	return found, err
}

// rows reads every row. What the ops have put off is written before.
func (t *tx) rows(query string, args []any, scan func(scanner) error) error {
	if err := t.flush(); err != nil {
		return err
	}
	return t.rowsNow(query, args, scan)
}

func (t *tx) rowsNow(query string, args []any, scan func(scanner) error) error {
	return t.fail(readRows(t.ctx, t.sql, query, args, scan))
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
