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

// An Answer is what became of one call, as far as Slack said.
type Answer struct {
	Method  string // chat.postMessage; never anything of a URL that is not the API's: that is OtherMethod
	Outcome Outcome
	Code    string // Slack's word for what it refused
	Channel string // where a message was posted to
}

// OtherMethod stands for every URL that is not one of the API's methods.
const OtherMethod = "other"

// Observe returns a wrapper for the transport of calls to the API at apiURL: seen
// is told of every call. It is called concurrently and must return at once.
func Observe(apiURL string, seen func(Answer)) func(http.RoundTripper) http.RoundTripper {
	base := strings.TrimSuffix(apiURL, "/") + "/"
	return func(next http.RoundTripper) http.RoundTripper {
		return observer{base: base, seen: seen, next: next}
	}
}

// An observer reads the answer before it hands it on: Slack says in the body
// whether it did what it was asked.
type observer struct {
	base string
	seen func(Answer)
	next http.RoundTripper
}

// maxRead bounds what is read of an answer ahead of the caller.
const maxRead = 16 << 20 // a page of users has some MB

func (o observer) RoundTrip(r *http.Request) (*http.Response, error) {
	method := methodOf(o.base, r)
	resp, err := o.next.RoundTrip(r)
	if err != nil {
		o.seen(Answer{Method: method, Outcome: CallNoAnswer})
		return resp, err
	}
	read, err := io.ReadAll(io.LimitReader(resp.Body, maxRead))
	a := readAnswer(resp.StatusCode, read, err)
	a.Method = method
	o.seen(a)
	resp.Body = &readAhead{read: bytes.NewReader(read), err: err, rest: resp.Body}
	return resp, nil
}

func methodOf(base string, r *http.Request) string {
	method, ours := strings.CutPrefix(r.URL.Scheme+"://"+r.URL.Host+r.URL.Path, base)
	if !ours || method == "" || strings.Contains(method, "/") {
		return OtherMethod
	}
	return method
}

func readAnswer(status int, body []byte, err error) Answer {
	switch {
	case status == http.StatusTooManyRequests:
		return Answer{Outcome: CallRateLimited}
	case err != nil:
		return Answer{Outcome: CallNoAnswer}
	case status >= 400 && status < 500:
		return Answer{Outcome: CallRefused}
	case status != http.StatusOK:
		return Answer{Outcome: CallFailed}
	}
	said := readFields(body)
	code := read[string](said["error"])
	switch ok := read[*bool](said["ok"]); {
	case ok == nil:
		return Answer{Outcome: CallFailed}
	case *ok:
		return Answer{Outcome: CallOK, Channel: read[string](said["channel"])} // an object in answers about channels
	}
	refused, _ := errors.AsType[*Error](sortCode(code, nil))
	switch refused.Effect {
	case Deferred:
		return Answer{Outcome: CallRateLimited, Code: code}
	case Unknown:
		return Answer{Outcome: CallFailed, Code: code}
	}
	return Answer{Outcome: CallRefused, Code: code}
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
