package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"olbot/scenarios"
)

func (p *program) demoCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Tell the story of a lost phone, with everything on this machine",
		Long: "Start a Slack and a OneLogin that exist on this machine only, and the same olbot as olbot run, on a temporary\n" +
			"database. Then tell the story of a lost phone, and print what each of the four people sees as it happens. Nothing\n" +
			"is configured, nothing outside is reached and nothing is left behind. On a terminal it takes its time.",
		Args: cobra.NoArgs,
		RunE: p.does(p.demo),
	}
}

// A demoError says why the demo did not come to its end.
type demoError struct{ err error }

func (e *demoError) Error() string {
	if failure, ok := errors.AsType[*scenarios.Failure](e.err); ok {
		return "the demo went another way than it is told: " + failure.Brief()
	}
	return "the demo could not start: " + e.err.Error()
}

func (e *demoError) Unwrap() error { return e.err }

// demo plays the story of the lost phone before whoever reads the program's output.
func (p *program) demo(ctx context.Context) (err error) {
	story, err := scenarios.Named("demo")
	if err != nil {
		return &demoError{err}
	}
	dir, err := os.MkdirTemp("", "olbot-demo-")
	if err != nil {
		return &demoError{err}
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	audience := newDemoAudience(newDemoScreen(p.stdout, p.environ))
	audience.opens()
	summary, err := scenarios.Play(ctx, story, scenarios.Options{
		Program: inProcess(), Database: "sqlite:" + filepath.Join(dir, "olbot.db"), Files: dir,
		Zone: "Local", Audience: audience,
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return &demoError{err}
	}
	audience.closes(summary)
	return nil
}

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
func (a *demoAudience) closes(s scenarios.Summary) {
	a.screen.heading("What was checked")
	a.screen.point(fmt.Sprintf("The trail has %d events. Its chain of hashes holds up to %s, and the audit channel was told all of it, in order.", s.Events, s.Anchor))
	a.screen.point(fmt.Sprintf("OneLogin made %s, after the intent was stored and the approval checked again.", codesMade(s.Codes)))
	a.screen.point("The code stood in one message to Joe alone. It is not in the database, the log (at debug level), the trail, a notification, a button or any other message.")
	a.screen.heading("What next")
	a.screen.item("README.md", "how to set up Slack and OneLogin, step by step")
	a.screen.item("olbot manifest", "prints the Slack app to create")
	a.screen.item("olbot run", "runs olbot; what is missing in its settings, it says all at once")
	a.screen.end()
}

func codesMade(n int) string {
	if n == 1 {
		return "one code"
	}
	return fmt.Sprintf("%d codes", n)
}
