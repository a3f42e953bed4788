package people

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"olbot/internal/slackapi"
)

const (
	callTimeout = 10 * time.Second
	maxAnswer   = 1 << 20 // bytes; a user has a few KiB
)

// userCalls are the calls whose answer is one user or many. Their errors are of the
// types that slack-go has, for slackapi to sort, or approvals.ErrUnreliable.
type userCalls struct {
	base   string
	token  string
	client slackapi.Doer
}

func newUserCalls(s Slack) userCalls {
	var transport http.RoundTripper = http.DefaultTransport.(*http.Transport).Clone()
	if s.Wrap != nil {
		transport = s.Wrap(transport)
	}
	return userCalls{base: s.URL, token: s.Token, client: s.Pace.Client(s.URL, &http.Client{
		Timeout:       callTimeout,
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	})}
}

// info is https://docs.slack.dev/reference/methods/users.info.
func (c userCalls) info(ctx context.Context, id string) (user, error) {
	return c.call(ctx, "users.info", url.Values{"user": {id}})
}

// lookupByEmail is https://docs.slack.dev/reference/methods/users.lookupByEmail.
func (c userCalls) lookupByEmail(ctx context.Context, email string) (user, error) {
	return c.call(ctx, "users.lookupByEmail", url.Values{"email": {email}})
}

var errTooLarge = errors.New("the answer is larger than is read")

// call is a call whose answer is one user.
func (c userCalls) call(ctx context.Context, method string, args url.Values) (user, error) {
	answer, err := c.post(ctx, method, args, maxAnswer)
	if err != nil {
		return user{}, err
	}
	return readUser(answer)
}

// post posts the arguments and reads an answer of at most so many bytes: addresses
// do not belong into URLs, which are logged along the way.
func (c userCalls) post(ctx context.Context, method string, args url.Values, limit int64) (object, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+method, strings.NewReader(args.Encode()))
	if err != nil {
		return nil, errors.New("the base of Slack's Web API is not a URL")
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := c.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, statusError(resp)
	}
	var answer object
	body := &io.LimitedReader{R: resp.Body, N: limit}
	if err := json.NewDecoder(body).Decode(&answer); err != nil {
		if body.N <= 0 {
			return nil, errTooLarge
		}
		return nil, errors.New("the answer was cut or cannot be read") // what stands in it is nobody's business
	}
	if ok, _ := read[bool](answer, "ok"); !ok {
		code, _ := read[string](answer, "error")
		return nil, slack.SlackErrorResponse{Err: code}
	}
	return answer, nil
}

// statusError is the error for an answer that is not Slack's 200.
func statusError(resp *http.Response) error {
	if resp.StatusCode == http.StatusTooManyRequests {
		return &slack.RateLimitedError{RetryAfter: slackapi.RetryAfter(resp.Header)}
	}
	return slack.StatusCodeError{Code: resp.StatusCode, Status: resp.Status}
}
