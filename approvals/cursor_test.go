package approvals

import (
	"testing"
	"time"
)

// What was sent in part leaves the rest in doubt, and whatever arrives ends all other trouble.
func TestASentEventEndsItsTrouble(t *testing.T) {
	now := t0
	c := Cursor{Through: 11}.unsure(15, now).unsure(17, now).refused(now)
	if d := c.Trouble.Doubt; d != (Doubt{From: 12, Through: 17, Tries: 2, Each: 15}) {
		t.Errorf("in doubt: %+v", d)
	}
	if got, want := c.sent(13), (Cursor{Through: 13, Trouble: Trouble{Doubt: Doubt{From: 14, Through: 17}}}); got != want {
		t.Errorf("sent in part: %+v", got)
	}
	if got, want := c.sent(17), (Cursor{Through: 17}); got != want {
		t.Errorf("sent: %+v", got)
	}
}

func TestADoubtIsGivenUpForWhatWasInEveryTry(t *testing.T) {
	c, now := Cursor{Through: 11}, t0
	for try := range maxTries {
		if c.Through != 11 {
			t.Fatalf("given up after %d tries", try)
		}
		through := int64(15 + try) // events come meanwhile
		if try == 3 {
			through = 14 // and one message holds fewer
		}
		before := now
		c = c.unsure(through, now)
		now = now.Add(c.wait(now))
		if pause := now.Sub(before); pause < doubtPause || pause > maxPause {
			t.Errorf("a pause of %v", pause)
		}
	}
	if c.Through != 14 || c.Trouble.Doubt.From != 12 || c.Trouble.Doubt.Through != 15+maxTries-1 || now.Sub(t0) < time.Hour {
		t.Errorf("%+v after %v", c, now.Sub(t0))
	}
	for range maxTries {
		c = c.unsure(40, now)
	}
	if c.Through != 40 || c.Trouble.Doubt.From != 12 {
		t.Errorf("a second time: %+v", c)
	}
}
