package oneloginsim

import (
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A Scope is what an API credential pair may do. OneLogin attaches it to the pair; a call cannot ask for one.
type Scope string

// The scopes, as OneLogin names them.
const (
	ScopeAuthenticationOnly Scope = "Authentication Only"
	ScopeReadUsers          Scope = "Read Users"
	ScopeManageUsers        Scope = "Manage users"
	ScopeReadAll            Scope = "Read All"
	ScopeManageAll          Scope = "Manage All"
)

// scopesOf lists which scopes a call accepts. For the code the documentation names two, its OpenAPI file only Manage All.
func scopesOf(call string) []Scope {
	switch call {
	case CallMFAToken:
		return []Scope{ScopeManageUsers, ScopeManageAll}
	case CallRemoveDevice:
		return []Scope{ScopeManageAll}
	}
	return []Scope{ScopeReadUsers, ScopeManageUsers, ScopeReadAll, ScopeManageAll}
}

// SetScope changes what the credential pair may do, as an administrator would.
func (s *Server) SetScope(scope Scope) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scope = scope
}

// bearer is the one access token that is valid now.
type bearer struct {
	value, refresh string
	createdAt      time.Time
}

// RevokeTokens makes the bearer token in use invalid at once; the next one asked for is a new one.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = bearer{}
}

// DisableCredentials is an administrator who disables the credential pair: neither it nor any bearer token is taken any more.
func (s *Server) DisableCredentials() { s.setDisabled(true) }

// EnableCredentials takes that back.
func (s *Server) EnableCredentials() { s.setDisabled(false) }

func (s *Server) setDisabled(disabled bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.disabled, s.token = disabled, bearer{}
}

func (s *Server) isDisabled() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.disabled
}

// AgeToken lets the bearer token in use, and the answers that hand it out, be d older than it is, so that a client is
// given a token with little life left. Without a token in use it makes one first.
func (s *Server) AgeToken(d time.Duration) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.renewToken(now)
	s.token.createdAt = s.token.createdAt.Add(-d)
}

// renewToken replaces the token if it is gone or has expired, and only then. The caller holds s.mu.
func (s *Server) renewToken(now time.Time) {
	if s.token.value == "" || !now.Before(s.token.createdAt.Add(s.options.TokenLife)) {
		s.token = bearer{value: s.dice.hex(64), refresh: s.dice.hex(64), createdAt: now.Truncate(time.Millisecond)}
	}
}

// makeToken is POST /auth/oauth2/v2/token.
func (x *exchange) makeToken() answer {
	id, secret, grant, bad := x.credentials()
	switch {
	case bad != nil:
		return bad.answer(x, ShapeOfCall)
	case id != x.s.options.ClientID || secret != x.s.options.ClientSecret:
		return unauthorized(x).answer(x, ShapeOfCall)
	case x.s.isDisabled():
		return unauthorized(x).answer(x, ShapeOfCall)
	case grant != "client_credentials":
		return badRequest("Request Failure").answer(x, ShapeOfCall)
	}
	s, now := x.s, x.s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.renewToken(now)
	return answer{status: http.StatusOK, body: object{
		"access_token":  s.token.value,
		"created_at":    s.token.createdAt.UTC().Format("2006-01-02T15:04:05.000Z"),
		"expires_in":    int64(s.options.TokenLife / time.Second), // counted from created_at, not from now
		"refresh_token": s.token.refresh,
		"token_type":    "bearer",
		"account_id":    555555,
	}}
}

var headerStyle = regexp.MustCompile(`^client_id:\s*([^,\s]+)\s*,\s*client_secret:\s*(\S+)$`)

// credentials reads the pair in any of the documented styles: HTTP Basic, "client_id:…, client_secret:…", or in the form.
func (x *exchange) credentials() (id, secret, grant string, bad *problem) {
	var inForm url.Values
	switch contentType(x.r) {
	case "application/json":
		var body map[string]json.RawMessage
		if json.Unmarshal(x.body, &body) != nil {
			p := badRequest("Request Failure")
			return "", "", "", &p
		}
		_ = json.Unmarshal(body["grant_type"], &grant)
	case "application/x-www-form-urlencoded":
		inForm, _ = url.ParseQuery(string(x.body))
		grant = inForm.Get("grant_type")
	default:
		p := wrongContentType()
		return "", "", "", &p
	}
	if id, secret, ok := x.r.BasicAuth(); ok {
		return id, secret, grant, nil
	}
	if m := headerStyle.FindStringSubmatch(x.r.Header.Get("Authorization")); m != nil {
		return m[1], m[2], grant, nil
	}
	if inForm.Has("client_id") && x.r.Header.Get("Authorization") == "" {
		return inForm.Get("client_id"), inForm.Get("client_secret"), grant, nil
	}
	p := badRequest("The authorization information is missing")
	return "", "", "", &p
}

func contentType(r *http.Request) string {
	t, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return t
}

// revokeToken is POST /auth/oauth2/revoke. It ends the token for every client that was given the same one.
func (x *exchange) revokeToken() answer {
	id, secret, _, bad := x.credentials()
	if bad != nil {
		return bad.answer(x, ShapeOfCall)
	}
	if id != x.s.options.ClientID || secret != x.s.options.ClientSecret {
		return unauthorized(x).answer(x, ShapeOfCall)
	}
	var body struct {
		AccessToken string `json:"access_token"`
	}
	if json.Unmarshal(x.body, &body) != nil || body.AccessToken == "" {
		return badRequest("Access Token Missing").answer(x, ShapeOfCall)
	}
	s := x.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if body.AccessToken == s.token.value {
		s.token = bearer{}
	}
	return answer{status: http.StatusOK, body: object{"status": success()}}
}

func success() object {
	return object{"error": false, "code": http.StatusOK, "type": "success", "message": "Success"}
}

// bearerStyle is every way the documentation writes the header: "bearer:x", "bearer: x", "bearer x", "Bearer x".
var bearerStyle = regexp.MustCompile(`(?i)^bearer[: ]\s*(\S+)$`)

// admit checks the bearer token and the scope; nil lets the call in.
func (x *exchange) admit() *problem {
	s, now := x.s, x.s.now()
	m := bearerStyle.FindStringSubmatch(strings.TrimSpace(x.r.Header.Get("Authorization")))
	s.mu.Lock()
	valid := m != nil && s.token.value != "" && m[1] == s.token.value &&
		now.Before(s.token.createdAt.Add(s.options.TokenLife))
	scope := s.scope
	s.mu.Unlock()
	if !valid {
		p := unauthorized(x)
		return &p
	}
	if !slices.Contains(scopesOf(x.name), scope) {
		p := insufficientPermission(x)
		return &p
	}
	return nil
}
