package messenger

import (
	"context"
	"errors"
	"slices"
	"strings"
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

// nowhere is the ts of a message that is in Slack and cannot be updated: Slack did
// not say where it is, or refuses for good to change it.
const nowhere = "-"

// replacement is what the key of a card's one replacement ends in.
const replacement = "#again"

// A copyOf is a message that is in Slack, or may be.
type copyOf struct {
	key, channel, ts, rendered string
	sends                      int
}

// stands says whether it is known where it was posted.
func (c copyOf) stands() bool { return c.ts != "" && c.ts != nowhere }

// mayStand says whether it is as good as posted: it is not sent again.
func (c copyOf) mayStand() bool { return c.ts != "" || c.sends >= maxSends }

// unsent says whether Slack surely has none of it.
func (c copyOf) unsent() bool { return c.ts == "" && c.sends == 0 }

// wasRefused says whether Slack has refused it for good when it was last tried.
func (c copyOf) wasRefused() bool { return c.unsent() && c.rendered == refused }

// refused is what a card shows that Slack refused for good.
const refused = "refused"

// A showing is what came of showing a card.
type showing struct {
	wait    time.Duration // before the next try, 0 if none is needed
	posted  copyOf        // the message, if it was posted just now
	there   bool          // they have the card, or as good as
	refused bool          // they never had one, and Slack takes none
}

// showCard brings one card up to date.
func (m *Messenger) showCard(ctx context.Context, r approvals.Request, c view.Card, copies []copyOf) (s showing, err error) {
	print := messagePrint(c.Message)
	for i, have := range copies {
		if !have.stands() {
			continue
		}
		wait, lost, err := m.updateCard(ctx, r, c, print, have)
		if err != nil {
			return s, err
		}
		if lost {
			copies[i].ts = nowhere
			continue
		}
		s.there, s.wait = true, max(s.wait, wait)
	}
	if s.there {
		return s, nil
	}
	key, due := keyToPost(c, print, copies)
	if !due {
		s.there = true
		return s, nil
	}
	if s.refused = decided(r, c) && slices.ContainsFunc(copies, func(have copyOf) bool { return have.key == key && have.wasRefused() }); !s.refused {
		s, err = m.postCard(ctx, r, c, key)
	}
	s.refused = s.refused && !slices.ContainsFunc(copies, copyOf.mayStand)
	return s, err
}

// keyToPost is the key under which a card is due to be posted that stands nowhere:
// its own, or that of its replacement, if a message of it is there, says what is no
// longer so and cannot be updated. A card is replaced once, and news never.
func keyToPost(c view.Card, print string, copies []copyOf) (key string, due bool) {
	key = c.Key
	for _, have := range copies {
		replaced := strings.HasPrefix(have.key, c.Key+replacement)
		switch {
		case have.ts == nowhere && !replaced && have.rendered != print && !c.News:
			key = c.Key + replacement
		case have.mayStand():
			return "", false
		}
	}
	return key, true
}

// postCard sends a card for the first time, or a second time if the first may have been lost.
func (m *Messenger) postCard(ctx context.Context, r approvals.Request, c view.Card, key string) (s showing, err error) {
	request := string(r.ID)
	if s.wait, err = m.reserve(ctx, rank(c), request, key, c.To); err != nil || s.wait > 0 {
		return s, err
	}
	posted := copyOf{key: key, rendered: messagePrint(c.Message)}
	posted.channel, posted.ts, err = m.send(ctx, c.To, c.Message)
	if err != nil {
		return m.notPosted(ctx, r, c, key, err)
	}
	if posted.channel == "" || posted.ts == "" {
		posted.ts = nowhere
	}
	return showing{posted: posted, there: true}, m.store.SetRendered(ctx, request, key, posted.channel, posted.ts, posted.rendered)
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

// updateCard makes a message that stands say what it should. Doing it twice is
// harmless. It says whether the message is lost: it is gone, or Slack will never
// change it.
func (m *Messenger) updateCard(ctx context.Context, r approvals.Request, c view.Card, print string, have copyOf) (wait time.Duration, lost bool, err error) {
	if c.News || c.Passing || have.rendered == print {
		return 0, false, nil
	}
	if m.repaint(ctx, r, c, have, print) {
		return 0, false, m.store.SetRendered(ctx, string(r.ID), have.key, have.channel, have.ts, print)
	}
	if wait := m.pace.Delay(ctx, updateMessage, slackapi.Normal, string(r.ID)+have.key, r.ChangedAt()); wait > 0 {
		return wait, false, nil // and by then the card may have to say something else
	}
	_, _, _, err = m.api.UpdateMessageContext(ctx, have.channel, have.ts, messageOptions(c.Message, print)...)
	failed, _ := errors.AsType[*slackapi.Error](slackapi.Sort(err))
	switch {
	case err == nil:
		return 0, false, m.store.SetRendered(ctx, string(r.ID), have.key, have.channel, have.ts, print)
	case unfit(failed):
		return m.unfitWait(r, c, have.key, failed), false, nil
	case final(failed):
		m.warn("update refused", r, have.key, failed)
		return 0, true, m.store.Abandon(ctx, string(r.ID), have.key)
	case failed.Effect == slackapi.Refused:
		m.warn("update refused", r, have.key, failed)
		return refusedWait, false, nil
	}
	return max(failed.After, unsureWait), false, ctx.Err()
}

// repaint updates a message through the response_url of a press on it, and says
// whether it did. If not, chat.update is the net: doing it twice is harmless.
func (m *Messenger) repaint(ctx context.Context, r approvals.Request, c view.Card, have copyOf, print string) bool {
	url := m.pressed.take(place{have.channel, have.ts})
	if url == "" {
		return false
	}
	nameBlocks(c.Message, print)
	err := m.answers.post(ctx, url, replacing{true, c.Message.Text, c.Message.Blocks})
	if err != nil {
		m.warn("card not repainted through its press", r, have.key, err)
	}
	return err == nil
}
