package slacksim

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	maxSilent    = 4 // pings an app may leave unanswered
	writeTimeout = 10 * time.Second
	closeTimeout = 10 * time.Second // between our close frame and the app's
	readLimit    = 1 << 20
)

// socket is one Socket Mode connection of the app.
type socket struct {
	s    *Server
	id   int
	ws   *websocket.Conn
	wire *wire

	// Guarded by s.mu.
	ready  bool // said hello, and payloads may be sent
	ending bool // Slack says goodbye
	opened time.Time
	pings  int
	pongs  int
	silent int // pings since the last pong

	mu    sync.Mutex // of the queue; may be taken while s.mu is held
	queue []item
	wake  chan struct{}
	gone  chan struct{}
	once  sync.Once
}

// item is a text message or an envelope to send, or the end of the connection.
type item struct {
	text     []byte
	envelope *frame
	last     bool
}

func (c *socket) read() {
	goodbye := false
	defer func() { c.leave(goodbye) }()
	c.ws.SetReadLimit(readLimit)
	c.ws.SetPongHandler(func(string) error {
		c.s.mu.Lock()
		defer c.s.mu.Unlock()
		c.pongs++
		c.silent = 0
		c.s.touch()
		return nil
	})
	for {
		kind, raw, err := c.ws.ReadMessage()
		if err != nil {
			closed, ok := errors.AsType[*websocket.CloseError](err)
			goodbye = ok && closed.Code != websocket.CloseAbnormalClosure
			return
		}
		fragmented := c.wire != nil && !c.wire.nextWhole()
		if kind == websocket.TextMessage {
			c.s.received(c, raw, fragmented)
		}
	}
}

// write sends what is queued, and pings in between. It is the only writer of the socket. When
// it ends it is the reader that notices the closed connection and leaves.
func (c *socket) write() {
	ping := time.NewTicker(c.s.o.SocketPing)
	defer ping.Stop()
	for {
		select {
		case <-c.gone:
			return
		case <-ping.C:
			if !c.ping() {
				c.cut()
				return
			}
		case <-c.wake:
			if !c.flush() {
				return
			}
		}
	}
}

// ping reports whether the connection is alive: an app that leaves several pings unanswered
// is gone.
func (c *socket) ping() bool {
	c.s.mu.Lock()
	c.pings++
	c.silent++
	dead := c.silent > maxSilent
	c.s.mu.Unlock()
	if dead {
		return false
	}
	payload := fmt.Appendf(nil, "Ping from applink-%d", c.id)
	return c.ws.WriteControl(websocket.PingMessage, payload, time.Now().Add(writeTimeout)) == nil
}

func (c *socket) flush() bool {
	if c.wire == nil {
		return c.empty()
	}
	c.wire.hold()
	alive := c.empty()
	if c.wire.release() != nil && alive {
		c.cut()
		return false
	}
	return alive
}

// empty writes what is queued, and says whether the connection goes on.
func (c *socket) empty() bool {
	for {
		c.mu.Lock()
		if len(c.queue) == 0 {
			c.mu.Unlock()
			return true
		}
		next := c.queue[0]
		c.queue = c.queue[1:]
		c.mu.Unlock()
		deadline := time.Now().Add(writeTimeout)
		if next.last {
			goodbye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
			_ = c.ws.WriteControl(websocket.CloseMessage, goodbye, deadline) // the end follows anyway
			_ = c.ws.SetReadDeadline(time.Now().Add(closeTimeout))           // for the app's own goodbye
			return false
		}
		_ = c.ws.SetWriteDeadline(deadline) // fails only on a closed connection, as the write will
		if next.envelope != nil {
			next.text = encode(next.envelope)
		}
		if c.ws.WriteMessage(websocket.TextMessage, next.text) != nil {
			c.cut()
			return false
		}
	}
}

// push queues a text message; it never waits.
func (c *socket) push(text []byte) { c.enqueue(item{text: text}) }

// deliver queues an envelope.
func (c *socket) deliver(f frame) { c.enqueue(item{envelope: &f}) }

// end closes the socket once what is queued has been sent.
func (c *socket) end() {
	c.ready, c.ending = false, true
	c.enqueue(item{last: true})
}

func (c *socket) enqueue(i item) {
	c.mu.Lock()
	c.queue = append(c.queue, i)
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// leave closes the connection and forgets the socket. One that ended without a goodbye goes on being counted:
// https://github.com/slackapi/python-slack-sdk/issues/1940
func (c *socket) leave(goodbye bool) {
	c.once.Do(func() { close(c.gone) })
	_ = c.ws.Close()
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.ready = false
	c.s.sockets = slices.DeleteFunc(c.s.sockets, func(o *socket) bool { return o == c })
	if !goodbye && !c.ending && !c.s.closed && c.s.o.GhostLife > 0 {
		c.s.ghosts++
		c.s.after(c.s.o.GhostLife, func() { c.s.ghosts-- })
	}
	c.s.touch()
}

// cut drops the connection without a word. The reader notices and leaves.
func (c *socket) cut() {
	if c.wire != nil {
		c.wire.cut()
		return
	}
	_ = c.ws.NetConn().Close()
}
