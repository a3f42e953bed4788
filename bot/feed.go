package bot

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"olbot/approvals"
)

// How much of the trail one message tells. Slack documents no limit for all
// blocks together, but refuses messages from about 12,000 characters on
// (https://github.com/slackapi/bolt-js/issues/2867), so the feed stays well below.
const (
	feedChars  = 7000
	feedEvents = maxBlocks - 1 // one block is the anchor
	feedMost   = 300           // characters of a reason in a line
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
		s := feedSpans(e, o)
		chars += utf8.RuneCountInString(s.plain())
		if told > 0 && (chars > feedChars || told == feedEvents) {
			break
		}
		blocks = append(blocks, paragraph(s))
		alarms = alarms || alarming(e)
		told++
	}
	if told == 0 {
		return Message{}, 0
	}
	first, last := events[0], events[told-1]
	v := values{"first": eventNumber(first), "number": eventNumber(last), "hash": text(shortHash(last.Hash)), "what": feedTitle(first)}
	notice := feedNotice
	switch {
	case told > 1 && alarms:
		notice = feedAlarms
	case told > 1:
		notice = feedNotices
	}
	return Message{Text: notice.notice(v), Blocks: append(blocks, footnote(feedAnchor.in(v)))}, told
}

// plainFeedMessage tells an event with nothing in it that somebody else wrote.
func plainFeedMessage(e approvals.Event) Message {
	v := feedHead(e).and(values{"story": feedPlain.in(nil), "hash": text(shortHash(e.Hash))})
	return Message{
		Text:   feedNotice.notice(v.and(values{"what": feedTitle(e)})),
		Blocks: []slack.Block{paragraph(feedForm(e).in(v)), footnote(feedAnchor.in(v))},
	}
}

func feedSpans(e approvals.Event, o CardOptions) spans {
	v := feedValues(e)
	story := join("", feedStory(e).in(v), feedMore(e, v))
	if alarming(e) && len(o.SecurityContacts) > 0 {
		story = join("", story, feedLook.in(contacts(o)))
	}
	return feedForm(e).in(feedHead(e).and(values{"story": sentence(story)}))
}

func feedForm(e approvals.Event) phrase {
	if e.Request == "" {
		return feedBare
	}
	return feedLine
}

func feedHead(e approvals.Event) values {
	return values{
		"number": eventNumber(e), "at": momentSeconds(e.At),
		"what": literal(feedTitle(e).plain(), true), "id": text(string(e.Request)),
	}
}

func feedTitle(e approvals.Event) spans {
	what := sentence(feedWhat(e.Kind).in(nil))
	if alarming(e) {
		return feedAlarmMark.in(values{"what": feedWhat(e.Kind).in(nil)})
	}
	return what
}

// alarming says whether the security contacts should look at the event at once:
// the owner says it wasn't them; OneLogin made a code that could do more than
// was approved; somebody pressed a button that only another person was shown;
// the channel could not be posted to, which is also how one would hide
// something. A code of unknown fate is no alarm: nobody has seen it, and it ends
// by itself. A withdrawal of somebody else's request can be a slip in typing an id.
func alarming(e approvals.Event) bool {
	switch e.Kind {
	case approvals.EventDisowned, approvals.EventFeedLost:
		return true
	case approvals.EventFailed:
		return e.Refusal != nil && e.Refusal.Code == approvals.CodeWider
	case approvals.EventPressRefused:
		return e.Button != "withdraw"
	}
	return false
}

func feedValues(e approvals.Event) values {
	v := values{
		"agent": onRecord(e.Agent), "owner": onRecord(e.Owner), "actor": actorOf(e),
		"asked":     namedOnRecord(e.Asked),
		"approvers": were(e.Approvers),
		"validity":  duration(e.Validity), "uses": uses(e.Reusable),
		"n": numeral(e.Attempt), "max": numeral(approvals.MaxCodes),
		"until":    moment(e.Until),
		"settings": settings(e.Settings),
		"fact":     factSpans(e.Refusal, false, onRecord),
	}
	if e.Grant != nil {
		v["grant.uses"] = uses(e.Grant.Reusable)
	}
	return v
}

// feedMore is what follows the story: signs, the reason, a code that still works.
func feedMore(e approvals.Event, v values) spans {
	var more spans
	switch e.Kind {
	case approvals.EventAsked:
		if s := signsOnRecord(e.Signs); len(s) > 0 {
			more = join("", more, feedSigns.in(values{"signs": s}))
		}
		more = join("", more, feedReasonOf(e))
	case approvals.EventReceived, approvals.EventCommandRefused:
		more = feedReasonOf(e)
	case approvals.EventRefused, approvals.EventLapsed, approvals.EventFailed:
		if !e.Until.IsZero() {
			more = feedLive.in(v)
		}
	}
	return more
}

func feedReasonOf(e approvals.Event) spans {
	if clean(e.Reason, feedMost) == "" {
		return feedNoReason.in(nil)
	}
	return feedReason.in(values{"reason": quoted(e.Reason, feedMost)})
}

func signsOnRecord(signs []approvals.Sign) spans {
	var each []spans
	for _, s := range signs {
		if p := feedSign(s.Kind); p != "" {
			each = append(each, p.in(values{"nth": ordinal(s.Count)}))
		}
	}
	return join(", ", each...)
}

func feedSign(kind approvals.SignKind) phrase {
	switch kind {
	case approvals.SignReusable:
		return feedSignReusable
	case approvals.SignLong:
		return feedSignLong
	case approvals.SignNthThisWeek:
		return feedSignNth
	case approvals.SignFirst:
		return feedSignFirst
	}
	return ""
}

func were(all []approvals.Person) spans {
	form := sayWereAsked
	if len(all) == 1 {
		form = sayWasAsked
	}
	return form.in(values{"who": namesOf(all, onRecord)})
}

func actorOf(e approvals.Event) spans {
	if e.Actor == (approvals.Person{}) {
		return feedOlbot.in(nil)
	}
	return onRecord(e.Actor)
}

func settings(all []approvals.Setting) spans {
	var each []spans
	for _, s := range all {
		each = append(each, feedSetting.in(values{
			"name": untrusted(s.Name, maxName), "old": settingValue(s.Old), "new": settingValue(s.New),
		}))
	}
	return join("; ", each...)
}

func settingValue(s string) spans {
	if s == "" {
		return feedUnset.in(nil)
	}
	return quoted(s, maxSetting)
}

func eventNumber(e approvals.Event) spans { return text(strconv.FormatInt(e.Number, 10)) }

// shortHash is the part of a hash that a person can compare.
func shortHash(hash string) string {
	const digits = 12
	return strings.ToLower(hash[:min(digits, len(hash))])
}
