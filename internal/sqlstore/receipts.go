package sqlstore

import (
	"context"
	"errors"
	"time"

	"olbot/approvals"
)

// delivered returns approvals.ErrDuplicate if one of the receipts was stored
// before, with the request that came of it, if one did.
func (t *tx) delivered(receipts []string) (approvals.Request, error) {
	for _, receipt := range receipts {
		var id approvals.ID
		found, err := t.row(`SELECT request FROM receipts WHERE receipt = $1`, []any{receipt}, &id)
		if err != nil {
			return approvals.Request{}, err
		}
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
func (t *tx) keepReceipts(receipts []string, id approvals.ID, now time.Time) error {
	for _, receipt := range receipts {
		_, err := t.exec(`INSERT INTO receipts (receipt, request, at) VALUES ($1, $2, $3) ON CONFLICT (receipt) DO NOTHING`,
			receipt, id, now)
		if err != nil {
			return err
		}
	}
	return nil
}

// Delivered implements approvals.Store.
func (s *Store) Delivered(ctx context.Context, receipt string) (id approvals.ID, err error) {
	err = s.row(ctx, "delivery", `SELECT request FROM receipts WHERE receipt = $1`, []any{receipt}, approvals.ErrNotFound, &id)
	return id, err
}
