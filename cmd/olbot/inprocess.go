package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"olbot/internal/testbed/player"
)

// inProcess is this program as the stories start it: the same that main runs,
// but without .env, by the story's clock, and told to stop by a context instead
// of a signal. Its Slack has a story's patience.
func inProcess() player.Program {
	start := func(ctx context.Context, env map[string]string, now func() time.Time, log io.Writer) (player.Bot, error) {
		ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
		b := &inProcessBot{stop: stop, done: make(chan struct{})}
		p := &program{
			environ: environ(env), stdout: io.Discard, stderr: log, now: now, patience: patience,
			slackPatience: player.SlackPatience, stopTime: time.Minute, // nobody kills it earlier
		}
		go func() {
			defer close(b.done)
			b.code = p.run(ctx, []string{"run"})
		}()
		return b, nil
	}
	command := func(ctx context.Context, env map[string]string, args ...string) (string, error) {
		var stdout, stderr bytes.Buffer
		p := &program{environ: environ(env), stdout: &stdout, stderr: &stderr, now: time.Now, patience: patience}
		if code := p.run(ctx, args); code != exitDone {
			return stdout.String(), fmt.Errorf("olbot %v: exit code %d: %s", args, code, stderr.String())
		}
		return stdout.String(), nil
	}
	return player.Program{Start: start, Command: command}
}

// An inProcessBot is olbot run on a goroutine.
type inProcessBot struct {
	stop context.CancelFunc
	done chan struct{}
	code int // once done
}

// Stop implements player.Bot.
func (b *inProcessBot) Stop(ctx context.Context) error {
	b.stop()
	select {
	case <-b.done:
	case <-ctx.Done():
		return errors.New("olbot did not stop in time")
	}
	if b.code != exitDone {
		return fmt.Errorf("olbot ended with exit code %d", b.code)
	}
	return nil
}

// Done implements player.Bot.
func (b *inProcessBot) Done() <-chan struct{} { return b.done }

// environ is a map as a process's environment.
func environ(vars map[string]string) []string {
	var list []string
	for name, value := range vars {
		list = append(list, name+"="+value)
	}
	return list
}
