package slackapi

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/slack-go/slack"
)

// dmFresh is how long an opened DM counts as one that can be opened.
const dmFresh = 10 * time.Minute

// DMs opens direct messages and remembers their ids, which do not change:
// https://docs.slack.dev/reference/methods/conversations.open
type DMs struct {
	api *slack.Client
	now func() time.Time

	mu   sync.Mutex
	open map[string]dm
}

type dm struct {
	id string
	at time.Time // when Slack last said that it is open
}

// NewDMs returns DMs that live by now's clock.
func NewDMs(api *slack.Client, now func() time.Time) *DMs {
	return &DMs{api: api, now: now, open: map[string]dm{}}
}

// ID is the id of the DM with the Slack user, which is opened if it never was.
// The error is an *Error.
func (d *DMs) ID(ctx context.Context, user string) (string, error) {
	if known := d.Known(user); known != "" {
		return known, nil
	}
	return d.ask(ctx, user)
}

// Known is the id of the DM with the Slack user, "" if it is not known.
func (d *DMs) Known(user string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.open[user].id
}

// Learn notes the id of the DM with the Slack user, which a message was just posted to.
func (d *DMs) Learn(user, id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open[user] = dm{id: id, at: d.now()}
}

// Check is ID, but does not rely on what Slack said more than ten minutes ago.
func (d *DMs) Check(ctx context.Context, user string) error {
	d.mu.Lock()
	known := d.open[user]
	d.mu.Unlock()
	if known.id != "" && d.now().Sub(known.at) < dmFresh {
		return nil
	}
	_, err := d.ask(ctx, user)
	return err
}

func (d *DMs) ask(ctx context.Context, user string) (string, error) {
	c, _, _, err := d.api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{user}})
	if err == nil && (c == nil || c.ID == "") { // slack-go gives no error for an answer that has neither
		err = errors.New("the answer has no channel in it")
	}
	if err != nil {
		return "", Sort(err)
	}
	d.Learn(user, c.ID)
	return c.ID, nil
}
