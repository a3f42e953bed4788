package slacksim

import "time"

// send delivers an envelope and starts the three seconds, which run from what the person did.
func (s *Server) send(e *envelope) *Pending {
	e.sentAt = s.o.Now()
	if s.closed {
		s.settle(e, Answer{Err: ErrClosed})
		return &Pending{e: e}
	}
	if s.holding {
		s.held = append(s.held, e)
	} else if !s.deliver(e) && e.kind != "events_api" {
		s.fail(e, ErrNoSocket)
		return &Pending{e: e}
	}
	e.timer = time.AfterFunc(s.o.AckTimeout, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.fail(e, ErrTimeout)
	})
	return &Pending{e: e}
}

// fail tells the person that the app did not answer.
func (s *Server) fail(e *envelope, err string) {
	if e.settled || s.closed {
		return
	}
	s.settle(e, Answer{Err: err})
	if e.onTimeout != nil {
		e.onTimeout(err)
	}
	s.touch()
}

// deliver puts the envelope on one open socket, any one
// (docs.slack.dev/apis/events-api/using-socket-mode), and reports whether there was one.
func (s *Server) deliver(e *envelope) bool {
	var ready []*socket
	for _, c := range s.sockets {
		if c.ready {
			ready = append(ready, c)
		}
	}
	if len(ready) == 0 {
		return false
	}
	times := 1
	if s.twice > 0 && len(s.envelopes)%s.twice == 0 {
		times = 2
	}
	for range times {
		c := ready[s.rng.IntN(len(ready))]
		e.sentTo = append(e.sentTo, c.id)
		c.deliver(e.frame())
	}
	return true
}

// HoldDelivery keeps back what is sent from now on, while the three seconds run.
func (s *Server) HoldDelivery() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.holding = true
}

// ReleaseDelivery delivers what was kept back, in order, also what is too late by now.
func (s *Server) ReleaseDelivery() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.holding = false
	held := s.held
	s.held = nil
	for _, e := range held {
		if !s.deliver(e) {
			s.fail(e, ErrNoSocket)
		}
	}
}

// Redeliver sends an envelope again under the same envelope_id and reports whether there is
// such an envelope and a socket.
func (s *Server) Redeliver(envelopeID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.byID[envelopeID]
	return e != nil && s.deliver(e)
}

// Resend sends the payload of an envelope again in a new envelope with the same trigger_id
// and returns the new envelope's id, "" if it could not.
func (s *Server) Resend(envelopeID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.byID[envelopeID]
	if old == nil {
		return ""
	}
	e := &envelope{
		id: s.newUUID(), kind: old.kind, who: old.who, what: old.what, payload: old.payload,
		accepts: old.accepts, trigger: old.trigger, done: make(chan struct{}), sentAt: s.o.Now(),
	}
	s.envelopes = append(s.envelopes, e)
	s.byID[e.id] = e
	if !s.deliver(e) {
		return ""
	}
	return e.id
}

// DeliverTwice sends every n-th envelope twice; 0 ends it.
func (s *Server) DeliverTwice(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.twice = n
}

// SendEnvelope sends an envelope of any type and payload, also of types that do not exist,
// and returns its id, "" if no socket is open. Nobody waits for its acknowledgement.
func (s *Server) SendEnvelope(kind string, payload map[string]any) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.newEnvelope(kind, nil, kind, payload)
	e.sentAt = s.o.Now()
	if !s.deliver(e) {
		return ""
	}
	return e.id
}

// SendText sends a text frame that need not be JSON on every open socket.
func (s *Server) SendText(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.sockets {
		c.push([]byte(text))
	}
}
