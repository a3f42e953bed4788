package people

import (
	"time"

	"olbot/approvals"
)

// maxIDs bounds how many pairs of ids are remembered.
const maxIDs = 100_000

// noOtherLife is how long it is remembered that a user has no other id: the
// workspace may come into an organisation, and an answer may have left it out.
const noOtherLife = time.Hour

// An otherID is the other id of a user, "" for none, as of a moment.
type otherID struct {
	id string
	at time.Time
}

// KnownIDs lists the ids of a Slack user that are known without asking Slack. Outside
// of an Enterprise organisation a user has one id. Inside, commands may come under
// the id of the organisation while lists have that of the workspace.
func (d *Directory) KnownIDs(slackID string) (ids []string, all bool) {
	if d.ours.EnterpriseID == "" {
		return []string{slackID}, true
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	other, known := d.ids[slackID]
	if other.id == "" {
		return []string{slackID}, known && age(d.now(), other.at) < noOtherLife
	}
	return []string{slackID, other.id}, true
}

// learnIDs remembers the two ids of a user.
func (d *Directory) learnIDs(a *approvals.Account) {
	if d.ours.EnterpriseID == "" {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.ids) >= maxIDs {
		clear(d.ids)
	}
	if a.OrgID == "" && d.ids[a.ID].id != "" {
		return // an answer that leaves it out takes nothing back
	}
	now := d.now()
	d.ids[a.ID] = otherID{a.OrgID, now}
	if a.OrgID != "" {
		d.ids[a.OrgID] = otherID{a.ID, now}
	}
}
