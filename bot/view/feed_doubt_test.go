package view

import (
	"strings"
	"testing"

	"olbot/approvals"
)

func TestTheFeedSaysWhatItMayRepeatOrLack(t *testing.T) {
	events := trail()[11:15] // numbers 12 to 15
	for name, tt := range map[string]struct {
		doubt          approvals.Doubt
		repeats, lacks string
	}{
		"no doubt":                  {approvals.Doubt{}, "", ""},
		"all of it":                 {approvals.Doubt{From: 12, Through: 15}, "#12–#15", ""},
		"more than fits":            {approvals.Doubt{From: 12, Through: 80}, "#12–#15", ""},
		"some of it":                {approvals.Doubt{From: 12, Through: 13}, "#12–#13", ""},
		"one":                       {approvals.Doubt{From: 12, Through: 12}, "#12", ""},
		"given up":                  {approvals.Doubt{From: 3, Through: 11}, "", "#3–#11"},
		"given up, and some repeat": {approvals.Doubt{From: 11, Through: 12}, "#12", "#11"},
	} {
		t.Run(name, func(t *testing.T) {
			m, told := FeedMessage(events, testOptions)
			plain := read(t, m)
			words := read(t, FeedDoubt(m, events[:told], tt.doubt))
			if got := between(words, "may repeat ", "."); got != tt.repeats {
				t.Errorf("may repeat %q, want %q", got, tt.repeats)
			}
			if got := between(words, "never confirmed ", ":"); got != tt.lacks {
				t.Errorf("may lack %q, want %q", got, tt.lacks)
			}
			if !strings.HasSuffix(words, plain) {
				t.Error("the message itself is another")
			}
		})
	}
}

// A full message has room for what is in doubt.
func TestAFullMessageInDoubtFits(t *testing.T) {
	var events []approvals.Event
	for len(events) < 2*maxBlocks {
		e := approvals.Event{At: start, Kind: approvals.EventFeedRestored, Hash: strings.Repeat("ab", 32)}
		e.Number = int64(len(events) + 1_000_000_000)
		events = append(events, e)
	}
	m, told := FeedMessage(events, testOptions)
	m = FeedDoubt(m, events[:told], approvals.Doubt{From: 1, Through: 2_000_000_000})
	if len(m.Blocks) > maxBlocks || told >= len(events) {
		t.Errorf("%d events in %d blocks", told, len(m.Blocks))
	}
	checkView(t, "the feed", sentMessage(m))
}

func between(s, from, to string) string {
	_, after, ok := strings.Cut(s, from)
	if !ok {
		return ""
	}
	found, _, _ := strings.Cut(after, to)
	return found
}
