package bot

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

// A socketHarness is a Socket under test, running against a fakeSlack.
type socketHarness struct {
	*Socket
	t     testing.TB
	slack *fakeSlack
	logs  *observer.ObservedLogs
	stop  context.CancelFunc
	ended chan struct{}
	err   error // of Run, once ended is closed

	mu      sync.Mutex
	counts  map[SocketCount]int
	hellos  []Hello
	handled []Envelope
}

// inSocketBubble runs f with a clock that stands still while anything happens, and Slack over pipes.
func inSocketBubble(t *testing.T, f func(t *testing.T, slack *fakeSlack)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(t, newPipedSlack(t)) })
}

// newSocketHarness prepares a Socket that answers every envelope with {"text":"done"}. tweak may change
// the configuration.
func newSocketHarness(t testing.TB, slack *fakeSlack, tweak func(*SocketConfig)) *socketHarness {
	core, logs := observer.New(zapcore.DebugLevel)
	h := &socketHarness{t: t, slack: slack, logs: logs, ended: make(chan struct{}), counts: map[SocketCount]int{}}
	cfg := SocketConfig{
		APIURL:      slack.url,
		AppToken:    fakeToken,
		AppID:       "A1",
		Connections: 1,
		Handler:     func(context.Context, Envelope) any { return saying("done") },
		Busy:        func(Envelope) any { return saying("busy") },
		Broken:      func(Envelope) any { return saying("broken") },
		Log:         zap.New(core),
		HTTPClient:  &http.Client{Transport: &http.Transport{DialContext: slack.dial, DisableKeepAlives: true}},
		Hooks: SocketHooks{
			Counted: func(c SocketCount) { h.locked(func() { h.counts[c]++ }) },
			Hello:   func(e Hello) { h.locked(func() { h.hellos = append(h.hellos, e) }) },
		},
	}
	if tweak != nil {
		tweak(&cfg)
	}
	next := cfg.Handler
	cfg.Handler = func(ctx context.Context, e Envelope) any {
		h.locked(func() { h.handled = append(h.handled, e) })
		return next(ctx, e)
	}
	h.Socket = NewSocket(cfg)
	if slack.dial != nil {
		h.reach = slack.dial
	}
	return h
}

// start runs the Socket until the test ends.
func (h *socketHarness) start() *socketHarness {
	ctx, cancel := context.WithCancel(context.Background())
	h.stop = cancel
	go func() {
		defer close(h.ended)
		h.err = h.Run(ctx)
	}()
	h.t.Cleanup(func() {
		cancel()
		<-h.ended
		h.leaksNothing()
	})
	return h
}

// startSocket, in a bubble, runs a Socket until everything is quiet.
func startSocket(t *testing.T, slack *fakeSlack, tweak func(*SocketConfig)) *socketHarness {
	h := newSocketHarness(t, slack, tweak).start()
	synctest.Wait()
	return h
}

// leaksNothing looks for the secrets of every test in everything that was logged.
func (h *socketHarness) leaksNothing() {
	enc := zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig())
	for _, entry := range h.logs.All() {
		line, err := enc.EncodeEntry(entry.Entry, entry.Context)
		if err != nil {
			h.t.Fatal(err)
		}
		for _, secret := range []string{fakeToken, fakeTicket, fakeSecret, "/link"} {
			if strings.Contains(line.String(), secret) {
				h.t.Errorf("the log says %s", line)
			}
		}
	}
}

func (h *socketHarness) locked(f func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f()
}

func (h *socketHarness) counted(what SocketCount) (n int) {
	h.locked(func() { n = h.counts[what] })
	return n
}

func (h *socketHarness) handledIDs() (ids []string) {
	h.locked(func() {
		for _, e := range h.handled {
			ids = append(ids, e.ID)
		}
	})
	return ids
}

func saying(s string) map[string]string { return map[string]string{"text": s} }

// doneAck is the ack that the harness' handler earns.
func doneAck(id string) fakeAck { return fakeAck{id, `{"text":"done"}`} }

func bareAck(id string) fakeAck { return fakeAck{ID: id} }
