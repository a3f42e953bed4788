package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"sync"
	"time"

	"olbot/internal/testbed/slacksim"
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

// kinds of flow. Every len(kinds) flows have each of them, as often as it stands here.
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

// deal says of which kind each of n flows is.
func deal(n int, rng *rand.Rand) []string {
	var deck []string
	for len(deck) < n {
		for _, i := range rng.Perm(len(kinds)) {
			deck = append(deck, kinds[i])
		}
	}
	return deck[:n]
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
