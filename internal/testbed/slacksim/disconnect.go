package slacksim

import "slices"

// Reasons of a disconnect message (docs.slack.dev/apis/events-api/using-socket-mode). Slack
// does not document too_many_websockets; the official SDKs know it.
const (
	Warning           = "warning"             // the socket carries traffic for Options.Drain, then it is closed
	RefreshRequested  = "refresh_requested"   // closed at once
	LinkDisabled      = "link_disabled"       // Socket Mode was switched off; see EnableSocketMode
	TooManyWebsockets = "too_many_websockets" // closed at once
)

// Disconnect sends a disconnect message with this reason on these sockets (by number; all
// if none is named) and closes them as the reason implies.
func (s *Server) Disconnect(reason string, sockets ...int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if reason == LinkDisabled {
		s.disabled = true
	}
	for _, c := range s.chosen(sockets) {
		if reason != Warning {
			c.sayGoodbye(reason)
			continue
		}
		c.push(goodbye(Warning))
		s.after(s.o.Drain, c.end)
	}
}

// EnableSocketMode switches Socket Mode on again after LinkDisabled.
func (s *Server) EnableSocketMode() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.disabled = false
}

// Cut breaks these sockets (all if none is named) as a reset TCP connection: no message, no
// close frame.
func (s *Server) Cut(sockets ...int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.chosen(sockets) {
		c.ready = false
		c.cut()
	}
}

// Freeze makes these sockets (all if none is named) half-open: nothing is read or written any
// more and the app is not told. Slack goes on taking them for open, so payloads get lost there.
func (s *Server) Freeze(sockets ...int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.chosen(sockets) {
		if c.wire != nil {
			c.wire.frozen.Store(true)
		}
	}
}

// KickAfterHello closes each of the next n sockets right after its hello.
func (s *Server) KickAfterHello(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kicks = n
}

func (s *Server) chosen(numbers []int) []*socket {
	if len(numbers) == 0 {
		return slices.Clone(s.sockets)
	}
	var some []*socket
	for _, c := range s.sockets {
		if slices.Contains(numbers, c.id) {
			some = append(some, c)
		}
	}
	return some
}

func (c *socket) sayGoodbye(reason string) {
	c.push(goodbye(reason))
	c.end()
}

func goodbye(reason string) []byte {
	return encode(map[string]any{
		"type": "disconnect", "reason": reason, "debug_info": map[string]any{"host": "applink-sim"},
	})
}
