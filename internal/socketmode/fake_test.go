package socketmode

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// A fakeSlack speaks apps.connections.open and the WebSocket, and nothing else. It shares no type
// with the code under test. It runs on loopback or, so that testing/synctest can hold its clock,
// over pipes in memory.
type fakeSlack struct {
	t   *testing.T
	url string // of the Web API

	onOpen    func(n int, w http.ResponseWriter) bool // answers the n-th open; false: with a URL
	onLink    func(n int, w http.ResponseWriter) bool // answers the n-th handshake; false: with an upgrade
	onConnect func(c *fakeConn)                       // default: says hello

	stop func()
	dial func(ctx context.Context, network, addr string) (net.Conn, error) // nil: the network
	tls  *tls.Config                                                       // of whoever connects; nil: no TLS

	mu    sync.Mutex
	opens int
	links int
	conns []*fakeConn
	used  map[string]bool // tickets
}

const (
	fakeToken  = "xapp-1-A1-hunter2"
	fakeTicket = "tickettickettick"
	fakeSecret = "correct-horse" // stands in payloads that must not be logged
)

// newFakeSlack serves on loopback.
func newFakeSlack(t *testing.T) *fakeSlack {
	f := &fakeSlack{t: t, used: map[string]bool{}}
	srv := httptest.NewServer(f)
	f.url = srv.URL + "/api/"
	f.stop = func() { f.hangUp(); srv.Close() }
	t.Cleanup(f.stop)
	return f
}

// newPipedSlack serves inside synctest, without a network. With a certificate it speaks TLS.
func newPipedSlack(t *testing.T, certs ...tls.Certificate) *fakeSlack {
	f := &fakeSlack{t: t, used: map[string]bool{}, url: "http://127.0.0.1:1/api/"}
	pipes := &pipeListener{conns: make(chan net.Conn), done: make(chan struct{})}
	f.dial = pipes.dial
	srv := &http.Server{Handler: f}
	var l net.Listener = pipes
	if len(certs) > 0 {
		f.url = "https://127.0.0.1:1/api/"
		f.tls = &tls.Config{RootCAs: x509.NewCertPool()}
		f.tls.RootCAs.AddCert(certs[0].Leaf)
		l = tls.NewListener(l, &tls.Config{Certificates: certs})
	}
	go func() { _ = srv.Serve(l) }()
	f.stop = func() {
		f.hangUp()
		_ = srv.Close()
		if f.tls != nil {
			time.Sleep(10 * time.Second) // a goodbye in TLS that nobody reads is given up after 5 s
		}
	}
	t.Cleanup(f.stop)
	return f
}

func (f *fakeSlack) hangUp() {
	for _, c := range f.all() {
		_ = c.ws.Close()
	}
}

func (f *fakeSlack) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/api/apps.connections.open":
		f.open(w, r)
	case "/link":
		f.connect(w, r)
	default:
		f.t.Errorf("request for %s", r.URL.Path)
	}
}

func (f *fakeSlack) open(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || r.Header.Get("Authorization") != "Bearer "+fakeToken {
		f.t.Errorf("open with %s and Authorization %q", r.Method, r.Header.Get("Authorization"))
	}
	f.mu.Lock()
	f.opens++
	n := f.opens
	f.mu.Unlock()
	if f.onOpen != nil && f.onOpen(n, w) {
		return
	}
	scheme := "ws"
	if r.TLS != nil {
		scheme = "wss"
	}
	_, _ = fmt.Fprintf(w, `{"ok":true,"url":"%s://%s/link?ticket=%s%d&app_id=A1"}`, scheme, r.Host, fakeTicket, n)
}

func (f *fakeSlack) connect(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	f.mu.Lock()
	fresh := strings.HasPrefix(ticket, fakeTicket) && !f.used[ticket]
	f.used[ticket] = true
	f.links++
	n := f.links
	f.mu.Unlock()
	if !fresh {
		f.t.Errorf("connected with a ticket that is not fresh")
	}
	if f.onLink != nil && f.onLink(n, w) {
		return
	}
	ws, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		f.t.Errorf("upgrade: %v", err)
		return
	}
	c := &fakeConn{t: f.t, ws: ws}
	f.mu.Lock()
	f.conns = append(f.conns, c)
	c.number = len(f.conns)
	f.mu.Unlock()
	if f.onConnect != nil {
		f.onConnect(c)
	} else {
		c.hello()
	}
	c.read()
}

func (f *fakeSlack) all() []*fakeConn {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]*fakeConn(nil), f.conns...)
}

func (f *fakeSlack) opened() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.opens
}

// conn returns the n-th connection, counted from 1.
func (f *fakeSlack) conn(n int) *fakeConn {
	f.t.Helper()
	if all := f.all(); len(all) >= n {
		return all[n-1]
	}
	f.t.Fatalf("connection %d does not exist", n)
	return nil
}

type pipeListener struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case l.conns <- theirs:
		return ours, nil
	case <-l.done:
		return nil, errors.New("refused")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, io.EOF
	}
}

func (l *pipeListener) Close() error   { l.once.Do(func() { close(l.done) }); return nil }
func (l *pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }
