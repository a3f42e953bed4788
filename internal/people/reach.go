package people

import "context"

// Active says whether Slack thinks the user is at the screen: a hint.
// https://docs.slack.dev/reference/methods/users.getPresence
func (d *Directory) Active(ctx context.Context, slackID string) (bool, error) {
	presence, err := d.slack.GetUserPresenceContext(ctx, slackID)
	if err != nil {
		return false, slackError("read presence", err)
	}
	return presence.Presence == "active", nil
}
