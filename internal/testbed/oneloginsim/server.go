package oneloginsim

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// The calls by name, as Fault.Call, Call.Name and Server.Count use them.
const (
	AnyCall          = ""              // in a Fault or Count: every call
	CallToken        = "token"         // POST /auth/oauth2/v2/token
	CallRevoke       = "revoke"        // POST /auth/oauth2/revoke
	CallRateLimit    = "rate_limit"    // GET /auth/rate_limit
	CallFindUsers    = "find_users"    // GET /api/2/users
	CallGetUser      = "get_user"      // GET /api/2/users/{id}
	CallMFAToken     = "mfa_token"     // POST /api/2/mfa/users/{id}/mfa_token
	CallRemoveDevice = "remove_device" // DELETE /api/2/mfa/users/{id}/devices/{device_id}
	CallOther        = "other"         // anything else: answered 404
)

// Options say what kind of OneLogin account this is. The zero value is a working one.
type Options struct {
	// Now is the server's clock; nil is time.Now. It sets the Date header, created_at, expires_at and what has expired.
	// It is called from several goroutines at once.
	Now func() time.Time

	// Addr is where Start listens: a loopback address with a port; empty is 127.0.0.1 with any free port.
	Addr string

	// ClientID and ClientSecret are the API credential pair; each one left empty is generated.
	ClientID, ClientSecret string

	// Scope is what the credential pair may do; empty is ScopeManageUsers.
	Scope Scope

	// TokenLife is how long a bearer token works; 0 is OneLogin's 10 hours.
	TokenLife time.Duration

	// MFAStatus is the status of a code made: 200 (documentation) or 201 (OpenAPI); 0 takes turns at random.
	MFAStatus int

	// ManagerAs is the JSON type of manager_user_id.
	ManagerAs ManagerForm

	// CaseSensitive makes the text filters of the user list compare exactly. The documentation does not say which it is.
	CaseSensitive bool

	// OlderCodesStay lets a user's earlier codes work on beside a new one. The documentation does not say which it is; by
	// default a new code replaces the user's older one, since both have the same device_id.
	OlderCodesStay bool

	// RemovableCodes lets the call that removes a device take a user's temporary one, which ends the codes. No source shows
	// that it does; by default the answer is the 404 of a device that does not exist. See also SetRemovableCodes.
	RemovableCodes bool

	// RateLimit is how many API calls an hour are answered before 429. At 0 none is refused, and the headers speak of the
	// documented 5000.
	RateLimit int

	// Seed, if not 0, makes every random choice repeat from run to run: ids, codes, credentials, the look of answers. The
	// calls must then come one at a time.
	Seed uint64
}

// Server is one simulated OneLogin account: an http.Handler, and with Start a server of its own. All methods may be
// called from several goroutines at once.
type Server struct {
	options Options
	now     func() time.Time
	dice    *dice

	life     sync.Mutex // guards the fields down to serving
	addr     string     // where Start listened, kept while down
	http     *http.Server
	stop     context.CancelCauseFunc // ends the context of the calls of http
	closed   bool
	inflight sync.WaitGroup
	serving  sync.WaitGroup
	closing  chan struct{}

	mu        sync.Mutex // guards the fields below
	scope     Scope
	removable bool
	users     map[int64]*User
	disabled  bool // the credential pair is
	token     bearer
	codes     []Code
	nextCodes []string
	calls     []Call
	faults    []*Fault
	release   chan struct{} // closed to let hanging calls go on
	changed   chan struct{} // closed when something that Await may wait for has changed
	window    window
}

// New returns an account without users, not yet listening.
func New(o Options) *Server {
	s := &Server{
		options: o,
		now:     o.Now,
		dice:    newDice(o.Seed),
		closing: make(chan struct{}),
		scope:   o.Scope, removable: o.RemovableCodes,
		users:   make(map[int64]*User),
		release: make(chan struct{}),
		changed: make(chan struct{}),
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.options.ClientID == "" {
		s.options.ClientID = s.dice.hex(32)
	}
	if s.options.ClientSecret == "" {
		s.options.ClientSecret = s.dice.hex(32)
	}
	if s.scope == "" {
		s.scope = ScopeManageUsers
	}
	if s.options.TokenLife == 0 {
		s.options.TokenLife = 10 * time.Hour
	}
	return s
}

// ClientID is the first half of the API credential pair.
func (s *Server) ClientID() string { return s.options.ClientID }

// ClientSecret is the second half of the API credential pair.
func (s *Server) ClientSecret() string { return s.options.ClientSecret }

// A Call is one request received.
type Call struct {
	Name      string // one of the Call constants
	Method    string
	Path      string
	Query     string // undecoded
	Body      string // as received; a token call in the form style holds the client secret
	At        time.Time
	RequestID string // the answer's X-Request-Id
	Status    int    // the answer's; 0 while there is none, and for good if the connection was cut before one
	Fault     string // what was made to go wrong; empty if nothing
}

// Calls returns every call received so far, in order of arrival.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.calls...)
}

// Count returns how many calls of that name were received; AnyCall counts all.
func (s *Server) Count(name string) int {
	mustBeCall(name)
	n := 0
	for _, c := range s.Calls() {
		if name == AnyCall || c.Name == name {
			n++
		}
	}
	return n
}

// Await returns nil as soon as cond holds, or the context's error. It asks at once and then whenever a call arrives, a
// code is made or an answer is sent, so cond is best a question about Count, Calls or Codes.
func (s *Server) Await(ctx context.Context, cond func() bool) error {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if cond() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// tell wakes those who Await. The caller holds s.mu.
func (s *Server) tell() {
	close(s.changed)
	s.changed = make(chan struct{})
}
