package slackapi

import (
	"context"
	"sync"
)

type (
	rankKey        struct{}
	reservationKey struct{}
)

// WithRank makes the look-ups that are made with the context wait at that rank;
// without it they are Normal.
func WithRank(ctx context.Context, rank Rank) context.Context {
	return context.WithValue(ctx, rankKey{}, rank)
}

// RankOf is the rank at which look-ups with the context wait.
func RankOf(ctx context.Context) Rank {
	if rank, ok := ctx.Value(rankKey{}).(Rank); ok {
		return rank
	}
	return Normal
}

// A Reservation is calls that have waited already, so that they can be made one
// right after the other.
type Reservation struct {
	rank  Rank
	mu    sync.Mutex
	left  map[string]int
	holds map[string]int // of the queue, when the calls were reserved
}

// A Count is a number of calls of a method.
type Count struct {
	Method string
	Calls  int
}

// Reserve waits at that rank until all the calls can be made. The error is an *Error.
func (p *Pace) Reserve(ctx context.Context, rank Rank, calls ...Count) (*Reservation, error) {
	if p == nil {
		return nil, nil
	}
	r := &Reservation{rank: rank, left: map[string]int{}, holds: map[string]int{}}
	for _, c := range calls {
		if err := p.wait(ctx, c.Method, rank, c.Calls); err != nil {
			return nil, err
		}
		r.left[c.Method] += c.Calls
		r.holds[c.Method] = p.holdsOf(c.Method)
	}
	return r, nil
}

// Use makes the calls that are made with the context the reserved ones. They do
// not wait, unless Slack has refused a call meanwhile. A call that was not
// reserved waits at the reservation's rank.
func (r *Reservation) Use(ctx context.Context) context.Context {
	if r == nil {
		return ctx
	}
	return context.WithValue(WithRank(ctx, r.rank), reservationKey{}, r)
}

// isReserved takes a call of the method from the context's reservation, and says
// whether it need not wait. If it has to wait all the same, it goes first.
func (p *Pace) isReserved(ctx context.Context, method string, rank *Rank) bool {
	r, ok := ctx.Value(reservationKey{}).(*Reservation)
	if !ok {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.left[method] == 0 {
		return false
	}
	r.left[method]--
	*rank = first
	return r.holds[method] == p.holdsOf(method)
}

func (p *Pace) holdsOf(method string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.queues[method].holds
}
