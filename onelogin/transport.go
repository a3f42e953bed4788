package onelogin

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"sync"
)

// maxBody bounds what is read of an answer. The largest one expected is a user, a few KiB.
const maxBody = 1 << 20

var (
	errShut     = errors.New("the request was given up")
	errTooLarge = errors.New("the answer is too large")
	errBroken   = errors.New("the connection broke or did not speak HTTP")
)

// transports returns the two ways out: one that keeps connections, for look-ups, and one that makes a connection of
// HTTP/1.1 for every request. The latter matters twice. A kept connection that the other side is just closing swallows a
// request, and nobody can say whether it was worked on. And net/http logs the first bytes of what arrives on an idle
// connection, which must never be part of an answer that holds a secret.
func transports(client *http.Client) (shared, oneShot http.RoundTripper) {
	shared = http.DefaultTransport
	if client != nil && client.Transport != nil {
		shared = client.Transport
	}
	transport, ok := shared.(*http.Transport)
	if !ok {
		return shared, shared // an http.RoundTripper of the caller's own: the rest of this file still holds
	}
	single := transport.Clone()
	single.DisableKeepAlives = true
	single.ForceAttemptHTTP2 = false
	single.TLSNextProto = nil
	single.Protocols = new(http.Protocols)
	single.Protocols.SetHTTP1(true)
	if single.TLSClientConfig != nil {
		single.TLSClientConfig.NextProtos = nil // Clone leaves "h2" in it
	}
	return shared, single
}

// An answer is a complete HTTP answer, or one whose body could not be read (then err says why).
type answer struct {
	status int
	header http.Header
	body   []byte
	err    error
}

func (a answer) success() bool { return a.status >= 200 && a.status <= 299 }

// send makes exactly one request and returns the answer, whatever its status. If there is none, the error says whether the
// request may have left.
func (c *Client) send(ctx context.Context, cl call, authorization string) (answer, error) {
	body := &gate{body: bytes.NewReader(cl.body)}
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { body.open() }}
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), cl.method, c.base.String(), nil)
	if err != nil {
		return answer{}, c.noAnswer(ctx, cl, err, false)
	}
	req.URL.Path, req.URL.RawQuery = cl.path, cl.query.Encode()
	req.Header.Set("Authorization", authorization)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.userAgent)
	way := c.shared
	if cl.body != nil {
		// No GetBody: net/http cannot rewind the body and so cannot send it a second time.
		req.Body, req.ContentLength = body, int64(len(cl.body))
		req.Header.Set("Content-Type", "application/json")
		way = c.oneShot
	}
	if err := ctx.Err(); err != nil {
		return answer{}, c.noAnswer(ctx, cl, err, false)
	}
	ans, end := answer{}, c.observing(cl)
	defer func() { end(ans) }()
	// Straight to the transport: http.Client would add redirects, and errors with the whole URL in them.
	resp, err := way.RoundTrip(req)
	if err != nil {
		return answer{}, c.noAnswer(ctx, cl, err, body.shutAndAsk())
	}
	defer func() { _ = resp.Body.Close() }()
	ans = answer{status: resp.StatusCode, header: resp.Header}
	ans.body, ans.err = io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if len(ans.body) > maxBody {
		ans.body, ans.err = nil, errTooLarge
	}
	return ans, nil
}

// A gate is a request body that knows whether the request may have left. It opens when the transport has a connection, or
// (for a transport that does not tell) when the body is read; once shut it lets nothing through, even if a goroutine of the
// transport comes late.
type gate struct {
	mu     sync.Mutex
	body   io.Reader
	opened bool
	shut   bool
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.opened = true
}

func (g *gate) Read(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut {
		return 0, errShut
	}
	g.opened = true
	return g.body.Read(p)
}

func (g *gate) Close() error { return nil }

// shutAndAsk shuts the gate and reports whether it had been opened.
func (g *gate) shutAndAsk() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = true
	return g.opened
}

// sayable turns an error of the transport into one that is safe to show: some quote what the other side sent.
func sayable(ctx context.Context, cl call, err error, left bool) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if e, ok := errors.AsType[*net.OpError](err); ok {
		return e
	}
	if e, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return e
	}
	for _, known := range []error{io.ErrUnexpectedEOF, io.EOF, os.ErrDeadlineExceeded, context.DeadlineExceeded, context.Canceled} {
		if errors.Is(err, known) {
			return known
		}
	}
	if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() {
		return os.ErrDeadlineExceeded
	}
	if left || cl.query != nil { // a request has its query in every error of net/url
		return errBroken
	}
	return &unconnectedError{oneLine(withoutKeys(err.Error()), maxText), err}
}

// An unconnectedError is why no connection was made. Its text is safe to show; what it wraps is there for callers who
// have made that error, in a transport of their own.
type unconnectedError struct {
	text string
	err  error
}

func (e *unconnectedError) Error() string { return e.text }
func (e *unconnectedError) Unwrap() error { return e.err }
