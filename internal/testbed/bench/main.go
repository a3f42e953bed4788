package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"
)

// A bench is one run: what is measured, with what, and how long.
type bench struct {
	olbot    string // the program
	bolt     string // a directory with Bolt in its node_modules; empty: left out
	postgres string // URL; empty: left out
	self     string // this program
	dir      string // of everything that is written
	quick    bool
	rounds   int
	finished int
	report   *report
}

// A measurement is one of the things that can be asked for with -only.
type measurement struct {
	name string
	run  func(*bench, context.Context) error
}

func measurements() []measurement {
	return []measurement{
		{"acks", (*bench).acks},
		{"pace", (*bench).pace},
		{"flows", (*bench).flows},
		{"disk", (*bench).disk},
		{"start", (*bench).start},
		{"memory", (*bench).memory},
		{"finished", (*bench).withFinished},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	b := &bench{report: newReport(os.Stdout)}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&b.olbot, "olbot", "", "olbot's program; built from ./cmd/olbot if empty")
	flags.StringVar(&b.bolt, "bolt", "", "directory where npm ci installed @slack/bolt, such as ci/bolt; Bolt is left out if empty")
	flags.StringVar(&b.postgres, "postgres", "", "URL of a PostgreSQL database to measure on as well")
	flags.BoolVar(&b.quick, "quick", false, "one short round of everything, to see that it works")
	flags.IntVar(&b.rounds, "rounds", 5, "how often each thing is measured; the median counts")
	flags.IntVar(&b.finished, "finished", 100_000, "finished requests in the database that has a past")
	only := flags.String("only", "", "comma list of what to measure: "+names())
	as := flags.String("as", "", "be one of the programs that are measured: slack-go, commits")
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch *as {
	case "":
	case "slack-go":
		return beSlackGo(ctx)
	case "commits":
		return beCommits(ctx)
	default:
		return fmt.Errorf("-as is slack-go or commits, not %q", *as)
	}
	wanted, err := chosen(*only)
	if err != nil {
		return err
	}
	return b.measure(ctx, wanted)
}

func names() string {
	var all []string
	for _, m := range measurements() {
		all = append(all, m.name)
	}
	return strings.Join(all, ",")
}

// chosen are the measurements named in a comma list, all if it is empty.
func chosen(only string) ([]measurement, error) {
	all := measurements()
	if only == "" {
		return all, nil
	}
	var some []measurement
	for name := range strings.SplitSeq(only, ",") {
		i := slices.IndexFunc(all, func(m measurement) bool { return m.name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no measurement %q; there are %s", name, names())
		}
		some = append(some, all[i])
	}
	return some, nil
}

// limit bounds one measurement in time.
const limit = 15 * time.Minute

func (b *bench) measure(ctx context.Context, wanted []measurement) (err error) {
	if b.quick {
		b.rounds, b.finished = 1, min(b.finished, 2000)
	}
	if b.dir, err = os.MkdirTemp("", "olbot-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	if b.self, err = os.Executable(); err != nil {
		return err
	}
	if err := b.build(ctx); err != nil {
		return err
	}
	// The simulators share the processors with what is measured: their garbage is
	// collected between two measures, or at the latest when it fills 4 GB.
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(4 << 30)
	b.report.machine()
	for _, m := range wanted {
		ctx, cancel := context.WithTimeout(ctx, limit)
		err := m.run(b, ctx)
		cancel()
		if err != nil {
			return fmt.Errorf("measure %s: %w", m.name, err)
		}
	}
	return nil
}

// build makes olbot's program, as it is released: without symbol tables.
func (b *bench) build(ctx context.Context) error {
	if b.olbot == "" {
		b.olbot = filepath.Join(b.dir, "olbot")
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", b.olbot, "olbot/cmd/olbot")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return fmt.Errorf("build olbot: %w", err)
		}
	}
	var err error
	b.olbot, err = filepath.Abs(b.olbot)
	return err
}
