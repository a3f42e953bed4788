package people

import "context"

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

// Active says whether Slack thinks the user is at the screen: a hint.
// https://docs.slack.dev/reference/methods/users.getPresence
func (d *Directory) Active(ctx context.Context, slackID string) (bool, error) {
	presence, err := d.slack.GetUserPresenceContext(ctx, slackID)
	if err != nil {
		return false, slackError("read presence", err)
	}
	return presence.Presence == "active", nil
}
