package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

const (
	latency   = 100 * time.Millisecond // of every outside call, to count calls in time
	thinkTime = 2 * time.Second        // from the card to the click, as with people
	flowLimit = 2 * time.Minute
)

// A wait is one of a person, and when it was.
type wait struct{ from, to time.Time }

// A flow is how long the approver waited for the card, and the agent for the code.
type flow struct{ card, code wait }

// playFlow plays the flow of a team, from the command to the code on the agent's
// screen.
func (t team) playFlow(ctx context.Context, think time.Duration) (f flow, err error) {
	ctx, cancel := context.WithTimeout(ctx, flowLimit)
	defer cancel()
	f.card.from = time.Now()
	if a := t.agent.Runs(t.command()); !a.OK() {
		return f, fmt.Errorf("a command was answered with %s", a.Err)
	}
	if _, err := t.manager.WaitsForButton(ctx, "Approve"); err != nil {
		return f, fmt.Errorf("wait for the card: %w", err)
	}
	f.card.to = time.Now()
	time.Sleep(think)
	f.code.from = time.Now()
	if a := t.manager.Presses("Approve"); !a.OK() {
		return f, fmt.Errorf("the press was answered with %s", a.Err)
	}
	if _, err := t.agent.WaitsForButton(ctx, "Done, hide it"); err != nil { // it stands beside the code
		return f, fmt.Errorf("wait for the code: %w", err)
	}
	f.code.to = time.Now()
	return f, nil
}

// measurePace counts in outside calls, of which each takes 100 ms: the first flow
// after a start, and later ones of the same agent for other owners.
func (b *bench) measurePace(ctx context.Context) error {
	b.report.printTable(fmt.Sprintf("The way of one flow, when every outside call takes 100 ms (later: median of %d flows)", b.rounds),
		"bot", "flow", "command to card: calls in turn", "waited, in calls", "click to code: calls in turn", "waited, in calls", "wanted in turn")
	for _, c := range b.olbots() {
		err := b.measureIn(ctx, c, 1, b.rounds+1, func(w *world, _ *process) error {
			w.addLatency(latency)
			var flows []flow
			for range b.rounds + 1 {
				if err := w.waitQuiet(ctx); err != nil {
					return err
				}
				w.agents[0].Reloads() // so that no older code is on the screen
				f, err := w.nextTeam().playFlow(ctx, thinkTime)
				if err != nil {
					return err
				}
				flows = append(flows, f)
			}
			b.printPace(w, c.name, "first", flows[:1])
			b.printPace(w, c.name, "later", flows[1:])
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) printPace(w *world, bot, which string, flows []flow) {
	calls := w.outsideCalls()
	describe := func(part func(flow) wait) (inTurn, waited string) {
		var counts []int
		var times []time.Duration
		for _, f := range flows {
			wait := part(f)
			counts, times = append(counts, callsInTurn(calls, wait)), append(times, wait.to.Sub(wait.from))
		}
		return fmt.Sprint(median(counts)), ratio(median(times), latency)
	}
	cardCalls, cardWait := describe(func(f flow) wait { return f.card })
	codeCalls, codeWait := describe(func(f flow) wait { return f.code })
	b.report.printRow(bot, which, cardCalls, cardWait, codeCalls, codeWait, "≤ 6 and ≤ 3")
}

// outsideCalls returns when each call so far was done, in order. Slack's simulator
// notes when a call took effect, OneLogin's when it arrived.
func (w *world) outsideCalls() (done []time.Time) {
	for _, c := range w.slack.Calls() {
		done = append(done, c.At)
	}
	for _, c := range w.onelogin.Calls() {
		done = append(done, c.At.Add(latency))
	}
	slices.SortFunc(done, time.Time.Compare)
	return done
}

// callsInTurn is how many calls of a wait can have waited for each other: the most
// that do not overlap.
func callsInTurn(done []time.Time, during wait) (n int) {
	last := during.from
	for _, at := range done { // by their ends, so that taking the first that fits takes the most
		if !at.Add(-latency).Before(last) && !at.After(during.to) {
			n, last = n+1, at
		}
	}
	return n
}
