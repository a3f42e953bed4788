package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"

	"olbot/approvals"
)

// KeepDraft implements approvals.Store.
func (s *Store) KeepDraft(ctx context.Context, id approvals.ID, a approvals.Submission) error {
	body, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("encode draft: %w", err)
	}
	return do(ctx, s, "keep draft", plain, func(t *tx) error {
		n, err := t.exec(`INSERT INTO drafts (id, at, body) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING`, id, s.now(), string(body))
		return orElse(n, err, approvals.ErrIDTaken)
	})
}

// Draft implements approvals.Store.
func (s *Store) Draft(ctx context.Context, id approvals.ID) (a approvals.Submission, err error) {
	var body string
	if err := s.row(ctx, "draft", `SELECT body FROM drafts WHERE id = $1`, []any{id}, approvals.ErrNotFound, &body); err != nil {
		return a, err
	}
	if err := json.Unmarshal([]byte(body), &a); err != nil {
		return a, fmt.Errorf("decode draft: %w", err)
	}
	return a, nil
}
