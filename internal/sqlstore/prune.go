package sqlstore

import (
	"context"
	"time"
)

// looseEnds is how long things without a request are kept: a delivery is repeated
// within minutes, and a channel's next slot has long passed.
const looseEnds = 24 * time.Hour

// Prune implements approvals.Store. Drafts, the idempotency keys of no request
// and channel slots that were not used for a day go with it.
func (s *Store) Prune(ctx context.Context, before time.Time, limit int) (int, error) {
	const over = ` (SELECT id FROM requests WHERE ended_at > 0 AND ended_at < $1 AND blocks = 0 ORDER BY ended_at, id LIMIT $2)`
	return write(ctx, s, "prune", nil, func(t *tx) (int, error) {
		limit := max(limit, 0)
		for _, query := range []string{
			`DELETE FROM idempotency_keys WHERE request IN` + over,
			`DELETE FROM messages WHERE request IN` + over,
			`DELETE FROM asked WHERE request IN` + over,
		} {
			if _, err := t.exec(query, before, limit); err != nil {
				return 0, err
			}
		}
		n, err := t.exec(`DELETE FROM requests WHERE id IN`+over, before, limit)
		if err != nil {
			return 0, err
		}
		stale := s.now().Add(-looseEnds)
		for _, query := range []string{
			`DELETE FROM idempotency_keys WHERE key IN (SELECT key FROM idempotency_keys WHERE request = '' AND at < $1 LIMIT $2)`,
			`DELETE FROM drafts WHERE id IN (SELECT id FROM drafts WHERE at < $1 LIMIT $2)`,
			`DELETE FROM channel_slots WHERE channel IN (SELECT channel FROM channel_slots WHERE next_at < $1 LIMIT $2)`,
		} {
			if _, err := t.exec(query, stale, limit); err != nil {
				return 0, err
			}
		}
		return int(n), nil
	})
}
