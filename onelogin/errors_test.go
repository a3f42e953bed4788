package onelogin_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"olbot/onelogin"
)

var errUnavailable = onelogin.ErrUnavailable

func respond(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
}

func TestErrorReadsEveryDocumentedShape(t *testing.T) {
	for body, want := range map[string]string{
		`{"statusCode":422,"name":"ValidationError","message":"Validations failed","details":{"parameters":[]}}`:              "ValidationError/Validations failed",
		`{"statusCode":401,"name":"UnauthorizedError","message":"This request requires Authentication"}`:                      "UnauthorizedError/This request requires Authentication",
		`{"status":{"error":true,"code":401,"type":"Unauthorized","message":"Authentication Failure"}}`:                       "Unauthorized/Authentication Failure",
		`{"status":{"error":true,"code":400,"type":"bad request","message":{"attribute":"email","description":"not valid"}}}`: "bad request/not valid",
		`{"status":400,"error":"BadRequestError","description":"Invalid pagination cursor"}`:                                  "BadRequestError/Invalid pagination cursor",
		`{"error":true,"code":404,"type":"Not Found","message":"No Route Exists"}`:                                            "Not Found/No Route Exists",
		`{"error":"invalid_client","error_description":"unknown client"}`:                                                     "invalid_client/unknown client",
		`{"message":7,"name":[],"status":null}`:                                                                               "/",
		`"text"`:                                                                                                              "/",
		`[]`:                                                                                                                  "/",
		`null`:                                                                                                                "/",
		``:                                                                                                                    "/",
		`<html><body>502 Bad Gateway</body></html>`:                                                                           "/",
		`{"message":"half`:                                                                                                    "/",
	} {
		f := newFake(t)
		f.on(userRoute, answer(422, body, "X-Request-Id", "f00d-0007-req-1d"))
		_, err := f.client(t).User(t.Context(), ana)
		e, ok := errors.AsType[*onelogin.Error](err)
		if !ok {
			t.Fatalf("%s: %v", body, err)
		}
		if got := e.Name + "/" + e.Message; got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
		if e.Op != "get user" || e.Status != 422 || e.RequestID != "f00d-0007-req-1d" {
			t.Errorf("%s: %+v", body, e)
		}
	}
}

func TestErrorSaysWhatHappenedInOneLine(t *testing.T) {
	f := newFake(t)
	f.on(issueRoute, answer(422, `{"statusCode":422,"name":"ValidationError","message":"Validations\nfailed"}`, "X-Request-Id", "f00d-0007-req-1d"), answer(502, `<html>`))
	c := f.client(t)
	for _, want := range []string{
		"no MFA token was issued: generate MFA token: OneLogin answered 422 Unprocessable Entity (request id f00d-0007-req-1d)",
		"it is unknown whether an MFA token was issued: generate MFA token: OneLogin answered 502 Bad Gateway",
	} {
		if _, err := issue(t.Context(), c); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestTextsFromOutsideAreCappedAndCleaned(t *testing.T) {
	f := newFake(t)
	nasty := strings.Repeat(`\u202e\u0007\u2028a\nb ü\ud800`, 5000)
	exact := strings.Repeat("ü", 300)
	f.on(userRoute, answer(400, `{"message":"`+exact+`"}`), answer(400, `{"name":"`+nasty+`","message":"`+nasty+`"}`, "X-Request-Id", strings.Repeat("r", 5000)))
	c := f.client(t)
	_, err := c.User(t.Context(), ana)
	if e, ok := errors.AsType[*onelogin.Error](err); !ok || e.Message != exact {
		t.Errorf("a message of 300 runes was changed: %v", err)
	}
	_, err = c.User(t.Context(), ana)
	e, _ := errors.AsType[*onelogin.Error](err)
	if n := utf8.RuneCountInString(e.Message); n != 300 {
		t.Errorf("message of %d runes", n)
	}
	if len(err.Error()) > 1000 || strings.ContainsAny(err.Error(), "\n\a\u202e\u2028") || !utf8.ValidString(err.Error()) {
		t.Errorf("%d bytes: %q", len(err.Error()), err)
	}
}

// Kind: an outside number bounds a wait without regard to the window. What makes no sense as seconds left of an hour is not
// waited for.
func TestRetryAfter(t *testing.T) {
	const date = "Mon, 27 Jul 2026 23:00:00 GMT" // their clock; ours is at 23:20
	for name, tc := range map[string]struct {
		header []string
		want   time.Duration
	}{
		"seconds":                {[]string{"Retry-After", "7"}, 7 * time.Second},
		"date":                   {[]string{"Retry-After", "Mon, 27 Jul 2026 23:01:30 GMT", "Date", date}, 90 * time.Second},
		"date without a Date":    {[]string{"Retry-After", "Mon, 27 Jul 2026 23:21:30 GMT", "Date", "?"}, 90 * time.Second},
		"date gone by":           {[]string{"Retry-After", "Mon, 27 Jul 2026 22:00:00 GMT", "Date", date}, 0},
		"reset":                  {[]string{"X-RateLimit-Reset", "832"}, 832 * time.Second},
		"both":                   {[]string{"X-RateLimit-Reset", "832", "Retry-After", "7"}, 7 * time.Second},
		"at once":                {[]string{"X-RateLimit-Reset", "832", "Retry-After", "0"}, 0},
		"unreadable, and reset":  {[]string{"X-RateLimit-Reset", "832", "Retry-After", "soon"}, 832 * time.Second},
		"negative":               {[]string{"Retry-After", "-7"}, 0},
		"a fraction":             {[]string{"Retry-After", "1.5"}, 2 * time.Second},
		"the longest":            {[]string{"X-RateLimit-Reset", "3600"}, time.Hour},
		"too long":               {[]string{"X-RateLimit-Reset", "3601"}, time.Minute},
		"a time of day":          {[]string{"X-RateLimit-Reset", "1785194750"}, time.Minute},
		"milliseconds":           {[]string{"Retry-After", "5000"}, time.Minute},
		"a date far away":        {[]string{"Retry-After", "Tue, 28 Jul 2026 23:01:30 GMT", "Date", date}, time.Minute},
		"longer than any number": {[]string{"Retry-After", strings.Repeat("9", 400)}, time.Minute},
		"nothing":                {nil, 0},
	} {
		for _, route := range []string{issueRoute, tokenRoute} {
			f := newFake(t)
			f.on(route, answer(429, `{"message":"Rate limit exceeded"}`, tc.header...))
			_, err := issue(t.Context(), f.client(t))
			wantNotIssued(t, name, err, onelogin.ErrRateLimited)
			if e, ok := errors.AsType[*onelogin.Error](err); !ok || e.RetryAfter != tc.want {
				t.Errorf("%s: wait %s, want %s", name, e.RetryAfter, tc.want)
			}
		}
	}
	f := newFake(t)
	f.on(userRoute, answer(422, ``, "X-RateLimit-Reset", "832", "Retry-After", "7"), answer(503, ``, "Retry-After", "7"))
	c := f.client(t)
	for _, want := range []time.Duration{0, 7 * time.Second} {
		_, err := c.User(t.Context(), ana)
		if e, _ := errors.AsType[*onelogin.Error](err); e.RetryAfter != want {
			t.Errorf("%v: wait %s, want %s", err, e.RetryAfter, want)
		}
	}
}

// wantNothingPrivate looks for everything that must not be seen, in every rendering of an error and of what it wraps.
func wantNothingPrivate(t *testing.T, what string, err error) {
	t.Helper()
	var texts []string
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		texts = append(texts, fmt.Sprintf(verb, err))
	}
	if e, ok := errors.AsType[*onelogin.Error](err); ok {
		texts = append(texts, fmt.Sprintf("%+v %#v", *e, *e))
	}
	pair := base64.StdEncoding.EncodeToString([]byte(clientID + ":" + clientSecret))
	for _, text := range texts {
		for _, private := range []string{clientSecret, pair, "access-1", mfaToken, anaMail, url.QueryEscape(anaMail), "ANA+OTP@EXAMPLE.COM"} {
			if strings.Contains(text, private) {
				t.Errorf("%s: %q is in %s", what, private, text)
			}
		}
	}
}

// Whatever the other side echoes, no error and no log has it.
func TestErrorsHaveNothingPrivate(t *testing.T) {
	var logged bytes.Buffer
	log.SetOutput(&logged)
	defer log.SetOutput(io.Discard)
	echo := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			said := r.Header.Get("Authorization") + " " + r.URL.String() + " " + anaMail + " " + strings.ToUpper(anaMail) + " " + clientSecret
			answer(status, fmt.Sprintf(`{"name":%q,"message":%q,"mfa_token":%q}`, said, said, mfaToken), "X-Request-Id", said)(w, r)
		}
	}
	for _, route := range []string{tokenRoute, listRoute, userRoute, issueRoute} {
		for _, handler := range []http.HandlerFunc{echo(400), echo(401), echo(403), echo(404), echo(429), echo(500), cut, cutInBody(200, issueAnswer), answer(200, `[`+issueAnswer+`]`)} {
			f := newFake(t)
			f.on(route, handler)
			c := f.client(t)
			_, err := c.FindUser(t.Context(), onelogin.ByEmail, anaMail)
			wantNothingPrivate(t, "FindUser", err)
			_, err = issue(t.Context(), c)
			wantNothingPrivate(t, "GenerateMFAToken", err)
		}
	}
	f := newFake(t)
	real := f.Client().Transport
	talkative := roundTripper(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPost {
			return real.RoundTrip(r)
		}
		return nil, &url.Error{Op: "Get", URL: r.URL.String(), Err: errors.New(r.Header.Get("Authorization"))}
	})
	_, err := f.clientOver(t, talkative).FindUser(t.Context(), onelogin.ByEmail, anaMail)
	if !errors.Is(err, onelogin.ErrUnavailable) {
		t.Error(err)
	}
	wantNothingPrivate(t, "transport", err)
	if logged.Len() > 0 {
		t.Errorf("logged: %s", &logged)
	}
}
