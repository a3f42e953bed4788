package socketmode

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"
)

// A frame is what came in one WebSocket message: hello, disconnect or an envelope
// (https://docs.slack.dev/apis/events-api/using-socket-mode).
type frame struct {
	Type string `json:"type"`

	EnvelopeID  string          `json:"envelope_id"`
	TakesAnswer bool            `json:"accepts_response_payload"`
	Payload     json.RawMessage `json:"payload"`

	Reason         string `json:"reason"`          // of disconnect
	NumConnections int    `json:"num_connections"` // of hello
	ConnectionInfo struct {
		AppID string  `json:"app_id"`
		Lasts float64 `json:"approximate_connection_time"`
	} `json:"connection_info"` // of hello
	DebugInfo struct {
		Lasts float64 `json:"approximate_connection_time"` // seconds; here in all samples of Slack's
	} `json:"debug_info"` // of hello
}

// parseFrame reads a frame; nil if it is not a JSON object. A field of an unexpected type counts as
// missing: it must not hide the envelope id, without which nothing can be acked.
func parseFrame(data []byte) *frame {
	f := &frame{TakesAnswer: true} // unless Slack says otherwise
	err := json.Unmarshal(data, &f)
	if odd, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && odd.Field != "" {
		err = nil // the decoder has skipped the field
	}
	if err != nil {
		return nil
	}
	return f // nil for null
}

func (f *frame) envelope() Envelope {
	return Envelope{ID: f.EnvelopeID, Type: f.Type, Payload: f.Payload, takesAnswer: f.TakesAnswer && f.Type != Event}
}

// receive takes a frame from the reader of c. It never waits: whatever takes time has a goroutine of
// its own. An error ends the connection.
func (s *Socket) receive(c *connection, data []byte) error {
	f := parseFrame(data)
	if f == nil {
		c.bad++
		s.count(badFrame)
		s.log.Warn("Slack sent a frame that is not a JSON object", zap.Int64("conn", c.number))
		if c.bad == s.limits.badFrames {
			return errBadFrames
		}
		return nil
	}
	c.bad = 0
	switch {
	case f.Type == "hello":
		return s.receiveHello(c, f)
	case f.Type == "disconnect":
		s.log.Info("Slack announces a disconnect", zap.Int64("conn", c.number), zap.String("reason", safeWord(f.Reason)))
		c.requestSuccessor(f.Reason)
	case f.EnvelopeID == "":
		s.count(unknownType)
		s.log.Warn("Slack sent something that has no envelope id",
			zap.Int64("conn", c.number), zap.String("type", safeWord(f.Type)))
	default:
		s.dispatch(delivery{f.envelope(), c, time.Now()})
	}
	return nil
}

func (s *Socket) receiveHello(c *connection, f *frame) error {
	if got, want := f.ConnectionInfo.AppID, s.cfg.AppID; want != "" && got != "" && got != want {
		return &Error{Code: codeAppMismatch, Message: fmt.Sprintf(
			"SLACK_APP_TOKEN belongs to the Slack app %s, SLACK_BOT_TOKEN to %s; take both from the same app",
			safeID(got), safeID(want))}
	}
	if !c.noteHello() {
		return nil
	}
	s.roster.announce()
	s.readyOnce.Do(func() { close(s.ready) })
	s.log.Info("connected to Socket Mode", zap.Int64("conn", c.number), zap.Int("app_connections", f.NumConnections))
	if s.cfg.Hooks.Hello != nil {
		s.cfg.Hooks.Hello(Hello{Connection: c.number, AppConnections: f.NumConnections, Lasts: f.lasts()})
	}
	return nil
}

// lasts is how long Slack means to keep the connection, 0 if it says nothing that can be true.
func (f *frame) lasts() time.Duration {
	const most = 48 * 60 * 60
	seconds := cmp.Or(f.DebugInfo.Lasts, f.ConnectionInfo.Lasts)
	if seconds <= 0 || seconds > most {
		return 0
	}
	return time.Duration(seconds * float64(time.Second))
}
