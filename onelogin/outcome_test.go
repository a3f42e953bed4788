package onelogin_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"olbot/onelogin"
)

// causes are the things an error can ask its caller to do. An unknown outcome must be none of them.
var causes = []error{
	onelogin.ErrUnavailable, onelogin.ErrRateLimited, onelogin.ErrCredentials, onelogin.ErrForbidden, onelogin.ErrNotFound,
	onelogin.ErrAmbiguous, onelogin.ErrInvalid, onelogin.ErrUnexpected,
}

func wantUnknown(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, onelogin.ErrUnknown) || errors.Is(err, onelogin.ErrNotIssued) {
		t.Errorf("%s: %v, want unknown", what, err)
	}
	for _, cause := range causes {
		if errors.Is(err, cause) {
			t.Errorf("%s: an unknown outcome is also %q", what, cause)
		}
	}
	if onelogin.Retryable(err) {
		t.Errorf("%s: an unknown outcome is retryable", what)
	}
}

func wantNotIssued(t *testing.T, what string, err, cause error) {
	t.Helper()
	if !errors.Is(err, onelogin.ErrNotIssued) || errors.Is(err, onelogin.ErrUnknown) {
		t.Errorf("%s: %v, want not issued", what, err)
	}
	for _, c := range causes {
		if errors.Is(err, c) != (c == cause) {
			t.Errorf("%s: %v, want %v only", what, err, cause)
		}
	}
	if retryable := cause == onelogin.ErrUnavailable || cause == onelogin.ErrRateLimited; onelogin.Retryable(err) != retryable {
		t.Errorf("%s: Retryable(%v) = %t", what, err, !retryable)
	}
}

func TestOutcomeByStatus(t *testing.T) {
	notIssued := map[int]error{
		400: onelogin.ErrInvalid, 401: onelogin.ErrCredentials, 403: onelogin.ErrForbidden, 404: onelogin.ErrNotFound,
		422: onelogin.ErrInvalid, 429: onelogin.ErrRateLimited,
		402: onelogin.ErrUnexpected, 405: onelogin.ErrUnexpected, 409: onelogin.ErrUnexpected, 413: onelogin.ErrUnexpected, 415: onelogin.ErrUnexpected, 451: onelogin.ErrUnexpected,
	}
	bodies := []string{``, `<html><h1>Bad Gateway</h1></html>`, `{"statusCode":422,"name":"ValidationError","message":"Validations failed","details":{"parameters":[]}}`}
	for status, cause := range notIssued {
		for _, body := range bodies {
			f := newFake(t)
			f.on(issueRoute, answer(status, body))
			_, err := issue(t.Context(), f.client(t))
			wantNotIssued(t, http.StatusText(status), err, cause)
			f.wantCount(t, issueRoute, 1)
			if e, ok := errors.AsType[*onelogin.Error](err); !ok || e.Status != status {
				t.Errorf("%d: no *Error with the status in %v", status, err)
			}
		}
	}
	for _, status := range []int{300, 301, 303, 304, 307, 408, 499, 500, 501, 502, 503, 504, 520, 599, 600} {
		for _, body := range bodies {
			f := newFake(t)
			f.on(issueRoute, answer(status, body, "Retry-After", "1"))
			_, err := issue(t.Context(), f.client(t))
			wantUnknown(t, http.StatusText(status), err)
			f.wantCount(t, issueRoute, 1)
			if e, ok := errors.AsType[*onelogin.Error](err); !ok || e.Status != status {
				t.Errorf("%d: no *Error with the status in %v", status, err)
			}
		}
	}
}

// The status has come, so the outcome is clear, whatever becomes of the body.
func TestRefusalWithACutBodyIsNotIssued(t *testing.T) {
	f := newFake(t)
	f.on(issueRoute, cutInBody(422, `{"statusCode":422,"name":"ValidationError"}`))
	_, err := issue(t.Context(), f.client(t))
	wantNotIssued(t, "422 cut", err, onelogin.ErrInvalid)
}

func TestServerClosingWithoutAnswerIsUnknown(t *testing.T) {
	f := newFake(t)
	f.on(issueRoute, cut)
	_, err := issue(t.Context(), f.client(t))
	wantUnknown(t, "cut", err)
	f.wantCount(t, issueRoute, 1)
	// The same after a refresh: the first request was refused, the second is the one that counts.
	f.on(tokenRoute, f.grant("access-1"), f.grant("access-2"))
	f.on(issueRoute, answer(401, v2Unauthorized), cut)
	_, err = issue(t.Context(), f.client(t))
	wantUnknown(t, "401, then cut", err)
	f.wantCount(t, issueRoute, 3)
}

func TestConnectionResetIsUnknown(t *testing.T) {
	f := newFake(t)
	f.on(issueRoute, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_ = conn.(*net.TCPConn).SetLinger(0)
		_ = conn.Close()
	})
	_, err := issue(t.Context(), f.client(t))
	wantUnknown(t, "reset", err)
	f.on(issueRoute, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = conn.Write([]byte("HTTP/1.1 " + mfaToken + " no status\r\n\r\n")) // net/http quotes it
		_ = conn.Close()
	})
	_, err = issue(t.Context(), f.client(t))
	wantUnknown(t, "not HTTP", err)
	wantNothingPrivate(t, "not HTTP", err)
}

func TestCancelAfterTheRequestLeftIsUnknown(t *testing.T) {
	f := newFake(t)
	arrived, done := make(chan struct{}), make(chan struct{})
	defer close(done)
	f.on(issueRoute, func(http.ResponseWriter, *http.Request) { arrived <- struct{}{}; <-done })
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	_, err := issue(ctx, f.client(t))
	wantUnknown(t, "cancelled", err)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v does not say that it was cancelled", err)
	}
	// And while the answer is being read.
	f.on(issueRoute, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(200)
		_ = http.NewResponseController(w).Flush()
		arrived <- struct{}{}
		<-done
	})
	ctx, cancel = context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	_, err = issue(ctx, f.client(t))
	wantUnknown(t, "cancelled in the body", err)
}

func TestContextThatEndedBeforeIsNotIssued(t *testing.T) {
	f := newFake(t)
	c := f.client(t)
	if _, err := c.User(t.Context(), ana); err != nil { // so that there is an access token
		t.Fatal(err)
	}
	for name, ended := range map[string]error{"cancelled": context.Canceled, "too late": context.DeadlineExceeded} {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if ended == context.DeadlineExceeded {
			ctx, cancel = context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
			cancel()
		}
		_, err := issue(ctx, c)
		wantNotIssued(t, name, err, onelogin.ErrUnavailable)
		if !errors.Is(err, ended) {
			t.Errorf("%s: %v", name, err)
		}
	}
	f.wantCount(t, issueRoute, 0)
}

func TestRefusedConnectionIsNotIssued(t *testing.T) {
	f := newFake(t)
	gone := false
	c := f.clientOver(t, roundTripper(func(r *http.Request) (*http.Response, error) {
		if gone {
			r = r.Clone(r.Context())
			r.URL.Host = nobody
		}
		return f.Client().Transport.RoundTrip(r)
	}))
	if _, err := issue(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	gone = true // the access token is still good
	_, err := issue(t.Context(), c)
	wantNotIssued(t, "connection refused", err, onelogin.ErrUnavailable)
	if _, ok := errors.AsType[*net.OpError](err); !ok {
		t.Errorf("the reason is not in %v", err)
	}
}

func TestFailedHandshakeIsNotIssued(t *testing.T) {
	f := unstartedFake()
	f.StartTLS()
	defer f.Close()
	trusting := f.Client().Transport.(*http.Transport)
	suspicious := trusting.Clone()
	suspicious.TLSClientConfig.RootCAs = nil
	_, err := issue(t.Context(), f.clientOver(t, suspicious))
	wantNotIssued(t, "no access token: unknown authority", err, onelogin.ErrUnavailable)

	// Also when only the connection of the call itself fails.
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	for name, broken := range map[string]http.RoundTripper{"unknown authority": suspicious, "not TLS": trusting} {
		_, err = issue(t.Context(), f.clientOver(t, roundTripper(func(r *http.Request) (*http.Response, error) {
			switch {
			case r.URL.Path == "/auth/oauth2/v2/token":
				return trusting.RoundTrip(r)
			case name == "not TLS":
				r = r.Clone(r.Context())
				r.URL.Host = plain.Listener.Addr().String()
			}
			return broken.RoundTrip(r)
		})))
		wantNotIssued(t, name, err, onelogin.ErrUnavailable)
	}
	f.wantCount(t, issueRoute, 0)
}
