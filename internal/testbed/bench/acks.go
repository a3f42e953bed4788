package main

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"strconv"
	"time"

	"olbot/internal/testbed/slacksim"
)

// slowSync is how much longer every fsync takes on the slow disk.
const slowSync = 5 * time.Millisecond

// In a round, a contestant answers so many crowds of the same size. The first ones
// are not counted.
const (
	warmUpCrowds  = 2
	countedCrowds = 3
	crowdsARound  = warmUpCrowds + countedCrowds
)

// ackTimes is how long the people of each crowd waited for their acks.
type ackTimes struct{ p50, p99, last []time.Duration }

func (b *bench) measureAcks(ctx context.Context) error {
	b.report.printTable(fmt.Sprintf("Acks: everybody sends a command in the same instant (medians of %d crowds)", b.rounds*countedCrowds),
		"people", "bot", "p50", "p99", "p99, lowest to highest", "last", "p99 ÷ Bolt that stores nothing", "p99 ÷ Bolt that commits", "wanted")
	small, large := b.scale(150), b.scale(1000)
	if err := b.measureCrowd(ctx, small, strconv.Itoa(small), b.contestants(), "p99 ≤ 1.5× and ≤ 0.25×"); err != nil {
		return err
	}
	if err := b.measureCrowd(ctx, large, strconv.Itoa(large), b.contestants(), "last ≤ 500 ms"); err != nil {
		return err
	}
	if _, err := exec.LookPath("strace"); err != nil {
		b.report.printRow("slow disk", "left out: strace is not installed")
		return nil
	}
	return b.measureCrowd(ctx, small, strconv.Itoa(small)+", slow disk", b.contestantsOnSlowDisk(), "")
}

// measureByTurns lets so many people send a command each to each contestant in turn.
func (b *bench) measureByTurns(ctx context.Context, people int, all []contestant) (map[string]*ackTimes, error) {
	measured := map[string]*ackTimes{}
	for _, c := range all {
		measured[c.name] = new(ackTimes)
	}
	for range b.rounds {
		for _, c := range all { // by turns, so that a noisy moment meets all of them
			err := b.measureIn(ctx, c, people, people*crowdsARound, func(w *world, _ *process) error {
				return w.sendCrowds(ctx, people, measured[c.name])
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return measured, nil
}

// measureCrowd measures the contestants with so many people, and prints a row for each.
func (b *bench) measureCrowd(ctx context.Context, people int, label string, all []contestant, wanted string) error {
	measured, err := b.measureByTurns(ctx, people, all)
	if err != nil {
		return err
	}
	p99Over := func(t *ackTimes, other string) string {
		if measured[other] == nil {
			return ""
		}
		return ratio(median(t.p99), median(measured[other].p99))
	}
	for _, c := range all {
		t := measured[c.name]
		b.report.printRow(label, c.name, ms(median(t.p50)), ms(median(t.p99)), interval(t.p99), ms(median(t.last)),
			p99Over(t, nameBolt), p99Over(t, nameBoltCommits), c.wanted(wanted))
	}
	return nil
}

// contestantsOnSlowDisk are those that store something on a disk of this machine.
// strace delays their fsync and fdatasync calls and stops them nowhere else
// (--seccomp-bpf). It is not their parent (-D), so that signals reach them.
func (b *bench) contestantsOnSlowDisk() []contestant {
	all := []contestant{b.olbotOnSQLite()}
	if b.boltDir != "" {
		all = append(all, b.boltBot(nameBoltCommits))
	}
	strace := []string{"strace", "-f", "-D", "--seccomp-bpf", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync",
		"-e", "signal=none", "-e", fmt.Sprintf("inject=fsync,fdatasync:delay_enter=%d", slowSync.Microseconds())}
	for i, c := range all {
		all[i].prepare = func(ctx context.Context, w *world) (program, error) {
			prog, err := c.prepare(ctx, w)
			prog.argv = append(strace[:len(strace):len(strace)], prog.argv...)
			return prog, err
		}
	}
	return all
}

// sendCrowds sends the crowds of one round.
func (w *world) sendCrowds(ctx context.Context, people int, t *ackTimes) error {
	for i := range crowdsARound {
		took, err := w.sendCrowd(ctx, people)
		if err != nil {
			return err
		}
		if i >= warmUpCrowds {
			t.p50, t.p99 = append(t.p50, percentile(took, 50)), append(t.p99, percentile(took, 99))
			t.last = append(t.last, percentile(took, 100))
		}
	}
	return nil
}

// sendCrowd lets people send a command each in the same instant, after the bot has
// done what there was to do, and returns how long each waited for the ack.
func (w *world) sendCrowd(ctx context.Context, people int) ([]time.Duration, error) {
	if err := w.waitQuiet(ctx); err != nil {
		return nil, err
	}
	runtime.GC()
	w.slack.HoldDelivery()
	var sent []*slacksim.Pending
	for range people {
		t := w.nextTeam()
		sent = append(sent, t.agent.Sends(t.command()))
	}
	released := time.Now()
	w.slack.ReleaseDelivery()
	for _, p := range sent {
		if a := p.Answer(); !a.OK() {
			return nil, fmt.Errorf("a command was answered with %s", a.Err)
		}
	}
	all := w.slack.Envelopes()
	var took []time.Duration
	for _, e := range all[len(all)-people:] {
		took = append(took, e.AckedAt.Sub(released))
	}
	return took, nil
}
