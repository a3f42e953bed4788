package main

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"olbot/internal/testbed/slacksim"
)

var (
	feedLine   = regexp.MustCompile(`^#(\d+) `)
	feedGap    = regexp.MustCompile(`^Slack never confirmed #(\d+)(?:–#(\d+))?: they may be missing here`)
	feedAnchor = regexp.MustCompile(`^Trail up to (\d+):([0-9a-f]{12})$`)
)

// A told is what the audit channel was told.
type told struct {
	quiet   map[int64]bool   // what need not be told
	through int64            // without a gap, but for what it says may be missing
	missing int              // events that it says may be
	anchors map[int64]string // by event number
	last    string           // the newest anchor, number:hash
	wrong   []string         // gaps and what is out of order
}

// readFeed reads the feed as a person does. A message of unknown fate may stand
// there twice, so that numbers begin again, but never skip.
func readFeed(messages []slacksim.Message, events []event) told {
	t := told{anchors: map[int64]string{}, quiet: map[int64]bool{}}
	for _, e := range events {
		t.quiet[e.Number] = e.Quiet
	}
	t.through = t.past(0)
	for _, m := range messages {
		t.read(m.Words())
	}
	return t
}

// past is how far everything is told that has to be, when it is up to n.
func (t *told) past(n int64) int64 {
	for t.quiet[n+1] {
		n++
	}
	return n
}

// read reads the next message.
func (t *told) read(words string) {
	before := int64(0)
	for line := range strings.Lines(words) {
		line = strings.TrimSpace(line)
		if a := feedAnchor.FindStringSubmatch(line); a != nil {
			t.anchor(a[1], a[2])
			continue
		}
		if gap := feedGap.FindStringSubmatch(line); gap != nil {
			t.missed(gap[1], cmp.Or(gap[2], gap[1]))
			continue
		}
		match := feedLine.FindStringSubmatch(line)
		if match == nil {
			continue
		}
		n, _ := strconv.ParseInt(match[1], 10, 64)
		if before > 0 && n != t.past(before)+1 || n > t.through+1 {
			t.wrong = append(t.wrong, fmt.Sprintf("the feed tells event %d after %d", n, max(before, t.through)))
		}
		before, t.through = n, max(t.through, t.past(n))
	}
}

func (t *told) anchor(number, hash string) {
	n, _ := strconv.ParseInt(number, 10, 64)
	if old := t.anchors[n]; old != "" && old != hash {
		t.wrong = append(t.wrong, fmt.Sprintf("the feed has two anchors of event %d", n))
	}
	t.anchors[n], t.last = hash, number+":"+hash
}

// missed notes events of which the feed itself says that they may be missing.
func (t *told) missed(first, last string) {
	from, _ := strconv.ParseInt(first, 10, 64)
	to, _ := strconv.ParseInt(last, 10, 64)
	if from <= t.through+1 && to > t.through {
		t.missing += int(to - t.through)
		t.through = t.past(to)
	}
}
