package socketmode

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"go.uber.org/zap"
)

// A delivery is an envelope, the connection it came on, and when.
type delivery struct {
	Envelope
	from *connection
	at   time.Time
}

// dispatch decides what an envelope is answered, and by whom.
func (s *Socket) dispatch(d delivery) {
	if !d.isKnown() {
		s.count(unknownType)
		s.logFor(d).Warn("Slack sent an envelope of an unknown type")
		s.goAck(d, func() { s.ack(d, nil) })
		return
	}
	a, first := s.seen.begin(d.IdempotencyKeys())
	if !first {
		s.count(duplicate)
		s.goAck(d, func() { s.repeat(d, a) })
		return
	}
	if !s.stopping.Load() && s.handling.TryAcquire(1) {
		go s.handle(d, a)
		return
	}
	s.count(busy)
	s.logFor(d).Warn("an envelope was not handled: too much to do, or stopping")
	// Slack delivers events again; a person must be told.
	if d.Type == Event || !s.goAck(d, func() { s.finish(d, a, s.substitute(d, s.cfg.Busy)) }) {
		s.seen.forget(a)
	}
}

// goAck runs an ack that needs no handler; it reports false if there are too many.
func (s *Socket) goAck(d delivery, run func()) bool {
	if !s.acking.TryAcquire(1) {
		s.count(shed)
		s.logFor(d).Error("too much to do: an envelope was not acked")
		return false
	}
	go func() {
		defer s.acking.Release(1)
		run()
	}()
	return true
}

// repeat acks a duplicate with what the first was answered.
func (s *Socket) repeat(d delivery, a *answer) {
	timer := time.NewTimer(s.timing.ack)
	defer timer.Stop()
	select {
	case <-a.done:
		if !a.void {
			s.ack(d, a.payload)
		}
	case <-timer.C:
		s.reportLost(d, context.DeadlineExceeded)
	case <-s.work.Done():
		s.reportLost(d, s.work.Err())
	}
}

// handle calls the handler and acks. Whatever the handler does, even runtime.Goexit, the envelope is
// answered and its place freed.
func (s *Socket) handle(d delivery, a *answer) {
	defer s.handling.Release(1)
	var payload json.RawMessage
	returned := false
	defer func() {
		if !returned {
			s.reportPanic(d, recover())
			payload = s.substitute(d, s.cfg.Broken)
		}
		s.finish(d, a, payload)
	}()
	ctx, cancel := context.WithDeadline(s.work, d.at.Add(s.timing.handle))
	defer cancel()
	v, err := s.cfg.Handler(ctx, d.Envelope)
	if err != nil {
		s.count(undecodable)
		s.logFor(d).Error("Slack sent a payload that does not decode", zap.Error(err))
		payload = s.substitute(d, s.cfg.Broken)
	} else {
		payload = s.encode(d, v)
	}
	returned = true
}

// substitute is the answer that Busy or Broken gives instead of the handler.
func (s *Socket) substitute(d delivery, answer func(Envelope) any) (payload json.RawMessage) {
	if answer == nil {
		return nil
	}
	defer func() {
		if v := recover(); v != nil {
			s.reportPanic(d, v)
		}
	}()
	return s.encode(d, answer(d.Envelope))
}

// encode turns an answer into JSON; nil if there is none, or none that Slack would take. The person
// sees no answer then, but no error either.
func (s *Socket) encode(d delivery, v any) json.RawMessage {
	if v == nil {
		return nil
	}
	payload, err := marshal(v)
	frame := ackFrame(d, payload)
	switch {
	case !d.takesAnswer:
		s.logFor(d).Error("an answer was left out: Slack takes none for this envelope")
	case err != nil:
		s.logFor(d).Error("an answer was left out: it has no JSON", zap.String("reason", fmt.Sprintf("%T", err)))
	case len(frame) >= s.limits.ack:
		s.count(ackTooLarge)
		s.logFor(d).Error("an answer was left out: it is too large for an ack", zap.Int("bytes", len(frame)))
	default:
		return payload
	}
	return nil
}

// ackFrame is the ack of d, with a payload that is JSON already.
func ackFrame(d delivery, payload json.RawMessage) []byte {
	frame, _ := marshal(struct {
		ID      string          `json:"envelope_id"`
		Payload json.RawMessage `json:"payload,omitempty"`
	}{d.ID, payload}) // both have JSON
	return frame
}

// marshal leaves < > & as they are; escaped, a mention takes three times the bytes.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// finish remembers the answer for duplicates, and acks.
func (s *Socket) finish(d delivery, a *answer, payload json.RawMessage) {
	s.seen.finish(a, payload)
	s.ack(d, payload)
}

// ack writes the ack of d, once: on the connection the envelope came on, or if that is gone on
// another one (Slack's own SDK for Python does so too), for which it waits a while.
func (s *Socket) ack(d delivery, payload json.RawMessage) {
	frame := ackFrame(d, payload)
	on, err := d.from, d.from.write(frame)
	if err != nil {
		on, err = s.writeElsewhere(d, frame)
	}
	if err != nil {
		s.reportLost(d, err)
		return
	}
	took := time.Since(d.at)
	if on != d.from {
		s.count(ackMoved)
		s.logFor(d).Info("acked on another connection", zap.Int64("on", on.number))
	}
	if took > s.timing.patience {
		s.count(ackLate)
		s.logFor(d).Warn("acked too late", zap.Duration("took", took))
	}
	if s.cfg.Hooks.Acked != nil {
		s.cfg.Hooks.Acked(d.label(), took)
	}
}

// writeElsewhere writes on any live connection, and waits for one until the ack of d is too late.
func (s *Socket) writeElsewhere(d delivery, frame []byte) (*connection, error) {
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

func (s *Socket) reportLost(d delivery, err error) {
	s.count(ackLost)
	s.logFor(d).Error("an ack was lost", zap.String("reason", describe(err)))
}

// reportPanic logs where, but not what: the value of a panic may quote the payload.
func (s *Socket) reportPanic(d delivery, v any) {
	s.count(panicked)
	reason := fmt.Sprintf("%T", v)
	if err, ok := v.(runtime.Error); ok {
		reason = err.Error()
	} else if v == nil {
		reason = "runtime.Goexit"
	}
	s.logFor(d).Error("handler panicked", zap.String("reason", reason), zap.ByteString("stack", debug.Stack()))
}

func (s *Socket) logFor(d delivery) *zap.Logger {
	return s.log.With(zap.Int64("conn", d.from.number), zap.String("envelope_id", safeID(d.ID)),
		zap.String("type", safeWord(d.Type)))
}
