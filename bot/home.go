package bot

import (
	"context"
	"errors"
	"time"

	"olbot/approvals"
	"olbot/bot/payload"
	"olbot/internal/socketmode"
)

// handleEvent takes the one event that olbot subscribes to: somebody opens a tab
// of the app. https://docs.slack.dev/reference/events/app_home_opened
func (b *Bot) handleEvent(ctx context.Context, e socketmode.Envelope) error {
	opened, ok, err := payload.ReadHomeOpened(e.Payload)
	if err != nil || !ok {
		return err
	}
	who, err := approvals.ParsePrincipal(opened.UserID)
	if err == nil && who.Kind == approvals.SlackUser && opened.Tab == payload.TypeHome {
		b.openHome(ctx, who.ID)
	}
	return nil
}

// homePause is how long to wait before a Home tab is tried again, if Slack does not say.
const homePause = time.Second

// openHome renders somebody's Home tab, behind the ack. It is tried for a few
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
			case <-time.After(max(again.After, homePause)): // not everything that fails says when to come again
			case <-ctx.Done():
				return err
			}
		}
	})
}
