package onelogin

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
)

// A call is one request to OneLogin.
type call struct {
	op      string // for Error.Op
	method  string
	path    string
	query   url.Values
	body    []byte        // JSON; nil for GET
	causes  map[int]error // what a status means here, where it is not the general meaning
	private []string      // values that must not come back in an error
	oneWay  bool          // what OneLogin did once the request has left cannot be found out
}

// do makes a call with an access token. After a first 401 it makes one new request with a new access token; a 401 about the
// scope, a second one, and one where OneLogin has no other token are final. Any status but a success is an *Error.
func (c *Client) do(ctx context.Context, cl call) (answer, error) {
	token, err := c.accessToken(ctx)
	if err != nil {
		return answer{}, err
	}
	ans, err := c.authorized(ctx, &cl, token)
	if err != nil || ans.status != http.StatusUnauthorized || saysInsufficientPermission(parseErrorBody(ans.body)) {
		return c.judge(cl, ans, err)
	}
	fresh, err := c.replaceAccessToken(ctx, token)
	if err != nil {
		return answer{}, err
	}
	if !fresh.Equal(token) {
		ans, err = c.authorized(ctx, &cl, fresh)
	}
	return c.judge(cl, ans, err)
}

func (c *Client) authorized(ctx context.Context, cl *call, token Secret) (answer, error) {
	cl.private = append(cl.private, token.Reveal())
	return c.send(ctx, *cl, "Bearer "+token.Reveal())
}

// judge turns every answer that is not a success into an error.
func (c *Client) judge(cl call, ans answer, err error) (answer, error) {
	if err != nil {
		return answer{}, err
	}
	if !ans.success() {
		return answer{}, c.refusal(cl, ans)
	}
	return ans, nil
}

// refusal is the error for an answer that is not a success.
func (c *Client) refusal(cl call, ans answer) *Error {
	kind, ok := cl.causes[ans.status]
	if !ok {
		kind = causeOf(ans.status)
	}
	name, message := parseErrorBody(ans.body)
	e := c.failure(cl, ans, oneLine(message, maxText, c.private(cl)), kind)
	e.Name = oneLine(name, maxName, c.private(cl))
	return e
}

// noAnswer is the error for a request without an answer; left says whether it may have left.
func (c *Client) noAnswer(ctx context.Context, cl call, err error, left bool) *Error {
	kind := ErrUnavailable
	if cl.oneWay && left {
		kind = ErrUnknown
	}
	return &Error{Op: cl.op, Message: "no answer", kind: kind, cause: c.sayable(ctx, cl, err, left)}
}

// failure is an error about an answer. The message must not hold anything of a successful body.
func (c *Client) failure(cl call, ans answer, message string, kind error) *Error {
	if cl.oneWay && !refuses(ans.status) {
		kind = ErrUnknown
	}
	return &Error{
		Op:         cl.op,
		Status:     ans.status,
		Message:    message,
		RequestID:  oneLine(ans.header.Get("X-Request-Id"), maxName, c.private(cl)),
		RetryAfter: retryAfter(ans.status, ans.header, c.now()),
		kind:       kind,
	}
}

// unreadable is the error for a success whose body is of no use.
func (c *Client) unreadable(cl call, ans answer, message string) *Error {
	if errors.Is(ans.err, errTooLarge) {
		return c.failure(cl, ans, errTooLarge.Error(), ErrUnexpected)
	}
	if ans.err != nil {
		return c.failure(cl, ans, "the answer was cut short", ErrUnavailable)
	}
	return c.failure(cl, ans, message, ErrUnexpected)
}

// private lists what must not be in the text of an error of this call.
func (c *Client) private(cl call) []string {
	return append([]string{c.clientSecret.Reveal(), c.basic()}, cl.private...)
}

// basic is the credential pair as HTTP Basic authentication has it.
func (c *Client) basic() string {
	return base64.StdEncoding.EncodeToString([]byte(c.clientID + ":" + c.clientSecret.Reveal()))
}
