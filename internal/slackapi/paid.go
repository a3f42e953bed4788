package slackapi

import (
	"context"
	"sync"
)

type (
	rankKey struct{}
	paidKey struct{}
)

// WithRank makes the look-ups that are made with the context wait as ones of that
// rank; without it they are Normal.
func WithRank(ctx context.Context, rank Rank) context.Context {
	return context.WithValue(ctx, rankKey{}, rank)
}

func rankOf(ctx context.Context) Rank {
	if rank, ok := ctx.Value(rankKey{}).(Rank); ok {
		return rank
	}
	return Normal
}

// prepaid are calls whose turn has come already.
type prepaid struct {
	mu    sync.Mutex
	left  map[string]int
	holds map[string]int // of the queue, when it was paid
}

// A Count is a number of calls of a method.
type Count struct {
	Method string
	Calls  int
}

// Prepay waits, with the rank of the context, until all the calls can be made one
// right after the other. Made with the context that it returns, they do not wait,
// unless Slack refuses a call meanwhile. The error is an *Error.
func (p *Pace) Prepay(ctx context.Context, calls ...Count) (context.Context, error) {
	if p == nil {
		return ctx, nil
	}
	all := &prepaid{left: map[string]int{}, holds: map[string]int{}}
	for _, c := range calls {
		if err := p.wait(ctx, c.Method, rankOf(ctx), c.Calls); err != nil {
			return ctx, err
		}
		all.left[c.Method] += c.Calls
		all.holds[c.Method] = p.holdsOf(c.Method)
	}
	return context.WithValue(ctx, paidKey{}, all), nil
}

// paid says whether a call of the method need not wait, because its turn has come
// already. If it has to wait all the same, it is the first to.
func (p *Pace) paid(ctx context.Context, method string, rank *Rank) bool {
	all, ok := ctx.Value(paidKey{}).(*prepaid)
	if !ok {
		return false
	}
	all.mu.Lock()
	defer all.mu.Unlock()
	if all.left[method] == 0 {
		return false
	}
	all.left[method]--
	*rank = first
	return all.holds[method] == p.holdsOf(method)
}

func (p *Pace) holdsOf(method string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.queues[method].holds
}
