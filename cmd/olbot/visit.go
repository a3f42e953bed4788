package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"olbot/bot/messenger"
	"olbot/bot/payload"
	"olbot/bot/view"
	"olbot/internal/config"
	"olbot/internal/slackapi"
	"olbot/internal/socketmode"
)

// A visit is one connection to Socket Mode that works for nobody: whatever comes on it but presses of
// olbot check's own button is left unanswered, or answered with a request to try again.
type visit struct {
	hello   socketmode.Hello
	presses chan payload.Interaction // of olbot check's own button
	leave   func() error             // may be called again
}

// helloTime is how long Slack may take until a connection is ready.
const helloTime = 15 * time.Second

var errNoHello = fmt.Errorf("no connection was ready within %v", helloTime)

// visitSlack connects, and waits for Slack's hello.
func visitSlack(ctx context.Context, c config.Config, deps *dependencies) (*visit, error) {
	ctx, stop := context.WithCancel(ctx)
	v := &visit{presses: make(chan payload.Interaction, 1)}
	hellos := make(chan socketmode.Hello, 1)
	socket := socketmode.New(socketmode.Config{
		APIURL: string(c.SlackAPIURL), AppToken: c.SlackAppToken.Reveal(), AppID: deps.workspace.AppID, Connections: 1,
		Handler: v.handle, Busy: tryAgain, Broken: tryAgain,
		Hooks: socketmode.Hooks{Hello: func(h socketmode.Hello) {
			select {
			case hellos <- h:
			default:
			}
		}},
		HTTPClient: &http.Client{Transport: deps.observe(http.DefaultTransport)},
	})
	over := make(chan struct{})
	var ended error // once over is closed
	go func() {
		defer close(over)
		ended = socket.Run(ctx)
	}()
	v.leave = func() error {
		stop()
		<-over
		if errors.Is(ended, socketmode.ErrUnfinished) { // what was not answered was not to be
			return nil
		}
		return ended
	}
	select {
	case v.hello = <-hellos:
		return v, nil
	case <-over:
	case <-time.After(helloTime):
	}
	if err := v.leave(); err != nil {
		return nil, err
	}
	return nil, &slackapi.InspectError{Problem: slackapi.Unreachable, Method: "Socket Mode", Err: errNoHello}
}

// handle takes presses of olbot check's own button. Whoever pressed another one has to see that it had no
// effect: Slack says so where the ack is late.
func (v *visit) handle(ctx context.Context, e socketmode.Envelope) (any, error) {
	if e.Type == socketmode.Interaction {
		click, err := payload.ReadInteraction(e.Payload)
		if err == nil && view.Action(click.Button.ActionID) == view.ActionCheck {
			select {
			case v.presses <- click:
			default: // pressed again
			}
			return nil, nil
		}
	}
	if e.Type != socketmode.Command {
		<-ctx.Done()
	}
	return tryAgain(e), nil
}

func tryAgain(e socketmode.Envelope) any {
	if e.Type == socketmode.Command {
		return messenger.EphemeralAnswer(view.ReplyBusy())
	}
	return nil
}
