package socketmode

import (
	"slices"
	"sync"
)

// A roster is the set of open connections.
type roster struct {
	mu   sync.Mutex
	open []*connection
	more chan struct{} // closed and replaced when one becomes live
}

func (r *roster) add(c *connection) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open = append(r.open, c)
}

func (r *roster) remove(c *connection) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open = slices.DeleteFunc(r.open, func(o *connection) bool { return o == c })
}

// announce tells whoever waits that a connection has become live.
func (r *roster) announce() {
	r.mu.Lock()
	defer r.mu.Unlock()
	close(r.more)
	r.more = make(chan struct{})
}

func (r *roster) all() []*connection {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.open)
}

// live returns the connections that acks can be written on, the newest first, and a channel that is
// closed when there is one more.
func (r *roster) live() ([]*connection, <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var live []*connection
	for _, c := range slices.Backward(r.open) {
		if isClosed(c.ready) && !isClosed(c.left) && !isClosed(c.done) {
			live = append(live, c)
		}
	}
	return live, r.more
}
