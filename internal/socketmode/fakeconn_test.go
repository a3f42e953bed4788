package socketmode

import (
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// A fakeConn is Slack's end of one connection.
type fakeConn struct {
	t      *testing.T
	number int
	ws     *websocket.Conn
	mu     sync.Mutex // of writes

	state  sync.Mutex
	acks   []fakeAck
	pings  int
	pongs  int
	mute   bool          // pings are not answered
	lag    time.Duration // of the answers to pings
	stuck  bool          // nor anything after them read
	closed error
	gone   atomic.Bool
}

type fakeAck struct {
	ID      string
	Payload string // JSON; "" for a bare ack
}

func (c *fakeConn) read() {
	defer c.gone.Store(true)
	defer func() { _ = c.ws.Close() }()
	c.ws.SetPingHandler(func(data string) error {
		c.state.Lock()
		c.pings++
		mute, stuck, lag := c.mute, c.stuck, c.lag
		c.state.Unlock()
		if stuck {
			<-c.t.Context().Done()
		}
		if !mute { // not from here: over a pipe both sides could wait for each other
			go func() {
				time.Sleep(lag)
				_ = c.ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(time.Second))
			}()
		}
		return nil
	})
	c.ws.SetPongHandler(func(string) error {
		c.state.Lock()
		defer c.state.Unlock()
		c.pongs++
		return nil
	})
	for {
		_, data, err := c.ws.ReadMessage()
		if err != nil {
			c.state.Lock()
			c.closed = err
			c.state.Unlock()
			return
		}
		c.acked(data)
	}
}

func (c *fakeConn) acked(data []byte) {
	var fields map[string]json.RawMessage
	var id string
	if json.Unmarshal(data, &fields) != nil || json.Unmarshal(fields["envelope_id"], &id) != nil {
		c.t.Errorf("olbot sent %q", data)
		return
	}
	c.state.Lock()
	defer c.state.Unlock()
	c.acks = append(c.acks, fakeAck{id, string(fields["payload"])})
}

func (c *fakeConn) send(text string) {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.ws.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		c.t.Errorf("Slack's send on connection %d: %v", c.number, err)
	}
}

func (c *fakeConn) hello() { c.helloFrom("A1", 1) }

func (c *fakeConn) helloFrom(app string, connections int) {
	c.send(fmt.Sprintf(`{"type":"hello","num_connections":%d,"connection_info":{"app_id":%q},`+
		`"debug_info":{"host":"applink-1","approximate_connection_time":18060}}`, connections, app))
}

func (c *fakeConn) disconnect(reason string) {
	c.send(fmt.Sprintf(`{"type":"disconnect","reason":%q,"debug_info":{"host":"applink-1"}}`, reason))
}

// command delivers a slash command; its trigger id is derived from the envelope id.
func (c *fakeConn) command(id string) {
	c.send(fmt.Sprintf(`{"envelope_id":%q,"type":"slash_commands","accepts_response_payload":true,`+
		`"payload":{"command":"/tempotp","text":"%s","trigger_id":"t-%s","user_id":"U1"}}`, id, fakeSecret, id))
}

func (c *fakeConn) click(id, trigger string) {
	c.send(fmt.Sprintf(`{"envelope_id":%q,"type":"interactive","accepts_response_payload":true,`+
		`"payload":{"type":"block_actions","trigger_id":%q,"actions":[{"type":"button","block_id":"b","action_id":"approve","value":"%s"}]}}`,
		id, trigger, fakeSecret))
}

func (c *fakeConn) event(id, eventID string, retry int) {
	c.send(fmt.Sprintf(`{"envelope_id":%q,"type":"events_api","accepts_response_payload":false,"retry_attempt":%d,`+
		`"payload":{"type":"event_callback","event_id":%q,"event":{"type":"app_home_opened","user":"%s"}}}`, id, retry, eventID, fakeSecret))
}

// close says goodbye as Slack does; hangUp cuts.
func (c *fakeConn) close() {
	_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(1000, ""), time.Now().Add(time.Second))
}

func (c *fakeConn) hangUp() { _ = c.ws.Close() }

func (c *fakeConn) got() []fakeAck {
	c.state.Lock()
	defer c.state.Unlock()
	return append([]fakeAck(nil), c.acks...)
}

func (c *fakeConn) pinged() (pings, pongs int) {
	c.state.Lock()
	defer c.state.Unlock()
	return c.pings, c.pongs
}

func (c *fakeConn) silence() { c.setMute(true) }

func (c *fakeConn) setMute(mute bool) {
	c.state.Lock()
	defer c.state.Unlock()
	c.mute = mute
}

// delayPongs makes every answer to a ping so late.
func (c *fakeConn) delayPongs(lag time.Duration) {
	c.state.Lock()
	defer c.state.Unlock()
	c.lag = lag
}

// pingNow is a ping of Slack's.
func (c *fakeConn) pingNow() {
	_ = c.ws.WriteControl(websocket.PingMessage, []byte("Ping from applink-1"), time.Now().Add(time.Second))
}

func (c *fakeConn) freeze() {
	c.state.Lock()
	defer c.state.Unlock()
	c.mute, c.stuck = true, true
}

// leftPolitely tells whether olbot sent a close frame.
func (c *fakeConn) leftPolitely() bool {
	c.state.Lock()
	defer c.state.Unlock()
	return websocket.IsCloseError(c.closed, websocket.CloseNormalClosure)
}
