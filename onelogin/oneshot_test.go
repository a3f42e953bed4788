package onelogin_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"olbot/onelogin"
)

// invariant 4: what may have left is never sent again by itself.

// The server closes each connection after one answer without saying so, as it may with any idle one.
func TestIdleConnectionClosedByTheServerLosesNothing(t *testing.T) {
	f := newFake(t)
	f.on(issueRoute, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n"+`{"mfa_token":"07592782"}`)
		_ = conn.Close()
	})
	c := f.client(t)
	for n := range 20 {
		if _, err := issue(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		f.wantCount(t, issueRoute, n+1)
	}
}

// What brings back a secret has a connection of its own; look-ups share one.
func TestSecretsHaveAConnectionOfTheirOwn(t *testing.T) {
	for _, secure := range []bool{false, true} {
		f := unstartedFake()
		f.EnableHTTP2 = secure
		if secure {
			f.StartTLS()
		} else {
			f.Start()
		}
		defer f.Close()
		c := f.client(t)
		for range 3 {
			if _, err := c.User(t.Context(), ana); err != nil {
				t.Fatal(err)
			}
			if _, err := issue(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
		seen := make(map[string]int)
		for _, r := range f.got("") {
			seen[r.from]++
		}
		lookups := f.got(userRoute)
		for _, r := range append(f.got(issueRoute), f.got(tokenRoute)...) {
			if seen[r.from] != 1 || r.proto != 1 || !r.close && !secure {
				t.Errorf("%s over HTTP/%d shares its connection (%d requests)", r.route, r.proto, seen[r.from])
			}
		}
		// Not all of them have to: net/http gives up a connection if it learns too late that the request was written.
		shared := slices.ContainsFunc(lookups, func(r request) bool { return seen[r.from] > 1 })
		if !shared || (lookups[0].proto == 2) != secure {
			t.Errorf("look-ups over HTTP/%d do not share a connection: %v", lookups[0].proto, seen)
		}
	}
}

// A transport of the caller's own may keep connections. net/http repeats some requests on a kept connection that turns out
// to be closed; this one it must not.
func TestRequestOnAKeptConnectionIsNotRepeated(t *testing.T) {
	f := newFake(t)
	f.on(issueRoute, cut)
	kept := f.Client().Transport
	c := f.clientOver(t, roundTripper(func(r *http.Request) (*http.Response, error) { return kept.RoundTrip(r) }))
	for n := range 10 { // net/http may not have kept the connection
		if _, err := c.User(t.Context(), ana); err != nil {
			t.Fatal(err)
		}
		_, err := issue(t.Context(), c)
		wantUnknown(t, "cut on a kept connection", err)
		lookup, sent := f.got(userRoute)[n], f.got(issueRoute)
		if len(sent) != n+1 {
			t.Fatalf("the request was sent %d times", len(sent)-n)
		}
		if sent[n].from == lookup.from {
			return
		}
	}
	t.Error("the request was never sent on the kept connection")
}

// A transport that does not report its connections is judged by the body: once read, it may have left; and once the call
// has come back, the body is shut.
func TestOutcomeWithASilentTransport(t *testing.T) {
	f := newFake(t)
	real := f.Client().Transport
	var late *http.Request
	over := func(broken func(*http.Request) (*http.Response, error)) error {
		_, err := issue(t.Context(), f.clientOver(t, roundTripper(func(r *http.Request) (*http.Response, error) {
			if r.URL.Path == "/auth/oauth2/v2/token" {
				return real.RoundTrip(r)
			}
			if r.GetBody != nil || r.Header.Get("Idempotency-Key") != "" {
				t.Error("the transport has been given the means to repeat the request")
			}
			return broken(r)
		})))
		return err
	}
	err := over(func(r *http.Request) (*http.Response, error) {
		late = r
		return nil, errors.New("no route to host")
	})
	wantNotIssued(t, "body not read", err, errUnavailable)
	if body, err := io.ReadAll(late.Body); err == nil || len(body) > 0 {
		t.Errorf("the body could be read after the call had come back: %q", body)
	}
	err = over(func(r *http.Request) (*http.Response, error) {
		_, _ = r.Body.Read(make([]byte, 1))
		return nil, errors.New("no route to host")
	})
	wantUnknown(t, "body read", err)
	err = over(func(r *http.Request) (*http.Response, error) {
		httptrace.ContextClientTrace(r.Context()).GotConn(httptrace.GotConnInfo{})
		return nil, errors.New("no route to host")
	})
	wantUnknown(t, "connected", err)
}

// Kind: fixed limits. A look-up has as long as is set, and each of its calls has it for itself.
func TestLookUpsHaveAsLongAsIsSet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := onelogin.New(onelogin.Config{
			BaseURL: "https://acme.example.com", ClientID: clientID, ClientSecret: onelogin.NewSecret(clientSecret), Timeout: 90 * time.Second,
			HTTPClient: &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				if r.URL.Path == "/auth/oauth2/v2/token" {
					return respond(200, `{"access_token":"a","expires_in":36000}`), nil
				}
				<-r.Context().Done()
				return nil, r.Context().Err()
			})},
		})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if _, err := c.User(t.Context(), ana); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		if took := time.Since(began); took != 90*time.Second {
			t.Errorf("gave up after %s", took)
		}
		began = time.Now()
		_, _ = issue(t.Context(), c)
		if took := time.Since(began); took != 30*time.Second {
			t.Errorf("the call that makes a code took %s", took)
		}
	})
}

func TestTimeLimits(t *testing.T) {
	f := unstartedFake()
	f.Start()
	defer f.Close()
	for what, want := range map[string]time.Duration{"issue": 30 * time.Second, "connect": 30 * time.Second, "user": 30 * time.Second, "find": 60 * time.Second, "token": 30 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			c := f.clientOver(t, roundTripper(func(r *http.Request) (*http.Response, error) {
				if r.URL.Path == "/auth/oauth2/v2/token" && what != "token" {
					return respond(200, `{"access_token":"a","expires_in":36000}`), nil
				}
				if what == "find" && r.URL.Path == "/api/2/users" { // the list takes its time, the user never comes
					time.Sleep(30*time.Second - 1)
					return respond(200, "["+anaRow+"]"), nil
				}
				if r.Body != nil && what != "connect" {
					_, _ = io.ReadAll(r.Body)
				}
				<-r.Context().Done()
				return nil, r.Context().Err()
			}))
			began := time.Now()
			var err error
			switch what {
			case "user":
				_, err = c.User(t.Context(), ana)
			case "find":
				_, err = c.FindUser(t.Context(), onelogin.ByEmail, anaMail)
			default:
				_, err = issue(t.Context(), c)
			}
			if took := time.Since(began).Round(time.Second); took != want {
				t.Errorf("%s: gave up after %s, want %s", what, took, want)
			}
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: %v", what, err)
			}
			switch what {
			case "issue":
				wantUnknown(t, what, err)
			case "user", "find":
			default:
				wantNotIssued(t, what, err, errUnavailable)
			}
		})
	}
}

// A second token probably ends the first, so calls for one user go one after the other.
func TestCallsForOneUserWaitForEachOther(t *testing.T) {
	f := unstartedFake()
	f.Start()
	defer f.Close()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		under := make(chan string, 10)
		c := f.clientOver(t, roundTripper(func(r *http.Request) (*http.Response, error) {
			if r.URL.Path == "/auth/oauth2/v2/token" {
				return respond(200, `{"access_token":"a","expires_in":36000}`), nil
			}
			_, _ = io.ReadAll(r.Body)
			under <- r.URL.Path
			<-release
			return respond(200, issueAnswer), nil
		}))
		ask := func(ctx context.Context, id int64) {
			if _, err := c.GenerateMFAToken(ctx, id, 5*time.Minute, false); ctx.Err() == nil && err != nil {
				t.Error(err)
			}
		}
		go ask(t.Context(), ana)
		go ask(t.Context(), ana)
		go ask(t.Context(), 1)
		synctest.Wait()
		if len(under) != 2 {
			t.Errorf("%d calls under way, want one for each of two users", len(under))
		}
		ctx, cancel := context.WithCancel(t.Context())
		gaveUp := make(chan error)
		go func() { _, err := issue(ctx, c); gaveUp <- err }()
		synctest.Wait()
		cancel()
		wantNotIssued(t, "gave up waiting for its turn", <-gaveUp, errUnavailable)
		close(release)
		synctest.Wait()
		if len(under) != 3 {
			t.Errorf("%d calls made, want 3", len(under))
		}
	})
}
