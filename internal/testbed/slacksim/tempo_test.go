package slacksim

import (
	"testing"
	"time"
)

// A Slack at four times the tempo allows in 15 s what Slack allows in a minute.
func TestAFasterSlackFillsItsBucketsSooner(t *testing.T) {
	at := time.Unix(1_800_000_000, 0)
	s := New(Options{Tempo: 4, Now: func() time.Time { return at }})
	m := methods["conversations.open"]
	for range 50 {
		if wait := s.limited(m, nil); wait != 0 {
			t.Fatalf("refused for %d s within the first minute's worth", wait)
		}
	}
	if s.limited(m, nil) == 0 {
		t.Fatal("a minute's worth and one more was allowed at once")
	}
	at = at.Add(15 * time.Second)
	for n := range 50 {
		if wait := s.limited(m, nil); wait != 0 {
			t.Fatalf("call %d after 15 s is refused for %d s", n+1, wait)
		}
	}
	if s.limited(m, nil) == 0 {
		t.Error("more than a minute's worth was allowed in 15 s")
	}
}
