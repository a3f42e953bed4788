package messenger

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/bot/view"
	"olbot/internal/slackapi"
)

// checkPause is how long the next look at the audit channel waits when Slack does not answer one.
const checkPause = 5 * time.Second

// A Feed is the audit channel, as a sink of the trail.
type Feed struct{ *Messenger }

// Feed returns the audit channel.
func (m *Messenger) Feed() Feed { return Feed{m} }

// Name implements approvals.Sink.
func (Feed) Name() string { return approvals.FeedSink }

// Send posts events to the audit channel: as many as fit one message, in order,
// no sooner than Slack's pace allows. The feed is at least once: a message whose
// fate is not known is told again, and says so. What Slack does not take together
// it may take alone, or plainly; only if it takes neither does it refuse everything.
func (m Feed) Send(ctx context.Context, events []approvals.Event, doubt approvals.Doubt) (sent int, err error) {
	wait, err := m.reserve(ctx, slackapi.Idle, "", "", m.feed)
	if err != nil {
		return 0, err
	}
	if wait > 0 {
		return 0, &approvals.TemporaryError{After: wait, NotYet: true, Err: errors.New("the feed has to wait")}
	}
	msg, told := view.FeedNext(events, m.options)
	refused := m.post(ctx, msg, events[:told], doubt)
	if !refusesMessage(refused) {
		return m.posted(ctx, events[:told], refused)
	}
	first := events[:1]
	msg, _ = view.FeedMessage(first, m.options)
	failed := m.post(ctx, msg, first, doubt)
	if refusesMessage(failed) {
		failed = m.post(ctx, view.FeedPlain(first[0]), first, doubt)
	}
	if failed == nil { // one line that cannot be shown does not stop the feed
		m.log.Error("feed message refused", zap.Int64("event", first[0].Number), zap.Int("events", told), zap.Error(refused))
	}
	return m.posted(ctx, first, failed)
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
	case failed.Effect == slackapi.Unknown:
		return 0, &approvals.UnsureError{Through: told[len(told)-1].Number, Err: failed}
	case lostFeed(failed.Code):
		return 0, fmt.Errorf("%w: %w", approvals.ErrSinkLost, failed)
	}
	return 0, fmt.Errorf("%w: %w", approvals.ErrSinkRefuses, failed)
}

// refusesMessage says whether Slack may take another message: it gave a word that is
// about neither the channel nor olbot's credentials, as far as is known.
func refusesMessage(e *slackapi.Error) bool {
	return e != nil && e.Effect == slackapi.Refused && e.Code != "" && !lostFeed(e.Code) && !slackapi.Credentials(e)
}

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
		err = slackapi.Sort(err)
		if lostFeed(slackapi.CodeOf(err)) {
			return fmt.Errorf("%w: %w", approvals.ErrSinkLost, err)
		}
		return &approvals.TemporaryError{After: checkPause, Err: err}
	}
	if c.ID == "" {
		return &approvals.TemporaryError{After: checkPause, Err: errors.New("an answer without a channel")}
	}
	if c.IsArchived || !c.IsMember || c.IsExtShared || c.IsPendingExtShared {
		return approvals.ErrSinkLost
	}
	return nil
}
