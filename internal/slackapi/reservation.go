package slackapi

import (
	"context"
	"sync"
	"time"
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
	pace  *Pace
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

// Reserve waits at that rank until all the calls can be made. The error is an
// *Error, and nothing is reserved.
func (p *Pace) Reserve(ctx context.Context, rank Rank, calls ...Count) (*Reservation, error) {
	if p == nil {
		return nil, nil
	}
	r := &Reservation{pace: p, rank: rank, left: map[string]int{}, holds: map[string]int{}}
	if err := r.Add(ctx, calls...); err != nil {
		return nil, err
	}
	return r, nil
}

// Add waits until these calls of other methods can be made as well. The error is an
// *Error, and nothing is reserved any more.
func (r *Reservation) Add(ctx context.Context, calls ...Count) error {
	if r == nil {
		return nil
	}
	for _, c := range calls {
		if err := r.pace.wait(ctx, c.Method, r.rank, c.Calls); err != nil {
			r.giveBack()
			return err
		}
		r.mu.Lock()
		r.left[c.Method] = c.Calls
		r.holds[c.Method] = r.pace.holdsOf(c.Method)
		r.mu.Unlock()
	}
	return nil
}

// giveBack returns the calls that were not made, but for those that were granted
// before Slack refused one: they are gone.
func (r *Reservation) giveBack() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pace.mu.Lock()
	defer r.pace.mu.Unlock()
	for method, calls := range r.left {
		if q := r.pace.queues[method]; q.holds == r.holds[method] {
			q.giveBack(float64(calls))
			q.advance(time.Now())
		}
	}
	clear(r.left)
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

// Reserved says whether a call of the method that is made with the context is
// reserved.
func Reserved(ctx context.Context, method string) bool {
	r, ok := ctx.Value(reservationKey{}).(*Reservation)
	if !ok {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.left[method] > 0
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
