package bot

import (
	"context"
	"errors"
	"time"

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
	who, err := approvals.ParsePrincipal(p.Event.User)
	if err == nil && who.Kind == approvals.SlackUser && p.Event.Type == "app_home_opened" && p.Event.Tab == "home" {
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
