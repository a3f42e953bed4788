package bot

import (
	"context"
	"errors"
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
	"olbot/internal/socketmode"
)

// handleEvent takes the one event that olbot subscribes to: somebody opens a tab
// of the app. https://docs.slack.dev/reference/events/app_home_opened
func (b *Bot) handleEvent(ctx context.Context, e socketmode.Envelope) error {
	var p struct {
		Event struct {
			Type string `json:"type"`
			User string `json:"user"`
			Tab  string `json:"tab"`
		} `json:"event"`
	}
	if err := e.Decode(&p); err != nil {
		return err
	}
	if p.Event.Type == "app_home_opened" && p.Event.Tab == "home" && slackID(p.Event.User) {
		b.openHome(ctx, p.Event.User)
	}
	return nil
}

// openHome paints somebody's Home tab, behind the ack. It is tried for a few
// seconds, as long as somebody looks at a tab that fills.
func (b *Bot) openHome(ctx context.Context, user string) {
	b.behind(ctx, func(ctx context.Context) error {
		for {
			err := b.service.OpenHome(ctx, user)
			again, later := errors.AsType[*approvals.TemporaryError](err)
			if !later {
				return err
			}
			select {
			case <-time.After(max(again.After, sendPause)): // not everything that fails says when to come again
			case <-ctx.Done():
				return err
			}
		}
	})
}

// atHome says whether a Home tab was pressed, which may be of a while ago.
func atHome(click *slack.InteractionCallback) bool { return click.View.Type == slack.VTHomeTab }
