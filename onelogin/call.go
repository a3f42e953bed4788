package onelogin

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// A call is one request to OneLogin.
type call struct {
	op      string // for Error.Op
	method  string
	path    string
	query   url.Values
	body    []byte        // JSON; nil for GET
	causes  map[int]error // what a status means here, where it is not the general meaning
	private bool          // it carries something private beside the access token: only what is documented is quoted of an answer
	oneWay  bool          // what OneLogin did once the request has left cannot be found out, and nothing is quoted of an answer
	tokens  []string      // the access tokens it was sent with
}

// do makes a call with an access token. After a first 401 it makes one new request with a new access token; a 401 about the
// scope, a second one, and one where OneLogin has no other token are final. Any status but a success is an *Error.
func (c *Client) do(ctx context.Context, cl call) (answer, error) {
	token, err := c.accessToken(ctx)
	if err != nil {
		return answer{}, err
	}
	ans, err := c.authorized(ctx, &cl, token)
	if err != nil || ans.status != http.StatusUnauthorized || parseErrorBody(ans.body).namesScope() {
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
	cl.tokens = append(cl.tokens, token.Reveal())
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
	said := parseErrorBody(ans.body)
	if ans.status == http.StatusForbidden && said.namesScope() {
		kind = ErrCredentials
	}
	e := c.failure(cl, ans, "", kind)
	e.Scope = errors.Is(kind, ErrCredentials) && said.namesScope()
	e.Name, e.Message, e.Details = cl.quote(said.name, maxName), cl.quote(said.message, maxText), cl.quote(said.details, maxText)
	if cl.oneWay && e.Scope {
		e.Message = "it names the scope of the API credentials"
	}
	return e
}

// quote is as much of a text of an answer as may be repeated. Where the answer could echo something private, that is nothing
// but the texts that OneLogin documents: looking for the value in the text would miss every form but the one looked for.
func (cl call) quote(text string, limit int) string {
	echoed := slices.ContainsFunc(cl.tokens, func(token string) bool { return strings.Contains(text, token) })
	text = oneLine(withoutKeys(text), limit)
	if cl.oneWay || echoed || cl.private && !documented(text) {
		return ""
	}
	return text
}

// noAnswer is the error for a request without an answer; left says whether it may have left.
func (c *Client) noAnswer(ctx context.Context, cl call, err error, left bool) *Error {
	kind := ErrUnavailable
	if cl.oneWay && left {
		kind = ErrUnknown
	}
	return &Error{Op: cl.op, Message: "no answer", kind: kind, cause: sayable(ctx, cl, err, left)}
}

// failure is an error about an answer. The message must not hold anything of the body that cl does not let be quoted.
func (c *Client) failure(cl call, ans answer, message string, kind error) *Error {
	if cl.oneWay && !refuses(ans.status) {
		kind = ErrUnknown
	}
	return &Error{
		Op:         cl.op,
		Status:     ans.status,
		Message:    message,
		RequestID:  requestID(ans.header),
		RetryAfter: retryAfter(ans.status, ans.header, c.now()),
		kind:       kind,
	}
}

// unreadable is the error for a success whose body is of no use, with what is wrong with it. problem must not quote it.
func (c *Client) unreadable(cl call, ans answer, message string, problem error) *Error {
	switch {
	case errors.Is(ans.err, errTooLarge):
		return c.failure(cl, ans, errTooLarge.Error(), ErrUnexpected)
	case ans.err != nil:
		return c.failure(cl, ans, "the answer was cut short", ErrUnavailable)
	case problem != nil:
		message += ": " + problem.Error()
	}
	return c.failure(cl, ans, message, ErrUnexpected)
}

// basic is the credential pair as HTTP Basic authentication has it.
func (c *Client) basic() string {
	return base64.StdEncoding.EncodeToString([]byte(c.clientID + ":" + c.clientSecret.Reveal()))
}
