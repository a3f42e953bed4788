//go:build !mutation

// Mutation testing leaves this file out: it would run it for every mutant.

package approvals_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"

	"olbot/approvals"
)

// errFault is what a call that was made to fail says.
var errFault = errors.New("made to fail")

// A faultInjector lets calls to the store and to the outside pass, until one is made to
// fail: before it has its effect or after. With deadly set, whoever comes to the
// injector from then on ends there, as if the process had died.
type faultInjector struct {
	mu     sync.Mutex
	calls  int
	at     int      // which call fails, counted from 1
	let    []string // the calls that always pass and are not counted
	after  bool
	deadly bool
	name   string // of the call that failed
	dead   bool
}

// pass runs the call, or makes it fail. unsure is what the call says when it was
// done and nobody knows.
func (g *faultInjector) pass(name string, unsure error, call func() error) error {
	switch g.fate(name) {
	case passes:
		return call()
	case failsAfter:
		if err := call(); err != nil {
			return err
		}
	default:
		unsure = errFault
	}
	if g.deadly {
		runtime.Goexit()
	}
	return unsure
}

// What a faultInjector does to a call.
const (
	passes = iota
	failsBefore
	failsAfter
)

func (g *faultInjector) fate(name string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.dead {
		runtime.Goexit()
	}
	if slices.Contains(g.let, name) {
		return passes
	}
	if g.calls++; g.calls != g.at {
		return passes
	}
	g.name, g.dead = name, g.deadly
	if g.after {
		return failsAfter
	}
	return failsBefore
}

// A faultyStore is a Store whose every call passes the injector. It embeds nothing,
// so that a call that is added to the port cannot pass beside it.
type faultyStore struct {
	real approvals.Store
	g    *faultInjector
}

// through passes a call with a result through the injector.
func through[T any](g *faultInjector, name string, unsure error, call func() (T, error)) (v T, err error) {
	var none T
	err = g.pass(name, unsure, func() (err error) { v, err = call(); return err })
	if err != nil && !errors.Is(err, approvals.ErrDuplicate) {
		return none, err
	}
	return v, err
}

func (f faultyStore) Create(ctx context.Context, keys []string, fn func(approvals.View) (approvals.Change, error)) (approvals.Request, error) {
	return through(f.g, "Create", approvals.ErrOutcomeUnknown, func() (approvals.Request, error) { return f.real.Create(ctx, keys, fn) })
}

func (f faultyStore) Update(ctx context.Context, id approvals.ID, keys []string, fn func(approvals.View, approvals.Request) (approvals.Change, error)) (approvals.Request, error) {
	return through(f.g, "Update", approvals.ErrOutcomeUnknown, func() (approvals.Request, error) { return f.real.Update(ctx, id, keys, fn) })
}

func (f faultyStore) Restrict(ctx context.Context, keys []string, fn func(approvals.Restrictions) (approvals.Event, error)) error {
	return f.g.pass("Restrict", approvals.ErrOutcomeUnknown, func() error { return f.real.Restrict(ctx, keys, fn) })
}

func (f faultyStore) Restrictions(ctx context.Context) (approvals.Restrictions, error) {
	return through(f.g, "Restrictions", errFault, func() (approvals.Restrictions, error) { return f.real.Restrictions(ctx) })
}

func (f faultyStore) Request(ctx context.Context, id approvals.ID) (approvals.Request, error) {
	return through(f.g, "Request", errFault, func() (approvals.Request, error) { return f.real.Request(ctx, id) })
}

func (f faultyStore) Delivered(ctx context.Context, key string) (approvals.ID, error) {
	return through(f.g, "Delivered", errFault, func() (approvals.ID, error) { return f.real.Delivered(ctx, key) })
}

func (f faultyStore) Events(ctx context.Context, after int64, limit int) ([]approvals.Event, error) {
	return through(f.g, "Events", errFault, func() ([]approvals.Event, error) { return f.real.Events(ctx, after, limit) })
}

func (f faultyStore) Enqueue(ctx context.Context, jobs ...approvals.Job) error {
	return f.g.pass("Enqueue", approvals.ErrOutcomeUnknown, func() error { return f.real.Enqueue(ctx, jobs...) })
}

func (f faultyStore) Claim(ctx context.Context, kinds []approvals.JobKind, n int, now time.Time, lease time.Duration) ([]approvals.Job, error) {
	return through(f.g, "Claim", approvals.ErrOutcomeUnknown, func() ([]approvals.Job, error) { return f.real.Claim(ctx, kinds, n, now, lease) })
}

func (f faultyStore) Finish(ctx context.Context, j approvals.Job) error {
	return f.g.pass("Finish", approvals.ErrOutcomeUnknown, func() error { return f.real.Finish(ctx, j) })
}

func (f faultyStore) Retry(ctx context.Context, j approvals.Job, at time.Time) error {
	return f.g.pass("Retry", approvals.ErrOutcomeUnknown, func() error { return f.real.Retry(ctx, j, at) })
}

func (f faultyStore) AddCursors(ctx context.Context, sinks ...string) error {
	return f.g.pass("AddCursors", approvals.ErrOutcomeUnknown, func() error { return f.real.AddCursors(ctx, sinks...) })
}

func (f faultyStore) Cursor(ctx context.Context, sink string) (approvals.Cursor, error) {
	return through(f.g, "Cursor", errFault, func() (approvals.Cursor, error) { return f.real.Cursor(ctx, sink) })
}

func (f faultyStore) MoveCursor(ctx context.Context, sink string, to approvals.Cursor) error {
	return f.g.pass("MoveCursor", approvals.ErrOutcomeUnknown, func() error { return f.real.MoveCursor(ctx, sink, to) })
}

func (f faultyStore) Record(ctx context.Context, keys []string, e approvals.Event) error {
	return f.g.pass("Record", approvals.ErrOutcomeUnknown, func() error { return f.real.Record(ctx, keys, e) })
}

func (f faultyStore) OpenRequests(ctx context.Context, agent string) ([]approvals.Request, error) {
	return through(f.g, "OpenRequests", errFault, func() ([]approvals.Request, error) { return f.real.OpenRequests(ctx, agent) })
}

func (f faultyStore) LastRequests(ctx context.Context, agent string, limit int) ([]approvals.Request, error) {
	return through(f.g, "LastRequests", errFault, func() ([]approvals.Request, error) { return f.real.LastRequests(ctx, agent, limit) })
}

func (f faultyStore) OwnedRequests(ctx context.Context, owner string, endedAfter time.Time) ([]approvals.Request, error) {
	return through(f.g, "OwnedRequests", errFault, func() ([]approvals.Request, error) { return f.real.OwnedRequests(ctx, owner, endedAfter) })
}

func (f faultyStore) RequestsFor(ctx context.Context, owners []int64, since time.Time) ([]approvals.Request, error) {
	return through(f.g, "RequestsFor", errFault, func() ([]approvals.Request, error) { return f.real.RequestsFor(ctx, owners, since) })
}

func (f faultyStore) WaitingFor(ctx context.Context, approver string) ([]approvals.Request, error) {
	return through(f.g, "WaitingFor", errFault, func() ([]approvals.Request, error) { return f.real.WaitingFor(ctx, approver) })
}

func (f faultyStore) Blocking(ctx context.Context) ([]approvals.Request, error) {
	return through(f.g, "Blocking", errFault, func() ([]approvals.Request, error) { return f.real.Blocking(ctx) })
}

func (f faultyStore) Granted(ctx context.Context) ([]approvals.Request, error) {
	return through(f.g, "Granted", errFault, func() ([]approvals.Request, error) { return f.real.Granted(ctx) })
}

func (f faultyStore) KeepDraft(ctx context.Context, id approvals.ID, a approvals.Submission) error {
	return f.g.pass("KeepDraft", approvals.ErrOutcomeUnknown, func() error { return f.real.KeepDraft(ctx, id, a) })
}

func (f faultyStore) Draft(ctx context.Context, id approvals.ID) (approvals.Submission, error) {
	return through(f.g, "Draft", errFault, func() (approvals.Submission, error) { return f.real.Draft(ctx, id) })
}

// Extend is the heartbeat's: it comes when it comes, so it is not counted.
func (f faultyStore) Extend(ctx context.Context, j approvals.Job, until time.Time) error {
	return f.real.Extend(ctx, j, until)
}

func (f faultyStore) SetLost(ctx context.Context, sink string, lost bool, e approvals.Event) error {
	return f.g.pass("SetLost", approvals.ErrOutcomeUnknown, func() error { return f.real.SetLost(ctx, sink, lost, e) })
}

func (f faultyStore) KeepSettings(ctx context.Context, settings map[string]string, at time.Time) error {
	return f.g.pass("KeepSettings", approvals.ErrOutcomeUnknown, func() error { return f.real.KeepSettings(ctx, settings, at) })
}

func (f faultyStore) RecordStart(ctx context.Context, version string, settings map[string]string, at time.Time) error {
	return f.g.pass("RecordStart", approvals.ErrOutcomeUnknown, func() error { return f.real.RecordStart(ctx, version, settings, at) })
}

func (f faultyStore) RecordStop(ctx context.Context, version string, at time.Time) error {
	return f.g.pass("RecordStop", approvals.ErrOutcomeUnknown, func() error { return f.real.RecordStop(ctx, version, at) })
}

func (f faultyStore) Prune(ctx context.Context, before time.Time, limit int) (int, error) {
	return through(f.g, "Prune", approvals.ErrOutcomeUnknown, func() (int, error) { return f.real.Prune(ctx, before, limit) })
}

// faultyPorts are the world's Directory, Issuer and Messenger, through the injector.
type faultyPorts struct {
	*world
	g *faultInjector
}

func (w faultyPorts) Profile(ctx context.Context, who approvals.Ref) (approvals.Profile, error) {
	return through(w.g, "Profile", errFault, func() (approvals.Profile, error) { return w.world.Profile(ctx, who) })
}

func (w faultyPorts) Account(ctx context.Context, id string) (*approvals.Account, error) {
	return through(w.g, "Account", errFault, func() (*approvals.Account, error) { return w.world.Account(ctx, id) })
}

func (w faultyPorts) Reread(ctx context.Context, who approvals.Person) (approvals.Profile, error) {
	return through(w.g, "Reread", errFault, func() (approvals.Profile, error) { return w.world.Reread(ctx, who) })
}

func (w faultyPorts) Members(ctx context.Context, group string, maxAge time.Duration) ([]string, error) {
	return through(w.g, "Members", errFault, func() ([]string, error) { return w.world.Members(ctx, group, maxAge) })
}

func (w faultyPorts) Active(ctx context.Context, id string) (bool, error) {
	return through(w.g, "Active", errFault, func() (bool, error) { return w.world.Active(ctx, id) })
}

func (w faultyPorts) Reserve(ctx context.Context, r approvals.Request) (approvals.FreshCheck, error) {
	return through(w.g, "Reserve", errFault, func() (approvals.FreshCheck, error) {
		_, err := w.world.Reserve(ctx, r)
		return w, err
	})
}

func (w faultyPorts) Issue(ctx context.Context, p approvals.Person, d time.Duration, reusable bool) (t approvals.Token, a approvals.Answer, err error) {
	err = w.g.pass("Issue", errFault, func() error { t, a, err = w.world.Issue(ctx, p, d, reusable); return err })
	return t, a, err
}

func (w faultyPorts) Show(ctx context.Context, r approvals.Request) ([]string, error) {
	return through(w.g, "Show", errFault, func() ([]string, error) { return w.world.Show(ctx, r) })
}

func (w faultyPorts) HasCard(ctx context.Context, r approvals.Request) (bool, error) {
	return through(w.g, "HasCard", errFault, func() (bool, error) { return w.world.HasCard(ctx, r) })
}

func (w faultyPorts) ShowCode(ctx context.Context, r approvals.Request, t approvals.Token) error {
	return w.g.pass("ShowCode", errFault, func() error { return w.world.ShowCode(ctx, r, t) })
}

func (w faultyPorts) HomeOpened(ctx context.Context, id string) (opened bool, err error) {
	err = w.g.pass("HomeOpened", errFault, func() (err error) { opened, err = w.world.HomeOpened(ctx, id); return err })
	return opened, err
}

func (w faultyPorts) ShowHome(ctx context.Context, id string, opened bool, read func(context.Context) (approvals.Home, error)) error {
	return w.g.pass("ShowHome", errFault, func() error { return w.world.ShowHome(ctx, id, opened, read) })
}

func (w faultyPorts) Revoke(ctx context.Context, p approvals.Person, device string) error {
	return w.g.pass("Revoke", errFault, func() error { return w.world.Revoke(ctx, p, device) })
}

// A faultyFeed is the world's feed, through the injector.
type faultyFeed struct {
	worldFeed
	g *faultInjector
}

func (f faultyFeed) Send(ctx context.Context, e []approvals.Event, d approvals.Doubt) (int, error) {
	return through(f.g, "Send", errFault, func() (int, error) { return f.worldFeed.Send(ctx, e, d) })
}

// injectFaults puts the injector between the world's service and everything it calls.
func (w *world) injectFaults(g *faultInjector) {
	ports := faultyPorts{w, g}
	w.Service = approvals.NewService(approvals.Ports{Store: faultyStore{real: w.store, g: g}, Directory: ports, Issuer: ports, Messenger: ports, Sinks: []approvals.Sink{faultyFeed{worldFeed{w}, g}}},
		w.Policy, w.Retention, zap.NewNop(), w.now)
}
