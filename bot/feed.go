package bot

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"olbot/approvals"
)

// How much of the trail one message tells. Slack documents no limit for all
// blocks together, but refuses messages of somewhat more than 11,000 characters
// (https://github.com/slackapi/bolt-js/issues/2867), and does not say how it
// counts. So the feed counts all there is, keys and brackets too, and stays below.
const (
	feedChars    = 10_000
	feedEvents   = maxBlocks - 1 // one block is the anchor
	feedReasons  = 300           // characters of a reason in a line
	feedSettings = 12            // settings in a line
)

// FeedMessage tells events, as many of them as fit into one message, in order,
// and says how many that are: at least one. Each stands in a block of its own,
// so that nothing in it can look like another (invariant 9). The message ends
// with the number of the last event and the first 12 digits of its hash, which
// olbot audit verify checks the trail against.
func FeedMessage(events []approvals.Event, o CardOptions) (m Message, told int) {
	var blocks []slack.Block
	chars, alarms := 0, false
	for _, e := range events {
		line := paragraph(feedSpans(e, o))
		chars += sizeOf(line)
		if told > 0 && (chars > feedChars || told == feedEvents) {
			break
		}
		blocks = append(blocks, line)
		alarms = alarms || alarming(e)
		told++
	}
	if told == 0 {
		return Message{}, 0
	}
	first, last := events[0], events[told-1]
	v := values{"first": eventNumber(first), "number": eventNumber(last), "hash": word(shortHash(last.Hash))}
	notice := oneNotice(first)
	if told > 1 {
		notice = pick(alarms, feedAlarms, feedNotices).notice(v)
	}
	return Message{Text: notice, Blocks: append(blocks, footnote(feedAnchor.in(v)))}, told
}

func oneNotice(e approvals.Event) string {
	v := feedHead(e).and(values{"what": feedTitle(e)})
	return pick(e.Request == "", feedNoticeOf, feedNotice).notice(v)
}

// sizeOf is how many characters a block takes as JSON.
func sizeOf(b slack.Block) int {
	raw, err := json.Marshal(b)
	if err != nil {
		panic(fmt.Sprintf("a block that does not marshal: %v", err)) // unreachable: blocks are plain data
	}
	return utf8.RuneCount(raw)
}

// plainFeedMessage tells an event with nothing in it that somebody else wrote.
func plainFeedMessage(e approvals.Event) Message {
	v := feedHead(e).and(values{"story": feedPlain.in(nil), "hash": word(shortHash(e.Hash))})
	return Message{
		Text:   oneNotice(e),
		Blocks: []slack.Block{paragraph(feedForm(e).in(v)), footnote(feedAnchor.in(v))},
	}
}
