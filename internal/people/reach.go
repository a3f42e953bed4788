package people

import (
	"context"
	"errors"
)

// Reachable says whether olbot can open a DM with the Slack user. It opens it, so
// that the messages that follow find it open. A yes may be ten minutes old.
// https://docs.slack.dev/reference/methods/conversations.open
func (d *Directory) Reachable(ctx context.Context, slackID string) (bool, error) {
	err := d.dms.Check(ctx, slackID)
	switch codeOf(err) {
	case "user_not_found", "user_disabled", "user_not_visible", "cannot_dm_bot", "invalid_user_combination", "channel_not_found":
		return false, nil
	}
	if err != nil {
		return false, slackError("open DM", err)
	}
	return true, nil
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
