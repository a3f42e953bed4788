package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"sync"
	"time"

	"olbot/internal/slacksim"
)

// The buttons, by their labels.
const (
	approve  = "Approve"
	deny     = "Deny"
	withdraw = "Withdraw"
	showCode = "Show code"
	generate = "Generate a new code"
	disown   = "This wasn't me"
	hide     = "Done, hide it"
)

// kinds of flow, each as often as it stands here.
var kinds = []string{
	"approve", "approve", "approve", "approve", "approve", "generate", "generate", "generate", "claim", "claim",
	"double", "race", "deny", "deny", "withdraw", "cancel", "disown", "disown late", "expire", "impatient",
}

const (
	patience  = 8                // times that a person tries again
	codeWait  = 25 * time.Second // for a code, or news of it
	raceTime  = 6 * time.Second
	requestID = `OTP-[0-9A-Z]{4}-[0-9A-Z]{4}`
)

var idPattern = regexp.MustCompile(requestID)

// An ask is a command and how it was answered.
type ask struct {
	marker   string // stands in the reason, and so in the trail
	accepted string // the request id the agent was told, empty if none
	failed   string
}

// A press is a press of a button and how it was answered.
type press struct {
	label   string
	value   string // what the button carried: the request id, for code buttons /attempt
	at      time.Time
	acked   bool
	request string
}

// A memory is what people did.
type memory struct {
	mu      sync.Mutex
	asks    []ask
	presses []press
	missed  []string // the kinds of flow that did not come to the end they were meant to
}

// A flow is one request from its command to its end, as far as people act.
type flow struct {
	cast
	n      int
	kind   string
	rng    *rand.Rand
	memory *memory
}

// run plays the flow. Where olbot does not answer people try again, and at last give up.
func (f *flow) run(ctx context.Context, bother time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, bother)
	defer cancel()
	if !f.asks(ctx) || !f.acts(ctx) {
		f.memory.mu.Lock()
		defer f.memory.mu.Unlock()
		f.memory.missed = append(f.memory.missed, fmt.Sprintf("%d %s", f.n, f.kind))
	}
}

// asks sends the command until it is accepted, or the manager has a card all the same.
func (f *flow) asks(ctx context.Context) bool {
	for try := range patience {
		marker := fmt.Sprintf("flow %d.%d", f.n, try)
		line := fmt.Sprintf("/tempotp %s %d reusable -- %s", f.owner.Mention(), validity, marker)
		pending := f.agent.Sends(line)
		if f.kind == "impatient" {
			f.agent.Sends(fmt.Sprintf("/tempotp %s %d -- %s again", f.owner.Mention(), validity, marker))
			f.memory.asked(ask{marker: marker + " again", failed: "not looked at"})
		}
		answer := pending.Answer()
		a := ask{marker: marker, failed: answer.Err}
		if answer.OK() {
			a.accepted = idPattern.FindString(answer.Words())
		}
		f.memory.asked(a)
		if a.accepted != "" {
			return true
		}
		if !f.rests(ctx) {
			return false
		}
		if f.manager.SeesButton(approve) {
			return true
		}
	}
	return false
}

// rests waits a moment before something is tried again.
func (f *flow) rests(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(span{100 * time.Millisecond, 500 * time.Millisecond}.draw(f.rng)):
		return true
	}
}

func (m *memory) asked(a ask) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asks = append(m.asks, a)
}

func (m *memory) pressed(msg slacksim.Message, label string, answer slacksim.Answer) {
	b, _ := msg.Button(label)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.presses = append(m.presses, press{
		label: label, value: b.Value, at: time.Now(), acked: answer.OK(), request: idPattern.FindString(b.Value),
	})
}

// presses waits for the button and presses it until the press is acked or the button is gone.
func (f *flow) presses(ctx context.Context, who *slacksim.Person, label string) bool {
	m, err := who.WaitsForButton(ctx, label)
	for range patience {
		if err != nil {
			return false
		}
		answer := who.PressesOn(m, label)
		f.memory.pressed(m, label, answer)
		if answer.OK() {
			return true
		}
		if !f.rests(ctx) {
			return false
		}
		now, there := who.Looks(m)
		if _, still := now.Button(label); !there || !still {
			return true
		}
		m = now
	}
	return false
}

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

// races lets the agent withdraw while the manager approves.
func (f *flow) races(ctx context.Context) bool {
	if _, err := f.manager.WaitsForButton(ctx, approve); err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, raceTime)
	defer cancel()
	var both sync.WaitGroup
	var a, b bool
	both.Go(func() { a = f.presses(ctx, f.manager, approve) })
	both.Go(func() { b = f.presses(ctx, f.agent, withdraw) })
	both.Wait()
	return a || b
}
