package bot

import (
	"slices"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"olbot/approvals"
	"olbot/bot/text"
)

// How the feed catches up.
const (
	feedBehind   = 25    // events that wait when it begins to tell them briefly
	maxPlainText = 3_000 // characters of a section's text, https://docs.slack.dev/reference/block-kit/blocks/section-block
)

// feedNext is the feed's next message and how many of the events it tells: in
// full while it keeps up, briefly when it is behind. An alarm is always told in full.
func feedNext(events []approvals.Event, o CardOptions) (m Message, told int) {
	if len(events) <= feedBehind {
		return FeedMessage(events, o)
	}
	quiet := func(e approvals.Event) bool { return !alarming(e) }
	if alarming(events[0]) {
		n := slices.IndexFunc(events, quiet)
		if n < 0 {
			n = len(events)
		}
		return FeedMessage(events[:n], o)
	}
	if n := slices.IndexFunc(events, alarming); n > 0 {
		events = events[:n]
	}
	return FeedDigest(events)
}

// FeedDigest tells events briefly, a line each, in order, as many of them as fit
// into one message: at least one. A line is a line of plain text, and what
// somebody else wrote has no line ends, so that no line can be made to look like
// two (invariant 9); reasons are left to the trail. It ends as FeedMessage does.
func FeedDigest(events []approvals.Event) (m Message, told int) {
	var texts []string
	chars := 0
	for _, e := range events {
		line := feedForm(e).plain(feedHead(e).and(values{"story": sentence(feedStory(e).in(feedValues(e)))}))
		line = text.Cut(line, maxPlainText)
		chars += utf8.RuneCountInString(line)
		if told > 0 && chars > feedChars {
			break
		}
		last := len(texts) - 1
		if last < 0 || utf8.RuneCountInString(texts[last])+1+utf8.RuneCountInString(line) > maxPlainText {
			texts = append(texts, line)
		} else {
			texts[last] += "\n" + line
		}
		told++
	}
	if told == 0 {
		return Message{}, 0
	}
	var blocks []slack.Block
	for _, t := range texts {
		blocks = append(blocks, slack.NewSectionBlock(plainText(t), nil, nil))
	}
	first, last := events[0], events[told-1]
	v := values{"first": eventNumber(first), "number": eventNumber(last), "hash": word(shortHash(last.Hash))}
	blocks = append(blocks, footnote(feedBriefly.in(nil)), footnote(feedAnchor.in(v)))
	return Message{Text: feedNotices.notice(v), Blocks: blocks}, told
}
