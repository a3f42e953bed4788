package onelogin_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"olbot/onelogin"
)

const (
	v1Unauthorized = `{"status":{"error":true,"code":401,"type":"Unauthorized","message":"Authentication Failure"}}`
	v1Insufficient = `{"status":{"error":true,"code":401,"type":"Unauthorized","message":"Insufficient Permission"}}`
	v2Unauthorized = `{"statusCode":401,"name":"InvalidCredentials","message":"Please provide valid credentials"}`
)

// Same pair, same token: its life counts from created_at, not from when it was asked for.
func TestAccessTokenIsKeptUntilAMinuteBeforeItEnds(t *testing.T) {
	for name, body := range map[string]string{
		"flat":           `{"access_token":"a","created_at":"2026-07-27T13:30:00.714Z","expires_in":36000,"account_id":1}`,
		"wrapped":        `{"status":{"error":false,"code":200},"data":[{"access_token":"a","created_at":"2026-07-27T13:30:00.714Z","expires_in":36000}]}`,
		"other spelling": `{"access_token":"a","created_at":"2026-07-27 13:30:00.714000+00:00","expires_in":"36000"}`,
		"no created_at":  `{"access_token":"a","expires_in":600}`,
		"odd created_at": `{"access_token":"a","created_at":1785159000,"expires_in":600}`,
		"their clock":    `{"access_token":"a","created_at":"2026-07-28T13:30:00Z","expires_in":600}`,
	} {
		f := newFake(t) // at 23:20; the token ends at 23:30
		f.on(tokenRoute, answer(200, body))
		c := f.client(t)
		for _, step := range []struct {
			pass  time.Duration
			asked int
		}{{0, 1}, {8 * time.Minute, 1}, {59 * time.Second, 1}, {2 * time.Second, 2}} {
			f.pass(step.pass)
			if _, err := c.User(t.Context(), ana); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if got := len(f.got(tokenRoute)); got != step.asked {
				t.Errorf("%s, at %s: access token asked for %d times, want %d", name, f.clock(), got, step.asked)
			}
		}
	}
}

func TestAccessTokenWithoutALifeServesOneCall(t *testing.T) {
	for _, body := range []string{
		`{"access_token":"a","created_at":"2026-07-27T23:20:00Z"}`,
		`{"access_token":"a","created_at":"2026-07-27T23:20:00Z","expires_in":-1}`,
		`{"access_token":"a","created_at":"2026-07-27T23:20:00Z","expires_in":"soon"}`,
		`{"access_token":"a","created_at":"2026-07-27T13:20:30Z","expires_in":36000}`, // 30 s left
	} {
		f := newFake(t)
		f.on(tokenRoute, answer(200, body))
		c := f.client(t)
		for n := range 2 {
			if _, err := c.User(t.Context(), ana); err != nil {
				t.Fatal(err)
			}
			f.wantCount(t, tokenRoute, n+1)
		}
	}
	f := newFake(t)
	f.on(tokenRoute, answer(200, `{"access_token":"!a~","expires_in":9223372036854775807}`))
	c := f.client(t)
	for range 2 {
		if _, err := c.User(t.Context(), ana); err != nil {
			t.Fatal(err)
		}
	}
	f.wantCount(t, tokenRoute, 1)
}

func TestConcurrentCallsShareOneTokenRequest(t *testing.T) {
	f := newFake(t)
	arrived, release := make(chan struct{}, 1), make(chan struct{})
	grant := f.grant("access-1")
	f.on(tokenRoute, func(w http.ResponseWriter, r *http.Request) { arrived <- struct{}{}; <-release; grant(w, r) })
	c := f.client(t)

	// The first caller gives up while its request is on the way; the others must not notice.
	ctx, cancel := context.WithCancel(t.Context())
	gaveUp := make(chan error, 1)
	go func() { _, err := c.User(ctx, ana); gaveUp <- err }()
	<-arrived
	cancel()
	if err := <-gaveUp; !errors.Is(err, context.Canceled) {
		t.Errorf("the caller that gave up: %v", err)
	}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, err := c.User(t.Context(), ana); err != nil {
				t.Error(err)
			}
		})
	}
	close(release)
	wg.Wait()
	f.wantCount(t, tokenRoute, 1)
	f.wantCount(t, userRoute, 20)
}

// The re-sent request is a new one, with the new header and the whole body.
func TestStaleAccessTokenIsReplacedOnce(t *testing.T) {
	for _, stale := range []string{v1Unauthorized, v2Unauthorized, ``, `<html>`} {
		f := newFake(t)
		f.on(tokenRoute, f.grant("access-1"), f.grant("access-2"))
		f.on(issueRoute, answer(401, stale), answer(200, issueAnswer))
		c := f.client(t)
		if _, err := issue(t.Context(), c); err != nil {
			t.Fatalf("%q: %v", stale, err)
		}
		rs := f.got(issueRoute)
		if len(rs) != 2 || rs[0].header.Get("Authorization") != "Bearer access-1" || rs[1].header.Get("Authorization") != "Bearer access-2" {
			t.Fatalf("%q: requests %v", stale, rs)
		}
		if rs[1].body != rs[0].body || rs[1].body == "" {
			t.Errorf("second body %q, first %q", rs[1].body, rs[0].body)
		}
		if _, err := c.User(t.Context(), ana); err != nil {
			t.Error(err)
		}
		f.wantCount(t, tokenRoute, 2)
	}
}

func TestCredentialErrorsDoNotLoop(t *testing.T) {
	two := func(f *fake) { f.on(tokenRoute, f.grant("access-1"), f.grant("access-2")) }
	for name, tc := range map[string]struct {
		setUp         func(*fake)
		answer        http.HandlerFunc
		tokens, calls int
	}{
		"same token again":             {answer: answer(401, v2Unauthorized), tokens: 2, calls: 1},
		"second 401":                   {setUp: two, answer: answer(401, v2Unauthorized), tokens: 2, calls: 2},
		"insufficient permission v1":   {setUp: two, answer: answer(401, v1Insufficient), tokens: 1, calls: 1},
		"insufficient permission v2":   {setUp: two, answer: answer(401, `{"statusCode":401,"name":"UnauthorizedError","message":"insufficient permission"}`), tokens: 1, calls: 1},
		"insufficient permission flat": {setUp: two, answer: answer(401, `{"error":true,"code":401,"message":{"description":"Insufficient Permissions"}}`), tokens: 1, calls: 1},
		"insufficient permission gate": {setUp: two, answer: answer(401, `{"status":401,"error":"Unauthorized","description":"Insufficient Permission"}`), tokens: 1, calls: 1},
		"forbidden":                    {setUp: two, answer: answer(403, ``), tokens: 1, calls: 1},
	} {
		for _, route := range []string{issueRoute, userRoute} {
			f := newFake(t)
			if tc.setUp != nil {
				tc.setUp(f)
			}
			f.on(route, tc.answer)
			c := f.client(t)
			var err error
			if route == issueRoute {
				_, err = issue(t.Context(), c)
				if !errors.Is(err, onelogin.ErrNotIssued) {
					t.Errorf("%s: %v is not ErrNotIssued", name, err)
				}
			} else {
				_, err = c.User(t.Context(), ana)
			}
			if forbidden := errors.Is(err, onelogin.ErrForbidden); forbidden != (name == "forbidden") || errors.Is(err, onelogin.ErrCredentials) == forbidden || onelogin.Retryable(err) {
				t.Errorf("%s: %v", name, err)
			}
			f.wantCount(t, tokenRoute, tc.tokens)
			f.wantCount(t, route, tc.calls)
		}
	}
}

// Many calls may find the same token stale: OneLogin is asked for a new one once, and nobody is told that the credentials
// are wrong because another call was faster.
func TestConcurrentStaleCallsShareOneReplacement(t *testing.T) {
	f := newFake(t)
	f.on(tokenRoute, f.grant("access-1"), f.grant("access-2"))
	const calls = 10
	var barrier sync.WaitGroup
	barrier.Add(calls)
	f.on(userRoute, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "Bearer access-1" {
			barrier.Done()
			barrier.Wait() // all of them have been sent with the stale token
			answer(401, v2Unauthorized)(w, r)
			return
		}
		answer(200, anaUser)(w, r)
	})
	c := f.client(t)
	var wg sync.WaitGroup
	for range calls {
		wg.Go(func() {
			if _, err := c.User(t.Context(), ana); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	f.wantCount(t, tokenRoute, 2)
	f.wantCount(t, userRoute, 2*calls)
}

// A request for a token that was on its way before the token was rejected may bring back the rejected one: that must
// neither be taken for the answer to the rejection nor be kept.
func TestReplacementDoesNotShareAnOlderRequest(t *testing.T) {
	f := unstartedFake()
	f.Start()
	defer f.Close()
	synctest.Test(t, func(t *testing.T) {
		slow, rejected := make(chan struct{}), make(chan struct{})
		var asked atomic.Int32
		c := f.clientOver(t, roundTripper(func(r *http.Request) (*http.Response, error) {
			token := `{"access_token":"access-1","expires_in":36000}`
			switch {
			case r.Method == http.MethodGet && r.Header.Get("Authorization") == "Bearer access-2":
				return respond(200, anaUser), nil
			case r.Method == http.MethodGet:
				<-rejected
				return respond(401, v2Unauthorized), nil
			}
			switch asked.Add(1) {
			case 2:
				<-slow
			case 3:
				token = `{"access_token":"access-2","expires_in":36000}`
			}
			return respond(200, token), nil
		}))
		read := func() {
			if _, err := c.User(t.Context(), ana); err != nil {
				t.Error(err)
			}
		}
		go read() // sent with access-1
		synctest.Wait()
		f.pass(11 * time.Hour)
		go read() // asks for a token and waits
		synctest.Wait()
		close(rejected)
		synctest.Wait()
		close(slow)
		synctest.Wait()
		read()
		if got := asked.Load(); got != 3 {
			t.Errorf("access token asked for %d times, want 3", got)
		}
	})
}

func TestNothingIsIssuedWithoutAnAccessToken(t *testing.T) {
	for name, tc := range map[string]struct {
		answer http.HandlerFunc
		want   error
	}{
		"401":            {answer(401, v1Unauthorized), onelogin.ErrCredentials},
		"400":            {answer(400, `{"error":"invalid_client"}`), onelogin.ErrCredentials},
		"403":            {answer(403, ``), onelogin.ErrForbidden},
		"404":            {answer(404, ``), onelogin.ErrUnexpected},
		"429":            {answer(429, ``), onelogin.ErrRateLimited},
		"500":            {answer(500, ``), onelogin.ErrUnavailable},
		"502 page":       {answer(502, `<html>`), onelogin.ErrUnavailable},
		"cut":            {cut, onelogin.ErrUnavailable},
		"cut in body":    {cutInBody(200, `{"access_token":"a"}`), onelogin.ErrUnavailable},
		"empty":          {answer(200, ``), onelogin.ErrUnexpected},
		"no token":       {answer(200, `{"access_token":null}`), onelogin.ErrUnexpected},
		"two tokens":     {answer(200, `{"data":[{"access_token":"a"},{"access_token":"b"}]}`), onelogin.ErrUnexpected},
		"not for header": {answer(200, `{"access_token":"a\r\nX-Evil: 1"}`), onelogin.ErrUnexpected},
		"a space":        {answer(200, `{"access_token":"a b"}`), onelogin.ErrUnexpected},
		"endless":        {answer(200, `{"access_token":"`+strings.Repeat("a", 2<<20)+`"}`), onelogin.ErrUnexpected},
	} {
		f := newFake(t)
		f.on(tokenRoute, tc.answer)
		_, err := issue(t.Context(), f.client(t))
		if !errors.Is(err, onelogin.ErrNotIssued) || !errors.Is(err, tc.want) || errors.Is(err, onelogin.ErrUnknown) {
			t.Errorf("%s: %v, want not issued: %v", name, err, tc.want)
		}
		f.wantCount(t, issueRoute, 0)
	}
	// The same when the token on hand is stale and no other one can be had.
	f := newFake(t)
	f.on(tokenRoute, f.grant("access-1"), answer(503, ``))
	f.on(issueRoute, answer(401, v2Unauthorized))
	if _, err := issue(t.Context(), f.client(t)); !errors.Is(err, onelogin.ErrNotIssued) || !onelogin.Retryable(err) {
		t.Errorf("stale token, then 503: %v", err)
	}
	f.wantCount(t, issueRoute, 1)
}
