package messenger

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/bot/view"
	"olbot/internal/slackapi"
)

// What it means that Slack refuses a card, by the word it gives.

// notPosted says when to try again to post a card.
func (m *Messenger) notPosted(ctx context.Context, r approvals.Request, c view.Card, key string, why error) (showing, error) {
	failed, ok := errors.AsType[*slackapi.Error](why)
	if !ok || failed.Effect == slackapi.Unknown {
		m.warn("message may not have been sent", r, key, why)
		return showing{wait: unsureWait}, nil
	}
	if err := m.store.SetNotSent(ctx, string(r.ID), key); err != nil {
		return showing{}, err
	}
	if failed.Effect == slackapi.Deferred {
		return showing{wait: failed.After}, m.store.HoldSlot(ctx, c.To, m.now().Add(failed.After))
	}
	if unfit(failed) {
		return showing{wait: m.unfitWait(r, c, key, failed)}, nil
	}
	m.warn("message refused", r, key, why)
	if !final(failed) {
		return showing{wait: refusedWait}, nil
	}
	s := showing{wait: refusedWait, refused: true}
	if r.State.Ended() || c.News || decided(r, c) {
		s.wait = 0
	}
	return s, m.store.SetRendered(ctx, string(r.ID), key, "", "", refused)
}

// decided says whether what there is to decide about an open request does not depend on
// the card any more. What Slack refuses for good is not tried again then: the time
// until the request ends can be days.
func decided(r approvals.Request, c view.Card) bool {
	switch r.State {
	case approvals.Approved:
		return c.Key != view.KeyAgent // without a card no code is made
	case approvals.Issuing, approvals.Issued, approvals.Unknown:
		return true
	}
	return false
}

// final says whether Slack refuses to have somebody sent the message, or this one
// changed. A refused token or scope, and what something between here and Slack
// refuses, is for an operator to repair: then the cards have to follow.
func final(e *slackapi.Error) bool {
	return e.Effect == slackapi.Refused && e.Code != "" && !slackapi.Credentials(e) && !unfit(e)
}

// unfit says whether Slack refuses what the message says, whoever it is for. That is
// olbot's mistake, and nobody counts as not reached for it.
// https://docs.slack.dev/reference/methods/chat.postMessage#errors
func unfit(e *slackapi.Error) bool {
	switch e.Code {
	case "invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long", "no_text", "markdown_text_conflict",
		"invalid_attachments", "too_many_attachments", "attachment_payload_limit_exceeded", "invalid_metadata_format", "invalid_metadata_schema", "metadata_too_large",
		"invalid_arguments", "invalid_arg_name", "invalid_array_arg", "invalid_charset", "invalid_form_data", "invalid_post_type", "missing_post_type":
		return true
	}
	return false
}

// unfitWait says how long to wait before a card is tried again that Slack refused for
// what it says: by then it may say something else. When nothing follows any more, only
// an alarm still matters.
func (m *Messenger) unfitWait(r approvals.Request, c view.Card, key string, why error) time.Duration {
	m.log.Error("Slack refuses what a message says", zap.String("request_id", string(r.ID)), zap.String("card", key), zap.Error(why))
	alarm := c.Urgency == view.UrgencyAlarm && r.Alarms()
	if c.News || r.State.Ended() && !alarm {
		return 0
	}
	return refusedWait
}
