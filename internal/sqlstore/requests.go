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
func (s *Store) Create(ctx context.Context, keys []string, fn func(approvals.View) (approvals.Change, error)) (approvals.Request, error) {
	return write(ctx, s, "create request", keys, func(t *tx) (approvals.Request, error) {
		if r, err := t.delivered(keys); err != nil {
			return r, err
		}
		c, err := fn(view{t})
		if err != nil || c.Zero() {
			return approvals.Request{}, err
		}
		return t.keep(approvals.Request{}, c, keys, s.now())
	})
}

// Update implements approvals.Store.
func (s *Store) Update(ctx context.Context, id approvals.ID, keys []string, fn func(approvals.View, approvals.Request) (approvals.Change, error)) (approvals.Request, error) {
	return write(ctx, s, "update request", keys, func(t *tx) (approvals.Request, error) {
		if r, err := t.delivered(keys); err != nil {
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
		return t.keep(r, c, keys, s.now())
	})
}

// keep stores the Change that was made of old, the zero Request for a new one,
// and returns the request as it will be read.
func (t *tx) keep(old approvals.Request, c approvals.Change, keys []string, now time.Time) (approvals.Request, error) {
	if c.Event.Kind == "" {
		return old, errors.New("a change without an event")
	}
	r := c.Request
	r.Version = old.Version + 1
	body, err := json.Marshal(r)
	if err != nil {
		return old, fmt.Errorf("encode request: %w", err)
	}
	var asked time.Time
	if r.State == approvals.Pending && old.State != approvals.Pending {
		asked = c.Event.At
	}
	all := putRequest(old, r, string(body), asked)
	all = append(all, askedRows(old, r)...)
	event, err := t.number(c.Event)
	if err != nil {
		return old, err
	}
	all = append(all, event...)
	all = append(all, t.keepKeys(keys, r.ID, now)...)
	all = append(all, enqueue(c.Jobs...)...)
	written, err := t.execAll(all)
	switch {
	case err != nil:
		return old, err
	case written[0] > 0:
	case old.ID == "":
		return approvals.Request{}, approvals.ErrIDTaken
	default:
		return approvals.Request{}, approvals.ErrNotFound // pruned since it was read
	}
	return decodeRequest(string(body))
}

// putRequest writes the request's row. asked is when its approvers were asked, zero if
// that is not what has changed.
func putRequest(old, r approvals.Request, body string, asked time.Time) []statement {
	row := []any{
		r.ID, r.Version, r.State, r.Agent.Slack, r.Agent.SlackOrg, r.Agent.OneLogin,
		r.Owner.Slack, r.Owner.SlackOrg, r.Owner.OneLogin, r.CreatedAt, asked, r.EndedAt, r.Blocks(), body,
	}
	if old.ID == "" {
		return insert(`requests (id, version, state, agent_slack, agent_slack_org, agent_onelogin,
			owner_slack, owner_slack_org, owner_onelogin, created_at, asked_at, ended_at, blocks, body)`, [][]any{row}, ` ON CONFLICT (id) DO NOTHING`)
	}
	return []statement{{`
		UPDATE requests SET version = $2, state = $3, agent_slack = $4, agent_slack_org = $5, agent_onelogin = $6,
			owner_slack = $7, owner_slack_org = $8, owner_onelogin = $9, created_at = $10,
			asked_at = CASE WHEN CAST($11 AS BIGINT) > 0 THEN CAST($11 AS BIGINT) ELSE asked_at END,
			ended_at = $12, blocks = $13, body = $14
		WHERE id = $1 AND version = $15 AND state = $16`, append(row, old.Version, old.State)}}
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

// The states that are open, and those that are granted, as lists for SQL.
var (
	openStates    = listStates(approvals.State.Open)
	grantedStates = listStates(approvals.State.Granted)
)

func listStates(are func(approvals.State) bool) string {
	var all []string
	for _, s := range approvals.States() {
		if are(s) {
			all = append(all, "'"+string(s)+"'")
		}
	}
	return strings.Join(all, ", ")
}
