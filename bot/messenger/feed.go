package messenger

import (
	"context"
	"errors"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/bot/view"
	"olbot/internal/slackapi"
)

// feedPause is how long the feed waits when Slack does not take or answer it.
const feedPause = 5 * time.Second

// Tell posts events to the audit channel: as many as fit one message, in order,
// no sooner than Slack's pace allows. A message whose fate is not known is told
// again: the feed is at least once, and its lines carry their numbers.
func (m *Messenger) Tell(ctx context.Context, events []approvals.Event) (told int, err error) {
	wait, err := m.reserve(ctx, slackapi.Idle, "", "", m.feed)
	if err != nil {
		return 0, err
	}
	if wait > 0 {
		return 0, &approvals.TemporaryError{After: wait, NotYet: true, Err: errors.New("the feed has to wait")}
	}
	msg, told := view.FeedNext(events, m.options)
	_, _, err = m.send(ctx, m.feed, msg)
	if err == nil {
		return told, nil
	}
	failed, _ := errors.AsType[*slackapi.Error](err)
	switch {
	case failed.Effect == slackapi.Deferred:
		if err := m.store.Hold(ctx, m.feed, m.now().Add(failed.After)); err != nil {
			return 0, err
		}
		return 0, &approvals.TemporaryError{After: failed.After, Err: err}
	case lostFeed(failed.Code):
		return 0, errors.Join(approvals.ErrFeedLost, err)
	case final(failed):
		return m.tellOne(ctx, events[0], told, err)
	}
	return 0, &approvals.TemporaryError{After: feedPause, Err: err}
}

// tellOne tells the first event of a message that Slack refused alone, and if
// that was the one, without what Slack did not take: one line that cannot be
// shown never stops the feed.
func (m *Messenger) tellOne(ctx context.Context, e approvals.Event, together int, why error) (told int, err error) {
	m.log.Error("feed message refused", zap.Int64("event", e.Number), zap.Int("events", together), zap.Error(why))
	one, _ := view.FeedMessage([]approvals.Event{e}, m.options)
	for _, msg := range []view.Message{one, view.FeedPlain(e)} {
		if _, _, err = m.send(ctx, m.feed, msg); err == nil {
			return 1, nil
		}
		if failed, _ := errors.AsType[*slackapi.Error](err); !final(failed) {
			break
		}
	}
	return 0, &approvals.TemporaryError{After: feedPause, Err: err}
}

// lostFeed says whether the error means that the channel is gone for good: see
// the errors of https://docs.slack.dev/reference/methods/chat.postMessage
func lostFeed(code string) bool {
	switch code {
	case "channel_not_found", "not_in_channel", "is_archived", "restricted_action",
		"restricted_action_read_only_channel", "restricted_action_non_threadable_channel":
		return true
	}
	return false
}

// CheckFeed asks Slack whether the audit channel can be posted to and is still
// ours alone.
func (m *Messenger) CheckFeed(ctx context.Context) error {
	c, err := m.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: m.feed})
	if err != nil {
		err = slackapi.Sort(err)
		if lostFeed(slackapi.CodeOf(err)) {
			return errors.Join(approvals.ErrFeedLost, err)
		}
		return &approvals.TemporaryError{After: feedPause, Err: err}
	}
	if c.IsArchived || !c.IsMember || c.IsExtShared || c.IsPendingExtShared {
		return approvals.ErrFeedLost
	}
	return nil
}
