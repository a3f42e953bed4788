package slacksim

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// A Fault makes calls of a Web API method go wrong. Without Latency alone, one of Cut, Hang,
// Status, Error, NoError and Alter says how.
type Fault struct {
	Method string                            // "chat.postMessage"; "response_url"; empty: every method
	Match  func(args map[string]string) bool // nil: every call of the method
	Skip   int                               // calls to let pass first
	Times  int                               // calls to spoil; 0: until ClearFaults

	Latency    time.Duration // before anything else
	After      bool          // the call takes effect first: only the answer is lost or a lie
	Cut        bool          // the connection breaks
	Hang       bool          // no answer until the caller gives up or ClearFaults
	Status     int           // an HTTP status such as 429 or 503
	RetryAfter float64       // seconds for a Retry-After header, which proxies also write as 1.5; 0: no header
	Error      string        // {"ok":false,"error":…}
	NoError    bool          // {"ok":false} and nothing else

	Alter func(answer map[string]any) // the call takes effect, and its answer says so otherwise; see OddEchoes and OKAlone

	seen    int
	cleared chan struct{}
}

// Fail adds a fault. Faults are tried in the order in which they were added, and the first
// that fits a call is used. end ends this one, as ClearFaults ends all.
func (s *Server) Fail(f Fault) (end func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.cleared = make(chan struct{})
	s.faults = append(s.faults, &f)
	return func() { s.endFaults(func(other *Fault) bool { return other == &f }) }
}

// ClearFaults ends all faults and lets go what hangs.
func (s *Server) ClearFaults() { s.endFaults(func(*Fault) bool { return true }) }

func (s *Server) endFaults(which func(*Fault) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = slices.DeleteFunc(s.faults, func(f *Fault) bool {
		if which(f) {
			close(f.cleared)
			return true
		}
		return false
	})
}

// faultFor finds the fault for a call, if there is one, and counts it.
func (s *Server) faultFor(method string, args map[string]string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.faults, func(f *Fault) bool {
		return (f.Method == "" || f.Method == method) && (f.Match == nil || f.Match(args)) && f.due()
	})
	if i < 0 {
		return nil
	}
	return s.faults[i]
}

// due counts a call that fits and reports whether it is one to spoil.
func (f *Fault) due() bool {
	if f.Times > 0 && f.seen >= f.Skip+f.Times {
		return false
	}
	f.seen++
	return f.seen > f.Skip
}

// spoils reports whether the fault changes the answer, and not only its time.
func (f *Fault) spoils() bool {
	return f.Cut || f.Hang || f.Status != 0 || f.Error != "" || f.NoError
}

// delay waits for the latency.
func (f *Fault) delay(ctx context.Context, s *Server) {
	if f.Latency <= 0 {
		return
	}
	timer := time.NewTimer(f.Latency)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-f.cleared:
	case <-ctx.Done():
	case <-s.done:
	}
}

// answer gives the bad answer and returns what to log.
func (f *Fault) answer(w http.ResponseWriter, r *http.Request, s *Server) {
	if f.Hang {
		select {
		case <-f.cleared:
		case <-r.Context().Done():
		case <-s.done:
		}
		panic(http.ErrAbortHandler)
	}
	if f.Cut {
		panic(http.ErrAbortHandler) // net/http breaks the connection without an answer
	}
	status, code := http.StatusOK, f.Error
	if f.Status != 0 {
		status = f.Status
	}
	if code == "" && status == http.StatusTooManyRequests {
		code = "ratelimited"
	}
	if f.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.FormatFloat(f.RetryAfter, 'f', -1, 64))
	}
	if status >= 500 {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		fmt.Fprintf(w, "<html><body>%s</body></html>", http.StatusText(status))
		return
	}
	body := reply{"ok": false}
	if code != "" && !f.NoError {
		body["error"] = code
	}
	writeJSON(w, status, body)
}

// OddEchoes makes of an answer what servers that are not quite Slack's give: ok, and the echo of
// what was sent in shapes of their own.
func OddEchoes(answer map[string]any) {
	for _, echo := range []string{"message", "blocks", "view", "text", "warning", "response_metadata", "no_op"} {
		answer[echo] = []any{"x"}
	}
	answer["blocks"] = "[]"
	if id := str(object(answer["channel"])["id"]); id != "" {
		answer["channel"] = map[string]any{"id": id, "created": "today", "topic": "x"}
	}
}

// OKAlone leaves of an answer that what was asked for is done.
func OKAlone(answer map[string]any) {
	for field := range answer {
		if field != "ok" {
			delete(answer, field)
		}
	}
}

// logStatus is the HTTP status that the record of a spoilt call shows.
func (f *Fault) logStatus() int {
	switch {
	case f.Cut || f.Hang:
		return 0
	case f.Status != 0:
		return f.Status
	}
	return http.StatusOK
}
