package approvals_test

import (
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap/zaptest"

	"olbot/approvals"
	"olbot/internal/sqlstore"
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
		Slack:    &approvals.Account{ID: slack, Name: name, Email: email, Standing: approvals.Member},
		OneLogin: &approvals.User{ID: id, Name: name, Email: email, Status: 1, State: 1},
	}
}

// principal is whom a setting names so.
func principal(name string) approvals.Principal { return principals(name)[0] }

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

// An office is a Service on a real store, with the world around it in the
// test's hands: who is who, what OneLogin answers, what Slack takes.
type office struct {
	*approvals.Service
	t     *testing.T
	url   string
	store *sqlstore.Store
	clock time.Time

	mu        sync.Mutex
	people    map[approvals.Ref]approvals.Profile
	groups    map[string][]string
	closedDMs map[string]bool
	away      map[string]bool
	failing   map[string]error // by Slack id, e-mail, OneLogin id, group, "dm:", "presence:"
	asked     map[string]int   // how often each was looked up
	whenAsked func(who string) // called when a group's members are looked up
	panics    bool             // looking up panics
	lookUp    func()           // is called with every look-up

	turn   func() error // how the turn of a check is waited for, nil: not at all
	issue  func(call int) (approvals.Token, approvals.Answer, error)
	issues int

	show     func(approvals.Token) error
	codes    []string // shown, in order
	shows    int      // tries to show
	painted  []approvals.State
	tell     func([]approvals.Event) (int, error)
	told     []approvals.Event
	feedGone error
	revoke   func() error
	revoked  []string // devices
	homes    map[string]approvals.Home
}

func newOffice(t *testing.T, change ...func(*approvals.Policy)) *office {
	t.Helper()
	o := &office{
		t: t, clock: t0, url: "sqlite:" + filepath.Join(t.TempDir(), "olbot.db"),
		people: map[approvals.Ref]approvals.Profile{}, groups: map[string][]string{},
		closedDMs: map[string]bool{}, away: map[string]bool{}, failing: map[string]error{}, asked: map[string]int{},
		homes: map[string]approvals.Home{}, revoke: func() error { return nil },
	}
	store, err := sqlstore.Open(t.Context(), sqlstore.Config{
		URL: o.url, Now: o.now, Log: zaptest.NewLogger(t),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	o.store = store
	policy := approvals.Policy{
		Requesters: principals("U0JOE", "U0BOB"), Chain: principals("manager"),
		DefaultValidity: 5 * time.Minute, MaxValidity: time.Hour, AllowReusable: true,
		ApprovalTimeout: 15 * time.Minute, ClaimWindow: 15 * time.Minute,
		AgentLimit: 3, OwnerLimit: 3, Delivery: approvals.DeliverAuto,
	}
	for _, c := range change {
		c(&policy)
	}
	o.Service = approvals.NewService(approvals.Ports{Store: store, Directory: o, Issuer: o, Messenger: o, Sinks: []approvals.Sink{officeFeed{o}}},
		policy, 90*24*time.Hour, zaptest.NewLogger(t), o.now)
	for _, p := range []approvals.Profile{joe, ana, maria, carol, bob} {
		o.knows(p)
	}
	a := *ana.OneLogin
	a.Manager = maria.OneLogin.ID
	o.knows(approvals.Profile{Slack: ana.Slack, OneLogin: &a})
	o.issue = func(int) (approvals.Token, approvals.Answer, error) { return o.code("25992782") }
	o.show = func(approvals.Token) error { return nil }
	o.tell = func(e []approvals.Event) (int, error) { return len(e), nil }
	return o
}

// knows makes both directories know the person under every ref.
func (o *office) knows(p approvals.Profile) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if p.Slack != nil {
		o.people[approvals.Ref{Slack: p.Slack.ID}] = p
	}
	if p.OneLogin != nil {
		o.people[approvals.Ref{OneLogin: p.OneLogin.ID}] = p
		o.people[approvals.Ref{Email: p.OneLogin.Email}] = p
	}
}

// manager gives Ana another manager.
func (o *office) manager(id int64) {
	a := *ana.OneLogin
	a.Manager = id
	o.knows(approvals.Profile{Slack: ana.Slack, OneLogin: &a})
}

func (o *office) code(value string) (approvals.Token, approvals.Answer, error) {
	no := false
	return approvals.NewToken(value), approvals.Answer{ExpiresAt: o.now().Add(5 * time.Minute), Now: o.now(), Reusable: &no, Device: "user_temp_otp_2"}, nil
}

func (o *office) now() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.clock
}

func (o *office) passes(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.clock = o.clock.Add(d)
}

// works turns the crank until nothing is due.
func (o *office) works() {
	o.t.Helper()
	for range 1000 {
		worked, err := o.Step(o.t.Context())
		if err != nil {
			o.t.Fatal(err)
		}
		if !worked {
			return
		}
	}
	o.t.Fatal("the work does not end")
}

// worksFor works for so many seconds, for what is tried again.
func (o *office) worksFor(seconds int) {
	o.t.Helper()
	for range seconds {
		o.works()
		o.passes(time.Second)
	}
}

// asks submits Joe's request for Ana.
func (o *office) asks(change ...func(*approvals.Ask)) approvals.Request {
	o.t.Helper()
	a := approvals.Ask{Agent: "U0JOE", Owner: approvals.Ref{Slack: "U0ANA"}, Reason: "lost her phone"}
	for _, c := range change {
		c(&a)
	}
	r, err := o.Submit(o.t.Context(), a)
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

// approved is a request as Maria approved it, before any code is made.
func (o *office) approved(change ...func(*approvals.Ask)) approvals.Request {
	o.t.Helper()
	r := o.asks(change...)
	o.works()
	r, err := o.Approve(o.t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID})
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

func (o *office) request(id approvals.ID) approvals.Request {
	o.t.Helper()
	r, err := o.store.Request(o.t.Context(), id)
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

// stands checks the request's state, works first if work is due.
func (o *office) stands(id approvals.ID, want approvals.State) approvals.Request {
	o.t.Helper()
	r := o.request(id)
	if r.State != want {
		o.t.Fatalf("%s is %s (%+v), want %s", id, r.State, r.Refusal, want)
	}
	return r
}

// trail lists the kinds of all events, in order.
func (o *office) trail() []approvals.EventKind {
	o.t.Helper()
	events, err := o.store.Events(o.t.Context(), 0, 1000)
	if err != nil {
		o.t.Fatal(err)
	}
	var kinds []approvals.EventKind
	for _, e := range events {
		kinds = append(kinds, e.Kind)
	}
	return kinds
}

// count is how many events of the kind there are.
func (o *office) count(kind approvals.EventKind) (n int) {
	o.t.Helper()
	for _, k := range o.trail() {
		if k == kind {
			n++
		}
	}
	return n
}

func (o *office) last() approvals.Event {
	o.t.Helper()
	events, err := o.store.Events(o.t.Context(), int64(len(o.trail())-1), 1)
	if err != nil || len(events) != 1 {
		o.t.Fatal(events, err)
	}
	return events[0]
}

// lastOf is the last event of the kind.
func (o *office) lastOf(kind approvals.EventKind) (last approvals.Event) {
	o.t.Helper()
	events, err := o.store.Events(o.t.Context(), 0, 1000)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, e := range events {
		if e.Kind == kind {
			last = e
		}
	}
	return last
}
