package socketmode

import (
	"encoding/json"
	"sync"
	"time"
)

// seen remembers the envelopes of the last minutes and what they were answered, so that a repeated
// delivery gets the same answer without being handled again. It is lost with the process: whoever
// must not do a thing twice stores the idempotency keys with it.
type seen struct {
	limits limits

	mu    sync.Mutex
	byKey map[string]*answer
	old   []*answer // finished, the oldest first
	bytes int       // of the payloads in old
}

// An answer is open until done is closed; the rest is set then.
type answer struct {
	keys    []string
	done    chan struct{}
	payload json.RawMessage
	at      time.Time
	void    bool // the envelope was not answered after all
}

func newSeen(l limits) *seen {
	return &seen{limits: l, byKey: make(map[string]*answer)}
}

// begin returns the answer that any of the keys has, or a new, open one and true.
func (s *seen) begin(keys []string) (a *answer, first bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.prune()
	for _, k := range keys {
		if a := s.byKey[k]; a != nil {
			return a, false
		}
	}
	a = &answer{keys: keys, done: make(chan struct{})}
	for _, k := range keys {
		s.byKey[k] = a
	}
	return a, true
}

// finish closes the answer. Only now it begins to age: what is in flight is never forgotten.
func (s *seen) finish(a *answer, payload json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a.payload = payload
	a.at = time.Now()
	close(a.done)
	s.old = append(s.old, a)
	s.bytes += len(payload)
	s.prune()
}

// forget makes the next delivery the first again.
func (s *seen) forget(a *answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(a)
	a.void = true
	close(a.done)
}

func (s *seen) prune() {
	for len(s.old) > 0 {
		a := s.old[0]
		if len(s.old) <= s.limits.answers && s.bytes <= s.limits.bytes && time.Since(a.at) < s.limits.remember {
			return
		}
		s.old = s.old[1:]
		s.bytes -= len(a.payload)
		s.drop(a)
	}
}

func (s *seen) drop(a *answer) {
	for _, k := range a.keys {
		if s.byKey[k] == a {
			delete(s.byKey, k)
		}
	}
}
