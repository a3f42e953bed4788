package main

import (
	"context"
	"errors"
	"os"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// serveSlackGo is a bot of slack-go's socketmode package that stores nothing. Its ack
// carries an answer like olbot's, so that Slack has as much to do with it.
func serveSlackGo(ctx context.Context) error {
	client := socketmode.New(slack.New(os.Getenv("SLACK_BOT_TOKEN"),
		slack.OptionAppLevelToken(os.Getenv("SLACK_APP_TOKEN")),
		slack.OptionAPIURL(os.Getenv("SLACK_API_URL"))))
	go func() {
		for e := range client.Events {
			if e.Type == socketmode.EventTypeSlashCommand {
				client.Ack(*e.Request, commandAnswer())
			}
		}
	}()
	if err := client.RunContext(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

func commandAnswer() map[string]any {
	text := func(s string) any { return map[string]any{"type": "text", "text": s} }
	return map[string]any{
		"response_type": "ephemeral", "replace_original": false, "text": "OTP-0000-0000: looking people up.",
		"blocks": []any{map[string]any{"type": "rich_text", "elements": []any{map[string]any{"type": "rich_text_section", "elements": []any{
			text("Looking up "), map[string]any{"type": "user", "user_id": "U0ANA"},
			text(". Your request is OTP-0000-0000; olbot tells you in your direct messages how it goes on."),
		}}}}},
	}
}
