package bot

import (
	"bytes"
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

var (
	errLeft      = errors.New("connection is being left")
	errBadFrames = errors.New("too many frames in a row that are not JSON objects")
)

// A connection is one WebSocket to Slack. One goroutine reads it and another writes it; neither
// ever waits for work. Its life is four events, each a channel that is closed once.
type connection struct {
	number int64
	ws     *websocket.Conn
	line   *gatheringConn // beneath ws
	timing socketTiming
	out    *outbox

	said  chan struct{} // Slack said hello
	asked chan struct{} // a successor is wanted; reason is set
	left  chan struct{} // our close frame is on its way: nothing more is written, but still read
	done  chan struct{} // nothing more is read; err is set

	reason string
	err    error

	sayOnce, askOnce, leaveOnce sync.Once
}

// newConnection takes what is to be read and written as messages, and what lies beneath it.
func newConnection(number int64, ws *websocket.Conn, line *gatheringConn, t socketTiming, maxFrame int64) *connection {
	c := &connection{
		number: number,
		ws:     ws,
		line:   line,
		timing: t,
		out:    newOutbox(),
		said:   make(chan struct{}),
		asked:  make(chan struct{}),
		left:   make(chan struct{}),
		done:   make(chan struct{}),
	}
	ws.SetReadLimit(maxFrame)
	ws.SetPongHandler(func(string) error { return c.heard() })
	ws.SetPingHandler(func(data string) error {
		// If it cannot be sent the path is dead or we are leaving; reading on will tell.
		_ = ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(t.write))
		return c.heard()
	})
	return c
}

// heard puts off the moment at which the silent connection counts as dead.
func (c *connection) heard() error {
	return c.ws.SetReadDeadline(time.Now().Add(c.timing.silence))
}

// read hands every frame to take until the connection or take fails.
func (c *connection) read(take func([]byte) error) {
	defer close(c.done)
	defer func() { _ = c.ws.Close() }()
	for {
		c.err = c.heard()
		var data []byte
		if c.err == nil {
			data, c.err = c.message()
		}
		if c.err == nil {
			c.err = take(data)
		}
		if c.err != nil {
			return
		}
	}
}

// mostFrames is more bytes than most frames have: they are read without growing the buffer.
const mostFrames = 1536

// message reads a whole message.
func (c *connection) message() ([]byte, error) {
	_, r, err := c.ws.NextReader()
	if err != nil {
		return nil, err
	}
	b := bytes.NewBuffer(make([]byte, 0, mostFrames))
	_, err = b.ReadFrom(r)
	return b.Bytes(), err
}

// say notes Slack's hello; it reports false if that had come before.
func (c *connection) say() (first bool) {
	c.sayOnce.Do(func() { first = true; close(c.said) })
	return first
}

// ask notes that the connection needs a successor; it reports false if that was known.
func (c *connection) ask(reason string) (first bool) {
	c.askOnce.Do(func() {
		first = true
		c.reason = reason
		close(c.asked)
	})
	return first
}

// leave sends a close frame. What Slack sent before it saw that is still read; acks must go out
// elsewhere. Slack has timing.goodbye to answer.
func (c *connection) leave() {
	c.leaveOnce.Do(func() {
		close(c.left)
		bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
		_ = c.ws.WriteControl(websocket.CloseMessage, bye, time.Now().Add(c.timing.write))
		time.AfterFunc(c.timing.goodbye, func() { _ = c.ws.Close() })
	})
}

func isClosed(ch <-chan struct{}) bool {
	select {
	case <-ch:
		return true
	default:
		return false
	}
}
