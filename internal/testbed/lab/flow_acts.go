package main

import (
	"context"
	"math/rand/v2"
	"sync"
)

// acts is what the people do once the request is made.
func (f *flow) acts(ctx context.Context) bool {
	switch f.kind {
	case "deny":
		return f.denies(ctx)
	case "withdraw":
		return f.presses(ctx, f.agent, withdraw)
	case "cancel":
		return f.cancels(ctx)
	case "disown":
		return f.presses(ctx, f.owner, disown)
	case "expire":
		return true
	case "race":
		return f.races(ctx)
	case "double":
		return f.approvesTwice(ctx) && f.getsCode(ctx, 1)
	case "claim":
		return f.approvesWhileAway(ctx) && f.presses(ctx, f.agent, showCode) && f.getsCode(ctx, 1)
	case "generate":
		return f.presses(ctx, f.manager, approve) && f.getsCode(ctx, 1) &&
			f.presses(ctx, f.agent, generate) && f.getsCode(ctx, 2)
	case "disown late":
		return f.presses(ctx, f.manager, approve) && f.getsCode(ctx, 1) && f.presses(ctx, f.owner, disown)
	}
	return f.presses(ctx, f.manager, approve) && f.getsCode(ctx, 1)
}

// getsCode waits for the n-th code. When its fate is not known, or Slack lost it,
// the agent asks for another one.
func (f *flow) getsCode(ctx context.Context, n int) bool {
	ctx, cancel := context.WithTimeout(ctx, codeWait)
	defer cancel()
	seen := func() bool { return f.codes() >= n }
	for range 3 {
		err := f.agent.Waits(ctx, func() bool {
			return seen() || f.agent.SeesButton(showCode) || f.agent.SeesButton(generate)
		})
		switch {
		case seen():
			return true
		case err != nil:
			return false
		case f.agent.SeesButton(showCode):
			f.presses(ctx, f.agent, showCode)
		case n == 1 || f.codes() < n-1:
			f.presses(ctx, f.agent, generate)
		}
		if !f.rests(ctx) {
			return false
		}
	}
	return seen()
}

// codes counts the messages with a code that the agent sees.
func (f *flow) codes() int {
	n := 0
	for _, m := range f.agent.DM() {
		if _, ok := m.Button(hide); ok {
			n++
		}
	}
	return n
}

// denies presses Deny and submits the form that opens. A press whose form did not
// open denies by itself. What counts is the form: only it is remembered as a press.
func (f *flow) denies(ctx context.Context) bool {
	for range patience {
		m, err := f.manager.WaitsForButton(ctx, deny)
		if err != nil {
			return !f.manager.SeesButton(deny) && ctx.Err() == nil
		}
		f.manager.PressesOn(m, deny)
		if _, open := f.manager.Form(); open {
			answer := f.manager.Submits()
			if taken := answer.OK() && len(answer.Fields) == 0; taken {
				f.memory.pressed(m, deny, answer)
				f.manager.Closes() // if it says that something else came first
				return true
			}
		}
		if !f.rests(ctx) {
			return false
		}
		if now, there := f.manager.Looks(m); !there || len(now.Buttons()) == 0 {
			return true
		}
	}
	return false
}

func (f *flow) cancels(ctx context.Context) bool {
	m, err := f.agent.WaitsForButton(ctx, withdraw)
	if err != nil {
		return false
	}
	b, _ := m.Button(withdraw)
	for range patience {
		if a := f.agent.Runs("/tempotp cancel " + b.Value); a.OK() {
			return true
		}
		if !f.rests(ctx) {
			return false
		}
	}
	return false
}

func (f *flow) approvesTwice(ctx context.Context) bool {
	m, err := f.manager.WaitsForButton(ctx, approve)
	if err != nil {
		return false
	}
	one, two := f.manager.Clicks(m, approve), f.manager.Clicks(m, approve)
	a, b := one.Answer(), two.Answer()
	f.memory.pressed(m, approve, a)
	f.memory.pressed(m, approve, b)
	if a.OK() || b.OK() || !f.rests(ctx) || !f.manager.SeesButton(approve) {
		return ctx.Err() == nil
	}
	return f.presses(ctx, f.manager, approve)
}

func (f *flow) approvesWhileAway(ctx context.Context) bool {
	if _, err := f.manager.WaitsForButton(ctx, approve); err != nil {
		return false
	}
	f.agent.GoesAway()
	return f.presses(ctx, f.manager, approve)
}

// races lets the agent withdraw while the manager approves. Each of the two rests
// by numbers of their own: a rand.Rand is not for two goroutines.
func (f *flow) races(ctx context.Context) bool {
	if _, err := f.manager.WaitsForButton(ctx, approve); err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, raceTime)
	defer cancel()
	withdrawing := *f
	withdrawing.rng = rand.New(rand.NewPCG(f.rng.Uint64(), f.rng.Uint64()))
	var both sync.WaitGroup
	var a, b bool
	both.Go(func() { a = f.presses(ctx, f.manager, approve) })
	both.Go(func() { b = withdrawing.presses(ctx, f.agent, withdraw) })
	both.Wait()
	return a || b
}
