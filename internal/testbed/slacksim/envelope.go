package slacksim

import (
	"encoding/json"
	"slices"
	"time"
)

// envelope is a payload on its way to the app and back.
type envelope struct {
	id      string
	kind    string // slash_commands, interactive, events_api
	payload any
	accepts bool // accepts_response_payload
	who     *Person
	what    string
	trigger *trigger
	attempt int
	reason  string

	sentAt    time.Time
	sentTo    []int // numbers of the sockets, one for each delivery
	ackedAt   time.Time
	acks      []ackNote
	timer     *time.Timer
	answer    Answer
	done      chan struct{}
	settled   bool
	onAck     func(payload json.RawMessage) Answer
	onTimeout func(err string)
}

type ackNote struct {
	socket int
	at     time.Time
}

// An Envelope is the record of one payload: who caused it, where it was delivered and what
// became of it.
type Envelope struct {
	ID        string
	Type      string // slash_commands, interactive, events_api
	UserID    string
	What      string // "/tempotp @ana 300", "press Approve", "submit request", the event's type
	TriggerID string
	Attempt   int // of an event that was sent again
	SentAt    time.Time
	SentTo    []int // sockets it was delivered to, in order; empty if there was none
	AckedAt   time.Time
	AckedOn   []int // sockets that acknowledged it
	Err       string

	payload any
}

// Payload is what was sent, as JSON.
func (e Envelope) Payload() json.RawMessage { return encode(e.payload) }

// Envelopes is every payload that was ever made for the app, oldest first.
func (s *Server) Envelopes() []Envelope {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Envelope, len(s.envelopes))
	for i, e := range s.envelopes {
		all[i] = e.record()
	}
	return all
}

func (e *envelope) record() Envelope {
	r := Envelope{
		ID: e.id, Type: e.kind, What: e.what, Attempt: e.attempt, SentAt: e.sentAt,
		SentTo: slices.Clone(e.sentTo), AckedAt: e.ackedAt, payload: e.payload,
	}
	if e.who != nil {
		r.UserID = e.who.u.ID
	}
	if e.trigger != nil {
		r.TriggerID = e.trigger.id
	}
	for _, a := range e.acks {
		r.AckedOn = append(r.AckedOn, a.socket)
	}
	if e.settled {
		r.Err = e.answer.Err
	}
	return r
}

// newEnvelope registers a payload. The caller completes it and calls post.
func (s *Server) newEnvelope(kind string, who *Person, what string, payload any) *envelope {
	if tree, ok := payload.(map[string]any); ok {
		payload = encode(tree) // now, before anybody changes what is in it
	}
	if s.distort != nil {
		payload = s.distorted(kind, payload)
	}
	e := &envelope{
		id: s.newUUID(), kind: kind, who: who, what: what, payload: payload,
		done: make(chan struct{}),
	}
	s.envelopes = append(s.envelopes, e)
	s.byID[e.id] = e
	return e
}

// settle ends the waiting for an envelope, once.
func (s *Server) settle(e *envelope, a Answer) {
	if e.settled {
		return
	}
	e.settled = true
	if e.timer != nil {
		e.timer.Stop()
	}
	a.EnvelopeID = e.id
	if e.trigger != nil {
		a.TriggerID = e.trigger.id
	}
	e.answer = a
	close(e.done)
}

// A frame is an envelope as it goes over the socket. retry_attempt and retry_reason are on
// events only, as in the official SDKs' types.
type frame struct {
	ID      string  `json:"envelope_id"`
	Type    string  `json:"type"`
	Accepts bool    `json:"accepts_response_payload"`
	Payload any     `json:"payload"`
	Attempt *int    `json:"retry_attempt,omitempty"`
	Reason  *string `json:"retry_reason,omitempty"`
}

func (e *envelope) frame() frame {
	f := frame{ID: e.id, Type: e.kind, Accepts: e.accepts, Payload: e.payload}
	if e.kind == "events_api" {
		f.Attempt, f.Reason = new(e.attempt), new(e.reason)
	}
	return f
}
