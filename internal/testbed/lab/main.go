package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run returns the exit code: 0 all is reconciled, 1 it is not, 2 wrong usage.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c, err := parse(args, stderr)
	if err != nil {
		return 2
	}
	if c.dir == "" {
		dir, err := os.MkdirTemp("", "olbot-lab-")
		if err != nil {
			fmt.Fprintln(stderr, "lab:", err)
			return 1
		}
		c.dir = dir
	}
	fmt.Fprintf(stdout, "seed %d, logs and database in %s\n", c.seed, c.dir)
	r, err := work(ctx, c)
	if err != nil {
		fmt.Fprintln(stderr, "lab:", err)
		return 1
	}
	r.print(stdout)
	if !r.good() {
		return 1
	}
	return 0
}

func work(ctx context.Context, c config) (*report, error) {
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return nil, err
	}
	if c.storm {
		r, _, err := storm(ctx, c)
		return r, err
	}
	if c.flood {
		return floods(ctx, c)
	}
	if c.world {
		return playWorld(ctx, c)
	}
	return experiment(ctx, c)
}

func parse(args []string, stderr io.Writer) (config, error) {
	c := config{progress: stderr}
	flags := flag.NewFlagSet("lab", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&c.flows, "flows", 300, "how many flows to run")
	flags.IntVar(&c.parallel, "parallel", 40, "how many of them at a time")
	flags.Uint64Var(&c.seed, "seed", 0, "what the flows and troubles are drawn from; 0 draws one")
	flags.StringVar(&c.database, "database", "sqlite", "sqlite, or the URL of a PostgreSQL database in which a schema may be made")
	flags.IntVar(&c.replicas, "replicas", 1, "how many olbot processes; more than one on PostgreSQL only")
	kill := span{200 * time.Millisecond, time.Second}
	flags.Var(&kill, "kill", "how often to kill a process, such as 200ms..1s, or with -world by default 10s..40s; 0 for never")
	flags.BoolVar(&c.trouble, "trouble", true, "whether sockets and calls go wrong too")
	flags.BoolVar(&c.limits, "limits", false, "whether Slack's own rate limits hold")
	flags.BoolVar(&c.storm, "storm", false, "instead: all flows in the same instant at Slack's own limits, and no other trouble")
	flags.BoolVar(&c.burst, "burst", true, "with -storm, whether Slack grants a minute's worth of calls at once beyond its rates")
	flags.BoolVar(&c.flood, "flood", false, "instead: 300 commands of one person in 3 s, twice, while others ask and stop something")
	flags.BoolVar(&c.world, "world", false, "instead: one flow after the other, for a time, while everything happens that Slack and OneLogin were seen to do")
	flags.DurationVar(&c.lasts, "for", time.Hour, "with -world, for how long flows begin")
	flags.DurationVar(&c.every, "every", 3*time.Second, "with -world, how often one does, on average")
	flags.BoolVar(&c.untilOver, "until-over", true, "whether to wait until the last code has ended, some three minutes")
	flags.DurationVar(&c.bother, "bother", 75*time.Second, "how long the people of a flow bother")
	flags.DurationVar(&c.settle, "settle", 6*time.Minute, "how long everything may take to settle")
	flags.StringVar(&c.program, "olbot", "", "the olbot program to use; by default it is built")
	flags.StringVar(&c.dir, "dir", "", "where to keep logs and the SQLite database; by default a new directory")
	if err := flags.Parse(args); err != nil {
		return c, err
	}
	c.kill = kill
	given := false
	flags.Visit(func(f *flag.Flag) { given = given || f.Name == "kill" })
	if c.world && !given {
		c.kill = worldKill
	}
	if c.seed == 0 {
		c.seed = uint64(rand.Uint32()) + 1
	}
	wrong := c.wrong(flags.Args())
	if wrong != nil {
		fmt.Fprintln(stderr, "lab:", wrong)
	}
	return c, wrong
}
