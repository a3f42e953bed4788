package people

import (
	"context"
	"errors"

	"github.com/slack-go/slack"
)

// Reachable says whether olbot can open a DM with the Slack user. It opens it, so
// that the messages that follow find it open. The answer is not kept: a request
// needs three of them, Slack allows fifty a minute, and a yes that has become a
// no would ask somebody who cannot be asked.
// https://docs.slack.dev/reference/methods/conversations.open
func (d *Directory) Reachable(ctx context.Context, slackID string) (bool, error) {
	dm, _, _, err := d.slack.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{slackID}})
	switch codeOf(err) {
	case "user_not_found", "user_disabled", "user_not_visible", "cannot_dm_bot", "invalid_user_combination", "channel_not_found":
		return false, nil
	}
	if err == nil && (dm == nil || dm.ID == "") { // slack-go gives no error for an answer that has neither
		err = errors.New("the answer has no channel in it")
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
