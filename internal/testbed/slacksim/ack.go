package slacksim

import (
	"encoding/json"
	"fmt"
)

// received handles one text message from the app: an acknowledgement. It is taken on any
// socket of the app, because the official SDKs send it on a successor when they must.
func (s *Server) received(c *socket, raw []byte, fragmented bool) {
	var ack struct {
		EnvelopeID string          `json:"envelope_id"`
		Payload    json.RawMessage `json:"payload"`
	}
	err := json.Unmarshal(raw, &ack)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	if fragmented {
		s.found(FindingFragmented, "", "a message in several WebSocket frames was not understood")
		return
	}
	if err != nil || ack.EnvelopeID == "" {
		s.found(FindingBadFrame, "", "a text message that is no acknowledgement")
		return
	}
	e := s.byID[ack.EnvelopeID]
	if e == nil {
		s.found(FindingUnknownAck, "", "envelope "+ack.EnvelopeID)
		return
	}
	if len(raw) >= limit("socket_mode_ack_bytes_max_exclusive") {
		s.found(FindingBigAck, "", fmt.Sprintf("%s: %d bytes, dropped", e.what, len(raw)))
		return
	}
	s.acknowledge(c, e, ack.Payload)
}

func (s *Server) acknowledge(c *socket, e *envelope, payload json.RawMessage) {
	e.acks = append(e.acks, ackNote{c.id, s.o.Now()})
	if len(e.acks) > len(e.sentTo) {
		s.found(FindingAckedTwice, "", e.what)
	}
	if e.ackedAt.IsZero() {
		e.ackedAt = s.o.Now()
	}
	if emptyPayload(payload) {
		payload = nil
	}
	if payload != nil && !e.accepts {
		s.found(FindingUnwantedPayload, "", e.what)
		payload = nil
	}
	if e.settled {
		if e.answer.Err == ErrTimeout {
			s.found(FindingLateAck, "", e.what)
		}
		s.touch()
		return
	}
	var a Answer
	if e.onAck != nil {
		a = e.onAck(payload)
	}
	s.settle(e, a)
	s.touch()
}

// emptyPayload reports whether an acknowledgement says nothing; node's SDK sends {} always.
func emptyPayload(p json.RawMessage) bool {
	switch string(p) {
	case "", "null", "{}", `""`:
		return true
	}
	return false
}
