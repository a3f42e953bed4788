// Command bench measures what a person feels of olbot: how long the last of a
// crowd waits, how many calls a card and a code take, how fast it starts, how much
// memory it takes. It does so beside bots of Slack's official Bolt framework and of
// slack-go, all against the simulators, on loopback, in one run and by turns.
// README.md says how to run it and what came out.
//
// Read contestant.go first (which bots), then acks.go, pace.go, flows.go, start.go,
// memory.go, finished.go and exports.go: a topic each, and each prints one table. They stand on
// world.go (the people), process.go (a bot that runs), filled.go (a database with a
// past) and report.go (numbers and tables).
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

// A bench is one run: what is measured, with what, and how often.
type bench struct {
	olbot    string // the program
	boltDir  string // where npm ci installed Bolt; empty: left out
	postgres string // URL; empty: left out
	dir      string // of everything that is written
	quick    bool
	rounds   int
	finished int // requests in the database that has a past
	report   report
}

// A topic is a table that -only can name.
type topic struct {
	name    string
	measure func(*bench, context.Context) error
}

func topics() []topic {
	return []topic{
		{"acks", (*bench).measureAcks},
		{"pace", (*bench).measurePace},
		{"flows", (*bench).measureFlows},
		{"start", (*bench).measureStart},
		{"memory", (*bench).measureMemory},
		{"finished", (*bench).measureFinished},
		{"exports", (*bench).measureExports},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := runBench(ctx, os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
}

func runBench(ctx context.Context, args []string) error {
	b := &bench{report: report{os.Stdout}}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&b.boltDir, "bolt", "", "directory where npm ci installed @slack/bolt and better-sqlite3; Bolt is left out if empty")
	flags.StringVar(&b.postgres, "postgres", "", "URL of a PostgreSQL database to measure on as well")
	flags.BoolVar(&b.quick, "quick", false, "one round of everything with a tenth of the people, to see that it works")
	flags.IntVar(&b.rounds, "rounds", 5, "how often each thing is measured; the median counts")
	flags.IntVar(&b.finished, "finished", 100_000, "finished requests in the database that has a past")
	only := flags.String("only", "", "comma list of topics: acks,pace,flows,start,memory,finished,exports")
	beSlackGo := flags.Bool("be-slack-go", false, "be the slack-go bot that is measured")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *beSlackGo {
		return serveSlackGo(ctx)
	}
	wanted, err := chooseTopics(*only)
	if err != nil {
		return err
	}
	return b.measure(ctx, wanted)
}

// chooseTopics returns the topics named in a comma list, all if it is empty.
func chooseTopics(only string) ([]topic, error) {
	all := topics()
	if only == "" {
		return all, nil
	}
	var chosen []topic
	for name := range strings.SplitSeq(only, ",") {
		i := slices.IndexFunc(all, func(t topic) bool { return t.name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no topic %q", name)
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}

// topicLimit bounds one topic in time.
const topicLimit = time.Hour

func (b *bench) measure(ctx context.Context, wanted []topic) (err error) {
	if b.quick {
		b.rounds = 1
	}
	b.finished = b.scale(b.finished)
	if b.dir, err = os.MkdirTemp("", "olbot-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	if err := b.buildOlbot(ctx); err != nil {
		return err
	}
	// The simulators share the processors with the bots. Their garbage is collected
	// between two measurements, or at the latest when it fills 4 GB.
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(4 << 30)
	b.report.printMachine()
	for _, t := range wanted {
		ctx, cancel := context.WithTimeout(ctx, topicLimit)
		err := t.measure(b, ctx)
		cancel()
		if err != nil {
			return fmt.Errorf("measure %s: %w", t.name, err)
		}
	}
	return nil
}

// scale is a number of people or requests, a tenth of it in a quick run.
func (b *bench) scale(n int) int {
	if b.quick {
		return n / 10
	}
	return n
}

// buildOlbot builds olbot as it is released: without symbol tables.
func (b *bench) buildOlbot(ctx context.Context) error {
	b.olbot = filepath.Join(b.dir, "olbot")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", b.olbot, "olbot/cmd/olbot")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("build olbot: %w", err)
	}
	return nil
}
