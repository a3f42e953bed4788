package main

import (
	"context"
	"errors"
	"os"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// beSlackGo is a bot of slack-go's socketmode package that stores nothing and
// only acknowledges.
func beSlackGo(ctx context.Context) error {
	client := socketmode.New(slack.New(os.Getenv("SLACK_BOT_TOKEN"),
		slack.OptionAppLevelToken(os.Getenv("SLACK_APP_TOKEN")),
		slack.OptionAPIURL(os.Getenv("SLACK_API_URL"))))
	go func() {
		for e := range client.Events {
			if e.Type == socketmode.EventTypeSlashCommand {
				client.Ack(*e.Request, map[string]any{"text": "Looking up who may approve this."})
			}
		}
	}()
	if err := client.RunContext(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}
