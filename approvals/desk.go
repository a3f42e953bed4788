package approvals

import (
	"context"
	"sync"
	"time"
)

// courtesy is how long the work that follows waits at most for people to be
// answered first: what it may do at Slack and OneLogin, some calls a second, it
// still can.
const courtesy = time.Second

// A crowd is more than that many people who wait for an answer. It is gone when there
// have been fewer for a lull: those who are answered together often come back together.
const (
	crowd = 16
	lull  = 20 * time.Millisecond
)

// A desk knows whether somebody waits for an answer to a command or a press.
type desk struct {
	mu      sync.Mutex
	waiting int
	rush    time.Time     // when there was a crowd last
	free    chan struct{} // closed when nobody waits any more and no crowd is there; nil afterwards
}

// serve counts somebody who waits until the returned function is called.
func (d *desk) serve() (answered func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.free == nil {
		d.free = make(chan struct{})
	}
	if d.waiting++; d.waiting > crowd {
		d.rush = time.Now()
	}
	return d.answered
}

func (d *desk) answered() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.waiting--; d.waiting > 0 {
		return
	}
	if left := lull - time.Since(d.rush); left > 0 {
		time.AfterFunc(left, d.calm)
		return
	}
	d.leave()
}

// calm ends a crowd, unless it is still there.
func (d *desk) calm() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.free != nil && d.waiting == 0 && time.Since(d.rush) >= lull {
		d.leave()
	}
}

func (d *desk) leave() {
	close(d.free)
	d.free = nil
}

// crowded says whether there is a crowd.
func (d *desk) crowded() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return time.Since(d.rush) < lull
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
