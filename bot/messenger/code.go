package messenger

import (
	"context"
	"errors"
	"fmt"

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
	ts, err := m.api.PostEphemeralContext(ctx, dm, r.Agent.Slack, messageOptions(msg, fmt.Sprintf("%s-%d", r.ID, r.Attempt))...)
	if err != nil {
		return temporary(slackapi.Sort(err))
	}
	if ts == "" {
		return errors.New("chat.postEphemeral: an answer without a timestamp")
	}
	return nil
}

// agentDM is the id of the agent's DM. It is where the card is: Slack
// is asked only if nobody knows.
func (m *Messenger) agentDM(ctx context.Context, r approvals.Request) (dm string, err error) {
	if dm = m.dms.Known(r.Agent.Slack); dm != "" {
		return dm, nil
	}
	err = m.store.Cards(ctx, string(r.ID), func(key, channel, _, _ string, _ int) error {
		if key == view.KeyAgent {
			dm = channel
		}
		return nil
	})
	if dm != "" {
		return dm, nil
	}
	if err != nil {
		m.warn("list the cards", r, view.KeyAgent, err)
	}
	return m.dms.ID(slackapi.WithRank(ctx, slackapi.Urgent), r.Agent.Slack)
}

// temporary turns an error that surely had no effect into an approvals.TemporaryError.
func temporary(err error) error {
	failed, ok := errors.AsType[*slackapi.Error](err)
	if !ok || failed.Effect == slackapi.Unknown {
		return err
	}
	return &approvals.TemporaryError{After: max(failed.After, sendPause), Err: err}
}
