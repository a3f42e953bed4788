package oneloginsim

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// Canonical, so that a value of "" can remove them.
const (
	headerLimit     = "X-Ratelimit-Limit"
	headerRemaining = "X-Ratelimit-Remaining"
	headerReset     = "X-Ratelimit-Reset"
)

// window counts the API calls of the current hour.
type window struct {
	limit, used int
	ends        time.Time
}

// count adds a call; limit 0 stands for the documented 5000 an hour. The caller holds Server.mu.
func (w *window) count(now time.Time, limit int) {
	w.turn(now, limit)
	w.used++
}

// turn begins a new hour when the old one is over.
func (w *window) turn(now time.Time, limit int) {
	w.limit = limit
	if limit == 0 {
		w.limit = 5000
	}
	if !now.Before(w.ends) {
		w.used, w.ends = 0, now.Add(time.Hour)
	}
}

func (w *window) remaining() int { return max(0, w.limit-w.used) }

// reset is the whole seconds left of the hour: seconds, not a time of day.
func (w *window) reset(now time.Time) int { return int(math.Ceil(w.ends.Sub(now).Seconds())) }

func (w *window) header(now time.Time) http.Header {
	return http.Header{
		headerLimit:     {strconv.Itoa(w.limit)},
		headerRemaining: {strconv.Itoa(w.remaining())},
		headerReset:     {strconv.Itoa(w.reset(now))},
	}
}

// exhausted says whether the call counted last was one too many, where a limit is set at all.
func (s *Server) exhausted() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.options.RateLimit > 0 && s.window.used > s.window.limit
}

// rateLimit is GET /auth/rate_limit. It does not count as a call.
func (x *exchange) rateLimit() answer {
	s, now := x.s, x.s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.window.turn(now, s.options.RateLimit)
	return answer{status: http.StatusOK, body: object{
		"status": success(),
		"data": object{
			"X-RateLimit-Limit":     s.window.limit,
			"X-RateLimit-Remaining": s.window.remaining(),
			"X-RateLimit-Reset":     s.window.reset(now),
		},
	}}
}
