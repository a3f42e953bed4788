package player

import (
	"context"
	"io"
	"time"
)

// A Program is olbot as a story starts and asks it. The stories know it by its
// environment and by what it says, as an operator does.
type Program struct {
	// Start starts olbot run, which lives by now's clock and logs to log.
	Start func(ctx context.Context, env map[string]string, now func() time.Time, log io.Writer) (Bot, error)
	// Command runs another command of olbot's, such as audit export, and returns
	// what it printed. It works while olbot runs and after it.
	Command func(ctx context.Context, env map[string]string, now func() time.Time, args ...string) (string, error)
}

// A Bot is olbot running.
type Bot interface {
	// Stop ends olbot as SIGTERM does, and returns when it is gone. The error
	// says that it did not end well, or not in time.
	Stop(ctx context.Context) error
	// Done is closed when olbot is gone, whether it was stopped or not.
	Done() <-chan struct{}
}
