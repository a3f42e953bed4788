package onelogin

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Every error of [Client.GenerateMFAToken] is exactly one of these two.
var (
	// ErrNotIssued: OneLogin has not made a token. Either the request surely did not leave this machine or OneLogin
	// answered that it refuses.
	ErrNotIssued = errors.New("no MFA token was issued")

	// ErrUnknown: the request may have left this machine and there is no answer that says what came of it. OneLogin may
	// have made a token that nobody has seen and that nobody can read back. An error that is ErrUnknown is none of the
	// causes below: calling again makes another token, and that is for a person to decide.
	ErrUnknown = errors.New("it is unknown whether an MFA token was issued")
)

// The causes: what the caller can do about an error.
var (
	// ErrUnavailable: there was no answer, or OneLogin could not work on the request: connect and TLS errors, timeouts, a
	// context that ended, 408 and 5xx. Trying again later may help. If all calls answer 500 for long, see whether the user
	// who created the API credentials still exists.
	ErrUnavailable = errors.New("OneLogin is unavailable")

	// ErrRateLimited: 429. [Error.RetryAfter] says when to come back, if OneLogin did.
	ErrRateLimited = errors.New("OneLogin's rate limit is used up")

	// ErrCredentials: 401. The client id or secret is wrong, or the credential pair lacks the scope ([Error.Scope]); then
	// somebody has to change the configuration. OneLogin is also known to refuse good credentials in passing
	// (https://github.com/onelogin/onelogin-ruby-sdk/issues/76), so that a 401 which names no scope may be tried a few times.
	ErrCredentials = errors.New("OneLogin refuses the API credentials or their scope")

	// ErrForbidden: 403 that names no scope. OneLogin does not let this client in, such as for its IP address.
	ErrForbidden = errors.New("OneLogin does not let this client in")

	// ErrNotFound: no such user.
	ErrNotFound = errors.New("no such OneLogin user")

	// ErrAmbiguous: more than one user has this e-mail address or username.
	ErrAmbiguous = errors.New("several OneLogin users match")

	// ErrInvalid: an argument is outside of what is allowed, found out here or by OneLogin (400, 422).
	ErrInvalid = errors.New("invalid argument")

	// ErrUnexpected: OneLogin answered something that its documentation does not allow for: not the JSON expected, another
	// user than the one asked for, a redirect. Often the host is not OneLogin's API.
	ErrUnexpected = errors.New("unexpected answer")
)

// Retryable reports whether the same call may succeed later as it is: the cause is [ErrUnavailable] or [ErrRateLimited].
// It is false for [ErrUnknown].
func Retryable(err error) bool {
	return errors.Is(err, ErrUnavailable) || errors.Is(err, ErrRateLimited)
}

// Passing reports whether err is a 401 that names no scope: the same call may succeed if it is tried a few times, because
// OneLogin refuses good credentials now and then.
func Passing(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Status == http.StatusUnauthorized && !e.Scope
}

// An Error is what is known about a call that did not succeed. Use [errors.Is] with the Err values to decide by it.
//
// It never holds a secret, an access token, an MFA token, the value that was searched for, or the body of a successful
// answer. The texts come from outside; they are one short line without control characters. Of the answer to a request that
// carried the secret or a searched value they are only what OneLogin documents, and of the answer to the call that makes a
// token they are empty.
type Error struct {
	Op         string        // what was being done, such as "get user"
	Status     int           // HTTP status, 0 if there was no answer
	Name       string        // OneLogin's name or type of the error, such as "ValidationError", if it gave one
	Message    string        // OneLogin's message, or what this package found wrong
	Details    string        // OneLogin's details, such as which parameter is not valid
	Scope      bool          // an ErrCredentials that names the missing scope
	RequestID  string        // OneLogin's X-Request-Id, if it sent one: its support asks for it
	RetryAfter time.Duration // how long OneLogin asked to wait, 0 if it did not say

	kind  error // ErrUnknown or one of the causes
	cause error // why there was no answer
}

// Error is one line: what was being done, what OneLogin said, the request id.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	if e.Status != 0 {
		said := e.Name
		if said == "" {
			said = http.StatusText(e.Status)
		}
		fmt.Fprintf(&b, ": OneLogin answered %s", strings.TrimSpace(fmt.Sprint(e.Status, " ", said)))
	}
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	if e.Details != "" {
		b.WriteString(": " + e.Details)
	}
	if e.cause != nil {
		b.WriteString(": " + oneLine(e.cause.Error(), maxText))
	}
	if e.RequestID != "" {
		fmt.Fprintf(&b, " (request id %s)", e.RequestID)
	}
	return b.String()
}

// Unwrap gives one of the Err values and, if there was no answer, the error of the connection or the context.
func (e *Error) Unwrap() []error {
	var errs []error
	for _, err := range []error{e.kind, e.cause} {
		if err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// causeOf is the general meaning of a status that is not a success; single calls may know better.
func causeOf(status int) error {
	switch {
	case status == http.StatusUnauthorized:
		return ErrCredentials
	case status == http.StatusForbidden:
		return ErrForbidden
	case status == http.StatusNotFound:
		return ErrNotFound
	case status == http.StatusBadRequest, status == http.StatusUnprocessableEntity:
		return ErrInvalid
	case status == http.StatusTooManyRequests:
		return ErrRateLimited
	case gaveUpWaiting(status), status >= 500 && status <= 599:
		return ErrUnavailable
	}
	return ErrUnexpected
}

// refuses reports whether a status says that the request was not carried out. That is true of 4xx except for the two that
// proxies write about time and not about the request: 408 and nginx's 499. It is not true of 3xx: 303 is the classic answer
// to a request that was carried out.
func refuses(status int) bool { return status >= 400 && status < 500 && !gaveUpWaiting(status) }

func gaveUpWaiting(status int) bool { return status == http.StatusRequestTimeout || status == 499 }
