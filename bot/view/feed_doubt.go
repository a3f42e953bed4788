package view

import (
	"slices"
	"strconv"

	"github.com/slack-go/slack"

	"olbot/approvals"
)

// FeedDoubt puts at the top of a message that tells the events what is not known of
// what was told before: which of them it may repeat, and which earlier ones may be
// missing from the channel.
func FeedDoubt(m Message, told []approvals.Event, d approvals.Doubt) Message {
	if d.From == 0 || len(told) == 0 {
		return m
	}
	first, last := told[0].Number, told[len(told)-1].Number
	var notes []slack.Block
	if d.From < first {
		notes = append(notes, footnote(phrase("Slack never confirmed {events}: they may be missing here. The audit log has them (olbot audit export).").
			in(values{"events": eventNumbers(d.From, first-1)})))
	}
	if d.Through >= first {
		notes = append(notes, footnote(phrase("Slack didn't confirm an earlier message. This one may repeat {events}.").
			in(values{"events": eventNumbers(first, min(d.Through, last))})))
	}
	m.Blocks = slices.Concat(notes, m.Blocks)
	return m
}

// eventNumbers are the numbers from the first to the last.
func eventNumbers(first, last int64) spans {
	v := values{"first": word(strconv.FormatInt(first, 10)), "last": word(strconv.FormatInt(last, 10))}
	return sayIf(first == last, "#{first}", "#{first}–#{last}").in(v)
}
