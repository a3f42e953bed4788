package approvals_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
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
		Requesters: []string{"U0JOE", "U0BOB"}, Chain: []string{approvals.Manager},
		DefaultValidity: 5 * time.Minute, MaxValidity: time.Hour, AllowReusable: true,
		ApprovalTimeout: 15 * time.Minute, ClaimWindow: 15 * time.Minute,
		AgentLimit: 3, OwnerLimit: 3, Delivery: approvals.DeliverAuto,
	}
	for _, c := range change {
		c(&policy)
	}
	o.Service = approvals.NewService(approvals.Ports{Store: store, Directory: o, Issuer: o, Messenger: o},
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

func (o *office) last() approvals.Event {
	o.t.Helper()
	events, err := o.store.Events(o.t.Context(), int64(len(o.trail())-1), 1)
	if err != nil || len(events) != 1 {
		o.t.Fatal(events, err)
	}
	return events[0]
}

func (o *office) Profile(_ context.Context, who approvals.Ref) (approvals.Profile, error) {
	if o.lookUp != nil {
		o.lookUp()
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.panics {
		panic("made to")
	}
	key := fmt.Sprint(who.Slack, who.Email)
	if who.OneLogin != 0 {
		key = fmt.Sprint(who.OneLogin)
	}
	o.asked[key]++
	return o.people[who], o.failing[key]
}

// Again answers by the stored ids, one side from each directory.
func (o *office) Again(_ context.Context, who approvals.Person) (approvals.Profile, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	slackID, id := who.Slack, fmt.Sprint(who.OneLogin)
	o.asked[slackID]++
	p := approvals.Profile{Slack: o.people[approvals.Ref{Slack: slackID}].Slack, OneLogin: o.people[approvals.Ref{OneLogin: who.OneLogin}].OneLogin}
	return p, cmp.Or(o.failing[slackID], o.failing[id])
}

func (o *office) Turn(ctx context.Context, _ approvals.Request) (context.Context, error) {
	if o.turn == nil {
		return ctx, nil
	}
	return ctx, o.turn()
}

func (o *office) Members(_ context.Context, group string) ([]string, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked[group]++
	return slices.Clone(o.groups[group]), o.failing[group]
}

func (o *office) Reachable(_ context.Context, id string) (bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return !o.closedDMs[id], o.failing["dm:"+id]
}

func (o *office) Active(_ context.Context, id string) (bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return !o.away[id], o.failing["presence:"+id]
}

func (o *office) Issue(_ context.Context, owner approvals.Person, validity time.Duration, reusable bool) (approvals.Token, approvals.Answer, error) {
	o.mu.Lock()
	o.issues++
	call := o.issues
	o.mu.Unlock()
	if owner.OneLogin != 2 {
		return approvals.Token{}, approvals.Answer{}, errors.New("for somebody else than Ana")
	}
	return o.issue(call)
}

func (o *office) Show(_ context.Context, r approvals.Request) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.painted = append(o.painted, r.State)
	return nil
}

func (o *office) ShowCode(_ context.Context, _ approvals.Request, t approvals.Token) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.shows++
	if err := o.show(t); err != nil {
		return err
	}
	o.codes = append(o.codes, t.Reveal())
	return nil
}

func (o *office) Tell(_ context.Context, e []approvals.Event) (int, error) {
	n, err := o.tell(e)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.told = append(o.told, e[:n]...)
	return n, err
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

// Revoke answers what the test says, once the device is the one of Ana's codes.
func (o *office) Revoke(_ context.Context, owner approvals.Person, device string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.revoked = append(o.revoked, device)
	if owner.OneLogin != 2 {
		return errors.New("for somebody else than Ana")
	}
	return o.revoke()
}

// ShowHome reads what somebody's Home tab shows, if they have opened it.
func (o *office) ShowHome(ctx context.Context, id string, opened bool, read func(context.Context) (approvals.Home, error)) error {
	o.mu.Lock()
	_, before := o.homes[id]
	o.mu.Unlock()
	if !opened && !before {
		return nil
	}
	h, err := read(ctx)
	if err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.homes[id] = h
	return nil
}

func (o *office) CheckFeed(context.Context) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.feedGone
}

// code of a refusal, "" for any other error or none.
func codeOf(err error) approvals.RefusalCode {
	if why, ok := errors.AsType[*approvals.Refusal](err); ok {
		return why.Code
	}
	return ""
}
