package slackapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
)

func TestErrorsAreSortedByEffect(t *testing.T) {
	refused := &net.OpError{Op: "dial", Err: errors.New("connection refused")}
	tests := []struct {
		name string
		err  error
		want Effect
	}{
		{"429 with Retry-After", &slack.RateLimitedError{RetryAfter: 3 * time.Second}, Deferred},
		{"429 without", slack.StatusCodeError{Code: 429, Status: "429"}, Deferred},
		{"rate_limited in the body", slack.SlackErrorResponse{Err: "rate_limited"}, Deferred},
		{"no connection", &url.Error{Op: "Post", URL: "https://x/secret", Err: refused}, Deferred},
		{"5xx", slack.StatusCodeError{Code: 502, Status: "502"}, Unknown},
		{"fatal_error", slack.SlackErrorResponse{Err: "fatal_error"}, Unknown},
		{"cut", &url.Error{Op: "Post", URL: "https://x/secret", Err: io.ErrUnexpectedEOF}, Unknown},
		{"timeout", context.DeadlineExceeded, Unknown},
		{"channel_not_found", slack.SlackErrorResponse{Err: "channel_not_found"}, Refused},
		{"404", slack.StatusCodeError{Code: 404, Status: "404"}, Refused},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := errors.AsType[*Error](Sort(fmt.Errorf("post: %w", tt.err)))
			if !ok || got.Effect != tt.want {
				t.Errorf("Sort(%v) = %+v, want effect %d", tt.err, got, tt.want)
			}
			if strings.Contains(got.Error(), "secret") {
				t.Errorf("the error names the URL: %v", got)
			}
			if got.Effect == Deferred && got.After <= 0 {
				t.Error("a deferred call without a pause would spin")
			}
		})
	}
	if Sort(nil) != nil {
		t.Error("Sort(nil) is an error")
	}
}

// slack-go reads whole seconds only: of any other Retry-After it makes an error
// that says nothing of a 429, and what was refused would count as maybe done.
func TestAnyRetryAfterIsADelay(t *testing.T) {
	for header, want := range map[string]time.Duration{
		"3": 3 * time.Second, "1.5": 2 * time.Second, "0.2": time.Second, "": time.Second, "0": time.Second, "-1": time.Second,
		"soon": time.Second, "NaN": time.Second, "3600": time.Hour,
		"3601": time.Minute, "1796040000": time.Minute, "1e300": time.Minute, "Inf": time.Minute,
	} {
		for name, pace := range map[string]*Pace{"no pace": nil, "paced": NewPace(1)} {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if header != "" {
					w.Header().Set("Retry-After", header)
				}
				w.WriteHeader(http.StatusTooManyRequests)
			}))
			_, _, err := NewPaced(pace, srv.URL+"/", "xoxb-1", "xapp-1").PostMessageContext(t.Context(), "C1", slack.MsgOptionText("x", false))
			srv.Close()
			if e, ok := errors.AsType[*Error](Sort(err)); !ok || e.Effect != Deferred || e.After != want {
				t.Errorf("Retry-After %q, %s: %#v, want deferred for %v", header, name, err, want)
			}
		}
	}
}

func TestTheTokenIsInTheHeaderOfEveryCall(t *testing.T) {
	var seen []string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Header.Get("Authorization"))
		io.WriteString(w, `{"ok":true,"url":"wss://x"}`)
	}))
	defer srv.Close()
	api := New(srv.URL+"/", "xoxb-1", "xapp-1")
	if _, err := api.AuthTestContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := api.StartSocketModeContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want := []string{"Bearer xoxb-1", "Bearer xapp-1"}; fmt.Sprint(seen) != fmt.Sprint(want) {
		t.Errorf("headers %q, want %q", seen, want)
	}
}
