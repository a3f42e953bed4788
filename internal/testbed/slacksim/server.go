package slacksim

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"
)

// A Server is one Slack workspace with one app installed. Its methods, and those of the
// people and channels in it, may be called at the same time from any goroutine.
type Server struct {
	o     Options
	appID string
	bot   *Person // the app's bot user
	botID string  // B…, the same bot as the API's bot_id

	mu       sync.Mutex
	rng      *rand.Rand
	lastTS   time.Time
	people   map[string]*Person // under every id they answer to
	handles  map[string]*Person
	emails   map[string]*Person
	rooms    map[string]*Conversation
	general  *Conversation
	groups   map[string]*group
	posts    []*post
	triggers map[string]*trigger
	hooks    map[string]*hook
	views    map[string]*view
	changed  chan struct{}

	tickets   map[string]bool
	sockets   []*socket // open ones
	ghosts    int       // sockets that ended and are still counted
	dialled   int       // sockets ever opened
	envelopes []*envelope
	byID      map[string]*envelope
	held      []*envelope
	holding   bool
	disabled  bool // Socket Mode is switched off
	revoked   bool // the bot token is
	kicks     int  // connections still to be closed right after hello
	twice     int  // every n-th envelope is delivered twice

	distort  func(what string, o map[string]any)
	faults   []*Fault
	buckets  map[string]*bucket
	calls    []Call
	findings []Finding
	commands []*Command

	listener net.Listener
	web      *http.Server
	running  sync.WaitGroup
	done     chan struct{}
	closed   bool
}

// closeGrace is how long Close lets calls finish that are being answered.
const closeGrace = 250 * time.Millisecond

// New returns a workspace that is not reachable yet; see Start.
func New(o Options) *Server {
	seed := o.Seed
	if seed == 0 {
		seed = rand.Uint64()
	}
	rng := rand.New(rand.NewPCG(seed, 1))
	s := &Server{
		o:        o.withDefaults(rng),
		rng:      rng,
		people:   map[string]*Person{},
		handles:  map[string]*Person{},
		emails:   map[string]*Person{},
		rooms:    map[string]*Conversation{},
		groups:   map[string]*group{},
		triggers: map[string]*trigger{},
		hooks:    map[string]*hook{},
		views:    map[string]*view{},
		changed:  make(chan struct{}),
		tickets:  map[string]bool{},
		byID:     map[string]*envelope{},
		buckets:  map[string]*bucket{},
		done:     make(chan struct{}),
	}
	s.appID, s.botID = drawID(rng, "A"), drawID(rng, "B")
	s.bot = s.AddUser(User{Name: s.o.AppName, RealName: s.o.AppName, Bot: true})
	s.general = s.AddChannel(Channel{Name: "general"})
	return s
}

// Start listens and serves until Close. It refuses an address that is not loopback.
func (s *Server) Start() error {
	host, _, err := net.SplitHostPort(s.o.Addr)
	if err != nil {
		return fmt.Errorf("listen for the Slack simulator: %w", err)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("listen for the Slack simulator on %q: only loopback addresses such as 127.0.0.1 are allowed", host)
	}
	l, err := net.Listen("tcp", s.o.Addr)
	if err != nil {
		return fmt.Errorf("listen for the Slack simulator: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", s.tracked(s.serveAPI))
	mux.HandleFunc("/link/", s.tracked(s.serveLink))
	mux.HandleFunc("/commands/", s.tracked(s.serveHook))
	mux.HandleFunc("/actions/", s.tracked(s.serveHook))
	s.listener = l
	s.web = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	s.running.Go(func() {
		// Serve always returns an error; after Close it is ErrServerClosed.
		if err := s.web.Serve(wireListener{l}); !errors.Is(err, http.ErrServerClosed) {
			s.mu.Lock()
			s.found(FindingServer, "", err.Error())
			s.mu.Unlock()
		}
	})
	return nil
}

// tracked makes Close wait for a handler, and refuses to start one after Close.
func (s *Server) tracked(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			panic(http.ErrAbortHandler)
		}
		s.running.Add(1)
		s.mu.Unlock()
		defer s.running.Done()
		h(w, r)
	}
}

// after runs f once, with the lock held, when d has passed, unless the server closes before.
// The caller holds the lock.
func (s *Server) after(d time.Duration, f func()) {
	if s.closed {
		return
	}
	s.running.Go(func() {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			s.mu.Lock()
			defer s.mu.Unlock()
			if !s.closed {
				f()
			}
		case <-s.done:
		}
	})
}

// URL is the base of the Web API, with the slash at its end: http://127.0.0.1:PORT/api/.
func (s *Server) URL() string { return s.origin() + "/api/" }

func (s *Server) origin() string {
	if s.listener == nil {
		return "" // not started: nobody can connect, so nobody can use it
	}
	return "http://" + s.listener.Addr().String()
}

// BotToken is the xoxb- token of the installed app.
func (s *Server) BotToken() string { return s.o.BotToken }

// AppToken is the xapp- token with connections:write.
func (s *Server) AppToken() string { return s.o.AppToken }

// AppID is the A… id of the app.
func (s *Server) AppID() string { return s.appID }

// BotUserID is the U… id of the app's bot user.
func (s *Server) BotUserID() string { return s.bot.id }

// TeamID is the T… id of the workspace.
func (s *Server) TeamID() string { return s.o.TeamID }

// Close ends every connection, lets everybody who still waits for an answer go with the
// error "closed" and returns when nothing of the server runs any more.
func (s *Server) Close() {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		close(s.done)
		for _, c := range s.sockets {
			c.cut()
		}
		for _, e := range s.envelopes {
			s.settle(e, Answer{Err: ErrClosed})
		}
		s.touch()
	}
	s.mu.Unlock()
	if s.web != nil {
		ctx, cancel := context.WithTimeout(context.Background(), closeGrace)
		defer cancel()
		if s.web.Shutdown(ctx) != nil {
			_ = s.web.Close() // cuts what is still being served
		}
	}
	s.running.Wait()
}

// Wait returns nil as soon as cond is true, and ctx's error if ctx ends before. cond is
// asked at once and again after every change in the workspace. It must not change anything.
func (s *Server) Wait(ctx context.Context, cond func() bool) error {
	return wait(ctx, cond, func() <-chan struct{} {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.changed
	})
}

// wait asks cond after each change; next returns what the next change will close.
func wait(ctx context.Context, cond func() bool, next func() <-chan struct{}) error {
	for {
		change := next() // before cond, or a change between the two would be missed
		if cond() {
			return nil
		}
		select {
		case <-change:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// touch wakes everybody who waits for a change of the workspace, or of what these people see.
func (s *Server) touch(people ...*Person) {
	close(s.changed)
	s.changed = make(chan struct{})
	for _, p := range people {
		close(p.changed)
		p.changed = make(chan struct{})
	}
}
