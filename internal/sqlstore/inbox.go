package sqlstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"olbot/approvals"
)

// received are the entries that one transaction puts into the inbox, in one row:
// storing many costs hardly more than storing one.
type received struct {
	at      time.Time    // of the first
	id      approvals.ID // of the first
	size    int
	entries []byte // JSON of each, with commas between
}

func (r *received) add(e approvals.Entry, body []byte) {
	if r.size == 0 {
		r.at, r.id = e.At, e.ID
	} else {
		r.entries = append(r.entries, ',')
	}
	r.size++
	r.entries = append(r.entries, body...)
}

// row is what is to be inserted, nothing if there is no entry.
func (r *received) row() []any {
	if r.size == 0 {
		return nil
	}
	return []any{r.at, r.id, r.size, "[" + string(r.entries) + "]"}
}

// Receive implements approvals.Store.
func (s *Store) Receive(ctx context.Context, e approvals.Entry) error {
	body, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode entry: %w", err)
	}
	_, err = hand(s, "receive", &op{ctx: ctx, kind: adds, urgent: true}, func(t *tx) (any, error) {
		t.later.inbox.add(e, body)
		t.wrote, t.dirty = true, true
		return nil, nil
	})
	return err
}

// An opened is what Open came to.
type opened struct {
	taken      int
	stored     []approvals.Change
	unreadable []error // why rows were left where they are
}

// Open implements approvals.Store. It takes whole rows of the inbox. One that cannot
// be read stays there for an operator, and keeps no other back.
func (s *Store) Open(ctx context.Context, most int, fn func(approvals.View, approvals.Entry) ([]approvals.Change, error)) (int, []approvals.Change, error) {
	var one int
	// Mostly there is nothing: finding that out must not cost a write.
	err := s.row(ctx, "inbox", `SELECT 1 FROM inbox LIMIT 1`, nil, approvals.ErrNotFound, &one)
	if errors.Is(err, approvals.ErrNotFound) {
		return 0, nil, nil
	}
	if err != nil {
		return 0, nil, err
	}
	o, err := write(ctx, s, "open inbox", trail, func(t *tx) (opened, error) { return t.open(most, s.now(), fn) })
	for _, why := range o.unreadable {
		s.log.Error("open the inbox: a row cannot be read and stays there", zap.Error(why))
	}
	return o.taken, o.stored, err
}

func (t *tx) open(most int, now time.Time, fn func(approvals.View, approvals.Entry) ([]approvals.Change, error)) (o opened, err error) {
	entries, unreadable, err := t.takeEntries(most)
	if err != nil {
		return o, err
	}
	o.unreadable = unreadable
	var receipts []string
	for _, e := range entries {
		receipts = append(receipts, e.Ask.Receipts...)
	}
	if err := t.findReceipts(receipts); err != nil {
		return o, err
	}
	for _, e := range entries {
		_, err := t.delivered(e.Ask.Receipts)
		if errors.Is(err, approvals.ErrDuplicate) {
			continue
		}
		if err != nil {
			return o, err
		}
		changes, err := fn(view{t}, e)
		if err != nil {
			return o, err
		}
		var r approvals.Request
		receipts := e.Ask.Receipts
		for _, c := range changes {
			if r, err = t.keep(r, c, receipts, now); err != nil {
				return o, err
			}
			receipts = nil
		}
		o.stored = append(o.stored, changes...)
	}
	o.taken = len(entries)
	return o, nil
}

// takeEntries removes the oldest rows of the inbox, as many as hold most entries,
// and returns these. It leaves those that are unreadable.
func (t *tx) takeEntries(most int) (entries []approvals.Entry, unreadable []error, err error) {
	type key struct {
		at int64
		id string
	}
	var rows []key
	err = t.rows(`SELECT at, id FROM inbox ORDER BY at, id LIMIT `+limitTo(1), []any{most}, func(row scanner) error {
		var k key
		err := row.Scan(&k.at, &k.id)
		rows = append(rows, k)
		return err
	})
	for _, k := range rows {
		if err != nil || len(entries) >= most {
			break
		}
		var body string
		if _, err = t.row(`SELECT entries FROM inbox WHERE at = $1 AND id = $2`, []any{k.at, k.id}, &body); err != nil {
			break
		}
		var some []approvals.Entry
		if why := json.Unmarshal([]byte(body), &some); why != nil {
			unreadable = append(unreadable, fmt.Errorf("decode the entries from %s on: %w", k.id, why))
			continue
		}
		_, err = t.exec(`DELETE FROM inbox WHERE at = $1 AND id = $2`, k.at, k.id)
		entries = append(entries, some...)
	}
	return entries, unreadable, err
}
