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
	if *tries < 4 || *tries > 8 {
		t.Errorf("%d tries in five minutes", *tries)
	}
	if len(w.told) != 0 {
		t.Fatalf("told %d", len(w.told))
	}
	w.reload()
	last := int64(len(w.trail())) - 1 // the one after it says that the feed is lost
	w.doubts = nil
	w.feedAnswers(func(e []approvals.Event) (int, error) { return len(e), nil })
	w.worksFor(5 * 60)
	doubt := w.doubts[0]
	if doubt.From != 1 || doubt.Through != last {
		t.Errorf("the repeat was sent with %+v, and %d events may have arrived", doubt, last)
	}
	if len(w.told) != len(w.trail()) {
		t.Errorf("told %d of %d", len(w.told), len(w.trail()))
	}
}

// A feed that never says whether it took anything is no feed, whatever the reason.
func TestAFeedThatGivesNoClearAnswerForTwoMinutesIsLost(t *testing.T) {
	w := newWorld(t)
	w.feedAnswers(isUnsure)
	w.asks()
	w.worksFor(115)
	if w.feedIsLost() {
		t.Fatal("lost before two minutes are over")
	}
	w.reload() // the next process goes on counting
	w.worksFor(30)
	if !w.feedIsLost() || w.count(approvals.EventFeedLost) != 1 {
		t.Fatalf("not lost; trail %v", w.trail())
	}
	w.feedAnswers(func(e []approvals.Event) (int, error) { return len(e), nil })
	w.worksFor(61)
	if w.feedIsLost() || w.count(approvals.EventFeedRestored) != 1 || len(w.told) != len(w.trail()) {
		t.Errorf("lost: %t, told %d of %d: %v", w.feedIsLost(), len(w.told), len(w.trail()), w.trail())
	}
}

// Nothing to send does not prove that the feed takes anything: it stays lost.
func TestEventsThatAreNeverConfirmedAreGivenUpAndNamed(t *testing.T) {
	w := newWorld(t)
	w.feedAnswers(isUnsure)
	w.asks()
	w.works()
	passesUntil := func(through int64, minutes int) (passed int) {
		for passed < minutes && w.through(approvals.FeedSink) < through {
			w.worksFor(1)
			w.passes(59 * time.Second)
			passed++
		}
		return passed
	}
	if passed := passesUntil(1, 180); w.through(approvals.FeedSink) != 1 || passed < 60 {
		t.Fatalf("after %d minutes the feed counts as told through %d", passed, w.through(approvals.FeedSink))
	}
	all := int64(len(w.trail()))
	passesUntil(all, 60*int(all+2))
	if n := w.through(approvals.FeedSink); n != all-1 || !w.feedIsLost() || w.count(approvals.EventFeedRestored) != 0 {
		t.Fatalf("counts as told through %d of %d, lost: %t", n, all, w.feedIsLost())
	}
	w.doubts = nil
	w.feedAnswers(func(e []approvals.Event) (int, error) { return len(e), nil })
	w.passes(10 * time.Minute)
	w.works()
	if d := w.doubts[0]; d.From != 1 {
		t.Errorf("the next message was sent with %+v, want the events from the first named", d)
	}
	if n := w.through(approvals.FeedSink); n != int64(len(w.trail())) || w.feedIsLost() {
		t.Errorf("the feed goes on through %d of %d, lost: %t", n, len(w.trail()), w.feedIsLost())
	}
}
