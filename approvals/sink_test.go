package approvals_test

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"olbot/approvals"
)

// A secondSink is one beside the feed.
type secondSink struct {
	name string // second, unless there are more
	mu   sync.Mutex
	sent []int64 // the numbers of what it took
	send func(context.Context, []approvals.Event) (int, error)
}

func (s *secondSink) Name() string { return cmp.Or(s.name, "second") }

func (s *secondSink) Send(ctx context.Context, events []approvals.Event, _ approvals.Doubt) (int, error) {
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

// withSink gives the world a service with sinks beside the feed.
func (w *world) withSink(more ...approvals.Sink) {
	w.Service = approvals.NewService(approvals.Ports{
		Store: w.store, Directory: w, Issuer: w, Messenger: w, Sinks: append(more, worldFeed{w}),
	}, w.Policy, w.Retention, w.Log, w.now)
}

func (w *world) through(sink string) int64 {
	w.t.Helper()
	c, err := w.store.Cursor(w.t.Context(), sink)
	if err != nil && !errors.Is(err, approvals.ErrNotFound) { // Run adds it
		w.t.Fatal(err)
	}
	return c.Through
}

func TestASecondSinkIsSentTheTrailInOrder(t *testing.T) {
	w := newWorld(t)
	w.asks()
	w.works()
	s := &secondSink{send: func(_ context.Context, events []approvals.Event) (int, error) { return min(len(events), 1), nil }}
	w.withSink(s)
	w.running()
	w.asks(func(a *approvals.Submission) { a.Agent = "U0BOB"; a.Owner = approvals.Ref{Slack: "U0CAROL"} })
	w.until("both sinks have everything", func() bool {
		all := int64(len(w.trail()))
		return w.through("second") == all && w.through(approvals.FeedSink) == all
	})
	for i, n := range s.numbers() {
		if n != int64(i+1) {
			t.Fatalf("it was sent %v, want every event from the first, in order", s.numbers())
		}
	}
}

func TestSlowSinksDoNotHoldTheFeedUp(t *testing.T) {
	w := newWorld(t)
	release := make(chan struct{})
	var hanging atomic.Int32
	var slow []approvals.Sink
	for _, name := range []string{"second", "third", "fourth", "fifth", "sixth"} {
		slow = append(slow, &secondSink{name: name, send: func(context.Context, []approvals.Event) (int, error) {
			hanging.Add(1)
			<-release
			return 0, errors.New("too late")
		}})
	}
	w.asks() // there is something to send
	w.withSink(slow...)
	stop := w.running()
	defer func() { close(release); stop() }()
	w.until("most of them hang", func() bool { return hanging.Load() >= 4 })
	w.asks(func(a *approvals.Submission) { a.Agent = "U0BOB"; a.Owner = approvals.Ref{Slack: "U0CAROL"} })
	w.until("the feed has everything", func() bool { return w.through(approvals.FeedSink) == int64(len(w.trail())) })
	if n := w.through("second"); n != 0 {
		t.Errorf("the slow one was sent %d", n)
	}
}

// Only the feed's loss refuses requests: another sink's is its own affair.
func TestALostSinkRefusesNothingAndComesBack(t *testing.T) {
	w := newWorld(t)
	s := &secondSink{send: func(context.Context, []approvals.Event) (int, error) { return 0, approvals.ErrSinkLost }}
	if err := w.store.AddCursors(t.Context(), s.Name()); err != nil {
		t.Fatal(err)
	}
	w.withSink(s)
	r := w.approved()
	w.works()
	if got := w.request(r.ID); got.Showing != approvals.Shown {
		t.Errorf("%s, showing %q", got.State, got.Showing)
	}
	if c, err := w.store.Cursor(t.Context(), s.Name()); err != nil || !c.Lost || c.Through != 0 {
		t.Errorf("%+v, %v, want it lost", c, err)
	}
	if n, lost := w.through(approvals.FeedSink), w.count(approvals.EventFeedLost); n != int64(len(w.trail())) || lost != 0 {
		t.Errorf("the feed told %d of %d, and was lost %d times", n, len(w.trail()), lost)
	}
	s.send = takesAll
	if err := w.store.Enqueue(t.Context(), approvals.Job{Kind: approvals.JobWatch, RunAt: w.now()}); err != nil {
		t.Fatal(err)
	}
	w.works()
	if n := w.through(s.Name()); n != int64(len(w.trail())) {
		t.Errorf("it was sent %d of %d after it came back", n, len(w.trail()))
	}
}

// What was sent when the process died is sent again: at least once, never less.
func TestASinkIsSentEverythingOverARestart(t *testing.T) {
	w := newWorld(t)
	s := &secondSink{send: takesAll}
	if err := w.store.AddCursors(t.Context(), s.Name()); err != nil {
		t.Fatal(err)
	}
	ctx, die := context.WithCancel(t.Context())
	s.send = func(_ context.Context, events []approvals.Event) (int, error) { // it took them, and the process died
		die()
		return len(events), nil
	}
	w.withSink(s)
	w.asks()
	for ctx.Err() == nil {
		if _, err := w.Step(ctx); err != nil && ctx.Err() == nil {
			t.Fatal(err)
		}
	}
	s.send = takesAll
	w.reload()
	w.withSink(s)
	w.works()
	seen := map[int64]bool{}
	for _, n := range s.numbers() {
		seen[n] = true
	}
	if all := len(w.trail()); len(seen) != all || w.through(s.Name()) != int64(all) {
		t.Errorf("it was sent %v of %d events", s.numbers(), all)
	}
}

// A sink that is no longer configured keeps its place and harms nothing.
func TestACursorWithoutASinkHarmsNothing(t *testing.T) {
	w := newWorld(t)
	if err := w.store.AddCursors(t.Context(), "gone"); err != nil {
		t.Fatal(err)
	}
	w.asks()
	w.works()
	if n, all := w.through(approvals.FeedSink), int64(len(w.trail())); n != all || w.through("gone") != 0 {
		t.Errorf("the feed told %d of %d, the other %d", n, all, w.through("gone"))
	}
}

// Replicas may differ in configuration: a job that one of them cannot do is not done.
func TestASinkThatOnlyAnotherReplicaHasIsSentEverything(t *testing.T) {
	w := newWorld(t)
	s := &secondSink{send: takesAll}
	if err := w.store.AddCursors(t.Context(), s.Name()); err != nil {
		t.Fatal(err)
	}
	w.asks()
	w.works() // by a replica without the sink
	if n := w.through(s.Name()); n != 0 {
		t.Fatalf("%d were sent by a replica that has no such sink", n)
	}
	all := len(w.trail())
	w.withSink(s)
	w.passes(time.Minute)
	w.works()
	if n := w.through(s.Name()); all == 0 || n < int64(all) {
		t.Errorf("it was sent %d of %d events", n, all)
	}
}
