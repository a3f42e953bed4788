package player

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// A Call is one call of olbot in this process.
type Call struct {
	Args           []string
	Environ        []string // "NAME=value" each, and nothing else: no .env
	Stdout, Stderr io.Writer
	Now            func() time.Time
	SlackPatience  time.Duration // how long Slack waits for an ack; 0: as documented
	SlackPace      float64       // how many times faster than documented Slack's limits are; 0: not at all
	StopTime       time.Duration // how long olbot may take to stop; 0: as ever
}

// InProcess makes a Program of a function that does what the call says and returns the exit code. olbot run lives by the
// story's clock and is told to stop by the end of its context instead of a signal.
func InProcess(run func(context.Context, Call) int) Program {
	start := func(ctx context.Context, env map[string]string, now func() time.Time, log io.Writer) (Bot, error) {
		ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
		b := &inProcessBot{stop: stop, done: make(chan struct{})}
		go func() {
			defer close(b.done)
			b.code = run(ctx, Call{
				Args: []string{"run"}, Environ: environ(env), Stdout: io.Discard, Stderr: log, Now: now,
				SlackPatience: SlackPatience, StopTime: time.Minute, // nobody kills it earlier
			})
		}()
		return b, nil
	}
	command := func(ctx context.Context, env map[string]string, now func() time.Time, args ...string) (string, error) {
		var stdout, stderr bytes.Buffer
		code := run(ctx, Call{Args: args, Environ: environ(env), Stdout: &stdout, Stderr: &stderr, Now: now})
		if code != 0 {
			return stdout.String(), fmt.Errorf("olbot %v: exit code %d: %s", args, code, stderr.String())
		}
		return stdout.String(), nil
	}
	return Program{Start: start, Command: command}
}

// An inProcessBot is olbot run on a goroutine.
type inProcessBot struct {
	stop context.CancelFunc
	done chan struct{}
	code int // once done
}

// Stop implements Bot.
func (b *inProcessBot) Stop(ctx context.Context) error {
	b.stop()
	select {
	case <-b.done:
	case <-ctx.Done():
		return errors.New("olbot did not stop in time")
	}
	if b.code != 0 {
		return fmt.Errorf("olbot ended with exit code %d", b.code)
	}
	return nil
}

// Done implements Bot.
func (b *inProcessBot) Done() <-chan struct{} { return b.done }

// environ is a map as a process's environment.
func environ(vars map[string]string) []string {
	var list []string
	for name, value := range vars {
		list = append(list, name+"="+value)
	}
	return list
}
