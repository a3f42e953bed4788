package oneloginsim

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"strings"
	"time"
)

// exchange is one call, from its arrival to its answer.
type exchange struct {
	s       *Server
	w       http.ResponseWriter
	r       *http.Request
	body    []byte
	name    string // one of the Call constants
	userID  string // from the path, digits only
	device  string // from the path
	effect  Effect
	call    int           // index in Server.calls
	code    int           // index in Server.codes of the code this call made; -1 if none
	release chan struct{} // closed by the first Release after the arrival
}

// ServeHTTP serves one call. A connection that is to be cut ends in a panic with http.ErrAbortHandler, which net/http
// takes for just that; a test that calls ServeHTTP itself must expect it.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if reachable(r) {
		http.Error(w, ErrNotLoopback.Error(), http.StatusForbidden)
		return
	}
	if !s.enter() {
		panic(http.ErrAbortHandler)
	}
	defer s.inflight.Done()
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil || errors.Is(context.Cause(r.Context()), errDown) {
		panic(http.ErrAbortHandler) // the call never arrived, or not as a whole
	}
	x := &exchange{s: s, w: w, r: r, body: body, code: -1}
	x.name, x.userID, x.device = route(r.Method, r.URL.Path)
	x.serve(x.arrive())
}

// route says which call this is. Anything OneLogin does not have at this path and method is CallOther, and so is what
// it does have and olbot has no business with.
func route(method, path string) (name, userID, device string) {
	switch method + " " + path {
	case "POST /auth/oauth2/v2/token":
		return CallToken, "", ""
	case "POST /auth/oauth2/revoke":
		return CallRevoke, "", ""
	case "GET /auth/rate_limit":
		return CallRateLimit, "", ""
	case "GET /api/2/users":
		return CallFindUsers, "", ""
	}
	if id, ok := strings.CutPrefix(path, "/api/2/users/"); ok && method == http.MethodGet && isSegment(id) {
		return CallGetUser, id, ""
	}
	rest, _ := strings.CutPrefix(path, "/api/2/mfa/users/")
	if id, ok := strings.CutSuffix(rest, "/mfa_token"); ok && method == http.MethodPost && isSegment(id) {
		return CallMFAToken, id, ""
	}
	if id, device, ok := strings.Cut(rest, "/devices/"); ok && method == http.MethodDelete && isSegment(id) && isSegment(device) {
		return CallRemoveDevice, id, device
	}
	return CallOther, "", ""
}

func isSegment(s string) bool { return s != "" && !strings.Contains(s, "/") }

func (x *exchange) underAuth() bool { return strings.HasPrefix(x.r.URL.Path, "/auth/") }

// arrive writes the call down, sets the headers every answer has and returns the effect chosen for it.
func (x *exchange) arrive() Effect {
	s, now := x.s, x.s.now()
	id := s.dice.hex(32)
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.takeFault(x.name)
	x.call, x.release = len(s.calls), s.release
	s.calls = append(s.calls, Call{Name: x.name, Method: x.r.Method, Path: x.r.URL.Path, Query: x.r.URL.RawQuery,
		Body: string(x.body), At: now, RequestID: id, Fault: e.name})
	h := x.w.Header()
	h.Set("X-Request-Id", id)
	if strings.HasPrefix(x.r.URL.Path, "/api/") {
		s.window.count(now, s.options.RateLimit)
		maps.Copy(h, s.window.header(now))
	}
	s.tell()
	return e
}

// serve lets the effect happen at its stage, and the call at its own.
func (x *exchange) serve(e Effect) {
	x.effect = e
	if e.stage == before {
		if instead, ok := x.suffer(); ok {
			x.send(instead, false)
			return
		}
	}
	if e.revoke {
		x.s.RevokeTokens()
	}
	a := x.handle()
	if e.stage == after {
		if instead, ok := x.suffer(); ok {
			x.send(instead, false)
			return
		}
	}
	e.edit.apply(a.body)
	maps.Copy(a.headers(), e.header)
	x.send(a, e.mangle == nil)
}

// handle does what the call asks for.
func (x *exchange) handle() answer {
	switch x.name {
	case CallToken:
		return x.makeToken()
	case CallRevoke:
		return x.revokeToken()
	case CallOther:
		return notFound(x).answer(x, ShapeOfCall)
	}
	if p := x.admit(); p != nil {
		return p.answer(x, ShapeOfCall)
	}
	if x.name == CallRateLimit {
		return x.rateLimit()
	}
	if x.s.exhausted() {
		return tooManyRequests(x).answer(x, ShapeOfCall)
	}
	switch x.name {
	case CallFindUsers:
		return x.findUsers()
	case CallGetUser:
		return x.getUser()
	case CallRemoveDevice:
		return x.removeDevice()
	default:
		return x.makeCode()
	}
}

// suffer waits, hangs or cuts as the effect says, and returns the answer to give instead of the honest one, if any.
func (x *exchange) suffer() (answer, bool) {
	e := x.effect
	x.s.wait(e.delay)
	if e.hang {
		x.hang()
	}
	if e.cut {
		panic(http.ErrAbortHandler)
	}
	if e.reply == nil {
		return answer{}, false
	}
	return e.reply(x), true
}

// wait lets d pass, whether or not the client is still there: a slow server does its work all the same.
func (s *Server) wait(d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-s.closing:
		panic(http.ErrAbortHandler)
	}
}

// hang waits for Release. A client that goes away first takes the call with it.
func (x *exchange) hang() {
	select {
	case <-x.release:
	case <-x.r.Context().Done():
		panic(http.ErrAbortHandler)
	case <-x.s.closing:
		panic(http.ErrAbortHandler)
	}
}
