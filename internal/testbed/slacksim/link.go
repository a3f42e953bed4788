package slacksim

import (
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

// maxSockets is how many connections an app may have (docs.slack.dev/apis/events-api/using-socket-mode).
const maxSockets = 10

// upgrader takes any origin: SDKs name https://api.slack.com or nothing.
var upgrader = websocket.Upgrader{
	WriteBufferSize: 64 << 10,
	CheckOrigin:     func(*http.Request) bool { return true },
}

// A Connection is an open socket as Slack sees it.
type Connection struct {
	Number       int // counts every socket ever opened, from 1
	Opened       time.Time
	Pings, Pongs int // sent, and answered by the app
}

// Connections is every socket that Slack takes for open, the oldest first. A frozen one is among them.
func (s *Server) Connections() []Connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Connection, len(s.sockets))
	for i, c := range s.sockets {
		all[i] = Connection{Number: c.id, Opened: c.opened, Pings: c.pings, Pongs: c.pongs}
	}
	return all
}

// ConnectionsEver is how many sockets were ever opened.
func (s *Server) ConnectionsEver() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dialled
}

// serveLink opens a socket for whoever brings an unused ticket.
func (s *Server) serveLink(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	s.mu.Lock()
	good := s.tickets[ticket]
	delete(s.tickets, ticket)
	if !good {
		s.found(FindingTicket, "", "a socket was opened with an unknown or used ticket")
	}
	s.mu.Unlock()
	if !good {
		http.Error(w, "invalid ticket", http.StatusUnauthorized)
		return
	}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has answered
	}
	c := &socket{s: s, ws: ws, wake: make(chan struct{}, 1), gone: make(chan struct{})}
	if line, ok := ws.NetConn().(*wire); ok {
		c.wire = line
		line.watching.Store(true)
	}
	s.welcome(c)
	s.running.Go(c.write)
	c.read()
}

// welcome registers the socket and says hello, or why it may not stay.
func (s *Server) welcome(c *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dialled++
	c.id, c.opened = s.dialled, s.o.Now()
	s.sockets = append(s.sockets, c)
	switch {
	case s.closed:
		c.cut()
		return
	case s.disabled:
		c.sayGoodbye(LinkDisabled)
		return
	case len(s.sockets) > maxSockets:
		c.sayGoodbye(TooManyWebsockets)
		return
	}
	appID := s.appID
	if s.o.HelloAppID != "" {
		appID = s.o.HelloAppID
	}
	c.push(encode(map[string]any{
		"type": "hello", "num_connections": len(s.sockets) + s.ghosts,
		"connection_info": map[string]any{"app_id": appID},
		"debug_info": map[string]any{
			"host": "applink-sim", "started": c.opened.UTC().Format("2006-01-02 15:04:05.000"),
			"build_number": 1, "approximate_connection_time": int(s.o.SocketLife.Seconds()),
		},
	}))
	if s.kicks > 0 {
		s.kicks--
		c.end()
		return
	}
	c.ready = true
	s.touch()
}
