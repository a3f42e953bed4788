package view

import (
	"context"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/zap/zaptest"

	"olbot/approvals"
	"olbot/bot/payload"
	"olbot/internal/slackapi"
	"olbot/internal/socketmode"
	"olbot/internal/testbed/slacksim"
)

// TestSlackTakesEveryView posts every message of the examples, opens every form
// and publishes every Home tab in a workspace that knows Slack's rules for them, and
// wants nothing found.
func TestSlackTakesEveryView(t *testing.T) {
	s := slacksim.New(slacksim.Options{Unlimited: true, AckTimeout: time.Minute, TriggerLife: time.Minute})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	joe := s.AddUser(slacksim.User{Name: "joe", Email: "joe@example.com"})
	s.AddUser(slacksim.User{Name: "ana", Email: "ana@example.com"})
	api := slackapi.New(s.URL(), s.BotToken(), s.AppToken())
	for name, m := range withBareCards(maps.Collect(allMessages())) {
		_, _, err := api.PostMessageContext(t.Context(), joe.ID(), slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(m.Blocks...))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, home := range allHomes() {
		if _, err := api.PublishViewContext(t.Context(), slack.PublishViewContextRequest{UserID: joe.ID(), View: home.view()}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	trigger := triggers(t, s, joe)
	for name, form := range allForms() {
		if _, err := api.OpenViewContext(t.Context(), trigger(), form); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, f := range s.Findings() {
		t.Errorf("%s: %s", f.Kind, f.Detail)
	}
}

// withBareCards adds the cards of requests that lack all that they can lack:
// nothing may be missing so much that Slack refuses a card.
func withBareCards(all map[string]Message) map[string]Message {
	for _, state := range approvals.States() {
		r := approvals.Request{ID: "OTP-7F3K-9QXM", State: state, Agent: joeFisher, Approvers: byLink(principal("manager"), approvals.Person{Slack: "U0MARIA"})}
		for _, why := range []*approvals.Refusal{nil, {}} {
			r.Refusal, r.CodeUntil = why, after(time.Hour)
			for _, c := range Cards(r, start, testOptions) {
				all[fmt.Sprint("bare/", state, why, c.Key)] = c.Message
			}
		}
	}
	return all
}

// triggers returns a new trigger id with each call: somebody uses the shortcut.
func triggers(t *testing.T, s *slacksim.Server, by *slacksim.Person) func() string {
	got := make(chan string, 1)
	socket := socketmode.New(socketmode.Config{
		APIURL: s.URL(), AppToken: s.AppToken(), Connections: 1, Patience: time.Minute, Log: zaptest.NewLogger(t),
		Handler: func(_ context.Context, e socketmode.Envelope) (any, error) {
			click, err := payload.ReadInteraction(e.Payload)
			got <- click.TriggerID
			return nil, err
		},
	})
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() { defer close(over); _ = socket.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-over })
	<-socket.Ready()
	return func() string {
		by.UsesShortcut(ShortcutRequest)
		return <-got
	}
}
