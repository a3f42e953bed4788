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
type flow struct {
	card, code        time.Duration
	cardFrom, cardTo  time.Time
	clickFrom, codeTo time.Time
}

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
	f.cardFrom, f.cardTo = began, time.Now()
	f.card = f.cardTo.Sub(began)
	time.Sleep(think)
	clicked := time.Now()
	if a := manager.Presses("Approve"); !a.OK() {
		return f, fmt.Errorf("the press was answered with %s", a.Err)
	}
	if _, err := agent.WaitsForButton(ctx, hide); err != nil {
		return f, fmt.Errorf("wait for the code: %w", err)
	}
	f.clickFrom, f.codeTo = clicked, time.Now()
	f.code = f.codeTo.Sub(clicked)
	return f, nil
}

// pace measures in outside calls, of which each takes 100 ms: the first flow
// after a start, and later ones of the same agent for other owners.
func (b *bench) pace(ctx context.Context) error {
	b.report.table("Pace, in the time of one outside call (100 ms each; calls that waited for each other in brackets)",
		"olbot on", "flow", "command to card", "at most", "click to code", "at most")
	var chains string
	for _, c := range b.olbots(ctx) {
		err := c.with(ctx, 1, b.rounds+1, func(w *world, _ *process) error {
			w.slow(latency)
			for i := range b.rounds + 1 {
				if err := w.restore(ctx); err != nil {
					return err
				}
				from := time.Now()
				f, err := w.run(ctx, 0, w.line(), 2*time.Second)
				if err != nil {
					return err
				}
				which := "later"
				if i == 0 {
					which = "first"
				}
				b.paceRow(c.name, which, w, f)
				if i < 2 && c.name == olbotSQLite {
					chains += which + "\n" + w.chain(from)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	b.report.note("The outside calls of two flows, by the time they took effect:\n\n```\n%s```", chains)
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

func (b *bench) paceRow(name, which string, w *world, f flow) {
	b.report.row(name, which,
		fmt.Sprintf("%s (%d)", times(ratio(f.card, latency)), w.inTurn(f.cardFrom, f.cardTo)), "6",
		fmt.Sprintf("%s (%d)", times(ratio(f.code, latency)), w.inTurn(f.clickFrom, f.codeTo)), "3")
}

// An outsideCall is one as it appears in a chain.
type outsideCall struct {
	at   time.Time // when it took effect
	name string
}

// outsideCalls are all so far, in order. OneLogin's simulator notes when a call
// arrived, Slack's when it took effect.
func (w *world) outsideCalls() []outsideCall {
	var calls []outsideCall
	for _, c := range w.slack.Calls() {
		calls = append(calls, outsideCall{c.At, "Slack " + c.Method})
	}
	for _, c := range w.onelogin.Calls() {
		calls = append(calls, outsideCall{c.At.Add(latency), "OneLogin " + c.Name})
	}
	slices.SortFunc(calls, func(a, b outsideCall) int { return a.at.Compare(b.at) })
	return calls
}

// inTurn is how many calls between two times can have waited for each other: the
// most that do not overlap.
func (w *world) inTurn(from, to time.Time) int {
	return inTurn(w.outsideCalls(), from, to)
}

func inTurn(calls []outsideCall, from, to time.Time) (n int) {
	last := from
	for _, c := range calls { // by their ends, so that taking the first that fits takes the most
		if !c.at.Add(-latency).Before(last) && !c.at.After(to) {
			n, last = n+1, c.at
		}
	}
	return n
}

// chain lists the calls since then.
func (w *world) chain(from time.Time) string {
	calls := w.outsideCalls()
	for _, e := range w.slack.Envelopes() {
		calls = append(calls, outsideCall{e.SentAt, "--- " + e.What}, outsideCall{e.AckedAt, "--- acked"})
	}
	slices.SortStableFunc(calls, func(a, b outsideCall) int { return a.at.Compare(b.at) })
	var list strings.Builder
	for _, c := range calls {
		if !c.at.Before(from) {
			fmt.Fprintf(&list, "%7.1f  %s\n", float64(c.at.Sub(from))/float64(latency), c.name)
		}
	}
	return list.String()
}
