package sqlstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"olbot/approvals"
)

// Create implements approvals.Store. A zero Change stores nothing.
func (s *Store) Create(ctx context.Context, receipts []string, fn func(approvals.View) (approvals.Change, error)) (approvals.Request, error) {
	return write(ctx, s, "create request", trail, func(t *tx) (approvals.Request, error) {
		if r, err := t.delivered(receipts); err != nil {
			return r, err
		}
		c, err := fn(view{t})
		if err != nil || c.Zero() {
			return approvals.Request{}, err
		}
		return t.keep(approvals.Request{}, c, receipts, s.now())
	})
}

// Update implements approvals.Store.
func (s *Store) Update(ctx context.Context, id approvals.ID, receipts []string, fn func(approvals.View, approvals.Request) (approvals.Change, error)) (approvals.Request, error) {
	return write(ctx, s, "update request", trail, func(t *tx) (approvals.Request, error) {
		if r, err := t.delivered(receipts); err != nil {
			return r, err
		}
		r, err := t.request(id)
		if err != nil {
			return r, err
		}
		c, err := fn(view{t}, r)
		switch {
		case err != nil:
			return approvals.Request{}, err
		case c.Zero():
			return r, nil
		case c.Request.ID != id:
			return approvals.Request{}, fmt.Errorf("a change of %s was made of %s", c.Request.ID, id)
		}
		return t.keep(r, c, receipts, s.now())
	})
}

// keep stores the Change that was made of old, the zero Request for a new one,
// and returns the request as it will be read.
func (t *tx) keep(old approvals.Request, c approvals.Change, receipts []string, now time.Time) (approvals.Request, error) {
	if c.Event.Kind == "" {
		return old, errors.New("a change without an event")
	}
	r := c.Request
	r.Version = old.Version + 1
	body, err := json.Marshal(r)
	if err != nil {
		return old, fmt.Errorf("encode request: %w", err)
	}
	if err := t.put(old, r, string(body)); err != nil {
		return approvals.Request{}, err
	}
	if r.State == approvals.Pending && old.State != approvals.Pending {
		if _, err := t.exec(`UPDATE requests SET asked_at = $1 WHERE id = $2`, c.Event.At, r.ID); err != nil {
			return old, err
		}
	}
	if err := t.keepAsked(old, r); err != nil {
		return old, err
	}
	if err := t.append(c.Event); err != nil {
		return old, err
	}
	if err := t.keepReceipts(receipts, r.ID, now); err != nil {
		return old, err
	}
	for _, j := range c.Jobs {
		if err := t.enqueue(j); err != nil {
			return old, err
		}
	}
	return decodeRequest(string(body))
}

// put writes the request's row.
func (t *tx) put(old, r approvals.Request, body string) error {
	row := []any{
		r.ID, r.Version, r.State, r.Agent.Slack, r.Agent.SlackOrg, r.Agent.OneLogin,
		r.Owner.OneLogin, r.CreatedAt, r.EndedAt, flag(r.Blocks()), body,
	}
	if old.ID == "" {
		n, err := t.exec(`
			INSERT INTO requests (id, version, state, agent_slack, agent_slack_org, agent_onelogin,
				owner_onelogin, created_at, ended_at, blocks, body)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
			ON CONFLICT (id) DO NOTHING`, row...)
		return orElse(n, err, approvals.ErrIDTaken)
	}
	n, err := t.exec(`
		UPDATE requests SET version = $2, state = $3, agent_slack = $4, agent_slack_org = $5, agent_onelogin = $6,
			owner_onelogin = $7, created_at = $8, ended_at = $9, blocks = $10, body = $11
		WHERE id = $1 AND version = $12 AND state = $13`, append(row, old.Version, old.State)...)
	return orElse(n, err, approvals.ErrNotFound) // pruned since it was read
}

// orElse makes of a statement that wrote no row the error none.
func orElse(n int64, err, none error) error {
	if err == nil && n == 0 {
		return none
	}
	return err
}

func (t *tx) request(id approvals.ID) (approvals.Request, error) {
	var body string
	found, err := t.row(`SELECT body FROM requests WHERE id = $1`, []any{id}, &body)
	if err != nil {
		return approvals.Request{}, err
	}
	if !found {
		return approvals.Request{}, approvals.ErrNotFound
	}
	return decodeRequest(body)
}

func decodeRequest(body string) (r approvals.Request, err error) {
	if err := json.Unmarshal([]byte(body), &r); err != nil {
		return r, fmt.Errorf("decode request: %w", err)
	}
	return r, nil
}

// Request implements approvals.Store.
func (s *Store) Request(ctx context.Context, id approvals.ID) (approvals.Request, error) {
	var body string
	err := s.row(ctx, "request", `SELECT body FROM requests WHERE id = $1`, []any{id}, approvals.ErrNotFound, &body)
	if err != nil {
		return approvals.Request{}, err
	}
	return decodeRequest(body)
}

// OpenRequests implements approvals.Store.
func (s *Store) OpenRequests(ctx context.Context, agent string) ([]approvals.Request, error) {
	if agent == "" {
		return nil, nil
	}
	return s.requests(ctx, "open requests", `
		SELECT body FROM requests
		WHERE (agent_slack = $1 OR agent_slack_org = $1) AND state IN (`+openStates+`)
		ORDER BY created_at, id`, agent)
}

// openStates lists, for SQL, the states that are open.
var openStates = func() string {
	var open []string
	for _, s := range approvals.States() {
		if s.Open() {
			open = append(open, "'"+string(s)+"'")
		}
	}
	return strings.Join(open, ", ")
}()
