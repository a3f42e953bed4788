package people

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// membersLife is how old the members of a group may be (invariant 1). Slack
// allows this call 20 times a minute, and every check of a requester asks it.
const membersLife = time.Minute

// members are those of a group, as of a moment.
type members struct {
	ids []string
	at  time.Time
}

// Members lists the Slack ids of a user group; the answer may be 60 s old.
//
// A group that was disabled or deleted is one that nobody is in: that is how
// people are taken a right away. Errors are not kept.
func (d *Directory) Members(ctx context.Context, group string) ([]string, error) {
	d.mu.Lock()
	kept, ok := d.groups[group]
	d.mu.Unlock()
	if ok && d.now().Sub(kept.at) < membersLife {
		return slices.Clone(kept.ids), nil
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("list user group: %w", err)
	}
	flight := d.flights.DoChan(group, func() (any, error) { return d.readMembers(ctx, group) })
	select {
	case <-ctx.Done():
		return nil, fmt.Errorf("list user group: %w", ctx.Err())
	case result := <-flight:
		if result.Err != nil {
			return nil, slackError("list user group", result.Err)
		}
		return slices.Clone(result.Val.([]string)), nil
	}
}

// readMembers asks Slack for all who wait: it goes on when one of them gives up.
// https://docs.slack.dev/reference/methods/usergroups.users.list
func (d *Directory) readMembers(ctx context.Context, group string) ([]string, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
	defer cancel()
	at := d.now()
	ids, err := d.slack.GetUserGroupMembersContext(ctx, group)
	switch {
	case codeOf(err) == "no_such_subteam":
		ids = nil
	case err != nil:
		return nil, err
	case ids == nil: // slack-go gives no error for an answer that has neither
		return nil, errors.New("the answer has no users in it")
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.groups[group] = members{ids: ids, at: at}
	return ids, nil
}
