package oneloginsim_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"olbot/internal/testbed/oneloginsim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(patient{m}) }

// patient gives what was served last time to end: goleak gives up after 0.4 s.
type patient struct{ *testing.M }

func (p patient) Run() int {
	code := p.M.Run()
	for range 50 {
		if goleak.Find() == nil {
			break
		}
	}
	return code
}

// account is a started simulator and a client that knows nothing but HTTP.
type account struct {
	*oneloginsim.Server
	t     *testing.T
	http  *http.Client
	clock *clock
}

// clock is a server clock that moves by hand.
type clock struct{ nanos atomic.Int64 }

func (c *clock) Now() time.Time          { return time.Unix(0, c.nanos.Load()) }
func (c *clock) Advance(d time.Duration) { c.nanos.Add(int64(d)) }

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func start(t *testing.T, o oneloginsim.Options) *account {
	t.Helper()
	c := new(clock)
	c.nanos.Store(noon.UnixNano())
	if o.Now == nil {
		o.Now = c.Now
	}
	s := oneloginsim.New(o)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	a := &account{Server: s, t: t, clock: c, http: &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	t.Cleanup(func() {
		s.Close()
		transport.CloseIdleConnections()
	})
	return a
}

// reply is an answer read to its end.
type reply struct {
	*http.Response
	body []byte
}

// try sends one request and reads the answer.
func (a *account) try(ctx context.Context, method, path, body string, header ...string) (reply, error) {
	a.t.Helper()
	req, err := http.NewRequestWithContext(ctx, method, a.URL()+path, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := a.http.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return reply{res, text}, err
}

// do is try for a call that must be answered.
func (a *account) do(method, path, body string, header ...string) reply {
	a.t.Helper()
	r, err := a.try(a.t.Context(), method, path, body, header...)
	if err != nil {
		a.t.Fatal(err)
	}
	return r
}

const grant = `{"grant_type":"client_credentials"}`

// basic asks for a token with HTTP Basic.
func (a *account) basic() reply {
	a.t.Helper()
	req, _ := http.NewRequest(http.MethodPost, "/", nil)
	req.SetBasicAuth(a.ClientID(), a.ClientSecret())
	return a.do("POST", "/auth/oauth2/v2/token", grant,
		"Authorization", req.Header.Get("Authorization"), "Content-Type", "application/json")
}

func (a *account) token() string {
	a.t.Helper()
	return a.basic().field(a.t, "access_token").(string)
}

// get reads something with a good token.
func (a *account) get(path string) reply {
	a.t.Helper()
	return a.do("GET", path, "", "Authorization", "Bearer "+a.token())
}

// makeCode asks for a code with a good token.
func (a *account) makeCode(user int64, body string) reply {
	a.t.Helper()
	r, err := a.tryCode(a.t.Context(), user, body)
	if err != nil {
		a.t.Fatal(err)
	}
	return r
}

func (a *account) tryCode(ctx context.Context, user int64, body string) (reply, error) {
	a.t.Helper()
	return a.try(ctx, "POST", codePath(user), body,
		"Authorization", "Bearer "+a.token(), "Content-Type", "application/json")
}

func (r reply) object(t *testing.T) map[string]any {
	t.Helper()
	var o map[string]any
	r.decode(t, &o)
	return o
}

func (r reply) field(t *testing.T, name string) any {
	t.Helper()
	o := r.object(t)
	if _, ok := o[name]; !ok {
		t.Fatalf("status %d: no %q in %s", r.StatusCode, name, r.body)
	}
	return o[name]
}

func (r reply) list(t *testing.T) []map[string]any {
	t.Helper()
	var l []map[string]any
	r.decode(t, &l)
	return l
}

func (r reply) decode(t *testing.T, to any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(r.body))
	d.UseNumber()
	if err := d.Decode(to); err != nil {
		t.Fatalf("status %d: %v in %q", r.StatusCode, err, r.body)
	}
}

func (r reply) want(t *testing.T, status int) reply {
	t.Helper()
	if r.StatusCode != status {
		t.Fatalf("status %d, want %d: %s", r.StatusCode, status, r.body)
	}
	return r
}

// within bounds a wait that must not last.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}
