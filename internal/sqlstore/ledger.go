package sqlstore

import (
	"encoding/json"
	"fmt"
	"slices"

	"olbot/approvals"
)

// A ledger is the part of the trail up to some event that this process has checked, or
// has stored itself. What stands in the database in its place now does not matter any
// more. Without it a crowd would read the trail of everybody for everybody.
type ledger struct {
	from   int64          // its first event; 0: it is empty
	to     head           // its last
	events []*ledgerEvent // those of requests, in order
	limit  int            // how many of them it may hold; 0: twice what it keeps at least
}

// A ledgerEvent is an event that is decoded when it is asked for.
type ledgerEvent struct {
	request approvals.ID
	number  int64
	body    string
	event   *approvals.Event // nil until then
}

// ledgerSize is how many events of requests a ledger keeps at least.
const ledgerSize = 4096

// add notes what a transaction that began at one end of the trail has stored behind it.
func (l *ledger) add(begun, end head, events []approvals.Event) {
	if l.from == 0 || l.to != begun { // another replica stored something in between, which is read when it is needed
		return
	}
	l.to = end
	for i := range events {
		l.keep(&ledgerEvent{request: events[i].Request, number: events[i].Number, event: &events[i]})
	}
	if len(l.events) > max(l.limit, 2*ledgerSize) {
		l.events = slices.Clone(l.events[len(l.events)-ledgerSize:])
		l.from, l.limit = l.events[0].number, 0
	}
}

// grow lets a ledger that was read for an old request double before it forgets: the next code
// of that request would read it all once more.
func (l *ledger) grow() { l.limit = 2 * len(l.events) }

func (l *ledger) keep(e *ledgerEvent) {
	if e.request != "" {
		l.events = append(l.events, e)
	}
}

// history is the events of a request, in order, if the chain from the first of them to
// the end of the trail is whole, every event of it carries the MAC of an olbot, and the
// trail is the one that this process has seen. The column of the request only finds the
// first: of the others the bodies say whose they are.
func (t *tx) history(id approvals.ID) (events []approvals.Event, err error) {
	if t.trust.isCut() {
		return nil, &tamperedError{id, approvals.TamperedTrail, "the trail was another one before"}
	}
	var first int64
	found, err := t.row(`SELECT number FROM events WHERE request = $1 ORDER BY number LIMIT 1`, []any{id}, &first)
	if err != nil || !found {
		return nil, err
	}
	l := &t.trust.ledger
	from := l.from
	switch {
	case first > t.begun.number: // it began in this transaction
		if l.from == 0 {
			*l = ledger{from: first, to: t.begun}
		}
	case l.from == 0 || first < l.from || first > l.to.number+1: // in a part that was not read, and need not all be
		*l = ledger{from: first, to: head{number: first - 1}}
	}
	if err := t.readTo(l, id); err != nil {
		*l = ledger{}
		return nil, err
	}
	if l.from != from {
		l.grow()
	}
	for _, e := range l.events {
		if e.request != id {
			continue
		}
		if err := e.decode(); err != nil {
			return nil, err
		}
		events = append(events, *e.event)
	}
	for _, e := range t.appended {
		if e.Request == id {
			events = append(events, e)
		}
	}
	return events, nil
}

func (e *ledgerEvent) decode() error {
	if e.event != nil {
		return nil
	}
	e.event = &approvals.Event{}
	if err := json.Unmarshal([]byte(e.body), e.event); err != nil {
		return fmt.Errorf("decode event %d: %w", e.number, err)
	}
	e.body = ""
	return nil
}

// readTo reads on in the ledger to where the transaction began.
func (t *tx) readTo(l *ledger, id approvals.ID) error {
	if l.to == t.begun {
		return nil
	}
	r := ledgerReader{ledger: l, trust: t.trust, request: id}
	err := t.rows(`SELECT number, body, prev, hash, mac FROM events WHERE number > $1 AND number <= $2 ORDER BY number`,
		[]any{l.to.number, t.begun.number}, r.scan)
	switch {
	case err != nil:
		return err
	case r.wrong != nil:
		return r.wrong
	case l.to != t.begun:
		return r.bad("the chain does not lead to the end of the trail")
	}
	return nil
}

// A ledgerReader reads the chain on behalf of a request.
type ledgerReader struct {
	*ledger
	trust   *trust
	request approvals.ID
	wrong   error // the first thing that is; no error of the database
}

func (r *ledgerReader) bad(detail string) error {
	return &tamperedError{r.request, approvals.TamperedTrail, detail}
}

func (r *ledgerReader) scan(row scanner) error {
	if r.wrong != nil {
		return nil
	}
	var e entry
	if err := row.Scan(&e.number, &e.body, &e.prev, &e.hash, &e.mac); err != nil {
		return err
	}
	r.wrong = r.read(e)
	return nil
}

func (r *ledgerReader) read(e entry) error {
	if e.number != r.to.number+1 || r.to.hash != "" && e.prev != r.to.hash {
		return r.bad(fmt.Sprintf("event %d does not follow from the one before", e.number))
	}
	if err := r.trust.checkEvent(r.request, e); err != nil {
		return err
	}
	var of struct {
		Request approvals.ID `json:"request"`
	}
	if err := json.Unmarshal([]byte(e.body), &of); err != nil {
		return fmt.Errorf("decode event %d: %w", e.number, err)
	}
	r.to = head{e.number, e.hash}
	r.keep(&ledgerEvent{request: of.Request, number: e.number, body: e.body})
	return nil
}
