package approvals_test

import (
	"errors"
	"testing"
	"time"

	"olbot/approvals"
)

// feedAnswers lets the feed answer every try so, until it is called again with nil.
func (w *world) feedAnswers(answer func([]approvals.Event) (int, error)) (tries *int) {
	tries = new(int)
	w.tell = func(e []approvals.Event) (int, error) {
		*tries++
		return answer(e)
	}
	return tries
}

func refuses([]approvals.Event) (int, error) {
	return 0, errors.Join(approvals.ErrSinkRefuses, errors.New("a word that nobody knows"))
}

func isUnsure(e []approvals.Event) (int, error) {
	return 0, &approvals.UnsureError{Through: e[len(e)-1].Number, Err: errors.New("503")}
}

func (w *world) feedIsLost() bool {
	w.t.Helper()
	c, err := w.store.Cursor(w.t.Context(), approvals.FeedSink)
	if err != nil {
		w.t.Fatal(err)
	}
	return c.Lost
}

// An open set is not sorted by a closed list: whatever the reason, a feed that takes
// nothing for two minutes is lost, over a restart.
func TestAFeedThatRefusesEverythingForTwoMinutesIsLost(t *testing.T) {
	w := newWorld(t)
	tries := w.feedAnswers(refuses)
	w.asks()
	w.worksFor(60)
	if w.feedIsLost() {
		t.Fatal("lost after a minute")
	}
	w.asks(func(a *approvals.Submission) { a.Agent = "U0BOB"; a.Owner = approvals.Ref{Slack: "U0CAROL"} })
	w.reload() // the next process goes on counting
	w.worksFor(59)
	if w.feedIsLost() {
		t.Fatal("lost before two minutes are over")
	}
	w.worksFor(16)
	if !w.feedIsLost() || w.count(approvals.EventFeedLost) != 1 {
		t.Fatalf("lost: %t, after %d tries; trail %v", w.feedIsLost(), *tries, w.trail())
	}
	if *tries > 12 {
		t.Errorf("it was tried %d times in two minutes, and events came meanwhile", *tries)
	}
	_, err := w.Submit(t.Context(), approvals.Submission{Agent: "U0BOB", Owner: approvals.Ref{Slack: "U0ANA"}})
	if codeOf(err) != approvals.FeedLost {
		t.Errorf("a request after that: %v", err)
	}
}

// A refusal in passing does not add up with the next one.
func TestAFeedThatTookSomethingMeanwhileIsNotLost(t *testing.T) {
	w := newWorld(t)
	for range 3 {
		w.feedAnswers(refuses)
		w.asks()
		w.worksFor(90)
		w.feedAnswers(func(e []approvals.Event) (int, error) { return len(e), nil })
		w.worksFor(20)
		w.passes(20 * time.Minute)
		w.works()
	}
	if n := w.count(approvals.EventFeedLost); n != 0 {
		t.Errorf("lost %d times", n)
	}
}

// What looks well is not found again before it takes something, and then within a minute.
func TestALostFeedIsFoundByPostingToIt(t *testing.T) {
	w := newWorld(t)
	w.feedAnswers(refuses)
	w.asks()
	w.worksFor(140)
	if !w.feedIsLost() {
		t.Fatal("not lost")
	}
	w.worksFor(5 * 60) // the channel itself can be seen all the time
	if !w.feedIsLost() || w.count(approvals.EventFeedRestored) != 0 {
		t.Fatalf("found again although it takes nothing: %v", w.trail())
	}
	w.feedAnswers(func(e []approvals.Event) (int, error) { return min(len(e), 2), nil })
	w.worksFor(61)
	if w.feedIsLost() || w.count(approvals.EventFeedRestored) != 1 || len(w.told) != len(w.trail()) {
		t.Errorf("lost: %t, told %d of %d: %v", w.feedIsLost(), len(w.told), len(w.trail()), w.trail())
	}
}

// No repeat goes on without brake and voice: the pauses grow, the sink is told what
// may be a repeat, and after many tries the events count as told (and are named).
func TestWhatMayHaveArrivedIsRepeatedEverMoreSlowly(t *testing.T) {
	w := newWorld(t)
	tries := w.feedAnswers(isUnsure)
	w.asks()
	w.worksFor(5 * 60)
	if *tries < 4 || *tries > 7 {
		t.Errorf("%d tries in five minutes", *tries)
	}
	if len(w.told) != 0 || w.feedIsLost() {
		t.Fatalf("told %d, lost %t", len(w.told), w.feedIsLost())
	}
	w.reload()
	last := int64(len(w.trail()))
	w.feedAnswers(func(e []approvals.Event) (int, error) { return len(e), nil })
	w.worksFor(5 * 60)
	doubt := w.doubts[len(w.doubts)-1]
	for _, d := range w.doubts {
		if d.Tries > 0 {
			doubt = d
		}
	}
	if doubt.From != 1 || doubt.Through != last {
		t.Errorf("the repeat was sent with %+v, and %d events may have arrived", doubt, last)
	}
	if len(w.told) != len(w.trail()) {
		t.Errorf("told %d of %d", len(w.told), len(w.trail()))
	}
}

func TestEventsThatAreNeverConfirmedAreGivenUpAndNamed(t *testing.T) {
	w := newWorld(t)
	tries := w.feedAnswers(isUnsure)
	w.asks()
	w.works()
	early := int64(len(w.trail()))
	for range 3 * 60 {
		w.worksFor(1)
		w.passes(59 * time.Second)
		if w.through(approvals.FeedSink) > 0 {
			break
		}
	}
	if through := w.through(approvals.FeedSink); through == 0 || through > early || *tries != 20 {
		t.Fatalf("after %d tries the feed counts as told through %d; %d events were there at the first", *tries, through, early)
	}
	w.feedAnswers(func(e []approvals.Event) (int, error) { return len(e), nil })
	w.passes(10 * time.Minute)
	w.works()
	if d := w.doubts[len(w.doubts)-1]; d.From != 1 && w.doubts[0].From != 0 {
		t.Errorf("the next message was sent with %+v, want the events from the first named", d)
	}
	if n := w.through(approvals.FeedSink); n != int64(len(w.trail())) {
		t.Errorf("the feed goes on through %d of %d", n, len(w.trail()))
	}
}
