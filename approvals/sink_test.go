package approvals_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"olbot/approvals"
)

// A secondSink is one beside the feed.
type secondSink struct {
	mu   sync.Mutex
	sent []int64 // the numbers of what it took
	send func(context.Context, []approvals.Event) (int, error)
}

func (s *secondSink) Name() string { return "second" }

func (s *secondSink) Send(ctx context.Context, events []approvals.Event) (int, error) {
	n, err := s.send(ctx, events)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range events[:n] {
		s.sent = append(s.sent, e.Number)
	}
	return n, err
}

func (s *secondSink) numbers() []int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]int64(nil), s.sent...)
}

// takesAll is a send of a sink that works.
func takesAll(_ context.Context, events []approvals.Event) (int, error) { return len(events), nil }

// withSink gives the office a service with a second sink.
func (o *office) withSink(s approvals.Sink) {
	o.Service = approvals.NewService(approvals.Ports{
		Store: o.store, Directory: o, Issuer: o, Messenger: o, Sinks: []approvals.Sink{officeFeed{o}, s},
	}, o.Policy, o.Retention, o.Log, o.now)
}

func (o *office) through(sink string) int64 {
	o.t.Helper()
	c, err := o.store.Cursor(o.t.Context(), sink)
	if err != nil && !errors.Is(err, approvals.ErrNotFound) { // Run adds it
		o.t.Fatal(err)
	}
	return c.Through
}

func TestASecondSinkIsSentTheTrailInOrder(t *testing.T) {
	o := newOffice(t)
	o.asks()
	o.works()
	s := &secondSink{send: func(_ context.Context, events []approvals.Event) (int, error) { return min(len(events), 1), nil }}
	o.withSink(s)
	o.running()
	o.asks(func(a *approvals.Ask) { a.Agent = "U0BOB"; a.Owner = approvals.Ref{Slack: "U0CAROL"} })
	o.until("both sinks have everything", func() bool {
		all := int64(len(o.trail()))
		return o.through("second") == all && o.through(approvals.FeedSink) == all
	})
	for i, n := range s.numbers() {
		if n != int64(i+1) {
			t.Fatalf("it was sent %v, want every event from the first, in order", s.numbers())
		}
	}
}

func TestASlowSinkDoesNotHoldTheFeedUp(t *testing.T) {
	o := newOffice(t)
	release := make(chan struct{})
	o.withSink(&secondSink{send: func(context.Context, []approvals.Event) (int, error) {
		<-release
		return 0, errors.New("too late")
	}})
	stop := o.running()
	defer func() { close(release); stop() }()
	o.asks()
	o.until("the feed has everything", func() bool { return o.through(approvals.FeedSink) == int64(len(o.trail())) })
	if n := o.through("second"); n != 0 {
		t.Errorf("the slow one was sent %d", n)
	}
}

// Only the feed's loss refuses requests: another sink's is its own affair.
func TestALostSinkRefusesNothingAndComesBack(t *testing.T) {
	o := newOffice(t)
	s := &secondSink{send: func(context.Context, []approvals.Event) (int, error) { return 0, approvals.ErrSinkLost }}
	if err := o.store.AddCursors(t.Context(), s.Name()); err != nil {
		t.Fatal(err)
	}
	o.withSink(s)
	r := o.approved()
	o.works()
	if got := o.request(r.ID); got.Showing != approvals.Shown {
		t.Errorf("%s, showing %q", got.State, got.Showing)
	}
	if c, err := o.store.Cursor(t.Context(), s.Name()); err != nil || !c.Lost || c.Through != 0 {
		t.Errorf("%+v, %v, want it lost", c, err)
	}
	if n, lost := o.through(approvals.FeedSink), o.count(approvals.EventFeedLost); n != int64(len(o.trail())) || lost != 0 {
		t.Errorf("the feed told %d of %d, and was lost %d times", n, len(o.trail()), lost)
	}
	s.send = takesAll
	if err := o.store.Enqueue(t.Context(), approvals.Job{Kind: approvals.JobWatch, RunAt: o.now()}); err != nil {
		t.Fatal(err)
	}
	o.works()
	if n := o.through(s.Name()); n != int64(len(o.trail())) {
		t.Errorf("it was sent %d of %d after it came back", n, len(o.trail()))
	}
}

// What was sent when the process died is sent again: at least once, never less.
func TestASinkIsSentEverythingOverARestart(t *testing.T) {
	o := newOffice(t)
	s := &secondSink{send: takesAll}
	if err := o.store.AddCursors(t.Context(), s.Name()); err != nil {
		t.Fatal(err)
	}
	ctx, die := context.WithCancel(t.Context())
	s.send = func(_ context.Context, events []approvals.Event) (int, error) { // it took them, and the process died
		die()
		return len(events), nil
	}
	o.withSink(s)
	o.asks()
	for ctx.Err() == nil {
		if _, err := o.Step(ctx); err != nil && ctx.Err() == nil {
			t.Fatal(err)
		}
	}
	s.send = takesAll
	o.reload()
	o.withSink(s)
	o.works()
	seen := map[int64]bool{}
	for _, n := range s.numbers() {
		seen[n] = true
	}
	if all := len(o.trail()); len(seen) != all || o.through(s.Name()) != int64(all) {
		t.Errorf("it was sent %v of %d events", s.numbers(), all)
	}
}

// A sink that is no longer configured keeps its place and harms nothing.
func TestACursorWithoutASinkHarmsNothing(t *testing.T) {
	o := newOffice(t)
	if err := o.store.AddCursors(t.Context(), "gone"); err != nil {
		t.Fatal(err)
	}
	o.asks()
	o.works()
	if n, all := o.through(approvals.FeedSink), int64(len(o.trail())); n != all || o.through("gone") != 0 {
		t.Errorf("the feed told %d of %d, the other %d", n, all, o.through("gone"))
	}
}
