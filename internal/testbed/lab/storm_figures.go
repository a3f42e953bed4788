package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"time"

	"olbot/internal/testbed/slacksim"
)

// A stormFigures says how a storm was worked off.
type stormFigures struct {
	asked, decided, shown []time.Duration // since the storm began, sorted
	painted               time.Duration   // the last repaint
	calls, refused        map[string]int  // by method: all, and those answered with 429
}

func figuresOf(began time.Time, events []event, calls []slacksim.Call) *stormFigures {
	f := &stormFigures{calls: map[string]int{}, refused: map[string]int{}}
	for _, e := range events {
		since := e.At.Sub(began)
		switch e.Kind {
		case "asked":
			f.asked = append(f.asked, since)
		case "approved":
			f.decided = append(f.decided, since)
		case "shown":
			f.shown = append(f.shown, since)
		}
	}
	for _, c := range calls {
		f.calls[c.Method]++
		if c.Status == http.StatusTooManyRequests {
			f.refused[c.Method]++
		}
		if c.Method == "chat.update" {
			f.painted = c.At.Sub(began)
		}
	}
	return f
}

// print prints when things happened, and the calls that took time.
func (f *stormFigures) print(w io.Writer) {
	for _, step := range []struct {
		what string
		at   []time.Duration
	}{{"asked", f.asked}, {"decided", f.decided}, {"shown", f.shown}} {
		slices.Sort(step.at)
		if n := len(step.at); n > 0 {
			fmt.Fprintf(w, "%-8s first after %v, half of them %v, the last %v\n", step.what,
				step.at[0].Round(10*time.Millisecond), step.at[n/2].Round(time.Second), step.at[n-1].Round(time.Second))
		}
	}
	fmt.Fprintf(w, "painted  the last card after %v\n\n", f.painted.Round(time.Second))
	fmt.Fprintf(w, "| %-22s | calls | 429 |\n|%s|------:|----:|\n", "method", "------------------------")
	for _, method := range slices.Sorted(maps.Keys(f.calls)) {
		fmt.Fprintf(w, "| %-22s | %5d | %3d |\n", method, f.calls[method], f.refused[method])
	}
}

// painted waits until every card says what its request has become, or for as long
// as it may take.
func painted(ctx context.Context, flows []*flow, limit time.Duration) error {
	for deadline := time.Now().Add(limit); time.Now().Before(deadline); {
		if r := (&report{}); r.cardsOf(flows) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
	return nil
}

// cardsOf checks that every card says what its request has become, and that
// everybody has one.
func (r *report) cardsOf(flows []*flow) bool {
	for _, f := range flows {
		for _, wrong := range []struct {
			is   bool
			what string
		}{
			{f.codes() != 1, fmt.Sprintf("the agent sees %d codes", f.codes())},
			{!f.agent.SeesButton(generate), "the agent's card does not offer a new code"},
			{f.manager.SeesButton(approve), "the manager's card can be approved still"},
			{len(f.manager.DM()) != 1, fmt.Sprintf("the manager has %d messages", len(f.manager.DM()))},
			{!f.owner.SeesButton(disown), "the owner cannot say that it was not them"},
		} {
			if wrong.is {
				r.add(lost, "flow %d: %s", f.n, wrong.what)
			}
		}
	}
	return r.good()
}
