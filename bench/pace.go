package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	latency = 100 * time.Millisecond // of every outside call
	soon    = 30 * time.Second       // how long to wait for what should come at once
	hide    = "Done, hide it"        // the button beside a code
)

// A flow is one complete flow of a team: how long it took from the command to
// the approver's card, and from the click to the code.
type flow struct{ card, code time.Duration }

// run plays the flow of the i-th agent, owner and manager. It waits for a while
// before the click, as people do.
func (w *world) run(ctx context.Context, i int, line string, think time.Duration) (f flow, err error) {
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	agent, manager := w.agents[i], w.managers[i]
	began := time.Now()
	if a := agent.Runs(line); !a.OK() {
		return f, fmt.Errorf("a command was answered with %s", a.Err)
	}
	if _, err := manager.WaitsForButton(ctx, "Approve"); err != nil {
		return f, fmt.Errorf("wait for the card: %w", err)
	}
	f.card = time.Since(began)
	time.Sleep(think)
	clicked := time.Now()
	if a := manager.Presses("Approve"); !a.OK() {
		return f, fmt.Errorf("the press was answered with %s", a.Err)
	}
	if _, err := agent.WaitsForButton(ctx, hide); err != nil {
		return f, fmt.Errorf("wait for the code: %w", err)
	}
	f.code = time.Since(clicked)
	return f, nil
}

// pace measures in outside calls, of which each takes 100 ms: the first flow
// after a start, and later ones of the same agent for other owners.
func (b *bench) pace(ctx context.Context) error {
	b.report.table("Pace, in the time of one outside call (100 ms each)",
		"olbot on", "flow", "command to card", "at most", "click to code", "at most")
	var chains string
	for _, c := range b.olbots(ctx) {
		err := c.with(ctx, 1, b.rounds+1, func(w *world, _ *process) error {
			w.slow(latency)
			first, err := w.run(ctx, 0, w.line(), 2*time.Second)
			if err != nil {
				return err
			}
			b.paceRow(c.name, "first", first)
			var cards, codes []time.Duration
			for range b.rounds {
				if err := w.restore(ctx); err != nil {
					return err
				}
				from := time.Now()
				f, err := w.run(ctx, 0, w.line(), 2*time.Second)
				if err != nil {
					return err
				}
				cards, codes = append(cards, f.card), append(codes, f.code)
				chains = w.chain(from)
			}
			b.paceRow(c.name, "later (median)", flow{median(cards), median(codes)})
			return nil
		})
		if err != nil {
			return err
		}
	}
	b.report.note("The outside calls of the last flow, by the time they took effect:\n\n```\n%s```", chains)
	return nil
}

// restore waits until all is told, and lets the people clear their screens, so
// that only a new card can be found.
func (w *world) restore(ctx context.Context) error {
	if err := w.quiet(ctx); err != nil {
		return err
	}
	w.agents[0].Reloads()
	return nil
}

func (b *bench) paceRow(name, which string, f flow) {
	b.report.row(name, which, times(ratio(f.card, latency)), "6×", times(ratio(f.code, latency)), "3×")
}

// chain lists the calls since then. OneLogin's simulator notes when a call
// arrived, Slack's when it took effect.
func (w *world) chain(from time.Time) string {
	type call struct {
		at   time.Time
		name string
	}
	var calls []call
	for _, c := range w.slack.Calls() {
		calls = append(calls, call{c.At, "Slack " + c.Method})
	}
	for _, c := range w.onelogin.Calls() {
		calls = append(calls, call{c.At.Add(latency), "OneLogin " + c.Name})
	}
	for _, e := range w.slack.Envelopes() {
		calls = append(calls, call{e.SentAt, "--- " + e.What}, call{e.AckedAt, "--- acked"})
	}
	slices.SortFunc(calls, func(a, b call) int { return a.at.Compare(b.at) })
	var list strings.Builder
	for _, c := range calls {
		if !c.at.Before(from) {
			fmt.Fprintf(&list, "%7.1f  %s\n", float64(c.at.Sub(from))/float64(latency), c.name)
		}
	}
	return list.String()
}
