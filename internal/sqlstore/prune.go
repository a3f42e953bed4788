package sqlstore

import (
	"context"
	"time"
)

// How long things without a request are kept: a delivery is repeated within
// minutes, and a lane's next time has long passed.
const looseEnds = 24 * time.Hour

// Prune implements approvals.Store. Drafts, receipts of no request and lanes
// that were not used for a day go with it.
func (s *Store) Prune(ctx context.Context, before time.Time, limit int) (int, error) {
	const over = ` (SELECT id FROM requests WHERE ended_at > 0 AND ended_at < $1 AND blocks = 0 ORDER BY ended_at, id LIMIT $2)`
	return write(ctx, s, "prune", trail, func(t *tx) (int, error) {
		limit := max(limit, 0)
		for _, query := range []string{
			`DELETE FROM receipts WHERE request IN` + over,
			`DELETE FROM cards WHERE request IN` + over,
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
			`DELETE FROM receipts WHERE receipt IN (SELECT receipt FROM receipts WHERE request = '' AND at < $1 LIMIT $2)`,
			`DELETE FROM drafts WHERE id IN (SELECT id FROM drafts WHERE at < $1 LIMIT $2)`,
			`DELETE FROM lanes WHERE lane IN (SELECT lane FROM lanes WHERE next_at < $1 LIMIT $2)`,
		} {
			if _, err := t.exec(query, stale, limit); err != nil {
				return 0, err
			}
		}
		return int(n), nil
	})
}
