package view

import (
	"fmt"
	"strings"
	"testing"

	"olbot/approvals"
)

// TestFeedTellsAllInOrder posts the trail in as many messages as it takes: no
// event is left out, none is told twice, and each message ends with an anchor.
func TestFeedTellsAllInOrder(t *testing.T) {
	var events []approvals.Event
	for range 20 {
		events = append(events, trail()...)
	}
	next, messages := int64(1), 0
	for i := range events {
		events[i].Number = int64(i + 1)
	}
	for rest := events; len(rest) > 0; messages++ {
		m, told := FeedMessage(rest, testOptions)
		if told == 0 || len(m.Blocks) != told+1 {
			t.Fatalf("%d events in %d blocks", told, len(m.Blocks))
		}
		checkView(t, "the feed", sentMessage(m))
		lines := strings.Split(read(t, m), "\n")
		for _, line := range lines[:told] {
			if !strings.HasPrefix(line, "#"+eventNumber(approvals.Event{Number: next}).plain()+" today at ") {
				t.Fatalf("line %q comes where event %d should", line, next)
			}
			next++
		}
		last := rest[told-1]
		if want := "Trail up to " + eventNumber(last).plain() + ":" + last.Hash[:12]; lines[told] != want {
			t.Errorf("the message ends with %q, want %q", lines[told], want)
		}
		rest = rest[told:]
	}
	if next != int64(len(events)+1) || messages > len(events)/5 {
		t.Errorf("%d of %d events told, in %d messages", next-1, len(events), messages)
	}
}

func TestFeedTellsAnEventThatIsTooLongForOthers(t *testing.T) {
	huge := hostileEvent(trail()[1], long("𝄞", 600))
	if _, told := FeedMessage([]approvals.Event{huge, huge}, testOptions); told < 1 {
		t.Errorf("%d events told, want at least one", told)
	}
	if m, told := FeedMessage(nil, testOptions); told != 0 || m.Text != "" {
		t.Errorf("nothing to tell: %d events, %q", told, m.Text)
	}
}

// TestAlarmsMentionTheSecurityContacts holds which events are alarms, and that
// nothing else mentions anybody.
func TestAlarmsMentionTheSecurityContacts(t *testing.T) {
	alarms := map[string]bool{}
	for _, e := range trail() {
		m, _ := FeedMessage([]approvals.Event{e}, testOptions)
		line := read(t, m)
		mentioned := strings.Contains(line, "@sec and @security")
		if alarm := strings.Contains(line, "ALARM"); alarm != mentioned || alarm != strings.Contains(m.Text, "ALARM") {
			t.Errorf("event %d: alarm in the line %v, in the notification %q, mentions %v", e.Number, alarm, m.Text, mentioned)
		}
		if mentioned {
			why := string(e.Kind)
			if e.Denial.Choice != "" {
				why += " " + string(e.Denial.Choice)
			}
			if e.Contact.Slack != "" {
				why += " contact"
			}
			if e.Refusal != nil {
				why += " " + string(e.Refusal.Code) + " " + string(e.Button)
			}
			alarms[strings.TrimSpace(why)] = true
		}
	}
	for _, want := range []string{
		"disowned", "stopped", "press_refused not_yours stop", "press_refused not_yours allow_more", "not_reached contact", "failed code_wider", "feed_lost",
		"press_refused not_yours approve", "press_refused not_yours disown", "press_refused not_yours generate",
		"account_blocked", "paused", "resumed", "block_lifted", "press_refused not_yours block", "press_refused not_yours pause",
		"press_refused not_yours resume", "press_refused locked lift", "not_reached contact guest", "press_refused own_account_blocked approve",
		"press_refused not_yours lift", "press_refused involved lift", "press_refused objection_over disown", "denied suspicious", "denied did_not_ask",
		"tampered", "refused not_in_trail", "key_replaced",
	} {
		if !alarms[want] {
			t.Errorf("no alarm for %q", want)
		}
		delete(alarms, want)
	}
	for more := range alarms {
		t.Errorf("an alarm for %q", more)
	}
}

// TestPlainFeedLineSaysNothingOfOthers: what Slack did not take is told by
// number, kind and id alone.
func TestPlainFeedLineSaysNothingOfOthers(t *testing.T) {
	for _, e := range trail() {
		a, b := FeedPlain(hostileEvent(e, "Nemo")), FeedPlain(e)
		if read(t, a) != read(t, b) || a.Text != b.Text {
			t.Errorf("event %d: %q depends on somebody else's text", e.Number, read(t, a))
		}
	}
}

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
		checkView(t, "the feed", sentMessage(m))
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
