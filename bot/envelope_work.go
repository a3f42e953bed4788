package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"go.uber.org/zap"
)

// An arrival is an envelope, the connection it came on, and when.
type arrival struct {
	Envelope
	from *connection
	at   time.Time
}

// receiver returns what the reader of c does with each frame. It never waits: whatever takes time
// runs in a goroutine of its own.
func (s *Socket) receiver(c *connection) func([]byte) error {
	bad := 0
	return func(data []byte) error {
		f, ok := parseFrame(data)
		if !ok {
			bad++
			s.count(SocketBadFrame)
			s.log.Warn("Slack sent a frame that is not a JSON object", zap.Int64("conn", c.number))
			if bad == s.limits.badFrames {
				return errBadFrames
			}
			return nil
		}
		bad = 0
		switch {
		case f.Type == "hello":
			return s.hello(c, f)
		case f.Type == "disconnect":
			s.log.Info("Slack announces a disconnect", zap.Int64("conn", c.number), zap.String("reason", safeWord(f.reason)))
			c.ask(f.reason)
		case f.ID == "":
			s.count(SocketUnknown)
			s.log.Warn("Slack sent something that has no envelope id",
				zap.Int64("conn", c.number), zap.String("type", safeWord(f.Type)))
		default:
			s.dispatch(arrival{f.Envelope, c, time.Now()})
		}
		return nil
	}
}

func (s *Socket) hello(c *connection, f socketFrame) error {
	if want := s.cfg.AppID; want != "" && f.appID != "" && f.appID != want {
		return &SocketError{Code: codeAppMismatch, Message: fmt.Sprintf(
			"SLACK_APP_TOKEN belongs to the Slack app %s, SLACK_BOT_TOKEN to %s; take both from the same app",
			safeID(f.appID), safeID(want))}
	}
	ours := len(s.roster.all()) // before others learn of c and leave its predecessor
	if !c.say() {
		return nil
	}
	s.roster.greeted()
	s.readyOnce.Do(func() { close(s.ready) })
	s.log.Info("connected to Socket Mode", zap.Int64("conn", c.number),
		zap.Int("app_connections", f.appConnections), zap.Int("ours", ours))
	if s.cfg.Hooks.Hello != nil {
		s.cfg.Hooks.Hello(Hello{AppConnections: f.appConnections, Ours: ours})
	}
	return nil
}

// dispatch decides who answers a delivery and returns at once.
func (s *Socket) dispatch(d arrival) {
	if !d.known() {
		s.count(SocketUnknown)
		s.logFor(d).Warn("Slack sent an envelope of an unknown type")
		s.apart(d, func() { s.acknowledge(d, nil) })
		return
	}
	a, first := s.seen.start(d.receipts())
	switch {
	case !first:
		s.count(SocketDuplicate)
		s.apart(d, func() { s.repeat(d, a) })
	case !s.stopping.Load() && s.slots.TryAcquire(1):
		select {
		case s.handlers <- assignment{d, a}:
		default:
			go s.serve(assignment{d, a})
		}
	default:
		s.refuse(d, a)
	}
}

// apart runs an ack that needs no handler.
func (s *Socket) apart(d arrival, f func()) bool {
	if !s.aside.TryAcquire(1) {
		s.count(SocketShed)
		s.logFor(d).Error("too much to do: an envelope was not acked")
		return false
	}
	go func() {
		defer s.aside.Release(1)
		f()
	}()
	return true
}

// repeat acks a duplicate with what the first was answered.
func (s *Socket) repeat(d arrival, a *ackMemory) {
	timer := time.NewTimer(s.timing.ack)
	defer timer.Stop()
	select {
	case <-a.done:
		if !a.void {
			s.acknowledge(d, a.payload)
		}
	case <-timer.C:
		s.lost(d, context.DeadlineExceeded)
	case <-s.work.Done():
		s.lost(d, s.work.Err())
	}
}

// refuse answers a delivery that is not handled: people are told, events come again.
func (s *Socket) refuse(d arrival, a *ackMemory) {
	s.count(SocketBusy)
	s.logFor(d).Warn("an envelope was not handled: too much to do, or stopping")
	if d.Type == EnvelopeEvent {
		s.seen.forget(a)
		return
	}
	told := s.apart(d, func() {
		payload := s.hook(d, s.cfg.Busy)
		s.seen.finish(a, payload)
		s.acknowledge(d, payload)
	})
	if !told {
		s.seen.forget(a)
	}
}

// An assignment is a delivery that is to be handled.
type assignment struct {
	arrival
	memory *ackMemory
}

// serve handles an envelope, and then others as they come. A new goroutine for each would have to
// grow its stack several times on the way to the store and back, which costs as much as the reading.
func (s *Socket) serve(job assignment) {
	for {
		s.handle(job.arrival, job.memory)
		if !s.spare.TryAcquire(1) {
			return // enough wait for work
		}
		select {
		case job = <-s.handlers:
			s.spare.Release(1)
		case <-s.work.Done():
			s.spare.Release(1)
			return
		}
	}
}

// handle lets the handler work and acks. Whatever the handler does, even runtime.Goexit, the
// envelope is answered and the slot freed.
func (s *Socket) handle(d arrival, a *ackMemory) {
	defer s.slots.Release(1)
	var payload json.RawMessage
	returned := false
	defer func() {
		if !returned {
			s.panicked(d, recover())
			payload = s.hook(d, s.cfg.Broken)
		}
		s.seen.finish(a, payload)
		s.acknowledge(d, payload)
	}()
	if opened, ok := d.opened(); ok {
		ctx, cancel := context.WithDeadline(s.work, d.at.Add(s.timing.handle))
		defer cancel()
		payload = s.encode(d, s.cfg.Handler(ctx, opened))
	} else {
		s.count(SocketUndecodable)
		s.logFor(d).Error("Slack sent a payload that does not decode")
		payload = s.hook(d, s.cfg.Broken)
	}
	returned = true
}

// hook asks one of the configuration's hooks for an ack payload.
func (s *Socket) hook(d arrival, f func(Envelope) any) (payload json.RawMessage) {
	if f == nil {
		return nil
	}
	defer func() {
		if v := recover(); v != nil {
			s.panicked(d, v)
		}
	}()
	return s.encode(d, f(d.Envelope))
}

// panicked logs where, but not what: the value of a panic may quote the payload.
func (s *Socket) panicked(d arrival, v any) {
	s.count(SocketPanic)
	reason := fmt.Sprintf("%T", v)
	if err, ok := v.(runtime.Error); ok {
		reason = err.Error()
	} else if v == nil {
		reason = "runtime.Goexit"
	}
	s.logFor(d).Error("handler panicked", zap.String("reason", reason), zap.ByteString("stack", debug.Stack()))
}

func (s *Socket) logFor(d arrival) *zap.Logger {
	return s.log.With(zap.Int64("conn", d.from.number), zap.String("envelope_id", safeID(d.ID)),
		zap.String("type", safeWord(d.Type)))
}
