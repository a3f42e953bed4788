package approvals

import (
	"context"
	"sync"
	"time"
)

// courtesy is how long the work that follows waits at most for people to be
// answered first: what it may do at Slack and OneLogin, some calls a second, it
// still can.
const courtesy = 200 * time.Millisecond

// A desk knows whether somebody waits for an answer to a command or a press.
type desk struct {
	mu      sync.Mutex
	waiting int
	free    chan struct{} // closed when nobody waits any more; nil while nobody does
}

// serve counts somebody who waits until the returned function is called.
func (d *desk) serve() (answered func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.waiting++; d.waiting == 1 {
		d.free = make(chan struct{})
	}
	return d.answered
}

func (d *desk) answered() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.waiting--; d.waiting == 0 {
		close(d.free)
		d.free = nil
	}
}

// stepBack returns when nobody waits, at the latest after the courtesy.
func (d *desk) stepBack(ctx context.Context) {
	d.mu.Lock()
	free := d.free
	d.mu.Unlock()
	if free == nil {
		return
	}
	select {
	case <-free:
	case <-time.After(courtesy):
	case <-ctx.Done():
	}
}
