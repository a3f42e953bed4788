package onelogin

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	tokenMargin  = time.Minute         // an access token is not used in its last minute
	maxTokenLife = 30 * 24 * time.Hour // bounds what the answer says; OneLogin's tokens last 10 hours
)

// accessToken is the kept access token. generation counts how often it was thrown away before its time, so that a request
// for a new one never shares a flight that began before.
type accessToken struct {
	value      Secret
	until      time.Time
	generation uint64
}

func (t accessToken) usable(now time.Time) bool { return !t.value.IsZero() && now.Before(t.until) }

// accessToken returns the kept access token or waits for a new one. Callers share one request, which goes on when one of
// them gives up.
func (c *Client) accessToken(ctx context.Context) (Secret, error) {
	c.mu.Lock()
	kept := c.access
	c.mu.Unlock()
	if kept.usable(c.now()) {
		return kept.value, nil
	}
	flight := c.flights.DoChan(strconv.FormatUint(kept.generation, 10), func() (any, error) {
		return c.renew(kept.generation)
	})
	select {
	case <-ctx.Done():
		return Secret{}, c.noAnswer(ctx, tokenCall, ctx.Err(), false)
	case result := <-flight:
		if result.Err != nil {
			return Secret{}, result.Err
		}
		return result.Val.(Secret), nil
	}
}

// replaceAccessToken throws rejected away, if it is still the one kept, and returns what OneLogin gives out now. That may be
// the same one: OneLogin gives out one access token until it ends.
func (c *Client) replaceAccessToken(ctx context.Context, rejected Secret) (Secret, error) {
	c.mu.Lock()
	if c.access.value.Equal(rejected) {
		c.access = accessToken{generation: c.access.generation + 1}
	}
	c.mu.Unlock()
	return c.accessToken(ctx)
}

// renew asks OneLogin for an access token and keeps it for the given generation. It belongs to no caller: it has its own
// time limit and none of the values of a caller's context.
func (c *Client) renew(generation uint64) (Secret, error) {
	c.mu.Lock()
	kept := c.access
	c.mu.Unlock()
	if kept.generation == generation && kept.usable(c.now()) {
		return kept.value, nil // another flight has just landed
	}
	ctx, cancel := context.WithTimeout(context.Background(), c.timeout)
	defer cancel()
	fresh, err := c.requestAccessToken(ctx)
	if err != nil {
		return Secret{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.access.generation == generation {
		c.access = accessToken{value: fresh.value, until: fresh.until, generation: generation}
	}
	return fresh.value, nil
}

// tokenCall is the client credentials grant:
// https://developers.onelogin.com/api-docs/2/oauth20-tokens/generate-tokens-2
var tokenCall = call{
	op:     "get access token",
	method: http.MethodPost,
	path:   "/auth/oauth2/v2/token",
	body:   []byte(`{"grant_type":"client_credentials"}`),
	causes: map[int]error{http.StatusBadRequest: ErrCredentials, http.StatusNotFound: ErrUnexpected},

	private: true,
}

func (c *Client) requestAccessToken(ctx context.Context) (accessToken, error) {
	ans, err := c.send(ctx, tokenCall, "Basic "+c.basic())
	if ans, err = c.judge(tokenCall, ans, err); err != nil {
		return accessToken{}, err
	}
	token, ok := decodeAccessToken(ans.body, c.now())
	if ans.err != nil || !ok {
		return accessToken{}, c.unreadable(tokenCall, ans, "the answer has no access token; is this the host of the OneLogin API?", nil)
	}
	return token, nil
}

// decodeAccessToken counts the life of the token from when it was made, which is not when it was asked for. Without a
// readable created_at that has to be now; one in the future is a clock that is off, and now is the safe side of it. Without
// a readable expires_in the token serves only those who wait for it.
//
// The body of the token endpoint is flat in its version 2, and wrapped in a data list in the older one.
func decodeAccessToken(body []byte, now time.Time) (accessToken, bool) {
	o, err := readObject(body)
	var data []json.RawMessage
	if err == nil && !o.has("access_token") && o.read("data", &data) == nil && len(data) == 1 {
		o, err = readObject(data[0])
	}
	var value string
	if err != nil || o.read("access_token", &value) != nil || value == "" {
		return accessToken{}, false
	}
	if strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return accessToken{}, false // it could not stand in a header
	}
	var made timestamp
	var life integer
	_, _ = o.read("created_at", &made), o.read("expires_in", &life)
	if made.IsZero() || made.After(now) {
		made.Time = now
	}
	lasts := time.Duration(min(max(life.value, 0), int64(maxTokenLife/time.Second))) * time.Second
	return accessToken{value: NewSecret(value), until: made.Add(lasts - tokenMargin)}, true
}
