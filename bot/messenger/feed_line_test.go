package messenger

import (
	"errors"
	"strings"
	"testing"

	"olbot/approvals"
	"olbot/internal/testbed/slacksim"
)

// TestALineThatSlackRefusesDoesNotStopTheFeed (invariant 6).
func TestALineThatSlackRefusesDoesNotStopTheFeed(t *testing.T) {
	w := newWorld(t)
	w.slack.Fail(slacksim.Fault{Method: "chat.postMessage", Times: 1, Error: "invalid_blocks"})
	w.tells(w.events(2))
	msgs := w.audit.Messages()
	if len(msgs) != 2 || !strings.Contains(msgs[0].Words(), "1") || !strings.Contains(msgs[1].Words(), "2") {
		t.Errorf("the feed shows %v", msgs)
	}
}

// about matches what has the word in it.
func about(word string) func(map[string]string) bool {
	return func(args map[string]string) bool { return strings.Contains(args["blocks"], word) }
}

// oneOdd are events of which the second has an odd reason, and the last is an alarm.
func (w *world) oneOdd() []approvals.Event {
	all := w.events(3)
	all[1].Kind, all[1].Reason = approvals.EventReceived, "hunter2"
	all[2].Kind = approvals.EventDisowned
	return all
}

// What stands between olbot and Slack may refuse one text, and says so without a word of Slack's.
func TestALineThatAProxyRefusesDoesNotStopTheFeed(t *testing.T) {
	w := newWorld(t)
	w.slack.Fail(slacksim.Fault{Method: "chat.postMessage", Status: 403, Match: about("hunter2")})
	w.tells(w.oneOdd())
	w.toldOnlySecondPlainly()
}

// One that refuses everything is told as such, after the plainest message.
func TestAProxyThatRefusesEverythingRefuses(t *testing.T) {
	w := newWorld(t)
	w.slack.Fail(slacksim.Fault{Method: "chat.postMessage", Status: 407})
	if told, err := w.tellOnce(w.events(2)); told != 0 || !errors.Is(err, approvals.ErrSinkRefuses) || w.calls("chat.postMessage") != 3 {
		t.Errorf("told %d with %v after %d posts", told, err, w.calls("chat.postMessage"))
	}
}

// One text that gets no clear answer loses none of the events that were sent with it:
// after few tries each goes alone, and that one plainly.
func TestALineThatGetsNoAnswerHoldsUpAndLosesNoOther(t *testing.T) {
	w := newWorld(t)
	w.slack.Fail(slacksim.Fault{Method: "chat.postMessage", Error: "internal_error", Match: about("hunter2")})
	events := w.oneOdd()
	_, err := w.tellOnce(events)
	if unsure, ok := errors.AsType[*approvals.UnsureError](err); !ok || unsure.Through != 3 {
		t.Fatalf("together: %v", err)
	}
	for i := range events {
		doubt := approvals.Doubt{From: int64(i + 1), Through: 3, Tries: 2}
		if told, err := w.tellInDoubt(events[i:], doubt); told != 1 || err != nil {
			t.Fatalf("event %d: told %d with %v", i+1, told, err)
		}
	}
	w.toldOnlySecondPlainly()
}

// What gets no answer even plainly puts nothing but itself in doubt.
func TestALineThatGetsNoAnswerAtAllIsAloneInDoubt(t *testing.T) {
	w := newWorld(t)
	w.slack.Fail(slacksim.Fault{Method: "chat.postMessage", Status: 503})
	_, err := w.tellInDoubt(w.events(3), approvals.Doubt{From: 1, Through: 3, Tries: 2})
	if unsure, ok := errors.AsType[*approvals.UnsureError](err); !ok || unsure.Through != 1 || w.calls("chat.postMessage") != 2 {
		t.Errorf("%v after %d posts", err, w.calls("chat.postMessage"))
	}
}

// toldOnlySecondPlainly looks at what the channel shows of oneOdd.
func (w *world) toldOnlySecondPlainly() {
	w.t.Helper()
	var words []string
	for _, m := range w.audit.Messages() {
		words = append(words, m.Words())
	}
	all := strings.Join(words, "\n")
	if strings.Count(all, "did not take the line") != 1 || !strings.Contains(words[1], "did not take the line") {
		w.t.Errorf("the second alone is to be told plainly:\n%s", all)
	}
	if strings.Contains(all, "hunter2") || !strings.Contains(all, "ALARM") {
		w.t.Errorf("the feed shows:\n%s", all)
	}
}

// A look that Slack refuses will be refused again: it is not repeated as if it had been lost.
func TestARefusedLookAtTheChannelIsNotRepeatedAtOnce(t *testing.T) {
	w := newWorld(t)
	w.slack.Fail(slacksim.Fault{Method: "conversations.info", Error: "missing_scope"})
	err := w.Feed().Check(t.Context())
	if again, ok := errors.AsType[*approvals.TemporaryError](err); !ok || again.After != refusedCheckPause {
		t.Errorf("checked with %v", err)
	}
}
