// Package slackapi is how olbot calls Slack's Web API: slack-go with bounded
// calls, and its errors sorted by what they say about the effect of the call.
package slackapi

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// callTimeout bounds one call, the reading of its answer included.
const callTimeout = 10 * time.Second

// New returns a client for the API at apiURL, which ends in a slash
// (https://slack.com/api/). Its transport is wrapped as told, such as by Observe.
// Debugging stays off: slack-go would dump payloads.
func New(apiURL, botToken, appToken string, wrap ...func(http.RoundTripper) http.RoundTripper) *slack.Client {
	return NewPaced(nil, apiURL, botToken, appToken, wrap...)
}

// NewPaced is New for a client that keeps the pace.
func NewPaced(pace *Pace, apiURL, botToken, appToken string, wrap ...func(http.RoundTripper) http.RoundTripper) *slack.Client {
	pool := http.DefaultTransport.(*http.Transport).Clone()
	pool.MaxIdleConnsPerHost = 16
	var transport http.RoundTripper = pool
	for _, w := range wrap {
		transport = w(transport)
	}
	return slack.New(botToken,
		slack.OptionAPIURL(apiURL),
		slack.OptionAppLevelToken(appToken),
		slack.OptionHTTPClient(lenient{base: strings.TrimSuffix(apiURL, "/") + "/", client: pace.Client(apiURL, &http.Client{
			Timeout:       callTimeout,
			Transport:     bearer{token: botToken, next: wholeSeconds{transport}},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		})}))
}

// A bearer puts the token into the header of calls that slack-go sends with the
// token in the form only: the header is what Slack documents first, and what
// some proxies and servers insist on (https://docs.slack.dev/apis/web-api/).
type bearer struct {
	token string
	next  http.RoundTripper
}

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Header.Get("Authorization") == "" {
		r = r.Clone(r.Context())
		r.Header.Set("Authorization", "Bearer "+b.token)
	}
	return b.next.RoundTrip(r)
}

// wholeSeconds makes every Retry-After one that slack-go can read, and that makes
// sense: whole seconds, at most an hour. Of what it cannot read slack-go makes an
// error that does not say that the call was refused.
type wholeSeconds struct{ next http.RoundTripper }

func (w wholeSeconds) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := w.next.RoundTrip(r)
	if err == nil && resp.StatusCode == http.StatusTooManyRequests {
		after := max(RetryAfter(resp.Header), pause)
		resp.Header.Set("Retry-After", strconv.Itoa(int(after/time.Second)))
	}
	return resp, err
}

// An Effect is what is known about the effect of a call that gave an error.
type Effect int

// The effects.
const (
	Unknown  Effect = iota // it may have had its effect: a timeout, a cut, a 5xx, fatal_error
	Refused                // it had none, and the same call will be refused again
	Deferred               // it had none, and may be tried again: a 429, no connection
)

// An Error is a failed call to Slack.
type Error struct {
	Effect Effect
	Code   string        // Slack's word for it, if it said one: channel_not_found
	After  time.Duration // for Deferred: not before this long
	Err    error
}

func (e *Error) Error() string { return e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// pause is how long to wait when Slack does not say.
const pause = time.Second

// Sort returns nil for nil, and otherwise an *Error. The text of transport
// errors is kept without the URL, which may be a capability (response_url).
func Sort(err error) error {
	if err == nil {
		return nil
	}
	if ours, ok := errors.AsType[*Error](err); ok {
		return ours
	}
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return &Error{Effect: Deferred, Code: "ratelimited", After: max(limited.RetryAfter, pause), Err: err}
	}
	if answer, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		return sortCode(answer.Err, err)
	}
	if status, ok := errors.AsType[slack.StatusCodeError](err); ok {
		if status.Code == http.StatusTooManyRequests {
			return &Error{Effect: Deferred, Code: "ratelimited", After: pause, Err: err}
		}
		if status.Code >= 400 && status.Code < 500 {
			return &Error{Effect: Refused, Err: err} // not by Slack, which answers 200
		}
		return &Error{Effect: Unknown, Err: err}
	}
	if outer, ok := errors.AsType[*url.Error](err); ok {
		err = outer.Err
	}
	if neverSent(err) {
		return &Error{Effect: Deferred, After: pause, Err: err}
	}
	return &Error{Effect: Unknown, Err: err}
}

// sortCode sorts what Slack said in an answer with ok:false. The words that
// leave the effect open are marked so in each method's table of errors, see
// https://docs.slack.dev/reference/methods/chat.postMessage.
func sortCode(code string, err error) error {
	switch code {
	case "ratelimited", "rate_limited":
		return &Error{Effect: Deferred, Code: code, After: pause, Err: err}
	case "fatal_error", "internal_error", "request_timeout", "service_unavailable", "":
		return &Error{Effect: Unknown, Code: code, Err: err}
	}
	return &Error{Effect: Refused, Code: code, Err: err}
}

// neverSent says whether the call failed before a connection stood.
func neverSent(err error) bool {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return true
	}
	_, dns := errors.AsType[*net.DNSError](err)
	return dns
}

// CodeOf returns Slack's word for the error, "" if it said none.
func CodeOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}

// RateLimited says whether Slack refused the call for the number of calls.
func RateLimited(err error) bool {
	code := CodeOf(err)
	return code == "ratelimited" || code == "rate_limited"
}

// Credentials says whether Slack refused the token or what it may do, in one of the
// words that are known. It chooses what is said and that an operator has to act.
// Nothing may be allowed because a word is not among these: Slack has more of them,
// and new ones. Whether Slack takes the token at all is what CheckToken asks.
func Credentials(err error) bool {
	switch CodeOf(err) {
	case "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "user_removed_from_team", "team_disabled",
		"missing_scope", "not_allowed_token_type", "no_permission", "org_login_required", "two_factor_setup_required",
		"ekm_access_denied", "access_denied", "accesslimited", "app_access_restricted", "enterprise_is_restricted",
		"team_access_not_granted", "team_added_to_org":
		return true
	}
	return false
}
