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

const (
	keyHome     = "home" // of the one message that stands for somebody's Home tab in the store
	publishView = "views.publish"
	maxPublish  = 5 // times in a row, while what there is to see goes on changing
)

// ShowHome implements approvals.Messenger. It reads, publishes, and reads again
// until what was published is what there is to see: of two that publish the same
// tab at one time, the one that comes last at Slack has then looked after it.
//
// What was published last is in the store, as nothing while it is not known.
// Whoever opens the tab gets a new view in any case.
func (m *Messenger) ShowHome(ctx context.Context, slackID string, opened bool, read func(context.Context) (approvals.Home, error)) error {
	rendered, known, err := m.storedHome(ctx, slackID)
	if err != nil || m.noHome.Load() || !known && !opened {
		return err
	}
	note := func(print string) error {
		return m.store.SetRendered(ctx, homeOf(slackID), keyHome, slackID, keyHome, print)
	}
	if opened {
		rendered = ""
	}
	published := false
	for range maxPublish {
		h, err := read(ctx)
		if err != nil {
			return fmt.Errorf("read the Home of %s: %w", slackID, err)
		}
		tab := view.HomeView(h, slackID, m.now(), m.options)
		print := fingerprint(tab, "")
		switch {
		case print == rendered && published:
			return note(print)
		case print == rendered:
			return nil
		case !published:
			if err := note(""); err != nil {
				return err
			}
		}
		if err := m.publish(ctx, slackID, tab, opened); err != nil {
			return m.notPublished(slackID, err)
		}
		rendered, published = print, true
	}
	return &approvals.TemporaryError{After: unsureWait, NotYet: true, Err: errors.New("the Home tab changed faster than it was rendered")}
}

// HomeOpened implements approvals.Messenger.
func (m *Messenger) HomeOpened(ctx context.Context, slackID string) (bool, error) {
	if m.noHome.Load() {
		return false, nil
	}
	_, known, err := m.storedHome(ctx, slackID)
	return known, err
}

// homeOf is the name under which somebody's Home tab is stored.
func homeOf(slackID string) string { return keyHome + ":" + slackID }

// storedHome says what somebody's Home tab shows, and whether they ever opened it.
func (m *Messenger) storedHome(ctx context.Context, slackID string) (rendered string, known bool, err error) {
	err = m.store.Messages(ctx, homeOf(slackID), func(_, _, _, print string, _ int) error {
		rendered, known = print, true
		return nil
	})
	if err != nil {
		return "", false, fmt.Errorf("look up the Home of %s: %w", slackID, err)
	}
	return rendered, known, nil
}

// publish is https://docs.slack.dev/reference/methods/views.publish
func (m *Messenger) publish(ctx context.Context, slackID string, tab slack.HomeTabViewRequest, opened bool) error {
	rank := slackapi.Normal
	if opened {
		rank = slackapi.Urgent
	}
	if wait := m.pace.Delay(ctx, publishView, rank, slackID, time.Time{}); wait > 0 {
		return &slackapi.Error{Effect: slackapi.Deferred, After: wait, Err: errors.New("the Home tab has to wait")}
	}
	_, err := m.api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: slackID, View: tab})
	return slackapi.Sort(err)
}

// notPublished says when to try again. What Slack refuses for good is not tried
// again before the next change; a Home tab that is switched off not at all.
func (m *Messenger) notPublished(slackID string, why error) error {
	failed, ok := errors.AsType[*slackapi.Error](why)
	switch {
	case !ok || failed.Effect == slackapi.Unknown:
		return &approvals.TemporaryError{After: unsureWait, Err: why}
	case failed.Effect == slackapi.Deferred:
		return &approvals.TemporaryError{After: failed.After, NotYet: true, Err: why}
	case failed.Code == "not_enabled":
		if m.noHome.CompareAndSwap(false, true) {
			m.log.Error("the Home tab of the Slack app is switched off: nobody sees theirs until it is switched on and olbot started again", zap.Error(why))
		}
		return nil
	}
	m.log.Warn("Home tab refused", zap.String("slack_id", slackID), zap.Error(why))
	return nil
}
