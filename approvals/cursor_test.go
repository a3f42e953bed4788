package approvals

import (
	"testing"
	"time"
)

// What was sent in part leaves the rest in doubt, and whatever arrives ends all other trouble.
func TestASentEventEndsItsTrouble(t *testing.T) {
	now := t0
	c := Cursor{Through: 11}.unsure(15, now)
	if got, want := c.sent(13), (Cursor{Through: 13, Trouble: Trouble{Doubt: Doubt{From: 14, Through: 15}}}); got != want {
		t.Errorf("sent in part: %+v", got)
	}
	c = c.unsure(17, now).refused(now)
	if d := c.Trouble.Doubt; d != (Doubt{From: 12, Through: 17, Tries: 2}) {
		t.Errorf("in doubt: %+v", d)
	}
	if got, want := c.sent(13), (Cursor{Through: 13, Trouble: Trouble{Doubt: Doubt{From: 14, Through: 17, Tries: fewTries}}}); got != want {
		t.Errorf("sent in part, in a doubt that lasts: %+v", got)
	}
	if got, want := c.sent(17), (Cursor{Through: 17}); got != want {
		t.Errorf("sent: %+v", got)
	}
}

func TestADoubtIsGivenUpForOneEventAfterAnHour(t *testing.T) {
	c, now := Cursor{Through: 11}, t0
	for !c.hopeless() {
		before := now
		c = c.unsure(15, now)
		now = now.Add(c.wait(now))
		if pause := now.Sub(before); pause < doubtPause || pause > maxPause {
			t.Errorf("a pause of %v", pause)
		}
	}
	if took := now.Sub(t0); took < time.Hour || took > 90*time.Minute {
		t.Errorf("hopeless after %v", took)
	}
	if c = c.givenUp(); c.Through != 12 || c.Trouble.Doubt != (Doubt{From: 12, Through: 15, Tries: fewTries}) {
		t.Errorf("given up: %+v", c)
	}
	for !c.hopeless() {
		c = c.unsure(13, now)
	}
	if c = c.givenUp(); c.Through != 13 || c.Trouble.Doubt.From != 12 || c.Trouble.Doubt.Through != 15 {
		t.Errorf("a second time: %+v", c)
	}
}

// No answer is no refusal: two refusals with silence between them are not two minutes of them.
func TestNoAnswerEndsARefusal(t *testing.T) {
	c := Cursor{}.refused(t0).unsure(1, t0.Add(time.Minute)).refused(t0.Add(lostAfter))
	if c.failedTooLong(t0.Add(lostAfter)) {
		t.Error("lost after two refusals in two minutes, with an unclear answer between them")
	}
}

// Refusals and unclear answers in turns are nothing that arrives.
func TestASinkThatAnswersUnclearlyForTwoMinutesIsLost(t *testing.T) {
	c, now := Cursor{}, t0
	for now.Sub(t0) < lostAfter {
		if c = c.refused(now); c.failedTooLong(now) {
			t.Fatalf("lost after %v", now.Sub(t0))
		}
		if c = c.unsure(1, now); c.failedTooLong(now) {
			t.Fatalf("lost after %v", now.Sub(t0))
		}
		now = now.Add(30 * time.Second)
	}
	if c = c.refused(now).unsure(1, now); !c.failedTooLong(now) {
		t.Error("not lost after two minutes")
	}
}

// One event has to have been sent alone before the sink counts as lost.
func TestAStopOfOlbotIsNoSilenceOfTheSink(t *testing.T) {
	later := t0.Add(time.Hour)
	if c := (Cursor{}).unsure(1, t0).unsure(1, later); c.failedTooLong(later) {
		t.Error("lost after two tries")
	}
}

func TestAClockThatWasAheadKeepsNoSinkWaiting(t *testing.T) {
	ahead := t0.Add(24 * time.Hour)
	c := Cursor{}.unsure(1, ahead).refused(ahead)
	if wait := c.wait(t0); wait != 0 {
		t.Errorf("it waits %v", wait)
	}
	c = c.refused(t0)
	if !c.failedTooLong(t0.Add(lostAfter)) {
		t.Error("two minutes of refusals do not count, because there was one tomorrow")
	}
}
