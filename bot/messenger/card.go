package messenger

import (
	"cmp"
	"context"
	"errors"
	"time"

	"olbot/approvals"
	"olbot/bot/view"
	"olbot/internal/slackapi"
)

// The methods whose pace is kept here, because what they send may be out of date
// by the time they may be sent.
const (
	postMessage   = "chat.postMessage"
	updateMessage = "chat.update"
)

// A copyOf is a message that is in Slack, or may be.
type copyOf struct {
	key, channel, ts, rendered string
	sends                      int
}

// stands says whether it is known to have been posted.
func (c copyOf) stands() bool { return c.ts != "" }

// mayStand says whether it is as good as posted: it is not sent again.
func (c copyOf) mayStand() bool { return c.stands() || c.sends >= maxSends }

// showCard brings one card up to date. It says how long to wait before the next try,
// 0 if none is needed, and what it posted.
func (m *Messenger) showCard(ctx context.Context, r approvals.Request, c view.Card, copies []copyOf) (wait time.Duration, posted copyOf, err error) {
	standing := false
	for _, have := range copies {
		if !have.stands() {
			continue
		}
		standing = true
		w, err := m.updateCard(ctx, r, c, have)
		if err != nil {
			return 0, copyOf{}, err
		}
		wait = max(wait, w)
	}
	if standing || len(copies) > 0 && copies[0].mayStand() {
		return wait, copyOf{}, nil
	}
	return m.postCard(ctx, r, c)
}

// postCard sends a card for the first time, or a second time if the first may have been lost.
func (m *Messenger) postCard(ctx context.Context, r approvals.Request, c view.Card) (wait time.Duration, posted copyOf, err error) {
	request := string(r.ID)
	if wait, err = m.reserve(ctx, rank(c), request, c.Key, c.To); err != nil || wait > 0 {
		return wait, copyOf{}, err
	}
	posted = copyOf{key: c.Key, rendered: messagePrint(c.Message)}
	posted.channel, posted.ts, err = m.send(ctx, cmp.Or(m.dms.Known(c.To), c.To), c.Message)
	if err == nil {
		m.dms.Learn(c.To, posted.channel)
		return 0, posted, m.store.SetRendered(ctx, request, c.Key, posted.channel, posted.ts, posted.rendered)
	}
	wait, err = m.notPosted(ctx, r, c, err)
	return wait, copyOf{}, err
}

// rank is how urgent the post of a card is: alarms go before everything, then who
// has to decide, then who waits.
func rank(c view.Card) slackapi.Rank {
	switch c.Urgency {
	case view.UrgencyAlarm:
		return slackapi.Alarm
	case view.UrgencyDecide:
		return slackapi.Urgent
	case view.UrgencyWait:
		return slackapi.Normal
	}
	return slackapi.Later
}

// notPosted says when to try again to post a card, 0 for never.
func (m *Messenger) notPosted(ctx context.Context, r approvals.Request, c view.Card, why error) (time.Duration, error) {
	failed, ok := errors.AsType[*slackapi.Error](why)
	if !ok || failed.Effect == slackapi.Unknown {
		m.warn("message may not have been sent", r, c.Key, why)
		return unsureWait, nil
	}
	if err := m.store.SetNotSent(ctx, string(r.ID), c.Key); err != nil {
		return 0, err
	}
	if failed.Effect == slackapi.Deferred {
		return failed.After, m.store.HoldSlot(ctx, c.To, m.now().Add(failed.After))
	}
	m.warn("message refused", r, c.Key, why)
	if final(failed) && (r.State.Ended() || c.News) {
		return 0, nil
	}
	return refusedWait, nil
}

// final says whether Slack refused the message itself. A refused token or scope,
// and what something between here and Slack refuses, is for an operator to repair:
// then the cards have to follow.
func final(e *slackapi.Error) bool {
	return e.Effect == slackapi.Refused && e.Code != "" && !slackapi.Credentials(e)
}

// updateCard makes a message that stands say what it should. Doing it twice is harmless.
func (m *Messenger) updateCard(ctx context.Context, r approvals.Request, c view.Card, have copyOf) (time.Duration, error) {
	print := messagePrint(c.Message)
	if c.News || have.rendered == print {
		return 0, nil
	}
	if wait := m.pace.Delay(updateMessage, slackapi.Normal, string(r.ID)+have.key); wait > 0 {
		return wait, nil // and by then the card may have to say something else
	}
	_, _, _, err := m.api.UpdateMessageContext(ctx, have.channel, have.ts, messageOptions(c.Message, print)...)
	failed, _ := errors.AsType[*slackapi.Error](slackapi.Sort(err))
	switch {
	case err == nil:
	case final(failed):
		// The message is gone, or Slack will never take this text: what it says
		// now is as good as it gets.
		m.warn("update refused", r, have.key, failed)
	case failed.Effect == slackapi.Refused:
		m.warn("update refused", r, have.key, failed)
		return refusedWait, nil
	default:
		return max(failed.After, unsureWait), ctx.Err()
	}
	return 0, m.store.SetRendered(ctx, string(r.ID), have.key, have.channel, have.ts, print)
}
