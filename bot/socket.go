package bot

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/zap"
	"golang.org/x/sync/semaphore"
)

// Why this is not slack-go's socketmode.Client. Measured against a local server, v0.35.0
//   - drops a connection at once on Slack's "disconnect" warning: five envelopes sent in the ten
//     seconds that the warning announces were all lost, and the event is never shown to the program;
//   - reconnects without a pause when it is kicked right after connecting (about 660
//     apps.connections.open a second), and waits without a limit when that call hangs;
//   - stops reading, and with it answering pings, once 50 events wait for their consumer: of 120
//     envelopes 47 survived;
//   - calls an ack done when it is queued, and drops the queue when it stops;
//   - never acks an envelope of a type it does not know;
//   - retries missing_scope and not_allowed_token_type for ever.
//
// Its types for interactions are used here; the loop is not.

// SocketConfig is what a Socket needs. AppToken and Handler are required.
type SocketConfig struct {
	APIURL   string // base of the Web API; empty: https://slack.com/api/. https unless the host is loopback
	AppToken string // the app-level token, xapp-…, with connections:write
	AppID    string // the app that the connections must belong to (bots.info); empty: not checked

	// Connections is how many are held, 1 to 10. Slack allows an app 10 over all its processes,
	// and while it refreshes one, that one counts twice.
	Connections int

	// Patience is how long Slack waits for an ack; 0: its 3 s. The handler has half a second less.
	Patience time.Duration

	Handler Handler
	Busy    func(Envelope) any // ack payload of a command or click that was not handled: too much work, or stopping
	Broken  func(Envelope) any // ack payload when the handler panicked or the payload cannot be decoded

	// StopTimeout bounds the wait for handlers and their acks at the end; 0: 5 s. Closing the
	// connections can take another 3 s.
	StopTimeout time.Duration

	Hooks      SocketHooks
	HTTPClient *http.Client // for apps.connections.open; nil: http.DefaultClient. Redirects are never followed
	Log        *zap.Logger  // nil: no log
}

// A Handler commits the effect of an envelope and returns what the ack says (nil: nothing). The
// ack goes out after it returned, so what it has not committed by then may be lost. It is called
// concurrently; ctx ends when the 3 s that Slack waits are nearly over.
type Handler func(ctx context.Context, e Envelope) (payload any)

// A Socket receives what Slack delivers over Socket Mode
// (https://docs.slack.dev/apis/events-api/using-socket-mode) and acks it.
type Socket struct {
	cfg    SocketConfig
	log    *zap.Logger
	client *http.Client
	dialer websocket.Dialer
	reach  func(ctx context.Context, network, addr string) (net.Conn, error) // what dialer uses
	timing socketTiming
	limits socketLimits

	roster roster
	seen   *seenEnvelopes
	pace   openPace
	serial atomic.Int64 // numbers the connections

	ready     chan struct{}
	readyOnce sync.Once
	running   atomic.Bool
	stopping  atomic.Bool

	work    context.Context     // of the handlers and acks: outlives Run's ctx by the graceful stop
	slots   *semaphore.Weighted // envelopes being handled
	spare   *semaphore.Weighted // goroutines that wait for an envelope to handle
	aside   *semaphore.Weighted // acks that need no handler: duplicates, unknown types, refusals
	readers sync.WaitGroup

	handlers chan assignment // to those goroutines
}

// NewSocket returns a Socket that does nothing until Run.
func NewSocket(cfg SocketConfig) *Socket {
	if cfg.APIURL == "" {
		cfg.APIURL = "https://slack.com/api/"
	}
	if cfg.StopTimeout == 0 {
		cfg.StopTimeout = 5 * time.Second
	}
	if cfg.Log == nil {
		cfg.Log = zap.NewNop()
	}
	if cfg.HTTPClient == nil {
		cfg.HTTPClient = http.DefaultClient
	}
	client := *cfg.HTTPClient
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	s := &Socket{
		cfg:    cfg,
		log:    cfg.Log,
		client: &client,
		// Slack does not put fragments of an ack together: a frame must fit the buffer.
		dialer: websocket.Dialer{Proxy: http.ProxyFromEnvironment, WriteBufferSize: 32 << 10, ReadBufferSize: 32 << 10},
		reach:  new(net.Dialer).DialContext,
		timing: defaultSocketTiming(cfg.Patience),
		limits: defaultSocketLimits(),
		ready:  make(chan struct{}),

		handlers: make(chan assignment),
	}
	s.roster.more = make(chan struct{})
	s.seen = newSeen(s.limits)
	return s
}

// Ready is closed when Slack has said hello for the first time.
func (s *Socket) Ready() <-chan struct{} { return s.ready }

// Connected is the number of connections that Slack has said hello on and that are still open. It
// may exceed SocketConfig.Connections for the seconds in which old ones drain.
func (s *Socket) Connected() int {
	live, _ := s.roster.live()
	return len(live)
}

// Recheck replaces one connection by a fresh one, as gapless as Slack's own refresh, and so brings
// a new Hello that says how many connections the app has now.
func (s *Socket) Recheck() {
	live, _ := s.roster.live()
	for _, c := range live {
		if c.ask(reasonRecheck) {
			return
		}
	}
}

// ErrHandlersUnfinished is what Run returns when handlers were still at work, or their acks not
// written, after SocketConfig.StopTimeout. Their contexts have ended.
var ErrHandlersUnfinished = errors.New("stopped with Slack envelopes unfinished")

// Run connects and receives until ctx ends, or until an error that trying again cannot heal. It
// may be called once.
//
// When ctx ends no envelope is handled any more (commands and clicks get Busy, events are left for
// Slack to redeliver), running handlers finish, their acks are written (reconnecting if need be),
// and the connections are closed in order: Run returns nil, or ErrHandlersUnfinished. The same
// happens before it returns a *SocketError. A configuration that cannot work is an error at once.
func (s *Socket) Run(ctx context.Context) error {
	if err := s.check(); err != nil {
		return err
	}
	work, endWork := context.WithCancel(context.WithoutCancel(ctx))
	defer endWork()
	lines, endLines := context.WithCancel(work)
	defer endLines()
	s.work = work
	s.slots = semaphore.NewWeighted(s.limits.inFlight)
	s.aside = semaphore.NewWeighted(s.limits.inFlight)
	s.spare = semaphore.NewWeighted(s.limits.spare)

	failed := make(chan error, s.cfg.Connections)
	var wg sync.WaitGroup
	for range s.cfg.Connections {
		wg.Go(func() {
			if err := s.keep(lines); err != nil {
				failed <- err
			}
		})
	}
	var cause error
	select {
	case <-ctx.Done():
	case cause = <-failed:
		s.log.Error("Socket Mode stops", zap.Error(cause))
	}

	unfinished := s.finish()
	endWork() // ends the lines too
	wg.Wait()
	s.leaveAll()
	if cause != nil {
		return cause
	}
	return unfinished
}

// finish takes no more work and waits until the work in hand is acked.
func (s *Socket) finish() error {
	s.stopping.Store(true)
	ctx, cancel := context.WithTimeout(s.work, s.cfg.StopTimeout)
	defer cancel()
	// While the whole is asked for, the semaphores give out no more parts.
	for _, sem := range []*semaphore.Weighted{s.slots, s.aside} {
		if sem.Acquire(ctx, s.limits.inFlight) != nil {
			s.log.Error("handlers or acks did not finish in time", zap.Duration("timeout", s.cfg.StopTimeout))
			return ErrHandlersUnfinished
		}
	}
	return nil
}

// leaveAll says goodbye on every connection and waits until all are closed.
func (s *Socket) leaveAll() {
	var wg sync.WaitGroup
	for _, c := range s.roster.all() {
		wg.Go(c.leave)
	}
	wg.Wait()
	s.readers.Wait()
}

func (s *Socket) check() error {
	if s.cfg.Handler == nil {
		return errors.New("check Socket Mode configuration: a handler is required")
	}
	if s.cfg.AppToken == "" {
		return errors.New("check Socket Mode configuration: an app-level token (xapp-…) is required")
	}
	if n := s.cfg.Connections; n < 1 || n > 10 {
		return fmt.Errorf("check Socket Mode configuration: %d connections asked for, Slack allows 1 to 10", n)
	}
	u, err := url.Parse(s.cfg.APIURL)
	if err != nil || !secureURL(u, "https", "http") {
		return errors.New("check Socket Mode configuration: the Slack API URL must be https (http only on loopback)")
	}
	if s.running.Swap(true) {
		return errors.New("run Socket Mode: already run")
	}
	return nil
}
