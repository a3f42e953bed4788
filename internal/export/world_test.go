package export

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"olbot/approvals"
	"olbot/onelogin"
)

// A world is a sink, what it logs and how late it is.
type world struct {
	t    *testing.T
	log  *observer.ObservedLogs
	late time.Duration
	saw  []error
	sink *Sink
}

// newWorld makes a sink for the destination. certificate is the test's own authority, nil: none.
func newWorld(t *testing.T, to string, certificate *testServer, more ...func(*Config)) *world {
	t.Helper()
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	core, logs := observer.New(zapcore.DebugLevel)
	w := &world{t: t, log: logs}
	c := Config{
		To: u, Format: Each(func(e approvals.Event) ([]byte, error) { return text(e), nil }),
		Authorization: onelogin.NewSecret("Splunk hunter2"), UserAgent: "olbot/v1", Transport: http.DefaultTransport,
		Log: zap.New(core), Now: func() time.Time { return time.Now().Add(w.late) }, Saw: func(err error) { w.saw = append(w.saw, err) },
	}
	if certificate != nil {
		c.Transport = certificate.Client().Transport
	}
	for _, change := range more {
		change(&c)
	}
	w.sink = New(c)
	if to, ok := w.sink.to.(*syslog); ok && certificate != nil {
		to.dialer.Config.RootCAs = certificate.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	}
	return w
}

// text is what a test's event is sent as: with the wide and the odd, and sometimes long.
func text(e approvals.Event) []byte {
	reason := `lost “her” phone \u0000 ` + "\x7f \u2028 é 🚨"
	if e.Number%7 == 0 {
		reason += strings.Repeat("very long ", 3000)
	}
	return fmt.Appendf(nil, `{"number":%d,"reason":"%s"}`, e.Number, reason)
}

// events are those numbered from first to last.
func events(first, last int64) (all []approvals.Event) {
	for n := first; n <= last; n++ {
		all = append(all, approvals.Event{
			Number: n, At: time.Date(2026, 11, 30, 14, 17, int(n%60), 123456789, time.UTC), Kind: approvals.EventAsked, Hash: strings.Repeat("ab", 32),
		})
	}
	return all
}

// send sends the events at once and wants so many to be taken.
func (w *world) send(all []approvals.Event, want int) {
	w.t.Helper()
	if sent, err := w.sink.Send(w.t.Context(), all, approvals.Doubt{}); err != nil || sent != want {
		w.t.Errorf("sent %d, %v, want %d", sent, err, want)
	}
}

// sendAll sends the events as approvals.Service does: again from the first that was not sent, after the pause that the sink
// wants, which only the sink's clock takes.
func (w *world) sendAll(all []approvals.Event) {
	w.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); len(all) > 0; {
		sent, err := w.sink.Send(w.t.Context(), all[:min(len(all), 100)], approvals.Doubt{})
		all = all[sent:]
		if err == nil {
			continue
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("event %d does not arrive: %v", all[0].Number, err)
		}
		w.later(err)
		time.Sleep(time.Millisecond) // the receiver may be starting
	}
}

// later lets the pause pass that the sink wants.
func (w *world) later(err error) {
	w.t.Helper()
	if err == nil {
		return
	}
	again, ok := errors.AsType[*approvals.TemporaryError](err)
	if _, unsure := errors.AsType[*approvals.UnsureError](err); !ok || unsure || again.After <= 0 || again.After > time.Minute {
		w.t.Fatalf("%#v (%v), want one that says to try again within a minute", err, err)
	}
	w.late += again.After
}

// fails sends the events and wants none to be taken, and these words in the log, each time anew; none of them a secret.
func (w *world) fails(all []approvals.Event, says string) {
	w.t.Helper()
	logged := w.log.Len()
	sent, err := w.sink.Send(w.t.Context(), all, approvals.Doubt{})
	if err == nil || sent != 0 {
		w.t.Fatalf("sent %d, %v, want none", sent, err)
	}
	w.later(err)
	lines := w.log.All()[logged:]
	if len(lines) != 1 {
		w.t.Fatalf("%d lines are logged", len(lines))
	}
	line := fmt.Sprint(lines[0].Message, " ", lines[0].ContextMap())
	if !strings.Contains(line, says) {
		w.t.Errorf("logged %s\nwant %s", line, says)
	}
	for _, secret := range []string{"hunter2", "token=", "very long", "lost", "the body"} {
		if strings.Contains(line, secret) {
			w.t.Errorf("%s is in the log: %s", secret, line)
		}
	}
}

// inOrder wants the lines to be the events from the first to the last, each at least once, none before another that comes
// before it has come, and none changed. It returns how often one came again.
func inOrder(t *testing.T, lines []string, last int64) (again int) {
	t.Helper()
	next := int64(1)
	for _, got := range lines {
		var n int64
		if _, err := fmt.Sscanf(got, `{"number":%d,`, &n); err != nil || n > next {
			t.Fatalf("%.60q comes before event %d", got, next)
		}
		if want := string(text(approvals.Event{Number: n})); got != want {
			t.Fatalf("event %d has arrived as %.200q, want %.200q", n, got, want)
		}
		if n < next {
			again++
			continue
		}
		next++
	}
	if next != last+1 {
		t.Fatalf("event %d has not arrived", next)
	}
	return again
}

func split(body []byte) (lines []string) {
	for l := range bytes.Lines(body) {
		lines = append(lines, strings.TrimSuffix(string(l), "\n"))
	}
	return lines
}

// A testServer stands for its certificate.
type testServer = httptest.Server

// authority is a server whose certificate is for example.com and 127.0.0.1.
func authority(t *testing.T) *testServer {
	t.Helper()
	s := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(s.Close)
	return s
}

func certificate(s *testServer) *tls.Config {
	return &tls.Config{Certificates: s.TLS.Certificates}
}

// A lineLog is what a receiver has kept.
type lineLog struct {
	mu    sync.Mutex
	lines []string
}

func (l *lineLog) add(lines ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, lines...)
}

func (l *lineLog) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.lines...)
}

func TestNamesAreStableAndShowNoSecret(t *testing.T) {
	for to, want := range map[string]string{
		"https://siem.example.com":                                           "https://siem.example.com",
		"https://siem.example.com/":                                          "https://siem.example.com",
		"https://siem.example.com/?token=hunter2":                            "https://siem.example.com",
		"https://siem.example.com:8088/services/collector/raw":               "https://siem.example.com:8088#7349efc9",
		"https://siem.example.com:8088/services/collector/raw?token=hunter2": "https://siem.example.com:8088#7349efc9",
		"syslog+tls://siem.example.com:6514":                                 "syslog+tls://siem.example.com:6514",
		"file:///var/log/olbot.jsonl":                                        "file:/var/log/olbot.jsonl",
	} {
		u, err := url.Parse(to)
		if err != nil {
			t.Fatal(err)
		}
		if got := Name(u); got != want {
			t.Errorf("%s is called %s, want %s", to, got, want)
		}
	}
}

func TestPausesGrowToAMinute(t *testing.T) {
	w := newWorld(t, "http://"+nobody(t), nil)
	var pauses []time.Duration
	for range 9 {
		_, err := w.sink.Send(t.Context(), events(1, 1), approvals.Doubt{})
		again, ok := errors.AsType[*approvals.TemporaryError](err)
		if !ok || !again.NotYet {
			t.Fatalf("%#v, want one that may be tried again and has been logged", err)
		}
		pauses = append(pauses, again.After)
		if n := len(w.saw); n != len(pauses) {
			t.Fatalf("%d tries, want %d", n, len(pauses))
		}
		// An event comes: the job is due, and the sink is still not tried.
		_, err = w.sink.Send(t.Context(), events(1, 2), approvals.Doubt{})
		if early, ok := errors.AsType[*approvals.TemporaryError](err); !ok || !early.NotYet || early.After <= 0 || early.After > again.After {
			t.Fatalf("%#v, want the rest of the pause", err)
		}
		if n := len(w.saw); n != len(pauses) {
			t.Fatalf("it was tried within its pause")
		}
		w.late += again.After
	}
	want := []time.Duration{1, 2, 4, 8, 16, 32, 60, 60, 60}
	for i, p := range pauses {
		if p != want[i]*time.Second {
			t.Fatalf("pauses %v, want %v s", pauses, want)
		}
	}
}

func TestAFormatThatFailsSendsNothing(t *testing.T) {
	w := newWorld(t, "http://"+nobody(t), nil, func(c *Config) {
		c.Format = Each(func(approvals.Event) ([]byte, error) { return nil, errors.New("odd") })
	})
	if sent, err := w.sink.Send(t.Context(), events(1, 1), approvals.Doubt{}); sent != 0 || err == nil || len(w.saw) > 0 {
		t.Errorf("sent %d, %v", sent, err)
	}
}

func TestAStopIsNoFailure(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := newWorld(t, "http://"+serve(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // or the server does not see the end of the connection
		cancel()
		<-r.Context().Done()
	}), nil)
	if sent, err := w.sink.Send(ctx, events(1, 1), approvals.Doubt{}); sent != 0 || !errors.Is(err, context.Canceled) || len(w.saw) > 0 || w.log.Len() > 0 {
		t.Errorf("sent %d, %v, saw %v, logged %v", sent, err, w.saw, w.log.All())
	}
}
