package people

import (
	"context"
	"errors"

	"olbot/approvals"
)

// Membership reads what somebody is in the workspace; "" if Slack knows no such user.
func (d *Directory) Membership(ctx context.Context, slackID string) (approvals.Membership, error) {
	account, err := d.accountByID(ctx, slackID)
	if err != nil || account == nil {
		return "", err
	}
	return account.Membership, nil
}

// Active says whether Slack thinks the user is at the screen: a hint. An answer
// that says neither is an error.
// https://docs.slack.dev/reference/methods/users.getPresence
func (d *Directory) Active(ctx context.Context, slackID string) (bool, error) {
	answer, err := d.slack.GetUserPresenceContext(ctx, slackID)
	if err != nil {
		return false, slackError("read presence", err)
	}
	switch answer.Presence {
	case "active":
		return true, nil
	case "away":
		return false, nil
	}
	return false, errors.New("read presence: the answer says neither active nor away")
}
