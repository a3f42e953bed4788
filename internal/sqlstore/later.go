package sqlstore

import (
	"math/bits"
	"strconv"
	"strings"

	"olbot/approvals"
)

// A table is one that the ops of a batch add rows to.
type table struct {
	single   string         // the INSERT of one row, for SQLite
	numbered [powers]string // of 1, 2, 4, … rows, for PostgreSQL
	width    int
}

const powers = 7 // up to 64 rows: PostgreSQL takes 65,535 parameters, and each statement is kept parsed

// newTable returns the table with the columns, a comma list, and what follows the rows.
func newTable(name, columns, conflict string) *table {
	t := &table{width: strings.Count(columns, ",") + 1}
	into := "INSERT INTO " + name + " (" + columns + ") VALUES "
	t.single = into + "(" + strings.Repeat("?, ", t.width-1) + "?)" + conflict
	for p := range powers {
		t.numbered[p] = into + placeholders(1<<p, t.width) + conflict
	}
	return t
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
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(i + 1))
	}
	b.WriteString(")")
	return b.String()
}

// What ops add. A request whose id is taken is found by the number of rows
// written; a job that is there runs at the earlier of the two times.
var (
	newRequests = newTable("requests", `id, version, state, agent_slack, agent_slack_org, agent_onelogin,
		owner_onelogin, created_at, asked_at, ended_at, blocks, body`, ` ON CONFLICT (id) DO NOTHING`)
	newEvents   = newTable("events", "number, at, kind, request, body, prev, hash", "")
	newReceipts = newTable("receipts", "receipt, request, at", ` ON CONFLICT (receipt) DO NOTHING`)
	newJobs     = newTable("jobs", "kind, request, run_at, lease_until, attempt, turn", `
		ON CONFLICT (kind, request) DO UPDATE SET run_at = excluded.run_at WHERE excluded.run_at < jobs.run_at`)
)

// later holds the rows that ops have added and that no statement has written yet:
// a few statements write those of a whole batch. Whatever reads or changes these
// tables by SQL comes after flush.
type later struct {
	requests, events, receipts, jobs []any

	made   []approvals.Request // the requests
	bodies map[approvals.ID]string
	jobAt  map[jobKey]int // where in jobs its run_at is
}

type jobKey struct {
	kind    approvals.JobKind
	request approvals.ID
}

func (l *later) empty() bool {
	return len(l.requests)+len(l.events)+len(l.receipts)+len(l.jobs) == 0
}

// flush writes the collected rows. approvals.ErrIDTaken if the id of one of the
// new requests is taken, whichever that is.
func (t *tx) flush() error {
	if t.later.empty() {
		return nil
	}
	l := t.later
	t.later = later{}
	n, err := t.insert(newRequests, l.requests)
	if err == nil && n < int64(len(l.made)) {
		err = t.fail(approvals.ErrIDTaken)
	}
	if err != nil {
		return err
	}
	for _, rows := range []struct {
		into *table
		args []any
	}{{newEvents, l.events}, {newReceipts, l.receipts}, {newJobs, l.jobs}} {
		if _, err := t.insert(rows.into, rows.args); err != nil {
			return err
		}
	}
	return nil
}

// insert writes the rows, in order, and says how many it wrote.
func (t *tx) insert(into *table, args []any) (written int64, err error) {
	for len(args) > 0 {
		statement, size := t.next(into, len(args))
		n, err := t.execNow(statement, args[:size]...)
		if err != nil {
			return written, err
		}
		written, args = written+n, args[size:]
	}
	return written, nil
}

// next is the statement to write some of the values with, and how many it takes.
// PostgreSQL is spared round trips. SQLite has none, keeps a journal for each
// statement of several rows, and binds ? faster than $1.
func (t *tx) next(into *table, values int) (statement string, size int) {
	if t.inProcess {
		return into.single, into.width
	}
	p := min(bits.Len(uint(values/into.width)), powers) - 1
	return into.numbered[p], into.width << p
}

// add keeps a row for later.
func (t *tx) add(rows *[]any, row ...any) {
	*rows = append(*rows, row...)
	t.wrote, t.dirty = true, true
}

// addRequest keeps a new request for later.
func (t *tx) addRequest(r approvals.Request, body string, row ...any) {
	if t.later.bodies == nil {
		t.later.bodies = map[approvals.ID]string{}
	}
	t.later.bodies[r.ID] = body
	t.later.made = append(t.later.made, r)
	t.add(&t.later.requests, row...)
}

// enqueue adds the job, or makes the one that is there earlier.
func (t *tx) enqueue(j approvals.Job) {
	key, at := jobKey{j.Kind, j.Request}, nanos(j.RunAt)
	// PostgreSQL takes a row once in a statement.
	if i, there := t.later.jobAt[key]; there {
		t.later.jobs[i] = min(t.later.jobs[i].(int64), at)
		return
	}
	if t.later.jobAt == nil {
		t.later.jobAt = map[jobKey]int{}
	}
	t.later.jobAt[key] = len(t.later.jobs) + 2
	t.add(&t.later.jobs, j.Kind, j.Request, at, int64(0), int64(0), int64(0))
}
