package socketmode

import (
	"errors"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// errHeard ends the opening of a successor that is not needed any more.
var errHeard = errors.New("the silent connection was heard of again")

// A tolerance is how long a connection may be silent before it is suspected to be dead. Slack
// promises no interval for its pings and none for its pongs, so each suspicion that proves false doubles it, up to
// a limit: a slow Slack does not cost one connection after another.
type tolerance struct {
	mu        sync.Mutex
	now, most time.Duration
}

func (t *tolerance) get() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.now
}

// learn notes that a live connection was silent for so long.
func (t *tolerance) learn(silence time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if silence >= t.now {
		t.now = min(2*t.now, t.most)
	}
}

// A hearing knows when a connection was last heard of.
type hearing struct {
	tolerance *tolerance

	mu    sync.Mutex
	at    time.Time
	again chan struct{} // closed and replaced when something is heard
}

func newHearing(t *tolerance) *hearing {
	return &hearing{tolerance: t, at: time.Now(), again: make(chan struct{})}
}

// note notes that something was heard.
func (h *hearing) note() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tolerance.learn(time.Since(h.at))
	h.at = time.Now()
	close(h.again)
	h.again = make(chan struct{})
}

// left is how long the connection may stay silent before it is suspected to be dead; 0 if it is. again
// is closed when it is heard of.
func (h *hearing) left() (left time.Duration, again <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return max(h.tolerance.get()-time.Since(h.at), 0), h.again
}

// noteHeard notes that Slack has sent something, and puts off the moment at which the connection is given up.
func (c *connection) noteHeard() error {
	c.hearing.note()
	return c.ws.SetReadDeadline(time.Now().Add(c.timing.giveUp))
}

// awaitSuspicion returns when c has been silent for too long, or when stop, c.replace or c.done is closed.
func (c *connection) awaitSuspicion(stop <-chan struct{}) {
	for {
		left, _ := c.hearing.left()
		if left == 0 {
			return
		}
		timer := time.NewTimer(left)
		select {
		case <-c.replace:
		case <-c.done:
		case <-stop:
		case <-timer.C:
			continue
		}
		timer.Stop()
		return
	}
}

// saidGoodbye tells whether a connection that is done was ended by Slack with a close frame, or after ours: then Slack
// surely counts it no more. It may when we, or the network, ended it.
func (c *connection) saidGoodbye() bool {
	e, ended := errors.AsType[*websocket.CloseError](c.err)
	if !ended || e.Code != websocket.CloseAbnormalClosure { // gorilla's word for an end without a close frame
		return ended
	}
	if !isClosed(c.left) {
		return false
	}
	c.leaveOnce.Do(func() {}) // returns when leave has written the close frame, or could not
	return c.leaveErr == nil
}
