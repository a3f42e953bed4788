package view

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"olbot/approvals"
	"olbot/bot/text"
)

// The audit channel. This file puts lines into messages, feed_line.go writes a
// line, feed_story.go has the words for each kind of event.

// How much of the trail one message tells. Slack documents no limit for all
// blocks together, but refuses messages of somewhat more than 11,000 characters
// (https://github.com/slackapi/bolt-js/issues/2867), and does not say how it
// counts. So the feed counts all there is, keys and brackets too, and stays below.
const (
	feedChars    = 10_000
	feedEvents   = maxBlocks - 3 // one block is the anchor, two may be FeedDoubt's
	feedBehind   = 25            // events that wait when it begins to tell them briefly
	maxPlainText = 3_000         // characters of a section's text, https://docs.slack.dev/reference/block-kit/blocks/section-block
)

// FeedNext is the feed's next message and how many of the events it tells: in
// full while it keeps up, briefly when it is behind. An alarm is always told in full.
func FeedNext(events []approvals.Event, o Options) (m Message, told int) {
	if len(events) <= feedBehind {
		return FeedMessage(events, o)
	}
	alarm := alarming(events[0])
	n := slices.IndexFunc(events, func(e approvals.Event) bool { return alarming(e) != alarm })
	if n < 0 {
		n = len(events)
	}
	if alarm {
		return FeedMessage(events[:n], o)
	}
	return feedDigest(events[:n])
}

// FeedMessage tells events, as many of them as fit into one message, in order,
// and says how many that are: at least one. Each stands in a block of its own,
// so that nothing in it can look like another (invariant 9). The message ends
// with the number of the last event and the first 12 digits of its hash, which
// olbot audit verify checks the trail against.
func FeedMessage(events []approvals.Event, o Options) (m Message, told int) {
	var blocks []slack.Block
	chars := 0
	for _, e := range events {
		line := paragraph(feedLine(e, o))
		chars += sizeOf(line)
		if told > 0 && (chars > feedChars || told == feedEvents) {
			break
		}
		blocks = append(blocks, line)
		told++
	}
	switch told {
	case 0:
		return Message{}, 0
	case 1:
		return anchored(events[:1], feedNotice(events[0]), blocks), 1
	}
	notice := sayIf(slices.ContainsFunc(events[:told], alarming), "Audit trail: events {first} to {number}, with an alarm", sayEvents)
	return anchored(events[:told], notice, blocks), told
}

const sayEvents phrase = "Audit trail: events {first} to {number}"

// feedDigest tells events briefly, a line each, in order, as many of them as fit
// into one message: at least one. A line is a line of plain text, and what
// somebody else wrote has no line ends, so that no line can be made to look like
// two (invariant 9); reasons are left to the trail. It ends as FeedMessage does.
func feedDigest(events []approvals.Event) (m Message, told int) {
	var texts []string
	chars := 0
	for _, e := range events {
		line := text.Cut(lineForm(e).plain(feedHead(e).and(values{"story": sentence(feedStory(e).in(feedValues(e)))})), maxPlainText)
		size := utf8.RuneCountInString(line)
		chars += size
		if told > 0 && chars > feedChars {
			break
		}
		last := len(texts) - 1
		if last < 0 || utf8.RuneCountInString(texts[last])+1+size > maxPlainText {
			texts = append(texts, line)
		} else {
			texts[last] += "\n" + line
		}
		told++
	}
	var blocks []slack.Block
	for _, t := range texts {
		blocks = append(blocks, slack.NewSectionBlock(plainText(t), nil, nil))
	}
	blocks = append(blocks, footnote(phrase("Told briefly, because many events came at once: the trail has each in full (olbot audit export).").in(nil)))
	return anchored(events[:told], sayEvents, blocks), told
}

// FeedPlain tells an event with nothing in it that somebody else wrote.
func FeedPlain(e approvals.Event) Message {
	story := phrase("Slack did not take the line of this event. The trail has it whole: olbot audit export.").in(nil)
	line := lineForm(e).in(feedHead(e).and(values{"story": story}))
	return anchored([]approvals.Event{e}, feedNotice(e), []slack.Block{paragraph(line)})
}

// anchored is the message that tells the events, with its anchor.
func anchored(told []approvals.Event, notice phrase, blocks []slack.Block) Message {
	last := told[len(told)-1]
	v := feedHead(last).and(values{"first": eventNumber(told[0]), "hash": word(shortHash(last.Hash))})
	return Message{Text: notice.notice(v), Blocks: append(blocks, footnote(phrase("Trail up to {number}:{hash}").in(v)))}
}

// feedNotice is what a notification shows of one event.
func feedNotice(e approvals.Event) phrase {
	return sayIf(e.Request == "", "#{number} {what}", "#{number} {what} {id}")
}

// sizeOf is how many characters a block takes as JSON.
func sizeOf(b slack.Block) int {
	raw, err := json.Marshal(b)
	if err != nil {
		panic(fmt.Sprintf("a block that does not marshal: %v", err)) // unreachable: blocks are plain data
	}
	return utf8.RuneCount(raw)
}

// shortHash is the part of a hash that a person can compare.
func shortHash(hash string) string {
	const digits = 12
	return strings.ToLower(hash[:min(digits, len(hash))])
}
