package bot

import (
	"encoding/json"
	"sync"
	"time"
)

// seenEnvelopes remembers the envelopes of the last minutes and what was answered, so that a repeated
// delivery gets the same answer without being handled again. It is the cheap first line: it is
// lost with the process, and the store is what guarantees.
type seenEnvelopes struct {
	limits socketLimits

	mu    sync.Mutex
	byKey map[string]*ackMemory
	old   []*ackMemory // finished, the oldest first
	bytes int          // of the payloads in old
}

// An ackMemory is open until done is closed; the rest is set then.
type ackMemory struct {
	keys    []string
	done    chan struct{}
	payload json.RawMessage
	at      time.Time
	void    bool // the envelope was not answered after all
}

func newSeen(l socketLimits) *seenEnvelopes {
	return &seenEnvelopes{limits: l, byKey: make(map[string]*ackMemory)}
}

// start returns the answer that any of the keys has, or a new, open one and true.
func (s *seenEnvelopes) start(keys []string) (a *ackMemory, first bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.prune()
	for _, k := range keys {
		if a := s.byKey[k]; a != nil {
			return a, false
		}
	}
	a = &ackMemory{keys: keys, done: make(chan struct{})}
	for _, k := range keys {
		s.byKey[k] = a
	}
	return a, true
}

// finish closes the answer. Only now it begins to age: what is in flight is never forgotten.
func (s *seenEnvelopes) finish(a *ackMemory, payload json.RawMessage) {
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
func (s *seenEnvelopes) forget(a *ackMemory) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(a)
	a.void = true
	close(a.done)
}

func (s *seenEnvelopes) prune() {
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

func (s *seenEnvelopes) drop(a *ackMemory) {
	for _, k := range a.keys {
		if s.byKey[k] == a {
			delete(s.byKey, k)
		}
	}
}
