// Package messenger makes Slack show what there is to see: it posts and updates
// cards, tells the audit channel, renders Home tabs and answers where somebody
// typed or pressed, at the pace that Slack allows and each message at most twice.
//
// Read messenger.go first: how all cards of a request are brought up to date. Then
// card.go for one card, refused.go for one that Slack refuses, code.go for the message
// with the code, feed.go for the audit channel, home.go for the Home tabs, and answer.go
// for answers to commands and presses.
package messenger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/bot/view"
	"olbot/internal/slackapi"
)

// A MessageStore remembers which messages say what, and when a channel has its
// next slot. It is kept in the database, so that restarts and replicas neither
// double a message nor break Slack's pace. Keys are those of view.Cards; a channel
// is the Slack id a message is addressed to.
type MessageStore interface {
	// Messages lists the messages of a request, until each returns an error.
	Messages(ctx context.Context, request string, each func(key, channel, ts, rendered string, sends int) error) error
	// ReserveSlot takes the channel's next slot and counts a send of the card that is
	// about to be tried. If no slot is free it does neither, and says how long to
	// wait. An empty request counts no send.
	ReserveSlot(ctx context.Context, request, key, channel string, gap time.Duration, now time.Time) (wait time.Duration, err error)
	// SlotWait says how long it is until the channel's next slot is free.
	SlotWait(ctx context.Context, channel string, now time.Time) (time.Duration, error)
	// HoldSlot keeps the channel from being posted to until then: Slack said so.
	HoldSlot(ctx context.Context, channel string, until time.Time) error
	// SetRendered notes where a card is and what it says.
	SetRendered(ctx context.Context, request, key, channel, ts, rendered string) error
	// SetNotSent takes back a send that did not happen.
	SetNotSent(ctx context.Context, request, key string) error
	// Abandon notes that a message cannot be updated any more: its ts is "-" from then on.
	Abandon(ctx context.Context, request, key string) error
	// Adopt notes a copy of a card that was found where no card was noted.
	Adopt(ctx context.Context, request, key, channel, ts string) error
}

// How messages go out.
const (
	sendPause   = time.Second      // before what Slack did not take is sent again, if it does not say
	maxSends    = 2                // a message that may have been sent is sent again at most once
	refusedWait = 30 * time.Second // before a refused message is tried again
	unsureWait  = 2 * time.Second  // before a message of unknown fate is
)

// A Messenger shows people what there is to see. It implements approvals.Messenger.
type Messenger struct {
	api     *slack.Client
	pace    *slackapi.Pace
	store   MessageStore
	feed    string // the audit channel
	options view.Options
	answers *answers
	pressed *pressed
	noHome  atomic.Bool // Slack says that the app has no Home tab
	log     *zap.Logger
	now     func() time.Time
}

// Config is what a Messenger needs.
type Config struct {
	API     *slack.Client
	APIURL  string         // where API is: a response_url may lead there besides slack.com
	Pace    *slackapi.Pace // that API keeps
	Store   MessageStore
	Feed    string // the audit channel's id
	Options view.Options
	Log     *zap.Logger
	Now     func() time.Time
}

// New returns a Messenger.
func New(c Config) *Messenger {
	return &Messenger{
		api: c.API, pace: c.Pace, store: c.Store, feed: c.Feed, options: c.Options,
		answers: newAnswers(c.APIURL, c.Now), pressed: newPressed(c.Now), log: c.Log, now: c.Now,
	}
}

// Show implements approvals.Messenger. What cannot be done now does not keep the rest
// from being done. While people are to be asked, that somebody has no card does: r
// will change before others are told what it says.
func (m *Messenger) Show(ctx context.Context, r approvals.Request) (unreached []string, err error) {
	have := map[string][]copyOf{}
	err = m.store.Messages(ctx, string(r.ID), func(key, channel, ts, rendered string, sends int) error {
		name, _, _ := strings.Cut(key, "#") // a further copy of the same card
		have[name] = append(have[name], copyOf{key, channel, ts, rendered, sends})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the cards of %s: %w", r.ID, err)
	}
	var again time.Duration
	fresh := map[string]copyOf{} // cards posted just now, by whom they are for
	none := map[string]bool{}    // who has no card: it waits, or Slack takes none
	agentWaits, agentHasCard := false, true
	for _, c := range inOrder(r, view.Cards(r, m.now(), m.options), have) {
		if c.News && none[c.To] {
			continue // it would come before the card that says the same, or take its slot
		}
		if needless(r, c, have[c.Key]) {
			none[c.To] = true
			continue
		}
		if card, told := fresh[c.To]; told && c.News && len(have[c.Key]) == 0 {
			// The new card has notified them, and says the same.
			if err := m.store.SetRendered(ctx, string(r.ID), c.Key, card.channel, card.ts, card.rendered); err != nil {
				return nil, err
			}
			continue
		}
		s, err := m.showCard(ctx, r, c, have[c.Key])
		if err != nil {
			return nil, err
		}
		if s.posted.ts != "" {
			fresh[c.To] = s.posted
		}
		if s.wait > 0 && (again == 0 || s.wait < again) {
			again = s.wait
		}
		if !c.News && !s.there {
			none[c.To] = true
			agentHasCard = agentHasCard && c.Key != view.KeyAgent
		}
		if s.refused && mustBeReached(r, c) {
			unreached = append(unreached, c.To)
		}
		agentWaits = agentWaits || s.wait > 0 && c.Key == view.KeyAgent
		if r.State == approvals.Pending && (len(unreached) > 0 || c.Key == view.KeyAgent && !s.there && slices.ContainsFunc(have[c.Key], copyOf.wasRefused)) {
			break
		}
	}
	if r.State.Ended() && !agentWaits {
		m.answerInstead(ctx, r, agentHasCard)
	}
	if again > 0 {
		return unreached, &approvals.TemporaryError{After: again, NotYet: true, Err: errors.New("some cards have to wait")}
	}
	return unreached, nil
}

// mustBeReached says whether it matters to r that somebody has no card.
func mustBeReached(r approvals.Request, c view.Card) bool {
	_, asked := r.Approver(c.To)
	return !c.News && (asked || c.Urgency == view.UrgencyAlarm || r.Agent.HasSlack(c.To) || r.Owner.HasSlack(c.To))
}

// needless says whether somebody who was sent no card needs none any more: others
// decided or nobody did, or nothing came of it. An alarm is never needless.
func needless(r approvals.Request, c view.Card, copies []copyOf) bool {
	sent := slices.ContainsFunc(copies, func(c copyOf) bool { return !c.unsent() })
	if c.News || sent || !r.State.Ended() || r.Interrupted() || !r.BlockedAt().IsZero() || r.DecidedBy.HasSlack(c.To) {
		return false
	}
	_, asked := r.Approver(c.To)
	return asked || r.Owner.HasSlack(c.To) && r.State == approvals.Refused && r.DecidedAt.IsZero()
}

// inOrder has an agent who has no card yet come first while others are to be asked:
// nobody is asked for an agent who cannot be told.
func inOrder(r approvals.Request, cards []view.Card, have map[string][]copyOf) []view.Card {
	i := slices.IndexFunc(cards, func(c view.Card) bool { return c.Key == view.KeyAgent })
	if r.State != approvals.Pending || i < 0 || slices.ContainsFunc(have[view.KeyAgent], copyOf.mayStand) {
		return cards
	}
	return slices.Concat(cards[i:i+1], cards[:i], cards[i+1:])
}

// reserve takes a place for a post to the channel, in Slack's pace and in the
// channel's own, and counts a send of the card if there is one. If there is no place
// yet it says how long to wait. A channel has one place in the queue, and none while
// it has to wait for itself: however much somebody is sent, nobody else waits for it.
func (m *Messenger) reserve(ctx context.Context, rank slackapi.Rank, request, key, channel string) (wait time.Duration, err error) {
	if wait, err = m.store.SlotWait(ctx, channel, m.now()); err != nil || wait > 0 {
		return wait, err
	}
	if wait = m.pace.Delay(ctx, postMessage, rank, channel, time.Time{}); wait > 0 {
		return wait, nil
	}
	wait, err = m.store.ReserveSlot(ctx, request, key, channel, m.pace.Gap(), m.now())
	if err != nil || wait > 0 {
		m.pace.GiveBack(postMessage)
	}
	return wait, err
}

// send posts a message and says where it is, as far as Slack does.
func (m *Messenger) send(ctx context.Context, to string, msg view.Message) (channel, ts string, err error) {
	options := append(messageOptions(msg, messagePrint(msg)), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
	channel, ts, err = m.api.PostMessageContext(ctx, to, options...)
	if failed, _ := errors.AsType[*slackapi.Error](slackapi.Sort(err)); failed != nil {
		if slackapi.RateLimited(failed) {
			m.pace.RefusedPost(to, failed.After)
		}
		return "", "", failed
	}
	return channel, ts, nil
}

func (m *Messenger) warn(what string, r approvals.Request, key string, err error) {
	m.log.Warn(what, zap.String("request_id", string(r.ID)), zap.String("card", key), zap.Error(err))
}

// Adopt notes the message somebody pressed a button on, if it is a card that was
// not noted: its post got no answer, or it was posted twice. If the press was refused,
// and the card is noted to have no such button, Slack has applied an earlier update
// after the last one: what the card shows counts as not known. Adopt says whether the
// card has to be brought up to date with the others.
func (m *Messenger) Adopt(ctx context.Context, r approvals.Request, p Pressed) (adopted bool, err error) {
	key := view.CardKey(r, p.Action, p.User, m.options)
	if key == "" || p.Channel == "" || p.TS == "" {
		return false, nil
	}
	var noted copyOf
	err = m.store.Messages(ctx, string(r.ID), func(key, channel, ts, rendered string, sends int) error {
		if ts == p.TS {
			noted = copyOf{key, channel, ts, rendered, sends}
		}
		return nil
	})
	switch {
	case err != nil:
		return false, err
	case noted.key == "":
		return true, m.store.Adopt(ctx, string(r.ID), key, p.Channel, p.TS)
	case !p.Refused || view.Offers(r, key, p.Action, m.now(), m.options):
		return false, nil
	}
	return true, m.store.SetRendered(ctx, string(r.ID), noted.key, noted.channel, noted.ts, "")
}

// A Pressed is the press of a button on a message.
type Pressed struct {
	Action      view.Action
	User        string // Slack user id
	Channel, TS string // of the message
	Refused     bool   // it changed nothing
}

// answerTime is left of the time to ack when a form that does not open is given up.
const answerTime = time.Second

// OpenForm opens a form, before the last answerTime of ctx begins, if the trigger
// has not opened its form already. The error is an *slackapi.Error.
// https://docs.slack.dev/reference/methods/views.open
func (m *Messenger) OpenForm(ctx context.Context, trigger string, form slack.ModalViewRequest) error {
	if end, bounded := ctx.Deadline(); bounded {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, end.Add(-answerTime))
		defer cancel()
	}
	_, err := m.api.OpenViewContext(ctx, trigger, form)
	if err = slackapi.Sort(err); slackapi.CodeOf(err) == "exchanged_trigger_id" {
		return nil // Slack delivered the same press before
	}
	return err
}
