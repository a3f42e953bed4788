package approvals_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"olbot/approvals"
)

// A checkedSink can be checked as well.
type checkedSink struct {
	*secondSink
	check error
}

func (s *checkedSink) Check(context.Context) error { return s.check }

// withLostSink gives the world a sink that can be checked, lost with every event untold.
func (w *world) withLostSink() *checkedSink {
	w.t.Helper()
	s := &checkedSink{secondSink: &secondSink{send: func(context.Context, []approvals.Event) (int, error) { return 0, approvals.ErrSinkLost }}}
	if err := w.store.AddCursors(w.t.Context(), s.Name()); err != nil {
		w.t.Fatal(err)
	}
	w.withSink(s)
	w.asks()
	w.works()
	if !w.secondIsLost() {
		w.t.Fatal("not lost")
	}
	return s
}

func (w *world) secondIsLost() bool {
	w.t.Helper()
	c, err := w.store.Cursor(w.t.Context(), "second")
	if err != nil {
		w.t.Fatal(err)
	}
	return c.Lost
}

// watches looks at the sinks now.
func (w *world) watches() {
	w.t.Helper()
	w.passes(time.Minute)
	if err := w.store.Enqueue(w.t.Context(), approvals.Job{Kind: approvals.JobWatch, RunAt: w.now()}); err != nil {
		w.t.Fatal(err)
	}
	w.works()
}

var errUnchecked = &approvals.TemporaryError{After: 5 * time.Second, Err: errors.New("missing_scope")}

// A proof is not held up by what was only to save it.
func TestALostSinkThatCannotBeCheckedIsFoundBySendingToIt(t *testing.T) {
	w := newWorld(t)
	s := w.withLostSink()
	s.check = errUnchecked
	w.watches()
	if !w.secondIsLost() {
		t.Fatal("found although it takes nothing")
	}
	s.send = takesAll
	w.watches()
	if n := w.through(s.Name()); w.secondIsLost() || n != int64(len(w.trail())) {
		t.Errorf("lost: %t, sent %d of %d", w.secondIsLost(), n, len(w.trail()))
	}
}

// A channel that outsiders read takes messages all the same.
func TestASinkThatACheckSpeaksAgainstIsSentNothingUntilACheckSpeaksForIt(t *testing.T) {
	w := newWorld(t)
	s := w.withLostSink()
	s.check = approvals.ErrSinkLost
	w.watches()
	s.send = takesAll
	s.check = errUnchecked
	w.watches()
	w.reload()
	w.withSink(s)
	w.watches()
	if n := len(s.numbers()); n != 0 || !w.secondIsLost() {
		t.Fatalf("it was sent %d events, lost: %t", n, w.secondIsLost())
	}
	s.check = nil
	w.watches()
	if n := w.through(s.Name()); w.secondIsLost() || n != int64(len(w.trail())) {
		t.Errorf("lost: %t, sent %d of %d", w.secondIsLost(), n, len(w.trail()))
	}
}

// The watch of all sinks is one job: a slow one holds it up for no more than an event.
func TestALostSinkIsTriedWithOneEvent(t *testing.T) {
	w := newWorld(t)
	s := w.withLostSink()
	var tries []int
	s.send = func(_ context.Context, events []approvals.Event) (int, error) {
		tries = append(tries, len(events))
		return len(events), nil
	}
	w.watches()
	if len(tries) < 2 || tries[0] != 1 {
		t.Errorf("it was sent %v events of %d", tries, len(w.trail()))
	}
}
