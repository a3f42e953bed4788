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

// paid are calls whose turn has come already.
type paid struct {
	mu   sync.Mutex
	left map[string]int
}

// A Count is a number of calls of a method.
type Count struct {
	Method string
	Calls  int
}

// Prepay waits, with the rank of the context, until all the calls can be made one
// right after the other. Made with the context that it returns, they do not wait.
// The error is an *Error.
func (p *Pace) Prepay(ctx context.Context, calls ...Count) (context.Context, error) {
	if p == nil {
		return ctx, nil
	}
	left := map[string]int{}
	for _, c := range calls {
		if err := p.wait(ctx, c.Method, rankOf(ctx), c.Calls); err != nil {
			return ctx, err
		}
		left[c.Method] += c.Calls
	}
	return context.WithValue(ctx, paidKey{}, &paid{left: left}), nil
}

// takePaid says whether the turn for a call of the method has come already.
func takePaid(ctx context.Context, method string) bool {
	p, ok := ctx.Value(paidKey{}).(*paid)
	if !ok {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.left[method] == 0 {
		return false
	}
	p.left[method]--
	return true
}
