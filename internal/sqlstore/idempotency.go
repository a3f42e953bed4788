package sqlstore

import (
	"context"
	"errors"
	"time"

	"olbot/approvals"
)

// findKeys looks up, for the whole batch, which idempotency keys are stored.
func (t *tx) findKeys(batch []*writeRequest) error {
	t.keys = map[string]approvals.ID{}
	var all []any
	for _, r := range batch {
		for _, key := range r.keys {
			all = append(all, key)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return t.rows(`SELECT key, request FROM idempotency_keys WHERE key IN `+placeholders(1, len(all)), all, func(row scanner) error {
		var key string
		var id approvals.ID
		err := row.Scan(&key, &id)
		t.keys[key] = id
		return err
	})
}

// delivered returns approvals.ErrDuplicate if one of the keys was stored before,
// with the request that came of it, if one did.
func (t *tx) delivered(keys []string) (approvals.Request, error) {
	for _, key := range keys {
		id, found := t.keys[clean(key)]
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

// keepKeys stores the keys with the request that came of them, "" if only an event did.
func (t *tx) keepKeys(keys []string, id approvals.ID, now time.Time) []statement {
	var rows [][]any
	for _, key := range keys {
		if _, twice := t.keys[clean(key)]; twice {
			continue
		}
		t.keys[clean(key)] = id
		rows = append(rows, []any{key, id, now})
	}
	return insert(`idempotency_keys (key, request, at)`, rows, "")
}

// Delivered implements approvals.Store.
func (s *Store) Delivered(ctx context.Context, key string) (id approvals.ID, err error) {
	err = s.row(ctx, "delivery", `SELECT request FROM idempotency_keys WHERE key = $1`, []any{key}, approvals.ErrNotFound, &id)
	return id, err
}
