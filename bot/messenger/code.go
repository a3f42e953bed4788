package messenger

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"olbot/approvals"
	"olbot/bot/view"
	"olbot/internal/slackapi"
)

// ShowCode posts the code as an ephemeral message into the agent's DM. Slack
// says ok also when nobody sees it:
// https://docs.slack.dev/reference/methods/chat.postEphemeral
func (m *Messenger) ShowCode(ctx context.Context, r approvals.Request, t approvals.Token) error {
	dm, err := m.agentDM(ctx, r)
	if err != nil {
		// Nothing was shown yet, whatever became of this call.
		return &approvals.TemporaryError{After: sendPause, Err: fmt.Errorf("open the DM: %w", err)}
	}
	msg := view.CodeMessage(r, t.Reveal(), m.now())
	_, err = m.api.PostEphemeralContext(ctx, dm, r.Agent.Slack, messageOptions(msg, fmt.Sprintf("%s-%d", r.ID, r.Attempt))...)
	return temporary(slackapi.Sort(err))
}

// HasCard implements approvals.Messenger.
func (m *Messenger) HasCard(ctx context.Context, r approvals.Request) (bool, error) {
	has, _, err := m.agentCard(ctx, r)
	if err != nil {
		return false, fmt.Errorf("list the cards of %s: %w", r.ID, err)
	}
	return has, nil
}

// agentCard says whether the agent has a card, or as good as, and in which DM.
func (m *Messenger) agentCard(ctx context.Context, r approvals.Request) (has bool, dm string, err error) {
	err = m.store.Messages(ctx, string(r.ID), func(key, channel, ts, rendered string, sends int) error {
		if name, _, _ := strings.Cut(key, "#"); name == view.KeyAgent {
			has, dm = has || copyOf{key, channel, ts, rendered, sends}.mayStand(), cmp.Or(dm, channel)
		}
		return nil
	})
	return has, dm, err
}

// agentDM is the id of the agent's DM. It is where the card is: Slack
// is asked only if nobody knows.
func (m *Messenger) agentDM(ctx context.Context, r approvals.Request) (string, error) {
	_, dm, err := m.agentCard(ctx, r)
	if dm != "" {
		return dm, nil
	}
	if err != nil {
		m.warn("list the cards", r, view.KeyAgent, err)
	}
	return m.openDM(slackapi.WithRank(ctx, slackapi.Urgent), r.Agent.Slack)
}

// openDM is https://docs.slack.dev/reference/methods/conversations.open. The error is
// an *slackapi.Error.
func (m *Messenger) openDM(ctx context.Context, user string) (string, error) {
	c, _, _, err := m.api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{user}})
	if err == nil && (c == nil || c.ID == "") {
		err = errors.New("the answer has no channel in it")
	}
	if err != nil {
		return "", slackapi.Sort(err)
	}
	return c.ID, nil
}

// temporary turns an error that surely had no effect into an approvals.TemporaryError.
func temporary(err error) error {
	if err == nil {
		return nil
	}
	failed, ok := errors.AsType[*slackapi.Error](err)
	if !ok || failed.Effect == slackapi.Unknown {
		return err
	}
	return &approvals.TemporaryError{After: max(failed.After, sendPause), Err: err}
}
