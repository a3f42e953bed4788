package export

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"olbot/onelogin"
)

// serve answers on this machine, and returns where.
func serve(t *testing.T, handle http.HandlerFunc) (addr string) {
	t.Helper()
	s := httptest.NewServer(handle)
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

// nobody is an address at which nothing answers, below the ports that the system gives out.
func nobody(t *testing.T) string {
	t.Helper()
	for range 100 {
		if l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 10000+rand.IntN(20000))); err == nil {
			defer l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("of a hundred ports none is free")
	return ""
}

func TestHTTPSGetsJSONLines(t *testing.T) {
	var got lineLog
	var head http.Header
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Method != http.MethodPost || r.URL.String() != "/services/collector/raw?source=olbot" {
			t.Errorf("%s %s, %v", r.Method, r.URL, err)
		}
		head = r.Header
		got.add(split(body)...)
		w.WriteHeader(http.StatusNoContent)
	}))
	defer s.Close()
	w := newWorld(t, s.URL+"/services/collector/raw?source=olbot", s)
	w.send(events(1, 20), 20)
	if again := inOrder(t, got.all(), 20); again > 0 {
		t.Errorf("%d came again", again)
	}
	for name, want := range map[string]string{
		"Content-Type": "application/x-ndjson", "Authorization": "Splunk hunter2", "User-Agent": "olbot/v1",
		"Idempotency-Key": `"1-20-abababababab"`, "Content-Encoding": "",
	} {
		if head.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, head.Get(name), want)
		}
	}
	w = newWorld(t, s.URL+"/services/collector/raw?source=olbot", s, func(c *Config) { c.Authorization = onelogin.Secret{} })
	w.send(events(1, 1), 1)
	if _, set := head["Authorization"]; set {
		t.Error("an Authorization was sent that is not set")
	}
}

func TestWhatHTTPSAnswersIsSaid(t *testing.T) {
	for status, says := range map[int]string{
		302: "it redirects (302), which is not followed", 400: "it answers 400 Bad Request", 401: "refuses OLBOT_EXPORT_AUTHORIZATION",
		403: "refuses OLBOT_EXPORT_AUTHORIZATION", 404: "404 Not Found", 413: "one event is too large for it (413)", 429: "429", 500: "500", 503: "503",
	} {
		posts := 0
		addr := serve(t, func(w http.ResponseWriter, r *http.Request) {
			posts++
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(status)
			fmt.Fprint(w, "the body")
		})
		w := newWorld(t, "http://"+addr+"/?token=hunter2", nil)
		w.fails(events(1, 1), says)
		if posts != 1 || len(w.saw) != 1 || w.saw[0] == nil {
			t.Errorf("%d: %d posts, saw %v", status, posts, w.saw)
		}
	}
}

func TestABatchThatIsTooLargeIsHalved(t *testing.T) {
	var got lineLog
	addr := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if len(body) > 40_000 {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		got.add(split(body)...)
	})
	w := newWorld(t, "http://"+addr, nil)
	w.sendAll(events(1, 120))
	if again := inOrder(t, got.all(), 120); again > 0 {
		t.Errorf("%d came again", again)
	}
}

func TestRetryAfterIsObeyedUpToAMinute(t *testing.T) {
	says := ""
	addr := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", says)
		w.WriteHeader(http.StatusTooManyRequests)
	})
	for _, c := range []struct {
		says string
		want time.Duration
	}{
		{"7", 7 * time.Second}, {"3600", time.Minute}, {"0", time.Second}, {"soon", time.Second}, {"-5", time.Second},
		{time.Now().Add(time.Hour).UTC().Format(http.TimeFormat), time.Minute}, {time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat), time.Second},
	} {
		says = c.says
		w := newWorld(t, "http://"+addr, nil)
		w.fails(events(1, 1), "429")
		if w.late != c.want {
			t.Errorf("Retry-After %q: tried again after %v, want %v", c.says, w.late, c.want)
		}
	}
}

// A cut is no answer, so what was sent before it is sent again.
func TestHTTPSThatHangsOrCutsGetsEverythingInOrder(t *testing.T) {
	var got lineLog
	n := 0
	addr := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n++
		switch n % 4 {
		case 1:
			panic(http.ErrAbortHandler) // before it is read
		case 2:
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		got.add(split(body)...)
		if n%4 == 3 {
			panic(http.ErrAbortHandler) // after it
		}
	})
	w := newWorld(t, "http://"+addr, nil)
	w.sendAll(events(1, 300))
	if again := inOrder(t, got.all(), 300); again == 0 {
		t.Error("nothing came again, so nothing was cut")
	}
	if last := w.log.All()[w.log.Len()-1]; !strings.Contains(last.Message, "works again") {
		t.Errorf("the last line says %s", last.Message)
	}
}

func TestOneThatHangsIsGivenUpWithinSeconds(t *testing.T) {
	over := make(chan struct{})
	addr := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-over })
	defer close(over)
	w := newWorld(t, "http://"+addr, nil)
	w.sink.limit = 100 * time.Millisecond
	w.fails(events(1, 1), "deadline exceeded")
}

func TestALogLineThatComesAgainIsTheSame(t *testing.T) {
	reset := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // else the writer may find out first, in other words
		c, _, _ := w.(http.Hijacker).Hijack()
		_ = c.(*net.TCPConn).SetLinger(0)
		c.Close()
	})
	for _, addr := range []string{nobody(t), reset} {
		w := newWorld(t, "http://"+addr, nil)
		for range 5 {
			w.fails(events(1, 100), "export failed")
		}
		all := w.log.All()
		for _, l := range all {
			if got, want := fmt.Sprint(l.ContextMap()), fmt.Sprint(all[0].ContextMap()); got != want {
				t.Errorf("%s, and before %s", got, want)
			}
		}
	}
}

func TestReachSaysWhetherHTTPSAnswers(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodHead || r.Header.Get("Authorization") != "" {
			t.Errorf("%s with %q", r.Method, r.Header.Get("Authorization"))
		}
		w.WriteHeader(http.StatusMethodNotAllowed)
	}))
	defer s.Close()
	if err := newWorld(t, s.URL, s).sink.Reach(t.Context()); err != nil {
		t.Error(err)
	}
	if err := newWorld(t, s.URL+"/?token=hunter2", nil).sink.Reach(t.Context()); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("%v, want that it does not prove who it is", err)
	}
	if err := newWorld(t, "http://"+nobody(t), nil).sink.Reach(t.Context()); err == nil {
		t.Error("nobody was reached")
	}
}
