package people

import (
	"context"

	"olbot/approvals"
	"olbot/internal/slackapi"
)

// Turn waits until Slack's limits allow the fresh check of r, whether the agent
// is there, and the message with the code: one right after the other, so that the
// check is not old when it is complete, and no code is made that cannot be shown.
func (d *Directory) Turn(ctx context.Context, r approvals.Request) (context.Context, error) {
	var calls []slackapi.Count
	if r.Auto {
		calls = append(calls, slackapi.Count{Method: "users.getPresence", Calls: 1})
	}
	calls = append(calls, slackapi.Count{Method: "chat.postEphemeral", Calls: 1})
	people := 0
	for _, id := range []string{r.Agent.Slack, r.Owner.Slack, r.DecidedBy.Slack} {
		if id != "" {
			people++
		}
	}
	calls = append(calls, slackapi.Count{Method: "users.info", Calls: people})
	turn, err := d.pace.Prepay(slackapi.WithRank(ctx, slackapi.Urgent), calls...)
	if err != nil {
		return ctx, slackError("wait for the check's turn", err)
	}
	return turn, nil
}
