package people

import (
	"context"
	"time"

	"olbot/approvals"
	"olbot/internal/slackapi"
)

// A freshCheck is an approvals.FreshCheck: the Directory's look-ups, made with
// calls to Slack that were reserved.
type freshCheck struct {
	*Directory
	calls *slackapi.Reservation
}

// Reserve waits until Slack's limits allow the fresh check of r, the question
// whether the agent is active, and the message with the code, one right after the
// other: so the check is still fresh when it is complete, and no code is made that
// cannot be shown.
func (d *Directory) Reserve(ctx context.Context, r approvals.Request) (approvals.FreshCheck, error) {
	var calls []slackapi.Count
	if r.AsksPresence(d.now()) {
		calls = append(calls, slackapi.Count{Method: "users.getPresence", Calls: 1})
	}
	calls = append(calls, slackapi.Count{Method: "chat.postEphemeral", Calls: 1})
	reserved, err := d.pace.Reserve(ctx, slackapi.Urgent, calls...)
	if err != nil {
		return nil, slackError("reserve the calls of a check", err)
	}
	people := 0
	for _, id := range []string{r.Agent.Slack, r.Owner.Slack, r.DecidedBy.Slack} {
		if id != "" {
			people++
		}
	}
	// The people last: a census that was read before the other waits would be old.
	if d.together(ctx, "users.info", slackapi.Urgent, people) == nil {
		if err := reserved.Add(ctx, slackapi.Count{Method: "users.info", Calls: people}); err != nil {
			return nil, slackError("reserve the calls of a check", err)
		}
	}
	return freshCheck{d, reserved}, nil
}

// Reread is Directory.Reread with a reserved call.
func (c freshCheck) Reread(ctx context.Context, who approvals.Person) (approvals.Profile, error) {
	return c.Directory.Reread(c.calls.Use(ctx), who)
}

// Members is Directory.Members at the rank of the check.
func (c freshCheck) Members(ctx context.Context, group string, maxAge time.Duration) ([]string, error) {
	return c.Directory.Members(c.calls.Use(ctx), group, maxAge)
}

// Active is Directory.Active with a reserved call.
func (c freshCheck) Active(ctx context.Context, slackID string) (bool, error) {
	return c.Directory.Active(c.calls.Use(ctx), slackID)
}
