package sqlstore

import (
	"context"
	"slices"
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
		WHERE id IN (SELECT request FROM asked WHERE slack = $1 AND waits = 1) ORDER BY created_at, id`, approver)
}

// LastRequests implements approvals.Store.
func (s *Store) LastRequests(ctx context.Context, agent string, limit int) ([]approvals.Request, error) {
	if agent == "" {
		return nil, nil
	}
	return s.requests(ctx, "last requests", `
		WHERE (agent_slack = $1 OR agent_slack_org = $1) AND state NOT IN (`+openStates+`)
		ORDER BY ended_at > 0, ended_at DESC, id LIMIT $2`, agent, max(limit, 0))
}

// OwnedRequests implements approvals.Store.
func (s *Store) OwnedRequests(ctx context.Context, owner string, endedAfter time.Time) ([]approvals.Request, error) {
	if owner == "" {
		return nil, nil
	}
	return s.requests(ctx, "requests for an owner", `
		WHERE (owner_slack = $1 OR owner_slack_org = $1) AND (ended_at = 0 OR ended_at > $2)
		ORDER BY created_at, id`, owner, endedAfter)
}

// Blocking implements approvals.Store.
func (s *Store) Blocking(ctx context.Context) ([]approvals.Request, error) {
	return s.requests(ctx, "blocking requests", `WHERE blocks = 1 ORDER BY created_at, id`)
}

// granted are found by the end that they have not come to: those that have are not read.
var granted = `WHERE ended_at = 0 AND state IN (` + grantedStates + `) ORDER BY created_at DESC, id`

// Granted implements approvals.Store.
func (s *Store) Granted(ctx context.Context) ([]approvals.Request, error) {
	return s.requests(ctx, "granted requests", granted)
}

// RequestsFor implements approvals.Store.
func (s *Store) RequestsFor(ctx context.Context, owners []int64, endedSince time.Time) ([]approvals.Request, error) {
	where, args := ofOwners(owners)
	if where == "" {
		return nil, nil
	}
	all, err := s.requests(ctx, "requests for accounts", where, args...)
	return slices.DeleteFunc(all, func(r approvals.Request) bool { return !matters(r, endedSince) }), err
}

// ofOwners finds all requests for the accounts of the OneLogin users; "" if there is nobody
// to look for. Which of them matter, their bodies say: a column is searched, and decides
// nothing (invariant 11).
func ofOwners(owners []int64) (where string, args []any) {
	for _, id := range slices.Compact(slices.Sorted(slices.Values(owners))) {
		if id != 0 {
			args = append(args, id)
		}
	}
	if len(args) == 0 {
		return "", nil
	}
	return `WHERE owner_onelogin IN ` + placeholders(1, len(args)) + ` ORDER BY created_at, id`, args
}

// matters says what RequestsFor lists. What the owner says long after the end is as new
// as they say it.
func matters(r approvals.Request, endedSince time.Time) bool {
	since := !r.EndedAt.Before(endedSince) || !r.DisownedAt.Before(endedSince)
	return len(r.Rounds) > 0 && (r.Blocks() || !r.State.Ended() || since)
}

// requests reads the requests that the rest of a query selects, but for those that
// cannot be relied on: one of them must not hide the others.
func (s *Store) requests(ctx context.Context, what, where string, args ...any) (all []approvals.Request, err error) {
	var odd error
	err = s.rows(ctx, what, `SELECT `+requestColumns+` FROM requests `+where, args, func(row scanner) error {
		r, err := s.trust.scan(row)
		if untrusted(err) {
			odd = err
			return nil
		}
		all = append(all, r)
		return err
	})
	s.report(ctx, odd)
	if err != nil {
		return nil, err
	}
	return all, nil
}
