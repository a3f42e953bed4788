package slacksim

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// serveAPI answers one Web API call. Refusals are HTTP 200 with {"ok":false}, as Slack's are;
// only the rate limit and injected faults use another status.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("method")
	req, err := readRequest(r)
	var f *Fault
	if err == nil {
		f = s.faultFor(name, req.args)
	}
	if f != nil {
		f.delay(r.Context(), s)
	}
	out := s.call(name, r, req, err, f)
	if f != nil && f.spoils() {
		f.answer(w, r, s)
		return
	}
	if f != nil && f.Alter != nil && out.body["ok"] == true {
		f.Alter(out.body)
	}
	w.Header().Set("X-OAuth-Scopes", strings.Join(s.o.Scopes, ","))
	status := http.StatusOK
	if out.wait > 0 {
		status = http.StatusTooManyRequests
		w.Header().Set("Retry-After", strconv.Itoa(out.wait))
	}
	writeJSON(w, status, out.body)
}

// outcome is what a call came to.
type outcome struct {
	body reply
	wait int // seconds to wait, if over the rate limit
}

// call lets a call take its effect, unless a fault prevents it, and records it, in one go.
func (s *Server) call(name string, r *http.Request, req *request, err error, f *Fault) outcome {
	s.mu.Lock()
	defer s.mu.Unlock()
	record := Call{Method: name, Status: http.StatusOK}
	if req != nil {
		record.Args = req.args
	}
	var out outcome
	if err == nil && (f == nil || !f.spoils() || f.After) {
		out, err = s.effect(name, r, req)
	}
	if err != nil {
		e := asAPIError(err)
		record.Error, out.body = e.code, e.body()
	}
	if out.wait > 0 {
		record.Status = http.StatusTooManyRequests
	}
	if f != nil && f.spoils() {
		record.Status, record.Error, record.Fault = f.logStatus(), f.Error, true
	}
	s.log(record)
	return out
}

// effect runs the method if the caller may. The caller holds the lock.
func (s *Server) effect(name string, r *http.Request, req *request) (outcome, error) {
	m := methods[name]
	if s.closed {
		return outcome{}, fault("service_unavailable")
	}
	if m == nil {
		return outcome{}, fault("unknown_method")
	}
	s.inspect(m, r, req)
	if err := s.authorise(m, req); err != nil {
		return outcome{}, err
	}
	if wait := s.limited(m, req.args); wait > 0 {
		return outcome{wait: wait}, fault("ratelimited")
	}
	body, err := s.perform(m, req)
	if err != nil {
		return outcome{}, err
	}
	body["ok"] = true
	return outcome{body: body}, nil
}

// perform checks what every method needs and runs it. The caller holds the lock.
func (s *Server) perform(m *method, req *request) (reply, error) {
	for _, arg := range m.required {
		if arg != "token" && req.args[arg] == "" {
			if m.without != "" {
				return nil, fault(m.without)
			}
			return nil, &apiError{code: "invalid_arguments", messages: []string{"[ERROR] missing required field: " + arg}}
		}
	}
	return m.run(s, req)
}

// inspect records what is sloppy about a call although Slack answers it. team_id is taken
// everywhere, because the official client sends it with every call.
func (s *Server) inspect(m *method, r *http.Request, req *request) {
	if req.json && !m.json {
		s.found(FindingJSON, m.name, "takes no JSON; the arguments were not read")
		clear(req.args)
	}
	for arg := range req.args {
		if arg != "team_id" && !slices.Contains(m.args, arg) {
			s.found(FindingUnknownArg, m.name, arg)
		}
	}
	if r.URL.Query().Has("token") {
		s.found(FindingTokenPlace, m.name, "a token in the query")
	}
	if body := req.args["token"]; body != "" && req.header && body != req.token {
		s.found(FindingTokenPlace, m.name, "two different tokens")
	}
	if r.Method == http.MethodGet && !m.get {
		s.found(FindingPostedRead, m.name, "called by GET")
	}
}

// authorise checks the token and the scopes.
func (s *Server) authorise(m *method, req *request) error {
	switch req.token {
	case "":
		return fault("not_authed")
	case s.o.AppToken:
		if !m.appToken {
			return fault("not_allowed_token_type")
		}
	case s.o.BotToken:
		if s.revoked {
			return fault("token_revoked")
		}
		if !m.botToken {
			return fault("not_allowed_token_type")
		}
	default:
		return fault("invalid_auth")
	}
	if m.appToken && !m.botToken && !req.header {
		return fault("invalid_auth") // apps.connections.open takes its token in the header only
	}
	if len(m.scopes) == 0 || slices.ContainsFunc(m.scopes, s.granted) {
		return nil
	}
	return s.missing(m.scopes...)
}

func (s *Server) granted(scope string) bool { return slices.Contains(s.o.Scopes, scope) }

func (s *Server) missing(scopes ...string) error {
	return &apiError{
		code: "missing_scope", needed: strings.Join(scopes, ","), provided: strings.Join(s.o.Scopes, ","),
	}
}
