package onelogin_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"olbot/onelogin"
)

const (
	clientID     = "id-of-olbot"
	clientSecret = "5ecre7-0f-0lb0t"
	mfaToken     = "07592782" // the leading zero is part of it

	tokenRoute  = "POST /auth/oauth2/v2/token"
	limitRoute  = "GET /auth/rate_limit"
	listRoute   = "GET /api/2/users"
	userRoute   = "GET /api/2/users/36216766"
	issueRoute  = "POST /api/2/mfa/users/36216766/mfa_token"
	ana         = 36216766
	anaMail     = "ana+otp@example.com"
	anaRow      = `{"id":36216766,"username":"ana","email":"ana+otp@example.com","firstname":"Ana","lastname":"Lee","status":1,"state":1}`
	anaUser     = `{"id":36216766,"username":"ana","email":"ana+otp@example.com","firstname":"Ana","lastname":"Lee","status":1,"state":1,"group_id":7,"role_ids":[11,12],"manager_user_id":99,"manager_ad_id":5}`
	issueAnswer = `{"mfa_token":"07592782","expires_at":"2026-07-27T23:25:50Z","reusable":false,"device_id":"user_temp_otp_36216766"}`
)

// nobody is where nobody listens. A port that was just let go of may be somebody else's by now.
const nobody = "127.0.0.1:1"

var start = time.Date(2026, 7, 27, 23, 20, 0, 0, time.UTC)

// A fake is OneLogin as far as one test needs it. A route answers with its handlers in turn; the last one repeats.
type fake struct {
	*httptest.Server
	mu       sync.Mutex
	now      time.Time
	answers  map[string][]http.HandlerFunc
	requests []request
}

type request struct {
	route, body, from string
	query             url.Values
	header            http.Header
	close             bool
	proto             int
}

func newFake(t *testing.T) *fake {
	t.Helper()
	f := unstartedFake()
	f.Start()
	t.Cleanup(f.Close)
	return f
}

func unstartedFake() *fake {
	f := &fake{now: start, answers: make(map[string][]http.HandlerFunc)}
	f.Server = httptest.NewUnstartedServer(http.HandlerFunc(f.serve))
	f.on(tokenRoute, f.grant("access-1"))
	f.on(issueRoute, answer(200, issueAnswer))
	f.on(userRoute, answer(200, anaUser))
	f.on(listRoute, answer(200, "["+anaRow+"]"))
	f.on(limitRoute, answer(200, `{"status":{"error":false,"code":200},"data":{"X-RateLimit-Limit":5000}}`))
	return f
}

func (f *fake) on(route string, handlers ...http.HandlerFunc) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answers[route] = handlers
}

func (f *fake) serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	route := r.Method + " " + r.URL.Path
	f.mu.Lock()
	f.requests = append(f.requests, request{
		route: route, body: string(body), from: r.RemoteAddr, query: r.URL.Query(), header: r.Header, close: r.Close, proto: r.ProtoMajor,
	})
	handlers := f.answers[route]
	if len(handlers) > 1 {
		f.answers[route] = handlers[1:]
	}
	f.mu.Unlock()
	if len(handlers) == 0 {
		http.Error(w, "no route "+route, http.StatusTeapot)
		return
	}
	handlers[0](w, r)
}

// got returns the requests to a route; "" is all of them.
func (f *fake) got(route string) []request {
	f.mu.Lock()
	defer f.mu.Unlock()
	var rs []request
	for _, r := range f.requests {
		if r.route == route || route == "" {
			rs = append(rs, r)
		}
	}
	return rs
}

func (f *fake) wantCount(t *testing.T, route string, n int) {
	t.Helper()
	if got := len(f.got(route)); got != n {
		t.Errorf("%q reached the server %d times, want %d", route, got, n)
	}
}

func (f *fake) clock() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

func (f *fake) pass(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

// grant gives out an access token made now, for 10 hours.
func (f *fake) grant(token string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		made := f.clock().Format("2006-01-02T15:04:05.000Z")
		answer(200, fmt.Sprintf(`{"access_token":%q,"created_at":%q,"expires_in":36000,"refresh_token":"r","token_type":"bearer","account_id":555555}`, token, made))(w, r)
	}
}

func (f *fake) client(t *testing.T) *onelogin.Client {
	t.Helper()
	return f.clientOver(t, f.Client().Transport)
}

func (f *fake) clientOver(t *testing.T, transport http.RoundTripper) *onelogin.Client {
	t.Helper()
	c, err := onelogin.New(onelogin.Config{
		BaseURL: f.URL, ClientID: clientID, ClientSecret: onelogin.NewSecret(clientSecret),
		HTTPClient: &http.Client{Transport: transport}, Now: f.clock,
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func answer(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// cut ends the connection without an answer.
func cut(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// cutInBody announces the whole body and sends half of it.
func cutInBody(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body[:len(body)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

func issue(ctx context.Context, c *onelogin.Client) (onelogin.MFAToken, error) {
	return c.GenerateMFAToken(ctx, ana, 300*time.Second, false)
}

// A roundTripper is a transport in one function.
type roundTripper func(*http.Request) (*http.Response, error)

func (rt roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return rt(r) }
