package bot

import (
	"errors"
	"runtime"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// A frameBatch is frames that go out together.
type frameBatch struct {
	frames [][]byte
	done   chan struct{} // closed when the rest is set
	taken  int           // so many of the frames the network has taken
	err    error         // why the others were not
}

func (b *frameBatch) finish(taken int, err error) {
	b.taken, b.err = taken, err
	close(b.done)
}

// An outbox collects the batch that goes out next.
type outbox struct {
	filled chan struct{} // has an element when there is something to take

	mu   sync.Mutex
	next *frameBatch // nil: closed
}

func newOutbox() *outbox {
	return &outbox{filled: make(chan struct{}, 1), next: &frameBatch{done: make(chan struct{})}}
}

// add returns the batch that the frame is in, and its place there; nil if nothing goes out any more.
func (o *outbox) add(frame []byte) (b *frameBatch, place int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.next == nil {
		return nil, 0
	}
	o.next.frames = append(o.next.frames, frame)
	select {
	case o.filled <- struct{}{}:
	default:
	}
	return o.next, len(o.next.frames) - 1
}

func (o *outbox) take() *frameBatch {
	o.mu.Lock()
	defer o.mu.Unlock()
	b := o.next
	o.next = &frameBatch{done: make(chan struct{})}
	return b
}

// close answers what was not taken.
func (o *outbox) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.next.finish(0, errLeft)
	o.next = nil
}

// write returns nil when the network has taken the frame. It waits for two batches at most: the one
// that is on its way, and its own.
func (c *connection) write(frame []byte) error {
	b, place := c.out.add(frame)
	if b == nil {
		return errLeft
	}
	<-b.done
	if place < b.taken {
		return nil
	}
	return b.err
}

// pump writes frames and pings until the connection fails or is left.
func (c *connection) pump() {
	defer c.out.close()
	ping := time.NewTicker(c.timing.ping)
	defer ping.Stop()
	for {
		var err error
		select {
		case <-c.left:
			return
		case <-c.done:
			return
		case <-c.out.filled:
			runtime.Gosched() // commands are stored in groups: let the others' acks get into the batch
			err = c.send(c.out.take())
		case <-ping.C:
			err = c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(c.timing.write))
		}
		switch {
		case errors.Is(err, websocket.ErrCloseSent):
			return // closing in order: what Slack still sends is read
		case err != nil:
			_ = c.ws.Close() // ends read
			return
		}
	}
}

// send writes a batch. When the network fails, nobody knows how much of it arrived.
func (c *connection) send(b *frameBatch) (err error) {
	_ = c.ws.SetWriteDeadline(time.Now().Add(c.timing.write))
	c.line.hold()
	taken := 0
	for _, frame := range b.frames {
		if err = c.ws.WriteMessage(websocket.TextMessage, frame); err != nil {
			break
		}
		taken++
	}
	if failed := c.line.flush(); failed != nil {
		taken, err = 0, failed
	}
	b.finish(taken, err)
	return err
}
