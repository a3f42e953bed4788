package slacksim

import (
	"maps"
	"time"
)

// A Call is the record of one Web API call or one use of a response_url.
type Call struct {
	Method string            // "chat.postMessage"; "response_url" for those
	Args   map[string]string // without the token
	At     time.Time
	Status int    // HTTP status of the answer; 0 if the connection was cut
	Error  string // of {"ok":false}; empty if the call did what it says
	Fault  bool   // the answer was made up by Fail; the effect took place if After was set
}

// Calls is every call so far, in the order in which they took effect. Methods, if given, are
// the only ones returned.
func (s *Server) Calls(methods ...string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var some []Call
	for _, c := range s.calls {
		for _, m := range methods {
			if c.Method == m {
				some = append(some, c)
			}
		}
		if len(methods) == 0 {
			some = append(some, c)
		}
	}
	return some
}

// log records a call. The caller holds the lock.
func (s *Server) log(c Call) {
	c.At = s.o.Now()
	c.Args = maps.Clone(c.Args)
	delete(c.Args, "token")
	s.calls = append(s.calls, c)
	s.touch()
}
