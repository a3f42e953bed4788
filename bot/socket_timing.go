package bot

import (
	"cmp"
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// socketTiming holds every duration of Socket Mode, so that they stand in one place.
type socketTiming struct {
	answer  time.Duration // for apps.connections.open, for dialling and for hello, each
	stagger time.Duration // between two opens, plus up to as much again at random
	steady  time.Duration // a connection that lived shorter counts as a failed attempt
	backoff openBackoff

	ping    time.Duration // how often a ping goes out
	silence time.Duration // a connection on which nothing, not even a pong, came for so long is dead
	write   time.Duration // for one frame to be taken by the network
	drain   time.Duration // for Slack to close a connection that has a successor
	goodbye time.Duration // for Slack to answer a close frame

	handle time.Duration // of an envelope's 3 s, what the handler has
	slack  time.Duration // how long Slack waits for an ack
	ack    time.Duration // how long after receipt an ack waits for a connection
}

// slackPatience is how long Slack waits for an ack, and answerLeft what the handler leaves of it.
// https://docs.slack.dev/apis/events-api/using-socket-mode
const (
	slackPatience = 3 * time.Second
	answerLeft    = 500 * time.Millisecond
)

func defaultSocketTiming(patience time.Duration) socketTiming {
	patience = cmp.Or(patience, slackPatience)
	return socketTiming{
		answer:  10 * time.Second,
		stagger: 250 * time.Millisecond,
		steady:  10 * time.Second,
		backoff: openBackoff{min: 500 * time.Millisecond, max: 30 * time.Second},
		ping:    3 * time.Second,
		silence: 9 * time.Second,
		write:   2 * time.Second,
		drain:   30 * time.Second,
		goodbye: time.Second,
		handle:  patience - answerLeft,
		slack:   patience,
		ack:     5 * time.Second,
	}
}

// socketLimits bound what a Socket holds at one time.
type socketLimits struct {
	inFlight  int64         // envelopes being handled, and as many again being acked without a handler
	spare     int64         // goroutines that have handled one and wait for the next
	frame     int64         // bytes of a frame from Slack
	badFrames int           // in a row, before the connection is given up
	ack       int           // bytes; an ack must be smaller
	remember  time.Duration // how long an answered envelope is known again
	answers   int           // how many of them are remembered at most
	bytes     int           // of their payloads together
}

func defaultSocketLimits() socketLimits {
	return socketLimits{
		inFlight:  1000,
		spare:     160,
		frame:     4 << 20,
		badFrames: 10,
		ack:       20_000, // Slack drops an ack of 20 KB or more without a word
		remember:  10 * time.Minute,
		answers:   10_000,
		bytes:     8 << 20,
	}
}

// An openBackoff is exponential with full jitter: the n-th pause is random between 0 and min·2ⁿ, at
// most max.
type openBackoff struct {
	min, max time.Duration
	attempts int
}

func (b *openBackoff) next() time.Duration {
	ceiling := b.max
	if b.attempts < 16 {
		ceiling = min(b.max, b.min<<b.attempts)
	}
	b.attempts++
	return rand.N(ceiling) + 1
}

func (b *openBackoff) reset() { b.attempts = 0 }

// An openPace spaces the opens of all lines, and holds them all after a 429.
type openPace struct {
	mu   sync.Mutex
	next time.Time
}

// reserve returns how long to wait before the next open may start.
func (p *openPace) reserve(gap time.Duration) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	at := p.next
	if at.Before(now) {
		at = now
	}
	p.next = at.Add(gap + rand.N(gap))
	return at.Sub(now)
}

func (p *openPace) hold(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := time.Now().Add(d); until.After(p.next) {
		p.next = until
	}
}

// sleepUntilDone reports false when ctx ended first.
func sleepUntilDone(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
