package socketmode

import (
	"crypto/tls"
	"errors"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Why a connection is to be replaced: what Slack says in a disconnect frame
// (https://docs.slack.dev/apis/events-api/using-socket-mode#disconnect), or our own wish. Every
// reason not named here is treated like a refresh.
const (
	reasonWarning = "warning" // Slack goes on using the connection for some ten seconds
	reasonTooMany = "too_many_websockets"
	reasonRecheck = "recheck"
)

var errBadFrames = errors.New("too many frames in a row that are not JSON objects")

// A connection is one WebSocket to Slack. Its life is four events, each a channel that is closed
// once.
type connection struct {
	number  int64
	ws      *websocket.Conn
	timing  timing
	writing chan struct{} // holds an element while a frame is written
	bad     int           // frames in a row that are not JSON objects; the reader's
	hearing *hearing

	ready   chan struct{} // Slack said hello
	replace chan struct{} // a successor is wanted; reason is set
	left    chan struct{} // our close frame is on its way: nothing more is written, but still read
	done    chan struct{} // nothing more is read; err is set

	reason   string
	err      error
	leaveErr error // of our close frame, once leaveOnce is done

	readyOnce, replaceOnce, leaveOnce sync.Once
}

func newConnection(number int64, ws *websocket.Conn, t timing, h *hearing, maxFrame int64) *connection {
	c := &connection{
		number:  number,
		ws:      ws,
		timing:  t,
		hearing: h,
		writing: make(chan struct{}, 1),
		ready:   make(chan struct{}),
		replace: make(chan struct{}),
		left:    make(chan struct{}),
		done:    make(chan struct{}),
	}
	ws.SetReadLimit(maxFrame)
	ws.SetPongHandler(func(string) error { return c.noteHeard() })
	ws.SetPingHandler(func(data string) error {
		// If it cannot be sent the path is dead or we are leaving; reading on will tell.
		_ = ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(t.write))
		return c.noteHeard()
	})
	return c
}

// read hands every frame to receive until the connection or receive fails.
func (c *connection) read(receive func([]byte) error) {
	defer close(c.done)
	defer c.cut()
	for {
		c.err = c.noteHeard()
		var data []byte
		if c.err == nil {
			_, data, c.err = c.ws.ReadMessage()
		}
		if c.err == nil {
			c.err = receive(data)
		}
		if c.err != nil {
			if c.saidGoodbye() {
				c.hearing.note()
			}
			return
		}
	}
}

// write returns nil when the network has taken the frame. A frame that it does not take in time
// ends the connection: all who wait to write on it learn so at once.
func (c *connection) write(frame []byte) error {
	c.writing <- struct{}{}
	defer func() { <-c.writing }()
	_ = c.ws.SetWriteDeadline(time.Now().Add(c.timing.write))
	return c.endIfBroken(c.ws.WriteMessage(websocket.TextMessage, frame))
}

// ping sends pings until the connection fails or is left. Their pongs keep it from being silent.
func (c *connection) ping() {
	tick := time.NewTicker(c.timing.ping)
	defer tick.Stop()
	for {
		select {
		case <-c.left:
			return
		case <-c.done:
			return
		case <-tick.C:
		}
		if c.endIfBroken(c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(c.timing.write))) != nil {
			return
		}
	}
}

// endIfBroken ends reading too when writing failed, unless our close frame is out already: what
// Slack still sends is read then. It returns err.
func (c *connection) endIfBroken(err error) error {
	if err != nil && !errors.Is(err, websocket.ErrCloseSent) {
		c.cut()
	}
	return err
}

// cut closes the network's connection. TLS would say goodbye first, and wait up to 5 s for a dead path
// to take that.
func (c *connection) cut() {
	conn := c.ws.NetConn()
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	_ = conn.Close()
}

// noteHello notes Slack's hello; it reports false if that had come before.
func (c *connection) noteHello() (first bool) {
	c.readyOnce.Do(func() { first = true; close(c.ready) })
	return first
}

// requestSuccessor notes that the connection needs a successor; it reports false if that was known.
func (c *connection) requestSuccessor(reason string) (first bool) {
	c.replaceOnce.Do(func() {
		first = true
		c.reason = reason
		close(c.replace)
	})
	return first
}

// leave sends a close frame, once. What Slack sent before it saw that is still read; acks must go out
// elsewhere. Slack has so long to answer.
func (c *connection) leave(goodbye time.Duration) {
	c.leaveOnce.Do(func() {
		close(c.left)
		bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
		c.leaveErr = c.ws.WriteControl(websocket.CloseMessage, bye, time.Now().Add(c.timing.write))
	})
	time.AfterFunc(goodbye, c.cut)
}

func isClosed(ch <-chan struct{}) bool {
	select {
	case <-ch:
		return true
	default:
		return false
	}
}
