package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/slack-go/slack"
	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/internal/slackapi"
)

const (
	keyHome     = "home" // of the one card that stands for somebody's Home tab in the store
	publishView = "views.publish"
	maxPublish  = 5 // times in a row, while what there is to see goes on changing
)

// ShowHome implements approvals.Messenger. It reads, publishes, and reads again
// until what was published is what there is to see: of two that paint the same
// tab at one time, the one whose paint comes last at Slack has then looked after it.
//
// What was published last is in the store, as nothing while it is not known.
// Whoever opens the tab gets a new paint in any case.
func (m *Messenger) ShowHome(ctx context.Context, slackID string, opened bool, read func(context.Context) (approvals.Home, error)) error {
	painted, known, err := m.homeStored(ctx, slackID)
	if err != nil || m.noHome.Load() || !known && !opened {
		return err
	}
	note := func(print string) error {
		return m.store.SetRendered(ctx, homeOf(slackID), keyHome, slackID, keyHome, print)
	}
	if opened {
		painted = ""
	}
	published := false
	for range maxPublish {
		h, err := read(ctx)
		if err != nil {
			return fmt.Errorf("read the Home of %s: %w", slackID, err)
		}
		view := HomeView(h, slackID, m.now(), m.options)
		print := viewPrint(view)
		switch {
		case print == painted && published:
			return note(print)
		case print == painted:
			return nil
		case !published:
			if err := note(""); err != nil {
				return err
			}
		}
		if err := m.publish(ctx, slackID, view, opened); err != nil {
			return m.notPublished(slackID, err)
		}
		painted, published = print, true
	}
	return &approvals.TemporaryError{After: unsureWait, NotYet: true, Err: errors.New("the Home tab changed faster than it was painted")}
}

// HomeOpened implements approvals.Messenger.
func (m *Messenger) HomeOpened(ctx context.Context, slackID string) (bool, error) {
	if m.noHome.Load() {
		return false, nil
	}
	_, known, err := m.homeStored(ctx, slackID)
	return known, err
}

// homeOf is the name under which somebody's Home tab is stored.
func homeOf(slackID string) string { return keyHome + ":" + slackID }

// homeStored says what somebody's Home tab shows, and whether they ever opened it.
func (m *Messenger) homeStored(ctx context.Context, slackID string) (painted string, known bool, err error) {
	err = m.store.Messages(ctx, homeOf(slackID), func(_, _, _, print string, _ int) error {
		painted, known = print, true
		return nil
	})
	if err != nil {
		return "", false, fmt.Errorf("look up the Home of %s: %w", slackID, err)
	}
	return painted, known, nil
}

// publish is https://docs.slack.dev/reference/methods/views.publish
func (m *Messenger) publish(ctx context.Context, slackID string, view slack.HomeTabViewRequest, opened bool) error {
	rank := slackapi.Normal
	if opened {
		rank = slackapi.Urgent
	}
	if wait := m.pace.Ask(publishView, rank, slackID); wait > 0 {
		return &slackapi.Error{Effect: slackapi.Deferred, After: wait, Err: errors.New("the Home tab's turn has not come")}
	}
	_, err := m.api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: slackID, View: view})
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

// viewPrint tells whether two Home tabs say the same.
func viewPrint(v slack.HomeTabViewRequest) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("a view of slack-go that does not marshal: %v", err)) // unreachable: it is plain data
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:8])
}
