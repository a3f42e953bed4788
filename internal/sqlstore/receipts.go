package sqlstore

import (
	"context"
	"errors"
	"time"

	"olbot/approvals"
)

// findReceipts looks up what came of the deliveries.
func (t *tx) findReceipts(receipts []string) error {
	if t.receipts == nil {
		t.receipts = map[string]approvals.ID{}
	}
	all := make([]any, len(receipts))
	for i, receipt := range receipts {
		all[i] = receipt
	}
	for len(all) > 0 {
		some := all[:min(len(all), 1<<(powers-1))]
		all = all[len(some):]
		// Statements of few lengths: each is kept parsed.
		for len(some)&(len(some)-1) != 0 {
			some = append(some[:len(some):len(some)], some[0])
		}
		err := t.rowsNow(`SELECT receipt, request FROM receipts WHERE receipt IN `+placeholders(1, len(some)), some, func(row scanner) error {
			var receipt string
			var id approvals.ID
			err := row.Scan(&receipt, &id)
			t.receipts[receipt] = id
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// delivered returns approvals.ErrDuplicate if one of the receipts was stored
// before, with the request that came of it, if one did.
func (t *tx) delivered(receipts []string) (approvals.Request, error) {
	for _, receipt := range receipts {
		id, found := t.receipts[clean(receipt)]
		if !found {
			continue
		}
		r, err := t.request(id)
		if err != nil && !errors.Is(err, approvals.ErrNotFound) {
			return r, err
		}
		return r, approvals.ErrDuplicate
	}
	return approvals.Request{}, nil
}

// keepReceipts stores what the request came of, "" if it was only an event.
func (t *tx) keepReceipts(receipts []string, id approvals.ID, now time.Time) {
	for _, receipt := range receipts {
		t.receipts[clean(receipt)] = id
		t.add(&t.later.receipts, receipt, id, now)
	}
}

// Delivered implements approvals.Store.
func (s *Store) Delivered(ctx context.Context, receipt string) (id approvals.ID, err error) {
	err = s.row(ctx, "delivery", `SELECT request FROM receipts WHERE receipt = $1`, []any{receipt}, approvals.ErrNotFound, &id)
	return id, err
}
