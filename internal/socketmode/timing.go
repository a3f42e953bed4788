package socketmode

import (
	"cmp"
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// timing holds every duration of Socket Mode.
type timing struct {
	connect time.Duration // for apps.connections.open, for dialling and for hello, each
	stagger time.Duration // between two opens, plus up to as much again at random
	steady  time.Duration // a connection that lived shorter counts as a failed attempt
	backoff openBackoff

	ping    time.Duration // how often a ping goes out
	silence time.Duration // a connection on which nothing, not even a pong, came for so long gets a successor
	lenient time.Duration // to what that may grow, see tolerance
	giveUp  time.Duration // a connection that is silent for so long is cut
	write   time.Duration // for one frame to be taken by the network
	drain   time.Duration // for Slack to close a connection that has a successor
	goodbye time.Duration // for Slack to answer a close frame

	patience time.Duration // how long Slack waits for an ack
	handle   time.Duration // what the handler has of it
	ack      time.Duration // how long after receipt an ack waits for a connection
	stop     time.Duration // for handlers and their acks to finish at the end
}

func defaultTiming(patience time.Duration) timing {
	patience = cmp.Or(patience, 3*time.Second) // https://docs.slack.dev/apis/events-api/using-socket-mode
	return timing{
		connect: 10 * time.Second,
		stagger: 250 * time.Millisecond,
		steady:  10 * time.Second,
		backoff: openBackoff{min: 500 * time.Millisecond, max: 30 * time.Second},
		ping:    3 * time.Second,
		silence: 9 * time.Second,
		lenient: 20 * time.Second,
		giveUp:  30 * time.Second,
		write:   2 * time.Second,
		drain:   30 * time.Second,
		goodbye: time.Second,

		patience: patience,
		handle:   patience - 500*time.Millisecond,
		ack:      5 * time.Second,
		stop:     5 * time.Second,
	}
}

// limits bound what a Socket holds at one time.
type limits struct {
	inFlight  int64         // envelopes being handled, and as many again being acked without a handler
	frame     int64         // bytes of a frame from Slack
	badFrames int           // in a row, before the connection is given up
	ack       int           // bytes; an ack must be smaller
	remember  time.Duration // how long an answered envelope is known again
	answers   int           // how many of them are remembered at most
	bytes     int           // of their payloads together
}

func defaultLimits() limits {
	return limits{
		inFlight:  1000,
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

// An openPace spaces the opens of all connections, and holds them all after a 429.
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

// sleep reports false when ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
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
