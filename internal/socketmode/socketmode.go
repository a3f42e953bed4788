// Package socketmode receives what Slack delivers over Socket Mode and acks it
// (https://docs.slack.dev/apis/events-api/using-socket-mode). It knows nothing of what is in the
// payloads, and nothing else of olbot.
//
// What it promises:
//   - An envelope is acked after the handler has returned, and an ack counts as written when the
//     network has taken it. If the envelope's own connection is gone, the ack goes out on another.
//   - A connection that Slack is about to close has a successor before it is left, and is read and
//     acked until Slack closes it. Pings are answered meanwhile: reading never waits for work.
//   - Silence is a suspicion: a silent connection gets a successor and is read on. It is left with a close frame,
//     because Slack goes on counting one that ends without; Hooks tell of those.
//   - A repeated delivery is acked as the first was, without another call of the handler.
//   - A flood takes a bounded amount of memory: people are told that there is too much to do.
//   - What trying again can heal is tried again, with growing pauses. What a person must heal ends
//     Run with an *Error that says what to do.
//
// Read socketmode.go (the configuration and Run), maintain.go (the life of a connection), open.go,
// connection.go and silence.go, then frame.go and delivery.go (from a frame to its ack), envelope.go and seen.go.
//
// slack-go's socketmode.Client keeps none of the first three: docs/adr/0004-own-socket-loop.md.
package socketmode

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

// Config is what a Socket needs. AppToken, Connections and Handler are required.
type Config struct {
	APIURL   string // base of the Web API; empty: https://slack.com/api/. https unless the host is loopback
	AppToken string // the app-level token, xapp-…, with connections:write
	AppID    string // the app that the connections must belong to (bots.info); empty: not checked

	// Connections is how many are held, 1 to 10. Slack allows an app 10 over all its processes,
	// and a connection that is being replaced counts twice.
	Connections int

	// Patience is how long Slack waits for an ack; 0: its 3 s. The handler has half a second less.
	Patience time.Duration

	Handler Handler
	Busy    func(Envelope) any // ack payload of a command or interaction that was not handled: too much work, or stopping
	Broken  func(Envelope) any // ack payload when the handler failed or panicked

	Hooks      Hooks
	HTTPClient *http.Client // for apps.connections.open; nil: http.DefaultClient. Redirects are never followed
	Log        *zap.Logger  // nil: no log
}

// A Handler commits the effect of an envelope and returns what the ack says (nil: nothing). The
// ack goes out after it returned, so what it has not committed by then may be lost. An error means
// that the payload cannot be read; it is logged, so it must not quote the payload. A Handler is
// called concurrently; ctx ends shortly before Slack stops waiting for the ack.
type Handler func(ctx context.Context, e Envelope) (payload any, err error)

// A Socket holds the connections to Slack.
type Socket struct {
	cfg    Config
	log    *zap.Logger
	client *http.Client
	dialer websocket.Dialer
	timing timing
	limits limits

	roster    roster
	seen      *seen
	pace      openPace
	tolerance *tolerance
	serial    atomic.Int64 // numbers the connections

	ready     chan struct{}
	readyOnce sync.Once
	started   atomic.Bool
	stopping  atomic.Bool

	work        context.Context     // of handlers and acks: outlives Run's ctx by the graceful stop
	handling    *semaphore.Weighted // envelopes with the handler
	acking      *semaphore.Weighted // acks that need no handler: duplicates, unknown types, refusals
	connections sync.WaitGroup      // their goroutines
}

// New returns a Socket that does nothing until Run.
func New(cfg Config) *Socket {
	if cfg.APIURL == "" {
		cfg.APIURL = "https://slack.com/api/"
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
		dialer: websocket.Dialer{
			Proxy:          http.ProxyFromEnvironment,
			NetDialContext: new(net.Dialer).DialContext,
			// Slack does not put fragments of an ack together: a frame must fit the buffer.
			WriteBufferSize: 32 << 10, ReadBufferSize: 32 << 10,
		},
		timing: defaultTiming(cfg.Patience),
		limits: defaultLimits(),
		ready:  make(chan struct{}),
	}
	s.tolerance = &tolerance{now: s.timing.silence, most: s.timing.lenient}
	s.roster.more = make(chan struct{})
	s.seen = newSeen(s.limits)
	return s
}

// Ready is closed when Slack has said hello for the first time.
func (s *Socket) Ready() <-chan struct{} { return s.ready }

// Connected is the number of connections that Slack has said hello on and that are still open. It
// may exceed Config.Connections for the seconds in which old ones drain.
func (s *Socket) Connected() int {
	live, _ := s.roster.live()
	return len(live)
}

// Recheck replaces one connection, as gaplessly as when Slack refreshes it, and so brings a new
// Hello that says how many connections the app has now.
func (s *Socket) Recheck() {
	live, _ := s.roster.live()
	for _, c := range live {
		if c.requestSuccessor(reasonRecheck) {
			return
		}
	}
}

// ErrUnfinished is what Run returns when handlers were still at work, or their acks not written, 5 s
// after the stop. Their contexts have ended.
var ErrUnfinished = errors.New("stopped with Slack envelopes unfinished")

// Run connects and receives until ctx ends, or until an error that trying again cannot heal. It
// may be called once.
//
// When ctx ends no envelope is handled any more (commands and interactions get Busy, events are left
// for Slack to redeliver), running handlers finish, their acks are written (reconnecting if need
// be), and the connections are closed in order: Run returns nil, or ErrUnfinished, after 8 s at
// most. The same happens before it returns an *Error. A configuration that cannot work is an error
// at once.
func (s *Socket) Run(ctx context.Context) error {
	if err := s.check(); err != nil {
		return err
	}
	work, endWork := context.WithCancel(context.WithoutCancel(ctx))
	defer endWork()
	s.work = work
	s.handling = semaphore.NewWeighted(s.limits.inFlight)
	s.acking = semaphore.NewWeighted(s.limits.inFlight)

	failed := make(chan error, s.cfg.Connections)
	var wg sync.WaitGroup
	for range s.cfg.Connections {
		wg.Go(func() {
			if err := s.maintain(work); err != nil {
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

	unfinished := s.finishWork()
	endWork() // ends maintain too
	wg.Wait()
	s.leaveAll()
	if cause != nil {
		return cause
	}
	return unfinished
}

// finishWork takes no more work and waits until the work in hand is acked.
func (s *Socket) finishWork() error {
	s.stopping.Store(true)
	ctx, cancel := context.WithTimeout(s.work, s.timing.stop)
	defer cancel()
	// A semaphore gives out no more parts while the whole is waited for.
	for _, sem := range []*semaphore.Weighted{s.handling, s.acking} {
		if sem.Acquire(ctx, s.limits.inFlight) != nil {
			s.log.Error("handlers or acks did not finish in time", zap.Duration("timeout", s.timing.stop))
			return ErrUnfinished
		}
	}
	return nil
}

// leaveAll says goodbye on every connection and waits until all are closed.
func (s *Socket) leaveAll() {
	var wg sync.WaitGroup
	for _, c := range s.roster.all() {
		wg.Go(func() { c.leave(s.timing.goodbye) })
	}
	wg.Wait()
	s.connections.Wait()
}

func (s *Socket) check() error {
	const doing = "check Socket Mode configuration: "
	if s.cfg.Handler == nil {
		return errors.New(doing + "a handler is required")
	}
	if s.cfg.AppToken == "" {
		return errors.New(doing + "an app-level token (xapp-…) is required")
	}
	if n := s.cfg.Connections; n < 1 || n > 10 {
		return fmt.Errorf(doing+"%d connections asked for, Slack allows 1 to 10", n)
	}
	u, err := url.Parse(s.cfg.APIURL)
	if err != nil || !isSecure(u, "https", "http") {
		return errors.New(doing + "the Slack API URL must be https (http only on loopback)")
	}
	if s.started.Swap(true) {
		return errors.New("run Socket Mode: already run")
	}
	return nil
}
