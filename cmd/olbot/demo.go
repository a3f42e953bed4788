package main

import (
	"context"

	"github.com/spf13/cobra"

	"olbot/internal/testbed/demo"
)

func (p *program) demoCommand() *cobra.Command {
	var addr string
	c := &cobra.Command{
		Use:   "demo",
		Short: "Tell the story of a lost phone, with everything on this machine",
		Long: "Start a Slack and a OneLogin that exist on this machine only, and the same olbot as olbot run, on a temporary\n" +
			"database. Then tell the story of a lost phone, and print what each of the four people sees as it happens. Nothing\n" +
			"is configured, nothing outside is reached and nothing is left behind. On a terminal it takes its time.\n\n" +
			"With --page, serve a page instead on which you are those people: press their buttons, fill in their forms, put\n" +
			"time forward, and break things. It stays until Ctrl-C.",
		Args: cobra.NoArgs,
	}
	c.Flags().StringVar(&addr, "page", "", "serve a page to try everything on, at this loopback `address` ("+demo.PageAddr+" if none is given)")
	c.Flags().Lookup("page").NoOptDefVal = demo.PageAddr
	c.RunE = p.does(func(ctx context.Context) error {
		if addr != "" {
			return demo.ServePage(ctx, demo.Page{
				Addr: addr, Manifest: slackManifest("/tempotp"), Stdout: p.stdout, Stderr: p.stderr, Olbot: []string{"demo", behindPage},
			})
		}
		return demo.Tell(ctx, p.stdout, p.environ, runInProcess)
	})
	c.AddCommand(p.behindPageCommand())
	return c
}

// behindPage is the command that the page starts olbot with.
const behindPage = "behind-page"

// behindPageCommand is olbot run, but for its clock, which the page can put forward. olbot run itself knows no other clock than
// the machine's. Whoever can start this could change that one, too.
func (p *program) behindPageCommand() *cobra.Command {
	return &cobra.Command{
		Use:    behindPage + " <clock>",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return p.does(func(ctx context.Context) error {
				now, err := demo.PageClock(args[0])
				if err != nil {
					return err
				}
				p.now = now
				return p.runOlbot(ctx)
			})(c, args)
		},
	}
}

// runInProcess is this program as the demo and the stories run it: the same that main runs.
func runInProcess(ctx context.Context, c demo.Call) int {
	p := &program{
		environ: c.Environ, stdout: c.Stdout, stderr: c.Stderr, now: c.Now, patience: patience,
		slackPatience: c.SlackPatience, slackPace: c.SlackPace, stopTime: c.StopTime,
	}
	return p.run(ctx, c.Args)
}
