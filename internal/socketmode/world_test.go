package socketmode

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

// A world is a Socket under test, running against a fakeSlack.
type world struct {
	*Socket
	t     *testing.T
	logs  *observer.ObservedLogs
	stop  context.CancelFunc
	ended chan struct{}
	err   error // of Run, once ended is closed

	mu      sync.Mutex
	counts  map[Count]int
	hellos  []Hello
	began   []int64        // the connections that were opened
	goodbye map[int64]bool // the connections that ended, and whether with a close frame of Slack's
	handled []Envelope
}

// inWorld runs f with a clock that stands still while anything happens, and Slack over pipes.
func inWorld(t *testing.T, f func(t *testing.T, slack *fakeSlack)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(t, newPipedSlack(t)) })
}

// newWorld prepares a Socket that answers every envelope with {"text":"done"}. tweak may change
// the configuration.
func newWorld(t *testing.T, slack *fakeSlack, tweak func(*Config)) *world {
	core, logs := observer.New(zapcore.DebugLevel)
	w := &world{t: t, logs: logs, ended: make(chan struct{}), counts: map[Count]int{}, goodbye: map[int64]bool{}}
	cfg := Config{
		APIURL:      slack.url,
		AppToken:    fakeToken,
		AppID:       "A1",
		Connections: 1,
		Handler:     func(context.Context, Envelope) (any, error) { return saying("done"), nil },
		Busy:        func(Envelope) any { return saying("busy") },
		Broken:      func(Envelope) any { return saying("broken") },
		Log:         zap.New(core),
		HTTPClient:  &http.Client{Transport: &http.Transport{DialContext: slack.dial, TLSClientConfig: slack.tls, DisableKeepAlives: true}},
		Hooks: Hooks{
			Counted: func(c Count) { w.locked(func() { w.counts[c]++ }) },
			Hello:   func(e Hello) { w.locked(func() { w.hellos = append(w.hellos, e) }) },
			Opened:  func(c int64) { w.locked(func() { w.began = append(w.began, c) }) },
			Ended:   func(c int64, goodbye bool) { w.locked(func() { w.goodbye[c] = goodbye }) },
		},
	}
	if tweak != nil {
		tweak(&cfg)
	}
	next := cfg.Handler
	cfg.Handler = func(ctx context.Context, e Envelope) (any, error) {
		w.locked(func() { w.handled = append(w.handled, e) })
		return next(ctx, e)
	}
	w.Socket = New(cfg)
	if slack.dial != nil {
		w.dialer.NetDialContext, w.dialer.TLSClientConfig = slack.dial, slack.tls
	}
	return w
}

// start runs the Socket until the test ends.
func (w *world) start() *world {
	ctx, cancel := context.WithCancel(context.Background())
	w.stop = cancel
	go func() {
		defer close(w.ended)
		w.err = w.Run(ctx)
	}()
	w.t.Cleanup(func() {
		cancel()
		<-w.ended
		w.leaksNothing()
	})
	return w
}

// startWorld, inside inWorld, runs a Socket until everything is quiet.
func startWorld(t *testing.T, slack *fakeSlack, tweak func(*Config)) *world {
	w := newWorld(t, slack, tweak).start()
	synctest.Wait()
	return w
}

// leaksNothing looks for the secrets of every test in everything that was logged.
func (w *world) leaksNothing() {
	enc := zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig())
	for _, entry := range w.logs.All() {
		line, err := enc.EncodeEntry(entry.Entry, entry.Context)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, secret := range []string{fakeToken, fakeTicket, fakeSecret, "/link"} {
			if strings.Contains(line.String(), secret) {
				w.t.Errorf("the log says %s", line)
			}
		}
	}
}

func (w *world) locked(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f()
}

func (w *world) counted(what Count) (n int) {
	w.locked(func() { n = w.counts[what] })
	return n
}

func (w *world) handledIDs() (ids []string) {
	w.locked(func() {
		for _, e := range w.handled {
			ids = append(ids, e.ID)
		}
	})
	return ids
}

func saying(s string) map[string]string { return map[string]string{"text": s} }

// doneAck is the ack that the world's handler earns.
func doneAck(id string) fakeAck { return fakeAck{id, `{"text":"done"}`} }

func bareAck(id string) fakeAck { return fakeAck{ID: id} }
