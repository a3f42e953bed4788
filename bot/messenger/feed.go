package messenger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/bot/view"
	"olbot/internal/slackapi"
)

// How long the next look at the audit channel waits when one says nothing.
const (
	checkPause        = 5 * time.Second // Slack did not answer it
	refusedCheckPause = time.Minute     // Slack refused it, and will again
)

// A Feed is the audit channel, as a sink of the trail.
type Feed struct{ *Messenger }

// Feed returns the audit channel.
func (m *Messenger) Feed() Feed { return Feed{m} }

// Name implements approvals.Sink.
func (Feed) Name() string { return approvals.FeedSink }

// Send posts events to the audit channel: as many as fit one message, in order,
// no sooner than Slack's pace allows. The feed is at least once: a message whose
// fate is not known is told again, and says so. What Slack does not take together,
// or does not answer for long, it may take alone, or plainly; only if it takes
// neither does it refuse everything.
func (m Feed) Send(ctx context.Context, events []approvals.Event, doubt approvals.Doubt) (sent int, err error) {
	loud := slices.DeleteFunc(slices.Clone(events), func(e approvals.Event) bool { return e.Quiet })
	if len(loud) > 0 {
		sent, err = m.sendLoud(ctx, loud, doubt)
	}
	if sent == len(loud) {
		return len(events), err
	}
	return slices.IndexFunc(events, func(e approvals.Event) bool { return e.Number == loud[sent].Number }), err
}

// sendLoud is Send for events of which none is quiet.
func (m Feed) sendLoud(ctx context.Context, events []approvals.Event, doubt approvals.Doubt) (sent int, err error) {
	wait, err := m.reserve(ctx, slackapi.Idle, "", "", m.feed)
	if err != nil {
		return 0, err
	}
	if wait > 0 {
		return 0, &approvals.TemporaryError{After: wait, NotYet: true, Err: errors.New("the feed has to wait")}
	}
	var failed *slackapi.Error
	if !doubt.Lasts() {
		msg, told := view.FeedNext(events, m.options)
		if failed = m.post(ctx, msg, events[:told], doubt); !refusesMessage(failed) {
			return m.posted(ctx, events[:told], failed)
		}
	}
	first := events[:1]
	return m.posted(ctx, first, m.postAlone(ctx, first, doubt, failed))
}

// postAlone posts an event alone, or plainly if its text may be why that failed. One
// line that cannot be shown does not stop the feed. refused is what Slack said to it
// with others.
func (m Feed) postAlone(ctx context.Context, event []approvals.Event, doubt approvals.Doubt, refused *slackapi.Error) *slackapi.Error {
	msg, _ := view.FeedMessage(event, m.options)
	failed := m.post(ctx, msg, event, doubt)
	if refusesMessage(failed) || doubt.Lasts() && isUnknown(failed) {
		refused, failed = failed, m.post(ctx, view.FeedPlain(event[0]), event, doubt)
	}
	if failed == nil && refused != nil {
		m.log.Error("feed message not taken", zap.Int64("event", event[0].Number), zap.Error(refused))
	}
	return failed
}

// post posts a message that tells the events.
func (m Feed) post(ctx context.Context, msg view.Message, told []approvals.Event, doubt approvals.Doubt) *slackapi.Error {
	_, _, err := m.send(ctx, m.feed, view.FeedDoubt(msg, told, doubt))
	failed, _ := errors.AsType[*slackapi.Error](err)
	return failed
}

// posted is what Send returns after the post of the events, which failed unless
// failed is nil.
func (m Feed) posted(ctx context.Context, told []approvals.Event, failed *slackapi.Error) (sent int, err error) {
	switch {
	case failed == nil:
		return len(told), nil
	case failed.Effect == slackapi.Deferred:
		if err := m.store.HoldSlot(ctx, m.feed, m.now().Add(failed.After)); err != nil {
			return 0, err
		}
		return 0, &approvals.TemporaryError{After: failed.After, Err: failed}
	case isUnknown(failed):
		return 0, &approvals.UnsureError{Through: told[len(told)-1].Number, Err: failed}
	case lostFeed(failed.Code):
		return 0, fmt.Errorf("%w: %w", approvals.ErrSinkLost, failed)
	}
	return 0, fmt.Errorf("%w: %w", approvals.ErrSinkRefuses, failed)
}

// refusesMessage says whether another message may be taken: Slack gave a word that is
// about neither the channel nor olbot's credentials, as far as is known, or what
// stands between gave a 4xx.
func refusesMessage(e *slackapi.Error) bool {
	return e != nil && e.Effect == slackapi.Refused && !lostFeed(e.Code) && !slackapi.Credentials(e)
}

func isUnknown(e *slackapi.Error) bool { return e != nil && e.Effect == slackapi.Unknown }

// lostFeed says whether Slack's word means that the channel is gone for good. Other
// words may mean that as well: they only have to last. See the errors of
// https://docs.slack.dev/reference/methods/chat.postMessage
func lostFeed(code string) bool {
	switch code {
	case "channel_not_found", "not_in_channel", "is_archived", "restricted_action",
		"restricted_action_read_only_channel", "restricted_action_non_threadable_channel":
		return true
	}
	return false
}

// Check asks Slack whether the audit channel is there and still ours alone.
func (m Feed) Check(ctx context.Context) error {
	c, err := m.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: m.feed})
	if err != nil {
		failed, _ := errors.AsType[*slackapi.Error](slackapi.Sort(err))
		switch {
		case lostFeed(failed.Code):
			return fmt.Errorf("%w: %w", approvals.ErrSinkLost, failed)
		case failed.Effect == slackapi.Refused:
			return &approvals.TemporaryError{After: refusedCheckPause, Err: failed}
		}
		return &approvals.TemporaryError{After: checkPause, Err: failed}
	}
	if c.ID == "" {
		return &approvals.TemporaryError{After: checkPause, Err: errors.New("an answer without a channel")}
	}
	if c.IsArchived || !c.IsMember || c.IsExtShared || c.IsPendingExtShared {
		return approvals.ErrSinkLost
	}
	return nil
}
