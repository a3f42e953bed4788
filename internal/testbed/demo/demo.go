// Package demo is what olbot demo shows somebody who has only the program: the story of a lost phone, told in the
// terminal, or a page to try everything on. Both run the real olbot on the simulators.
//
// Read demo.go first, which plays the story; audience.go watches it and decides what is told, message.go what of a
// message is new, screen.go and text.go put it on a terminal or into a pipe. page.go serves the page.
package demo

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"olbot/internal/testbed/player"
)

// A Call is how the program is to be run in this process.
type Call = player.Call

// An Error says why the demo did not come to its end.
type Error struct{ err error }

func (e *Error) Error() string {
	if failure, ok := errors.AsType[*player.Failure](e.err); ok {
		return "the demo went another way than it is told: " + failure.Brief()
	}
	if unwritten, ok := errors.AsType[*writeError](e.err); ok {
		return "the demo ended early: " + unwritten.Error()
	}
	return "the demo could not start: " + e.err.Error()
}

func (e *Error) Unwrap() error { return e.err }

// A writeError says that what the demo prints cannot be written.
type writeError struct{ err error }

func (e *writeError) Error() string { return e.err.Error() }
func (e *writeError) Unwrap() error { return e.err }

// Tell plays the story of the lost phone before whoever reads out. The program is run by the function, in this process;
// environ is its caller's environment ("NAME=value" each), which says what a terminal can show.
func Tell(ctx context.Context, out io.Writer, environ []string, run func(context.Context, Call) int) (err error) {
	story, err := player.Named("demo")
	if err != nil {
		return &Error{err}
	}
	dir, err := os.MkdirTemp("", "olbot-demo-")
	if err != nil {
		return &Error{err}
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	// A reader that goes away, as head does, would otherwise end the program at once, and leave the directory behind.
	signal.Ignore(syscall.SIGPIPE)
	defer signal.Reset(syscall.SIGPIPE)
	heard, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	screen := newScreen(out, environ)
	screen.onError = func(err error) { stop(&writeError{err}) }
	audience := newAudience(screen)
	audience.introduce()
	summary, err := player.Play(heard, story, player.Options{
		Program: player.InProcess(run), Database: "sqlite:" + filepath.Join(dir, "olbot.db"), Files: dir,
		Zone: "Local", Audience: audience,
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil {
		audience.conclude(summary)
	}
	if cause := context.Cause(heard); cause != nil {
		err = cause
	}
	if err != nil {
		return &Error{err}
	}
	return nil
}
