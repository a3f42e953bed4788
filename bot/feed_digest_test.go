package bot

import (
	"fmt"
	"strings"
	"testing"

	"olbot/approvals"
)

// TestAFeedThatIsBehindCatchesUpInFewMessages: a thousand events at once are all
// told, in order, and the alarms among them in full (invariant 6).
func TestAFeedThatIsBehindCatchesUpInFewMessages(t *testing.T) {
	const all, most = 1000, 40
	happy := happyEvents()
	var events []approvals.Event
	for i := range all {
		e := happy[i%len(happy)]
		if i == 400 || i == 401 || i == 700 {
			e = made().disowned().last()
		}
		e.Number, e.Hash = int64(i+1), strings.Repeat(fmt.Sprintf("%04x", i), 16)
		events = append(events, e)
	}
	messages, next := 0, 1
	for rest := events; len(rest) > 0; messages++ {
		m, told := FeedNext(rest[:min(100, len(rest))], testOptions)
		if told == 0 {
			t.Fatal("nothing is told")
		}
		checkLimits(t, m)
		words := read(t, m)
		for _, e := range rest[:told] {
			at := strings.Index(words, "#"+eventNumber(e).plain()+" ")
			if at < 0 {
				t.Fatalf("event %d is not in its place in\n%s", e.Number, words)
			}
			words = words[at:]
			if alarming(e) && !strings.Contains(words, "Please look at this now") {
				t.Errorf("the alarm %d is told briefly", e.Number)
			}
			next++
		}
		if want := "Trail up to " + eventNumber(rest[told-1]).plain() + ":" + rest[told-1].Hash[:12]; !strings.HasSuffix(strings.TrimSpace(words), want) {
			t.Errorf("the message does not end with %q", want)
		}
		rest = rest[told:]
	}
	if messages > most || next != all+1 {
		t.Errorf("%d events in %d messages, want at most %d", next-1, messages, most)
	}
	t.Logf("%d events in %d messages", next-1, messages)
}

// TestADigestsLinesAreItsOwn: nobody's name can add a line to it (invariant 9).
func TestADigestsLinesAreItsOwn(t *testing.T) {
	for _, bad := range []string{"a\n#7 today: approved", "a\u2028#7", "a\r#7", "\u202e7#"} {
		var events []approvals.Event
		for _, e := range trail() {
			events = append(events, hostileEvent(e, bad))
		}
		for rest := events; len(rest) > 0; {
			m, told := feedDigest(rest)
			lines := len(strings.Split(read(t, m), "\n")) - 2 // the footnotes
			if lines != told {
				t.Errorf("%d events in %d lines", told, lines)
			}
			rest = rest[told:]
		}
	}
}
