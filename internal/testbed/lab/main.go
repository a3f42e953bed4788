package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"strings"
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
	flags.Var(&kill, "kill", "how often to kill a process, such as 200ms..1s; 0 for never")
	flags.BoolVar(&c.trouble, "trouble", true, "whether sockets and calls go wrong too")
	flags.BoolVar(&c.limits, "limits", false, "whether Slack's own rate limits hold")
	flags.BoolVar(&c.storm, "storm", false, "instead: all flows in the same instant at Slack's own limits, and no other trouble")
	flags.BoolVar(&c.burst, "burst", true, "with -storm, whether Slack grants a minute's worth of calls at once beyond its rates")
	flags.BoolVar(&c.flood, "flood", false, "instead: 300 commands of one person in 3 s, twice, while others ask and stop something")
	flags.BoolVar(&c.untilOver, "until-over", true, "whether to wait until the last code has ended, some three minutes")
	flags.DurationVar(&c.bother, "bother", 75*time.Second, "how long the people of a flow bother")
	flags.DurationVar(&c.settle, "settle", 6*time.Minute, "how long everything may take to settle")
	flags.StringVar(&c.program, "olbot", "", "the olbot program to use; by default it is built")
	flags.StringVar(&c.dir, "dir", "", "where to keep logs and the SQLite database; by default a new directory")
	if err := flags.Parse(args); err != nil {
		return c, err
	}
	c.kill = kill
	if c.seed == 0 {
		c.seed = uint64(rand.Uint32()) + 1
	}
	var wrong error
	switch {
	case flags.NArg() > 0:
		wrong = fmt.Errorf("there is nothing to do with %q", flags.Arg(0))
	case c.flows < 1 || c.parallel < 1 || c.replicas < 1:
		wrong = errors.New("-flows, -parallel and -replicas are at least 1")
	case !c.postgres() && c.database != "sqlite":
		wrong = errors.New("-database is sqlite or begins with postgres://")
	case c.replicas > 1 && !c.postgres():
		wrong = errors.New("several replicas need -database postgres://…")
	}
	if wrong != nil {
		fmt.Fprintln(stderr, "lab:", wrong)
	}
	return c, wrong
}

// A config says what to do to olbot.
type config struct {
	flows, parallel int
	seed            uint64
	database        string // "sqlite" or a postgres:// URL
	replicas        int
	kill            span // the zero span: never
	trouble         bool // with sockets and calls
	limits          bool // Slack's own
	storm           bool // all flows at once
	burst           bool // Slack grants a minute's worth at once
	flood           bool // one person sends too much
	untilOver       bool // wait for the end of every code
	bother, settle  time.Duration
	program         string // path of olbot; empty: build it
	dir             string
	progress        io.Writer
}

func (c config) postgres() bool {
	return strings.HasPrefix(c.database, "postgres://") || strings.HasPrefix(c.database, "postgresql://")
}

// A span is a range of durations, written 200ms..1s.
type span struct{ min, max time.Duration }

// String implements flag.Value.
func (s *span) String() string { return s.min.String() + ".." + s.max.String() }

// Set implements flag.Value.
func (s *span) Set(text string) error {
	from, to, found := strings.Cut(text, "..")
	if !found {
		to = from
	}
	var err, err2 error
	s.min, err = time.ParseDuration(from)
	s.max, err2 = time.ParseDuration(to)
	if err = errors.Join(err, err2); err == nil && (s.min < 0 || s.max < s.min) {
		err = errors.New("the first duration is the shorter one, and neither is negative")
	}
	return err
}

// draw is a duration in the span.
func (s span) draw(rng *rand.Rand) time.Duration {
	return s.min + time.Duration(rng.Int64N(int64(s.max-s.min)+1))
}
