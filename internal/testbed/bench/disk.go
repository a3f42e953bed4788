package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// slowSync is how long a sync of the slow disk takes on top of the real one.
const slowSync = 5 * time.Millisecond

// A syncLog is where strace writes every sync of the program it watches.
type syncLog string

func (b *bench) newSyncLog() (syncLog, error) {
	f, err := os.CreateTemp(b.dir, "syncs-")
	if err != nil {
		return "", err
	}
	return syncLog(f.Name()), f.Close()
}

// under is what to put in front of a program so that its syncs are noted and
// take longer. strace stops it at these calls only (--seccomp-bpf), and is not
// its parent (-D), so that signals reach the program.
func (l syncLog) under(delay time.Duration) []string {
	argv := []string{"strace", "-f", "-D", "--seccomp-bpf", "-qq", "-o", string(l), "-e", "trace=fsync,fdatasync", "-e", "signal=none"}
	if delay > 0 {
		argv = append(argv, "-e", fmt.Sprintf("inject=fsync,fdatasync:delay_enter=%d", delay.Microseconds()))
	}
	return argv
}

// count is how many syncs there have been.
func (l syncLog) count() (int, error) {
	text, err := os.ReadFile(string(l))
	return bytes.Count(text, []byte("sync(")), err
}

// disk measures group commit: a crowd of commands on a disk where every sync
// takes 5 ms longer, and the syncs of single flows.
func (b *bench) disk(ctx context.Context) error {
	if _, err := exec.LookPath("strace"); err != nil {
		b.report.note("Syncs and the slow disk: left out, because strace is not installed.")
		return nil
	}
	raw, err := b.slowCommits(ctx)
	if err != nil {
		return err
	}
	b.report.table(fmt.Sprintf("SQLite on a disk whose syncs take 5 ms longer: %d commands in one instant", crowd),
		"round", "syncs until the last ack", "acks p50", "p99", "p99 ÷ one commit", "as single commits")
	one := time.Duration(float64(time.Second) / raw)
	err = b.underStrace(ctx, slowSync, crowd, 2000, func(w *world, l syncLog) error {
		for i := range b.rounds + 1 {
			if err := w.quiet(ctx); err != nil {
				return err
			}
			before, err := l.count()
			if err != nil {
				return err
			}
			took, err := w.burst()
			if err != nil {
				return err
			}
			after, err := l.count()
			if err != nil {
				return err
			}
			b.report.row(strconv.Itoa(i+1), strconv.Itoa(after-before), ms(percentile(took, 50)), ms(percentile(took, 99)),
				times(ratio(percentile(took, 99), one)), times(crowd))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return b.flowSyncs(ctx)
}

// flowSyncs counts the syncs of flows that nothing else goes on beside.
func (b *bench) flowSyncs(ctx context.Context) error {
	b.report.table("Syncs of one flow alone, on SQLite", "flow", "command to code", "until all is told")
	return b.underStrace(ctx, 0, 1, b.rounds, func(w *world, l syncLog) error {
		for i := range b.rounds {
			if err := w.restore(ctx); err != nil {
				return err
			}
			before, err := l.count()
			if err != nil {
				return err
			}
			if _, err := w.run(ctx, 0, w.line(), 2*time.Second); err != nil {
				return err
			}
			shown, err := l.count()
			if err != nil {
				return err
			}
			if err := w.quiet(ctx); err != nil {
				return err
			}
			told, err := l.count()
			if err != nil {
				return err
			}
			b.report.row(strconv.Itoa(i+1), strconv.Itoa(shown-before), strconv.Itoa(told-before))
		}
		return nil
	})
}

// underStrace runs do beside an olbot on SQLite whose syncs are noted.
func (b *bench) underStrace(ctx context.Context, delay time.Duration, agents, owners int, do func(*world, syncLog) error) error {
	l, err := b.newSyncLog()
	if err != nil {
		return err
	}
	c := &contestant{olbotSQLite, func(w *world) (*process, error) {
		return b.startOlbot(w, b.newFile(), l.under(delay)...)
	}}
	return c.with(ctx, agents, owners, func(w *world, _ *process) error { return do(w, l) })
}

// slowCommits is the raw commit rate on the slow disk.
func (b *bench) slowCommits(ctx context.Context) (float64, error) {
	l, err := b.newSyncLog()
	if err != nil {
		return 0, err
	}
	argv := append(l.under(slowSync), b.self, "-as", "commits")
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env = append(os.Environ(), "BENCH_FILE="+filepath.Join(b.dir, "slow.db"))
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("raw commits under strace: %w", err)
	}
	return strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
}
