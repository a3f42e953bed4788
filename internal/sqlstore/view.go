package sqlstore

import (
	"cmp"
	"slices"
	"time"

	"olbot/approvals"
)

// A view is an approvals.View of the transaction it is given in.
type view struct{ t *tx }

// OpenFor names the oldest, should there be more than one: a request that is
// issuing again may meet a newer one.
func (v view) OpenFor(owner int64) (id approvals.ID, err error) {
	if owner == 0 { // not looked up yet
		return "", nil
	}
	_, err = v.t.row(`
		SELECT id FROM requests WHERE owner_onelogin = $1 AND state IN (`+openStates+`)
		ORDER BY created_at, id LIMIT 1`, []any{owner}, &id)
	return id, err
}

var openOf = `
	SELECT COUNT(*) FROM requests
	WHERE (agent_slack = $1 OR agent_slack_org = $1) AND state IN (` + openStates + `)`

func (v view) OpenOf(agent string) (int, error) {
	if agent == "" {
		return 0, nil
	}
	return v.count(openOf, agent)
}

func (v view) AskedFor(owner int64, since time.Time) (int, error) {
	if owner == 0 {
		return 0, nil
	}
	return v.count(`SELECT COUNT(*) FROM requests WHERE owner_onelogin = $1 AND asked_at >= $2 AND asked_at > 0`, owner, since)
}

// Each condition of askedBy is one that an index answers. SQLite reads every
// request if one of them is an OR of its own.
const (
	askedBy = `
		SELECT 1 FROM requests
		WHERE asked_at > 0 AND (agent_slack IN ($1, $2) OR agent_slack_org IN ($1, $2) OR agent_onelogin = $3) LIMIT 1`
	askedByOneLogin = `SELECT 1 FROM requests WHERE asked_at > 0 AND agent_onelogin = $1 LIMIT 1`
)

// AskedBy looks by any id that is set.
func (v view) AskedBy(agent approvals.Person) (bool, error) {
	const nobody = -1
	query, args := askedBy, []any{cmp.Or(agent.Slack, agent.SlackOrg), cmp.Or(agent.SlackOrg, agent.Slack), cmp.Or(agent.OneLogin, nobody)}
	if agent.Slack == "" && agent.SlackOrg == "" {
		query, args = askedByOneLogin, args[2:]
	}
	var one int
	return v.t.row(query, args, &one)
}

// BlockedBy names the oldest, should there be more than one.
func (v view) BlockedBy(owner int64) (id approvals.ID, err error) {
	if owner == 0 {
		return "", nil
	}
	where, args := ofOwners([]int64{owner})
	all, err := v.requests(where, args...)
	for _, r := range all {
		if r.Blocks() {
			return r.ID, nil
		}
	}
	return "", err
}

// requests reads the requests that the rest of a query selects. If one of them cannot be
// relied on, nothing is decided.
func (v view) requests(where string, args ...any) (all []approvals.Request, err error) {
	var rows []requestRow
	err = v.t.rows(`SELECT `+requestColumns+` FROM requests `+where, args, func(row scanner) error {
		rows = append(rows, requestRow{})
		return row.Scan(rows[len(rows)-1].dest()...)
	})
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		r, err := v.t.trust.read(&row)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

func (v view) Restrictions() (approvals.Restrictions, error) { return v.t.readRestrictions() }

const askedToApprove = `SELECT 1 FROM asked WHERE slack IN ($1, $2) LIMIT 1`

// AskedToApprove looks by either Slack id.
func (v view) AskedToApprove(who approvals.Person) (bool, error) {
	if who.Slack == "" && who.SlackOrg == "" {
		return false, nil
	}
	var one int
	return v.t.row(askedToApprove, []any{cmp.Or(who.Slack, who.SlackOrg), cmp.Or(who.SlackOrg, who.Slack)}, &one)
}

// RequestsFor implements approvals.View.
func (v view) RequestsFor(owners []int64, endedSince time.Time) ([]approvals.Request, error) {
	where, args := ofOwners(owners)
	if where == "" {
		return nil, nil
	}
	all, err := v.requests(where, args...)
	return slices.DeleteFunc(all, func(r approvals.Request) bool { return !matters(r, endedSince) }), err
}

// History implements approvals.View.
func (v view) History(id approvals.ID) ([]approvals.Event, error) { return v.t.history(id) }

func (v view) FeedLost() (bool, error) {
	return v.t.feedLost()
}

func (v view) count(query string, args ...any) (n int, err error) {
	_, err = v.t.row(query, args, &n)
	return n, err
}
