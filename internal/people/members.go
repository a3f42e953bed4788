package people

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// members are those of a group, as of a moment.
type members struct {
	ids []string
	at  time.Time
}

// Members lists the Slack ids of a user group; the answer is no older than maxAge:
// Slack allows this call 20 times a minute, and every check of a requester asks it.
//
// A group that was disabled or deleted is one that nobody is in: that is how
// people are taken a right away. Errors are not kept.
func (d *Directory) Members(ctx context.Context, group string, maxAge time.Duration) ([]string, error) {
	if ids, at := d.KeptMembers(group); age(d.now(), at) < maxAge {
		return ids, nil
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

// KeptMembers lists the Slack ids of a user group as they were when it was last
// read, and when that was; the zero time: never.
func (d *Directory) KeptMembers(group string) (ids []string, at time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	kept := d.groups[group]
	return slices.Clone(kept.ids), kept.at
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
