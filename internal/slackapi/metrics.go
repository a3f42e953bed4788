package slackapi

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
)

// An Outcome is what became of one call, as counted.
type Outcome string

// The outcomes.
const (
	CallOK          Outcome = "ok"
	CallRefused     Outcome = "refused"      // Slack said ok:false, or a 4xx
	CallRateLimited Outcome = "rate_limited" // a 429, or Slack's word for it
	CallFailed      Outcome = "failed"       // a 5xx, a redirect, or an answer that is not Slack's
	CallNoAnswer    Outcome = "no_answer"    // no connection, a timeout, a cut
)

// Outcomes lists every outcome.
func Outcomes() []Outcome {
	return []Outcome{CallOK, CallRefused, CallRateLimited, CallFailed, CallNoAnswer}
}

// Observe returns a wrapper for the transport of calls to the API at apiURL: seen
// is told of every call with the method's name (chat.postMessage; never anything
// of a URL that is not apiURL's: that is "other") and what became of it.
// seen is called concurrently and must return at once.
func Observe(apiURL string, seen func(method string, o Outcome)) func(http.RoundTripper) http.RoundTripper {
	base := strings.TrimSuffix(apiURL, "/") + "/"
	return func(next http.RoundTripper) http.RoundTripper {
		return observer{base: base, seen: seen, next: next}
	}
}

// An observer reads the answer before it hands it on: Slack says in the body
// whether it did what it was asked.
type observer struct {
	base string
	seen func(string, Outcome)
	next http.RoundTripper
}

// maxRead bounds what is read of an answer ahead of the caller.
const maxRead = 16 << 20 // a page of users has some MB

func (o observer) RoundTrip(r *http.Request) (*http.Response, error) {
	method := methodOf(o.base, r)
	resp, err := o.next.RoundTrip(r)
	if err != nil {
		o.seen(method, CallNoAnswer)
		return resp, err
	}
	read, err := io.ReadAll(io.LimitReader(resp.Body, maxRead))
	o.seen(method, outcomeOf(resp.StatusCode, read, err))
	resp.Body = &readAhead{read: bytes.NewReader(read), err: err, rest: resp.Body}
	return resp, nil
}

func methodOf(base string, r *http.Request) string {
	method, ours := strings.CutPrefix(r.URL.Scheme+"://"+r.URL.Host+r.URL.Path, base)
	if !ours || method == "" || strings.Contains(method, "/") {
		return "other"
	}
	return method
}

func outcomeOf(status int, body []byte, err error) Outcome {
	switch {
	case status == http.StatusTooManyRequests:
		return CallRateLimited
	case err != nil:
		return CallNoAnswer
	case status >= 400 && status < 500:
		return CallRefused
	case status != http.StatusOK:
		return CallFailed
	}
	said := readFields(body)
	switch ok := read[*bool](said["ok"]); {
	case ok == nil:
		return CallFailed
	case *ok:
		return CallOK
	}
	refused, _ := errors.AsType[*Error](sortCode(read[string](said["error"]), nil))
	switch refused.Effect {
	case Deferred:
		return CallRateLimited
	case Unknown:
		return CallFailed
	}
	return CallRefused
}

// A readAhead is a body of which the beginning has been read already.
type readAhead struct {
	read *bytes.Reader
	err  error // how reading ahead ended, nil for well
	rest io.ReadCloser
}

func (b *readAhead) Read(p []byte) (int, error) {
	switch {
	case b.read.Len() > 0:
		return b.read.Read(p)
	case b.err != nil:
		return 0, b.err
	}
	return b.rest.Read(p)
}

func (b *readAhead) Close() error { return b.rest.Close() }
