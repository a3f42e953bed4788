package people

import "olbot/approvals"

// maxIDs bounds how many pairs of ids are remembered.
const maxIDs = 100_000

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
	if other == "" {
		return []string{slackID}, known
	}
	return []string{slackID, other}, true
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
	d.ids[a.ID] = a.OrgID
	if a.OrgID != "" {
		d.ids[a.OrgID] = a.ID
	}
}
