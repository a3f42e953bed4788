package slackapi

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// A count notes what an observer is told.
type count struct{ seen []string }

func (c *count) note(a Answer) { c.seen = append(c.seen, a.Method+" "+string(a.Outcome)) }

func answering(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

func TestEveryCallIsCountedByItsOutcome(t *testing.T) {
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		want   Outcome
	}{
		"ok":            {answering(200, `{"ok":true,"user_id":"U1"}`), CallOK},
		"refused":       {answering(200, `{"ok":false,"error":"channel_not_found"}`), CallRefused},
		"429":           {answering(429, ``), CallRateLimited},
		"rate limited":  {answering(200, `{"ok":false,"error":"ratelimited"}`), CallRateLimited},
		"fatal":         {answering(200, `{"ok":false,"error":"fatal_error"}`), CallFailed},
		"403":           {answering(403, `no`), CallRefused},
		"503":           {answering(503, `{"ok":true}`), CallFailed},
		"redirect":      {answering(302, ``), CallFailed},
		"not Slack":     {answering(200, `<html>`), CallFailed},
		"nothing said":  {answering(200, `{}`), CallFailed},
		"cut":           {cutShort, CallNoAnswer},
		"no connection": {nil, CallNoAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			srv := httptest.NewServer(tt.answer)
			defer srv.Close()
			url := srv.URL
			if tt.answer == nil {
				url = "http://127.0.0.1:1" // nobody listens there
			}
			var c count
			_, err := New(url+"/api/", "xoxb-1", "xapp-1", Observe(url+"/api/", c.note)).AuthTestContext(t.Context())
			if tt.want == CallOK && err != nil {
				t.Error(err)
			}
			if want := []string{"auth.test " + string(tt.want)}; !slices.Equal(c.seen, want) {
				t.Errorf("counted %q, want %q", c.seen, want)
			}
			if !slices.Contains(Outcomes(), tt.want) {
				t.Errorf("%s is not among the outcomes", tt.want)
			}
		})
	}
}

// Whoever is told of a call learns Slack's word for a refusal, and where a message went.
func TestAnAnswerSaysTheWordAndTheChannel(t *testing.T) {
	for body, want := range map[string]Answer{
		`{"ok":false,"error":"token_revoked"}`:            {Method: "auth.test", Outcome: CallRefused, Code: "token_revoked"},
		`{"ok":true,"channel":"D1","ts":"1.2"}`:           {Method: "auth.test", Outcome: CallOK, Channel: "D1"},
		`{"ok":true,"channel":{"id":"C1"}}`:               {Method: "auth.test", Outcome: CallOK},
		`{"ok":false,"error":"x","channel":"D1"}`:         {Method: "auth.test", Outcome: CallRefused, Code: "x"},
		`{"ok":false,"error":"fatal_error","warning":""}`: {Method: "auth.test", Outcome: CallFailed, Code: "fatal_error"},
	} {
		srv := httptest.NewServer(answering(200, body))
		var got Answer
		client := http.Client{Transport: Observe(srv.URL, func(a Answer) { got = a })(http.DefaultTransport)}
		if resp, err := client.Get(srv.URL + "/auth.test"); err != nil {
			t.Error(err)
		} else {
			resp.Body.Close()
		}
		srv.Close()
		if got != want {
			t.Errorf("%s: %+v, want %+v", body, got, want)
		}
	}
}

func cutShort(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "100")
	io.WriteString(w, `{"ok":true`)
	http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// A response_url is a capability and a path may hold anything: neither is a method.
func TestWhatIsNotAMethodIsCountedAsOther(t *testing.T) {
	srv := httptest.NewServer(answering(200, "ok"))
	defer srv.Close()
	var c count
	client := http.Client{Transport: Observe(srv.URL+"/api", c.note)(http.DefaultTransport)}
	for _, path := range []string{"/actions/T1/secret", "/api/", "/api/a/b", "/apis"} {
		resp, err := client.Get(srv.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	for _, seen := range c.seen {
		if !strings.HasPrefix(seen, "other ") {
			t.Errorf("counted %q", seen)
		}
	}
	if len(c.seen) != 4 {
		t.Errorf("counted %d calls, want 4", len(c.seen))
	}
}

// What the caller reads is what came, however long, and ends as it ended.
func TestObservingChangesNoAnswer(t *testing.T) {
	long := strings.Repeat("x", 3*maxRead)
	for name, tt := range map[string]struct {
		handler http.HandlerFunc
		want    string
		err     error
	}{
		"short": {answering(200, "y"), "y", nil},
		"long":  {answering(200, long), long, nil},
		"cut":   {cutShort, `{"ok":true`, io.ErrUnexpectedEOF},
	} {
		srv := httptest.NewServer(tt.handler)
		client := http.Client{Transport: Observe(srv.URL, new(count).note)(http.DefaultTransport)}
		resp, err := client.Get(srv.URL + "/auth.test")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if string(body) != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%s: %d bytes and %v", name, len(body), err)
		}
		resp.Body.Close()
		srv.Close()
	}
	_, err := Observe("http://x/", new(count).note)(failing{}).RoundTrip(httptest.NewRequest("POST", "http://x/auth.test", nil))
	if e, ok := errors.AsType[*Error](Sort(err)); !ok || e.Effect != Deferred {
		t.Errorf("a call that was never sent is sorted as %v", err)
	}
}

type failing struct{}

func (failing) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, fmt.Errorf("send: %w", &net.OpError{Op: "dial", Err: errors.New("connection refused")})
}
