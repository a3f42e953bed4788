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
	r, err := write(ctx, s, "create request", keys, func(t *tx) (approvals.Request, error) {
		if r, err := t.delivered(keys); err != nil {
			return r, err
		}
		c, err := fn(view{t})
		if err != nil || c.Zero() {
			return approvals.Request{}, err
		}
		return t.keep(approvals.Request{}, c, keys, s.now())
	})
	return r, s.report(ctx, err)
}

// Update implements approvals.Store.
func (s *Store) Update(ctx context.Context, id approvals.ID, keys []string, fn func(approvals.View, approvals.Request) (approvals.Change, error)) (approvals.Request, error) {
	r, err := write(ctx, s, "update request", keys, func(t *tx) (approvals.Request, error) {
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
	return r, s.report(ctx, err)
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
	if r, err = decodeRequest(string(body)); err != nil { // as it will be read
		return old, err
	}
	row := rowOf(r, string(body))
	t.trust.sign(&row)
	all := putRequest(old, row)
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
	return r, nil
}

// putRequest writes the request's row in place of old, the zero Request for a new one.
func putRequest(old approvals.Request, row requestRow) []statement {
	if old.ID == "" {
		return insert(`requests (`+requestColumns+`)`, [][]any{row.values()}, ` ON CONFLICT (id) DO NOTHING`)
	}
	update := replaceRow(row)
	return []statement{{update.query + ` AND version = $16 AND state = $17`, append(update.args, old.Version, old.State)}}
}

// orElse makes of a statement that wrote no row the error none.
func orElse(n int64, err, none error) error {
	if err == nil && n == 0 {
		return none
	}
	return err
}

func (t *tx) request(id approvals.ID) (approvals.Request, error) {
	var row requestRow
	found, err := t.row(`SELECT `+requestColumns+` FROM requests WHERE id = $1`, []any{id}, row.dest()...)
	if err != nil {
		return approvals.Request{}, err
	}
	if !found {
		return approvals.Request{}, approvals.ErrNotFound
	}
	return t.trust.read(&row)
}

func decodeRequest(body string) (r approvals.Request, err error) {
	if err := json.Unmarshal([]byte(body), &r); err != nil {
		return r, fmt.Errorf("decode request: %w", err)
	}
	return r, nil
}

// Request implements approvals.Store.
func (s *Store) Request(ctx context.Context, id approvals.ID) (approvals.Request, error) {
	var row requestRow
	err := s.row(ctx, "request", `SELECT `+requestColumns+` FROM requests WHERE id = $1`, []any{id}, approvals.ErrNotFound, row.dest()...)
	if err != nil {
		return approvals.Request{}, err
	}
	r, err := s.trust.read(&row)
	return r, s.report(ctx, err)
}

// OpenRequests implements approvals.Store.
func (s *Store) OpenRequests(ctx context.Context, agent string) ([]approvals.Request, error) {
	if agent == "" {
		return nil, nil
	}
	return s.requests(ctx, "open requests", `
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
