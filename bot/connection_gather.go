package bot

import (
	"net"
	"time"
)

// maxHeld is how many bytes a gatheringConn holds at most.
const maxHeld = 32 << 10

// A gatheringConn hands what is written between hold and flush to the network in one piece. Acks
// come in groups, and every write is a call of the operating system. It lies beneath TLS, and
// several goroutines may write to it.
type gatheringConn struct {
	net.Conn
	turn    chan struct{} // has one element while nobody is at it
	holding bool
	held    []byte
	failed  error // the network did not take what was held
}

func newGatheringConn(conn net.Conn) *gatheringConn {
	c := &gatheringConn{Conn: conn, turn: make(chan struct{}, 1)}
	c.turn <- struct{}{}
	return c
}

// take waits for the turn to write, and returns what ends it.
func (c *gatheringConn) take() (end func()) {
	<-c.turn
	return func() { c.turn <- struct{}{} }
}

// Write returns when the network has taken p, or at once if it is held. Once held bytes were lost
// nothing is written any more: there is a hole in the stream, and TLS would wait 5 s to say goodbye.
func (c *gatheringConn) Write(p []byte) (int, error) {
	defer c.take()()
	if c.failed != nil {
		return 0, c.failed
	}
	if !c.holding {
		return c.Conn.Write(p)
	}
	if len(c.held)+len(p) > maxHeld {
		if err := c.release(); err != nil {
			return 0, err
		}
	}
	c.held = append(c.held, p...)
	return len(p), nil
}

// SetWriteDeadline does not put off the deadline of a write that is going on.
func (c *gatheringConn) SetWriteDeadline(t time.Time) error {
	defer c.take()()
	return c.Conn.SetWriteDeadline(t)
}

// hold begins to hold what is written.
func (c *gatheringConn) hold() {
	defer c.take()()
	c.holding = true
}

// flush ends that, and returns when the network has taken what was held since, also what has gone
// out before to make room.
func (c *gatheringConn) flush() error {
	defer c.take()()
	c.holding = false
	return c.release()
}

func (c *gatheringConn) release() error {
	if c.failed == nil && len(c.held) > 0 {
		_, c.failed = c.Conn.Write(c.held)
	}
	c.held = c.held[:0]
	return c.failed
}
