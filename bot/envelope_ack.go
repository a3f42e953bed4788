package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"go.uber.org/zap"
)

// encode turns an answer into JSON; nil if there is none, Slack takes none, or it has no JSON.
func (s *Socket) encode(d arrival, answer any) json.RawMessage {
	if answer == nil {
		return nil
	}
	if !d.AcceptsResponse {
		s.logFor(d).Error("an answer was left out: Slack takes none for this envelope")
		return nil
	}
	payload, err := marshalAck(answer)
	if err != nil {
		s.logFor(d).Error("an answer was left out: it has no JSON", zap.String("reason", fmt.Sprintf("%T", err)))
		return nil
	}
	return payload
}

// acknowledge writes the ack of d, once: on the connection the envelope came on, or if that is gone
// on another one (Slack's own SDK for Python does so too), for which it waits a while.
func (s *Socket) acknowledge(d arrival, payload json.RawMessage) {
	frame := s.ackFrame(d, payload)
	on, err := d.from, d.from.write(frame)
	if err != nil {
		on, err = s.writeAnywhere(d, frame)
	}
	if err != nil {
		s.lost(d, err)
		return
	}
	s.written(d, on)
}

// writeAnywhere writes on any live connection, and waits for one until the ack of d is too late.
func (s *Socket) writeAnywhere(d arrival, frame []byte) (*connection, error) {
	until := d.at.Add(s.timing.ack)
	if least := time.Now().Add(s.timing.write); until.Before(least) {
		until = least
	}
	ctx, cancel := context.WithDeadline(s.work, until)
	defer cancel()
	for {
		live, more := s.roster.live()
		for _, c := range live {
			if c.write(frame) == nil {
				return c, nil
			}
		}
		select {
		case <-more:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (s *Socket) written(d arrival, on *connection) {
	took := time.Since(d.at)
	if on != d.from {
		s.count(SocketAckMoved)
		s.logFor(d).Info("acked on another connection", zap.Int64("on", on.number))
	}
	if took > s.timing.slack {
		s.count(SocketAckLate)
		s.logFor(d).Warn("acked too late", zap.Duration("took", took))
	}
	if s.cfg.Hooks.Acked != nil {
		s.cfg.Hooks.Acked(d.label(), took)
	}
}

func (s *Socket) lost(d arrival, err error) {
	s.count(SocketAckLost)
	s.logFor(d).Error("an ack was lost", zap.String("reason", networkCause(err)))
}

// ackFrame builds the frame around a payload that is JSON already. Slack drops an ack that is too
// large without a word, so such a payload is left out: the person sees no answer, but no error either.
func (s *Socket) ackFrame(d arrival, payload json.RawMessage) []byte {
	id, _ := json.Marshal(d.ID) // every string has JSON
	bare := slices.Concat([]byte(`{"envelope_id":`), id, []byte(`}`))
	if payload == nil {
		return bare
	}
	frame := slices.Concat(bare[:len(bare)-1], []byte(`,"payload":`), payload, []byte(`}`))
	if len(frame) >= s.limits.ack {
		s.count(SocketAckTooLarge)
		s.logFor(d).Error("an answer was left out: it is too large for an ack", zap.Int("bytes", len(frame)))
		return bare
	}
	return frame
}

// marshalAck leaves < > & as they are; escaped, a mention takes three times the bytes.
func marshalAck(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
