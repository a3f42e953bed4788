package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"olbot/internal/testbed/slacksim"
)

var (
	feedLine   = regexp.MustCompile(`^#(\d+) `)
	feedAnchor = regexp.MustCompile(`^Trail up to (\d+):([0-9a-f]{12})$`)
)

// A told is what the audit channel was told.
type told struct {
	through int64            // without a gap
	anchors map[int64]string // by event number
	last    string           // the newest anchor, number:hash
	wrong   []string         // gaps and what is out of order
}

// readFeed reads the feed as a person does. A message of unknown fate may stand
// there twice, so that numbers begin again, but never skip.
func readFeed(messages []slacksim.Message) told {
	t := told{anchors: map[int64]string{}}
	for _, m := range messages {
		before := int64(0)
		for line := range strings.Lines(m.Words()) {
			if a := feedAnchor.FindStringSubmatch(strings.TrimSpace(line)); a != nil {
				n, _ := strconv.ParseInt(a[1], 10, 64)
				if old := t.anchors[n]; old != "" && old != a[2] {
					t.wrong = append(t.wrong, fmt.Sprintf("the feed has two anchors of event %d", n))
				}
				t.anchors[n], t.last = a[2], a[1]+":"+a[2]
				continue
			}
			match := feedLine.FindStringSubmatch(line)
			if match == nil {
				continue
			}
			n, _ := strconv.ParseInt(match[1], 10, 64)
			if before > 0 && n != before+1 || n > t.through+1 {
				t.wrong = append(t.wrong, fmt.Sprintf("the feed tells event %d after %d", n, max(before, t.through)))
			}
			before, t.through = n, max(t.through, n)
		}
	}
	return t
}
