package slacksim_test

import (
	"context"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"olbot/internal/testbed/slacksim"
)

// client is a slack-go client for the workspace.
func client(s *slacksim.Server) *slack.Client {
	return slack.New(s.BotToken(), slack.OptionAPIURL(s.URL()), slack.OptionAppLevelToken(s.AppToken()))
}

// runApp runs slack-go's own Socket Mode client with this handler until the test ends.
func runApp(t *testing.T, s *slacksim.Server, handle func(*slack.Client, *socketmode.Client, socketmode.Event)) {
	t.Helper()
	api := client(s)
	app := socketmode.New(api)
	ctx, cancel := context.WithCancel(context.Background())
	ended, handled := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		_ = app.RunContext(ctx) // ends with ctx's error
	}()
	go func() {
		defer close(handled)
		for {
			select {
			case e := <-app.Events:
				handle(api, app, e)
			case <-ctx.Done():
				return
			}
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-handled
		<-ended
	})
	must(t, s.Wait(soon(t), func() bool { return len(s.Connections()) > 0 }))
}

func TestSlackGoRunsCommandAndButton(t *testing.T) {
	s := begin(t)
	runApp(t, s, func(api *slack.Client, app *socketmode.Client, e socketmode.Event) {
		switch e.Type {
		case socketmode.EventTypeSlashCommand:
			cmd := e.Data.(slack.SlashCommand)
			check(t, app.Ack(*e.Request, map[string]any{"text": "asked: " + cmd.Text}))
			room, _, _, err := api.OpenConversation(&slack.OpenConversationParameters{Users: []string{cmd.UserID}})
			check(t, err)
			button := slack.NewButtonBlockElement("approve", "OTP-1", slack.NewTextBlockObject("plain_text", "Approve", false, false))
			_, _, err = api.PostMessage(room.ID, slack.MsgOptionText("A request", false), slack.MsgOptionBlocks(
				slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", "For *Ana*, by <@"+cmd.UserID+">", false, false), nil, nil),
				slack.NewActionBlock("card", button),
			))
			check(t, err)
		case socketmode.EventTypeInteractive:
			click := e.Data.(slack.InteractionCallback)
			check(t, app.Ack(*e.Request))
			if v := click.ActionCallback.BlockActions[0].Value; v != "OTP-1" {
				t.Errorf("value %q, want OTP-1", v)
			}
			_, _, _, err := api.UpdateMessage(click.Channel.ID, click.Message.Timestamp, slack.MsgOptionText("Approved", false))
			check(t, err)
		}
	})
	joe := s.Person("joe")
	a := joe.Runs("/tempotp @ana 300")
	if !a.OK() || a.Message == nil || a.Message.Words() != "asked: @ana 300" {
		t.Fatalf("answer %+v %q", a, a.Words())
	}
	m, err := joe.WaitsForButton(soon(t), "Approve")
	must(t, err)
	if want := "For Ana, by @joe\n[Approve]"; m.Words() != want {
		t.Errorf("words %q, want %q", m.Words(), want)
	}
	if a := joe.Presses("Approve"); !a.OK() {
		t.Fatal(a.Err)
	}
	if _, err := joe.WaitsFor(soon(t), "Approved"); err != nil {
		t.Fatal(err)
	}
	if joe.SeesButton("Approve") {
		t.Error("the button is still there")
	}
	honest(t, s)
}
