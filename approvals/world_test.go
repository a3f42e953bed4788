package approvals_test

import (
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest"

	"olbot/approvals"
	"olbot/internal/sqlstore"
	"olbot/internal/testbed/ramdisk"
	"olbot/internal/trailkey"
)

var (
	t0    = time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	joe   = profile("U0JOE", 1, "Joe Doe", "joe@example.com")
	ana   = profile("U0ANA", 2, "Ana Diaz", "ana@example.com")
	maria = profile("U0MARIA", 3, "Maria Roe", "maria@example.com")
	carol = profile("U0CAROL", 4, "Carol Poe", "carol@example.com")
	bob   = profile("U0BOB", 5, "Bob Loe", "bob@example.com")
)

func profile(slack string, id int64, name, email string) approvals.Profile {
	return approvals.Profile{
		Slack:    &approvals.Account{ID: slack, Name: name, Email: email, Membership: approvals.Member},
		OneLogin: &approvals.User{ID: id, Name: name, Email: email, Status: 1, State: 1},
	}
}

// principals are those that a setting names so.
func principals(names ...string) (all []approvals.Principal) {
	for _, name := range names {
		p, err := approvals.ParsePrincipal(name)
		if err != nil {
			panic(err)
		}
		all = append(all, p)
	}
	return all
}

// A world is a Service on a real store, with the world around it in the
// test's hands: who is who, what OneLogin answers, what Slack takes.
type world struct {
	*approvals.Service
	t     *testing.T
	url   string
	store *sqlstore.Store
	clock time.Time

	mu        sync.Mutex
	people    map[approvals.Ref]approvals.Profile
	groups    map[string][]string
	listed    map[string]time.Time // when a group was last read; it is not at first
	otherIDs  bool                 // people may have another Slack id
	orgIDs    map[string]string    // that are known
	closedDMs map[string]bool
	away      map[string]bool
	failing   map[string]error    // by Slack id, e-mail, OneLogin id, group, "presence:"
	asked     map[string]int      // how often each was looked up
	whenAsked func(who string)    // called when a group's members are looked up
	panics    bool                // looking up panics
	lookUp    func(approvals.Ref) // is called with every look-up
	reread    func()              // is called with every look-up of a fresh check

	reserve func() error // how a check waits for its calls, nil: not at all
	issue   func(call int) (approvals.Token, approvals.Answer, error)
	issues  int

	show     func(approvals.Token) error
	noCard   bool     // the agent has no card yet
	codes    []string // shown, in order
	shows    int      // tries to show
	painted  []approvals.State
	tell     func([]approvals.Event) (int, error)
	told     []approvals.Event
	doubts   []approvals.Doubt // that the feed was sent to with
	feedGone error
	revoke   func() error
	revoked  []string // devices
	homes    map[string]approvals.Home
}

func newWorld(t *testing.T, change ...func(*approvals.Policy)) *world {
	t.Helper()
	return newWorldAt(t, "sqlite:"+filepath.Join(ramdisk.Dir(t), "olbot.db"), change...)
}

func newWorldAt(t *testing.T, url string, change ...func(*approvals.Policy)) *world {
	t.Helper()
	w := &world{
		t: t, clock: t0, url: url,
		people: map[approvals.Ref]approvals.Profile{}, groups: map[string][]string{},
		closedDMs: map[string]bool{}, away: map[string]bool{}, failing: map[string]error{}, asked: map[string]int{},
		homes: map[string]approvals.Home{}, revoke: func() error { return nil },
	}
	if !strings.HasPrefix(url, "sqlite:") {
		w.clock = time.Now().UTC() // a server has a clock of its own
	}
	w.openDatabase()
	policy := approvals.Policy{
		Requesters: principals("U0JOE", "U0BOB"), Chain: principals("manager"),
		DefaultValidity: 5 * time.Minute, MaxValidity: time.Hour, AllowReusable: true,
		ApprovalTimeout: 15 * time.Minute, ClaimWindow: 15 * time.Minute, MaxCodes: 3,
		AgentLimit: 3, OwnerLimit: 3, Delivery: approvals.DeliverAuto,
	}
	for _, c := range change {
		c(&policy)
	}
	w.Service = approvals.NewService(approvals.Ports{Store: w.store, Directory: w, Issuer: w, Messenger: w, Sinks: []approvals.Sink{worldFeed{w}}},
		policy, 90*24*time.Hour, zaptest.NewLogger(t), w.now)
	for _, p := range []approvals.Profile{joe, ana, maria, carol, bob} {
		w.knows(p)
	}
	a := *ana.OneLogin
	a.Manager = maria.OneLogin.ID
	w.knows(approvals.Profile{Slack: ana.Slack, OneLogin: &a})
	w.issue = func(int) (approvals.Token, approvals.Answer, error) { return w.code("25992782") }
	w.show = func(approvals.Token) error { return nil }
	w.tell = func(e []approvals.Event) (int, error) { return len(e), nil }
	return w
}

// worldKeys keep the trail.
var worldKeys = func() trailkey.Ring {
	keys, err := trailkey.Parse(strings.Repeat("7e57", 16))
	if err != nil {
		panic(err)
	}
	return keys
}()

// openDatabase opens it, closing it before if it is open.
func (w *world) openDatabase() {
	w.t.Helper()
	if w.store != nil {
		w.store.Close()
	}
	store, err := sqlstore.Open(w.t.Context(), sqlstore.Config{URL: w.url, Keys: worldKeys, Now: w.now, Log: zaptest.NewLogger(w.t)})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { store.Close() })
	w.store = store
	if w.Service != nil {
		w.Store = store
	}
}

// knows makes both directories know the person under every ref.
func (w *world) knows(p approvals.Profile) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if p.Slack != nil {
		w.people[approvals.Ref{Slack: p.Slack.ID}] = p
	}
	if p.OneLogin != nil {
		w.people[approvals.Ref{OneLogin: p.OneLogin.ID}] = p
		w.people[approvals.Ref{Email: p.OneLogin.Email}] = p
	}
}

// manager gives Ana another manager.
func (w *world) manager(id int64) {
	a := *ana.OneLogin
	a.Manager = id
	w.knows(approvals.Profile{Slack: ana.Slack, OneLogin: &a})
}

func (w *world) code(value string) (approvals.Token, approvals.Answer, error) {
	no := false
	return approvals.NewToken(value), approvals.Answer{ExpiresAt: w.now().Add(5 * time.Minute), Now: w.now(), Reusable: &no, Device: "user_temp_otp_2"}, nil
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

func (w *world) passes(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

// works turns the crank until nothing is due.
func (w *world) works() {
	w.t.Helper()
	for range 1000 {
		worked, err := w.Step(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		if !worked {
			return
		}
	}
	w.t.Fatal("the work does not end")
}

// worksFor works for so many seconds, for what is tried again.
func (w *world) worksFor(seconds int) {
	w.t.Helper()
	for range seconds {
		w.works()
		w.passes(time.Second)
	}
}

// asks submits Joe's request for Ana.
func (w *world) asks(change ...func(*approvals.Submission)) approvals.Request {
	w.t.Helper()
	a := approvals.Submission{Agent: "U0JOE", Owner: approvals.Ref{Slack: "U0ANA"}, Reason: "lost her phone"}
	for _, c := range change {
		c(&a)
	}
	r, err := w.Submit(w.t.Context(), a)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// approved is a request as Maria approved it, before any code is made.
func (w *world) approved(change ...func(*approvals.Submission)) approvals.Request {
	w.t.Helper()
	r := w.asks(change...)
	w.works()
	r, err := w.Approve(w.t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID})
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// approvedLate is a request that Maria approved when the agent may have left.
func (w *world) approvedLate(change ...func(*approvals.Submission)) approvals.Request {
	w.t.Helper()
	r := w.asks(change...)
	w.works()
	w.passes(2 * time.Minute)
	r, err := w.Approve(w.t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID})
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

func (w *world) request(id approvals.ID) approvals.Request {
	w.t.Helper()
	r, err := w.store.Request(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// stands checks the request's state, works first if work is due.
func (w *world) stands(id approvals.ID, want approvals.State) approvals.Request {
	w.t.Helper()
	r := w.request(id)
	if r.State != want {
		w.t.Fatalf("%s is %s (%+v), want %s", id, r.State, r.Refusal, want)
	}
	return r
}

// trail lists the kinds of all events, in order.
func (w *world) trail() []approvals.EventKind {
	w.t.Helper()
	events, err := w.store.Events(w.t.Context(), 0, 1000)
	if err != nil {
		w.t.Fatal(err)
	}
	var kinds []approvals.EventKind
	for _, e := range events {
		kinds = append(kinds, e.Kind)
	}
	return kinds
}

// count is how many events of the kind there are.
func (w *world) count(kind approvals.EventKind) (n int) {
	w.t.Helper()
	for _, k := range w.trail() {
		if k == kind {
			n++
		}
	}
	return n
}

func (w *world) last() approvals.Event {
	w.t.Helper()
	events, err := w.store.Events(w.t.Context(), int64(len(w.trail())-1), 1)
	if err != nil || len(events) != 1 {
		w.t.Fatal(events, err)
	}
	return events[0]
}

// lastOf is the last event of the kind.
func (w *world) lastOf(kind approvals.EventKind) (last approvals.Event) {
	w.t.Helper()
	events, err := w.store.Events(w.t.Context(), 0, 1000)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range events {
		if e.Kind == kind {
			last = e
		}
	}
	return last
}

// reload opens the database again, as the next process does.
func (w *world) reload() {
	w.t.Helper()
	if err := w.store.Close(); err != nil {
		w.t.Fatal(err)
	}
	store, err := sqlstore.Open(w.t.Context(), sqlstore.Config{URL: w.url, Keys: worldKeys, Now: w.now, Log: zap.NewNop()})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { store.Close() })
	w.store = store
	w.Service = approvals.NewService(approvals.Ports{Store: store, Directory: w, Issuer: w, Messenger: w, Sinks: []approvals.Sink{worldFeed{w}}},
		w.Policy, w.Retention, zap.NewNop(), w.now)
}
