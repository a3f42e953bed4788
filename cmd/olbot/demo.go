package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"olbot/internal/testbed/player"
)

func (p *program) demoCommand() *cobra.Command {
	var addr string
	c := &cobra.Command{
		Use:   "demo",
		Short: "Tell the story of a lost phone, with everything on this machine",
		Long: "Start a Slack and a OneLogin that exist on this machine only, and the same olbot as olbot run, on a temporary\n" +
			"database. Then tell the story of a lost phone, and print what each of the four people sees as it happens. Nothing\n" +
			"is configured, nothing outside is reached and nothing is left behind. On a terminal it takes its time.\n\n" +
			"With --page, serve a page instead on which you are those people: press their buttons, fill in their forms, and\n" +
			"break things. It stays until Ctrl-C.",
		Args: cobra.NoArgs,
	}
	c.Flags().StringVar(&addr, "page", "", "serve a page to try everything on, at this loopback `address` ("+pageAddr+" if none is given)")
	c.Flags().Lookup("page").NoOptDefVal = pageAddr
	c.RunE = p.does(func(ctx context.Context) error {
		if addr != "" {
			return p.demoPage(ctx, addr)
		}
		return p.demo(ctx)
	})
	return c
}

// A demoError says why the demo did not come to its end.
type demoError struct{ err error }

func (e *demoError) Error() string {
	if failure, ok := errors.AsType[*player.Failure](e.err); ok {
		return "the demo went another way than it is told: " + failure.Brief()
	}
	if unheard, ok := errors.AsType[*demoUnheardError](e.err); ok {
		return "the demo ended early: " + unheard.Error()
	}
	return "the demo could not start: " + e.err.Error()
}

func (e *demoError) Unwrap() error { return e.err }

// demo plays the story of the lost phone before whoever reads the program's output.
func (p *program) demo(ctx context.Context) (err error) {
	story, err := player.Named("demo")
	if err != nil {
		return &demoError{err}
	}
	dir, err := os.MkdirTemp("", "olbot-demo-")
	if err != nil {
		return &demoError{err}
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	// A reader that goes away, as head does, would otherwise end the program at once, and leave the directory behind.
	signal.Ignore(syscall.SIGPIPE)
	defer signal.Reset(syscall.SIGPIPE)
	heard, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	screen := newDemoScreen(p.stdout, p.environ)
	screen.unheard = func(err error) { stop(&demoUnheardError{err}) }
	audience := newDemoAudience(screen)
	audience.opens()
	summary, err := player.Play(heard, story, player.Options{
		Program: inProcess(), Database: "sqlite:" + filepath.Join(dir, "olbot.db"), Files: dir,
		Zone: "Local", Audience: audience,
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil {
		audience.closes(summary)
	}
	if cause := context.Cause(heard); cause != nil {
		err = cause
	}
	if err != nil {
		return &demoError{err}
	}
	return nil
}

// A demoUnheardError says that what the demo prints cannot be written.
type demoUnheardError struct{ err error }

func (e *demoUnheardError) Error() string { return e.err.Error() }
func (e *demoUnheardError) Unwrap() error { return e.err }

// opens says what is about to happen.
func (a *demoAudience) opens() {
	a.screen.title("olbot", "temporary OneLogin codes, approved by a second person in Slack")
	a.screen.say("This is the real olbot. Slack and OneLogin are simulated on this machine; olbot talks to them over the network, as it would to the real ones. What you see is what people see in Slack:")
	a.screen.end()
	for _, who := range a.people {
		a.screen.person(who)
	}
}

// closes says what has happened and what to do next.
func (a *demoAudience) closes(s player.Summary) {
	a.screen.heading("What was checked")
	a.screen.point(fmt.Sprintf("The trail has %d events. Its chain of hashes holds up to %s, and the audit channel was told all of it, in order.", s.Events, s.Anchor))
	a.screen.point(fmt.Sprintf("OneLogin made %s, after the intent was stored and the approval checked again.", codesMade(s.Codes)))
	a.screen.point("The code stood in one message to Joe alone. It is not in the database, the log (at debug level), the trail, a notification, a button or any other message.")
	a.screen.heading("What next")
	a.screen.item("README.md", "how to set up Slack and OneLogin, step by step")
	a.screen.item("olbot manifest", "prints the Slack app to create")
	a.screen.item("olbot run", "runs olbot; what is missing in its settings, it says all at once")
	a.screen.say("And now you: go run ./cmd/olbot demo --page serves a page on which you are all of them.")
	a.screen.end()
}

func codesMade(n int) string {
	if n == 1 {
		return "one code"
	}
	return fmt.Sprintf("%d codes", n)
}
