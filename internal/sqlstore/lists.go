package sqlstore

import (
	"context"
	"slices"
	"strconv"
	"time"

	"olbot/approvals"
)

// askedRows stores who is asked about r, as far as that differs from old, and keeps who was.
func askedRows(old, r approvals.Request) (all []statement) {
	before, now := waitedFor(old), waitedFor(r)
	if slices.Equal(before, now) {
		return nil
	}
	if len(before) > 0 {
		all = append(all, statement{`UPDATE asked SET waits = 0 WHERE request = $1 AND waits = 1`, []any{r.ID}})
	}
	var rows [][]any
	for _, slack := range now {
		rows = append(rows, []any{slack, r.ID, true})
	}
	return append(all, insert(`asked (slack, request, waits)`, rows, ` ON CONFLICT (slack, request) DO UPDATE SET waits = 1`)...)
}

// waitedFor lists the Slack ids of those whose decision r waits for.
func waitedFor(r approvals.Request) (ids []string) {
	if r.State != approvals.Pending {
		return nil
	}
	for _, p := range r.Approvers {
		ids = append(ids, p.Slack)
		if p.SlackOrg != "" && p.SlackOrg != p.Slack {
			ids = append(ids, p.SlackOrg)
		}
	}
	return ids
}

// WaitingFor implements approvals.Store.
func (s *Store) WaitingFor(ctx context.Context, approver string) ([]approvals.Request, error) {
	return s.requests(ctx, "requests waiting for somebody", `
		SELECT body FROM requests WHERE id IN (SELECT request FROM asked WHERE slack = $1 AND waits = 1) ORDER BY created_at, id`, approver)
}

// LastRequests implements approvals.Store.
func (s *Store) LastRequests(ctx context.Context, agent string, limit int) ([]approvals.Request, error) {
	if agent == "" {
		return nil, nil
	}
	return s.requests(ctx, "last requests", `
		SELECT body FROM requests WHERE (agent_slack = $1 OR agent_slack_org = $1) AND state NOT IN (`+openStates+`)
		ORDER BY ended_at > 0, ended_at DESC, id LIMIT $2`, agent, max(limit, 0))
}

// OwnedRequests implements approvals.Store.
func (s *Store) OwnedRequests(ctx context.Context, owner string, endedAfter time.Time) ([]approvals.Request, error) {
	if owner == "" {
		return nil, nil
	}
	return s.requests(ctx, "requests for an owner", `
		SELECT body FROM requests WHERE (owner_slack = $1 OR owner_slack_org = $1) AND (ended_at = 0 OR ended_at > $2)
		ORDER BY created_at, id`, owner, endedAfter)
}

// Blocking implements approvals.Store.
func (s *Store) Blocking(ctx context.Context) ([]approvals.Request, error) {
	return s.requests(ctx, "blocking requests", `SELECT body FROM requests WHERE blocks = 1 ORDER BY created_at, id`)
}

// granted are found by the end that they have not come to: those that have are not read.
var granted = `
	SELECT body FROM requests WHERE ended_at = 0 AND state IN (` + grantedStates + `) ORDER BY created_at DESC, id`

// Granted implements approvals.Store.
func (s *Store) Granted(ctx context.Context) ([]approvals.Request, error) {
	return s.requests(ctx, "granted requests", granted)
}

// RequestsFor implements approvals.Store.
func (s *Store) RequestsFor(ctx context.Context, owners []int64, endedSince time.Time) ([]approvals.Request, error) {
	query, args := requestsFor(owners, endedSince)
	if query == "" {
		return nil, nil
	}
	return s.requests(ctx, "requests for accounts", query, args...)
}

// requestsFor is the query of RequestsFor, "" if there is nobody to look for.
func requestsFor(owners []int64, endedSince time.Time) (query string, args []any) {
	for _, id := range slices.Compact(slices.Sorted(slices.Values(owners))) {
		if id != 0 {
			args = append(args, id)
		}
	}
	if len(args) == 0 {
		return "", nil
	}
	return `SELECT body FROM requests WHERE owner_onelogin IN ` + placeholders(1, len(args)) + `
		AND asked_at > 0 AND (blocks = 1 OR ended_at = 0 OR ended_at >= $` + strconv.Itoa(len(args)+1) + `)
		ORDER BY created_at, id`, append(args, endedSince)
}

// requests reads the requests whose bodies the query selects.
func (s *Store) requests(ctx context.Context, what, query string, args ...any) (all []approvals.Request, err error) {
	if err = s.rows(ctx, what, query, args, appendRequest(&all)); err != nil {
		return nil, err
	}
	return all, nil
}

// appendRequest reads a row that is the body of a request.
func appendRequest(all *[]approvals.Request) func(scanner) error {
	return func(row scanner) error {
		var body string
		if err := row.Scan(&body); err != nil {
			return err
		}
		r, err := decodeRequest(body)
		*all = append(*all, r)
		return err
	}
}
