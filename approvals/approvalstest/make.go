package approvalstest

import (
	"sync"
	"testing"
	"time"

	"olbot/approvals"
)

// start is when every story of the suite begins. The nanoseconds must survive.
var start = time.Date(2026, 3, 14, 9, 26, 53, 589793238, time.UTC)

// The people of the suite.
var (
	joe   = approvals.Person{Slack: "U0JOE", SlackOrg: "W0JOE", SlackName: "joe", OneLogin: 11, Name: "Joe Agent", Email: "joe@example.com"}
	ana   = approvals.Person{Slack: "U0ANA", SlackName: "ana", OneLogin: 22, Name: "Ana Owner", Email: "ana@example.com"}
	maria = approvals.Person{Slack: "U0MARIA", SlackName: "maria", OneLogin: 33, Name: "Maria Manager", Email: "maria@example.com"}
)

// manager is the link by which maria is asked.
var manager = approvals.Principal{Kind: approvals.Manager}

// received is a new request of the agent, before anybody was looked up.
func received(id approvals.ID, agent string, at time.Time) approvals.Change {
	r := approvals.Request{
		ID: id, State: approvals.Received,
		Asked: approvals.Ref{Email: ana.Email}, Validity: 5 * time.Minute, Reason: "lost her phone",
		Agent:     approvals.Person{Slack: agent},
		CreatedAt: at, ExpiresAt: at.Add(15 * time.Minute),
	}
	return approvals.Change{
		Request: r,
		Event:   approvals.Event{At: at, Kind: approvals.EventReceived, Request: id, State: r.State, Actor: r.Agent, Agent: r.Agent},
		Jobs: []approvals.Job{
			{Kind: approvals.JobResolve, Request: id, RunAt: at},
			{Kind: approvals.JobExpire, Request: id, RunAt: r.ExpiresAt},
		},
	}
}

// making is the fn of a Create that makes c whatever the view says.
func making(c approvals.Change) func(approvals.View) (approvals.Change, error) {
	return func(approvals.View) (approvals.Change, error) { return c, nil }
}

// create stores a new received request of the agent.
func create(t *testing.T, s approvals.Store, id approvals.ID, agent string, keys ...string) approvals.Request {
	t.Helper()
	return createAt(t, s, id, agent, start, keys...)
}

func createAt(t *testing.T, s approvals.Store, id approvals.ID, agent string, at time.Time, keys ...string) approvals.Request {
	t.Helper()
	r, err := s.Create(t.Context(), keys, making(received(id, agent, at)))
	if err != nil {
		t.Fatalf("create %s: %v", id, err)
	}
	return r
}

// A step is a transition of a request.
type step func(approvals.Request) (approvals.Change, error)

// update takes the request through the steps.
func update(t *testing.T, s approvals.Store, id approvals.ID, steps ...step) (r approvals.Request) {
	t.Helper()
	for _, step := range steps {
		var err error
		r, err = s.Update(t.Context(), id, nil, func(_ approvals.View, r approvals.Request) (approvals.Change, error) { return step(r) })
		if err != nil {
			t.Fatalf("update %s: %v", id, err)
		}
	}
	return r
}

// ask asks Maria for a code of the owner.
func ask(agent, owner approvals.Person, at time.Time) step {
	return func(r approvals.Request) (approvals.Change, error) {
		cast := approvals.Participants{Agent: agent, Owner: owner, Approvers: []approvals.AskedPerson{{Person: maria, Link: manager}}}
		return r.AskApprovers(cast, nil, approvals.Policy{}, at)
	}
}

// approve and deny are Maria's decisions.
func approve(at time.Time) step {
	return func(r approvals.Request) (approvals.Change, error) {
		return r.Approve(maria.Slack, approvals.Policy{ClaimWindow: 15 * time.Minute}, at)
	}
}

func deny(at time.Time) step {
	return func(r approvals.Request) (approvals.Change, error) {
		return r.Deny(maria.Slack, approvals.Denial{}, at)
	}
}

// stop is Maria's second thought.
func stop(r approvals.Request) (approvals.Change, error) { return r.Stop(maria, false, false, start) }

// note stores an event that belongs to no change.
func note(t *testing.T, s approvals.Store, at time.Time, keys ...string) {
	t.Helper()
	if err := s.Record(t.Context(), keys, refusedCommand(at)); err != nil {
		t.Fatalf("record: %v", err)
	}
}

func refusedCommand(at time.Time) approvals.Event {
	return approvals.Event{At: at, Kind: approvals.EventCommandRefused, Actor: joe, Agent: joe}
}

// events reads the whole trail.
func events(t *testing.T, s approvals.Store) []approvals.Event {
	t.Helper()
	all, err := s.Events(t.Context(), 0, 10_000)
	if err != nil {
		t.Fatalf("events: %v", err)
	}
	return all
}

// look asks the view of a transaction that changes nothing.
func look[T any](t *testing.T, s approvals.Store, fn func(approvals.View) (T, error)) (answer T) {
	t.Helper()
	_, err := s.Create(t.Context(), nil, func(v approvals.View) (approvals.Change, error) {
		var err error
		answer, err = fn(v)
		return approvals.Change{}, err
	})
	if err != nil {
		t.Fatalf("look: %v", err)
	}
	return answer
}

// together runs n calls of fn at once and waits for all of them.
func together(n int, fn func(i int)) {
	var all sync.WaitGroup
	ready := make(chan struct{})
	for i := range n {
		all.Go(func() { <-ready; fn(i) })
	}
	close(ready)
	all.Wait()
}

// check fails the test unless got is want.
func check[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}
