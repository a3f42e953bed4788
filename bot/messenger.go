package bot

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
	"olbot/internal/slackapi"
)

// A MessageStore remembers which messages say what, and when a channel may be
// posted to again. It is kept in the database, so that restarts and replicas
// neither double a message nor break Slack's pace. Keys are those of Cards; a
// channel is the Slack id a message is addressed to.
type MessageStore interface {
	// Messages lists the messages of a request, until each returns an error.
	Messages(ctx context.Context, request string, each func(key, channel, ts, rendered string, sends int) error) error
	// ReserveSlot takes the channel's next slot and counts a send of the message
	// that is about to be tried. If no slot is free it does neither, and says how
	// long to wait. An empty request counts no send.
	ReserveSlot(ctx context.Context, request, key, channel string, gap time.Duration, now time.Time) (wait time.Duration, err error)
	// HoldSlot keeps the channel from being posted to until then: Slack said so.
	HoldSlot(ctx context.Context, channel string, until time.Time) error
	// SetRendered notes where a message is and what it says.
	SetRendered(ctx context.Context, request, key, channel, ts, rendered string) error
	// SetNotSent takes back a send that did not happen.
	SetNotSent(ctx context.Context, request, key string) error
	// Adopt notes a copy of a message that was found where none was noted.
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
	dms     *slackapi.DMs
	pace    *slackapi.Pace
	store   MessageStore
	feed    string // the audit channel
	options CardOptions
	answers *answers
	noHome  atomic.Bool // Slack says that the app has no Home tab
	log     *zap.Logger
	now     func() time.Time
}

// MessengerConfig is what a Messenger needs.
type MessengerConfig struct {
	API     *slack.Client
	DMs     *slackapi.DMs  // of API
	Pace    *slackapi.Pace // that API keeps
	Store   MessageStore
	Feed    string // the audit channel's id
	Options CardOptions
	Log     *zap.Logger
	Now     func() time.Time
}

// NewMessenger returns a Messenger.
func NewMessenger(c MessengerConfig) *Messenger {
	return &Messenger{
		api: c.API, dms: c.DMs, pace: c.Pace, store: c.Store, feed: c.Feed, options: c.Options,
		answers: newAnswers(c.Now), log: c.Log, now: c.Now,
	}
}

// Show makes every card and line of news say what r says. What cannot be done
// now does not keep the rest from being done.
func (m *Messenger) Show(ctx context.Context, r approvals.Request) error {
	have := map[string][]copyOf{}
	err := m.store.Messages(ctx, string(r.ID), func(key, channel, ts, painted string, sends int) error {
		name, _, _ := strings.Cut(key, "#") // a further copy of the same card
		have[name] = append(have[name], copyOf{key, channel, ts, painted, sends})
		return nil
	})
	if err != nil {
		return fmt.Errorf("list the cards of %s: %w", r.ID, err)
	}
	var again time.Duration
	fresh := map[string]copyOf{} // cards posted just now, by whom they are for
	none := map[string]bool{}    // who has no card: it waits, or Slack takes none
	agentWaits, agentHasCard := false, true
	for _, c := range Cards(r, m.now(), m.options) {
		if c.News && none[c.To] {
			continue // it would come before the card that says the same, or take its turn
		}
		if card, told := fresh[c.To]; told && c.News && len(have[c.Key]) == 0 {
			// The new card has notified them, and says the same.
			if err := m.store.SetRendered(ctx, string(r.ID), c.Key, card.channel, card.ts, card.painted); err != nil {
				return err
			}
			continue
		}
		wait, posted, err := m.show(ctx, r, c, have[c.Key])
		if err != nil {
			return err
		}
		if posted.ts != "" {
			fresh[c.To] = posted
		}
		if wait > 0 && (again == 0 || wait < again) {
			again = wait
		}
		if !c.News && posted.ts == "" && !slices.ContainsFunc(have[c.Key], copyOf.mayStand) {
			none[c.To] = true
			agentHasCard = agentHasCard && c.Key != keyAgent
		}
		agentWaits = agentWaits || wait > 0 && c.Key == keyAgent
	}
	if r.State.Ended() && !agentWaits {
		m.answerInstead(ctx, r, agentHasCard)
	}
	if again > 0 {
		return &approvals.TemporaryError{After: again, NotYet: true, Err: errors.New("some cards have to wait")}
	}
	return nil
}

// ShowCode posts the code as an ephemeral message into the agent's DM. Slack
// says ok also when nobody sees it:
// https://docs.slack.dev/reference/methods/chat.postEphemeral
func (m *Messenger) ShowCode(ctx context.Context, r approvals.Request, t approvals.Token) error {
	dm, err := m.agentDM(ctx, r)
	if err != nil {
		// Nothing was shown yet, whatever became of this call.
		return &approvals.TemporaryError{After: sendPause, Err: fmt.Errorf("open the DM: %w", err)}
	}
	msg := CodeMessage(r, t.Reveal(), m.now())
	ts, err := m.api.PostEphemeralContext(ctx, dm, r.Agent.Slack, msg.options(fmt.Sprintf("%s-%d", r.ID, r.Attempt))...)
	if err != nil {
		return temporary(slackapi.Sort(err))
	}
	if ts == "" {
		return errors.New("chat.postEphemeral: an answer without a timestamp")
	}
	return nil
}

// agentDM is the id of the agent's DM. Where the card stands is where it is: Slack
// is asked only if nobody knows.
func (m *Messenger) agentDM(ctx context.Context, r approvals.Request) (dm string, err error) {
	if dm = m.dms.Known(r.Agent.Slack); dm != "" {
		return dm, nil
	}
	err = m.store.Messages(ctx, string(r.ID), func(key, channel, _, _ string, _ int) error {
		if key == keyAgent {
			dm = channel
		}
		return nil
	})
	if dm != "" {
		return dm, nil
	}
	if err != nil {
		m.warn("list the cards", r, keyAgent, err)
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

// send posts a message and says where it stands.
func (m *Messenger) send(ctx context.Context, to string, msg Message) (channel, ts string, err error) {
	options := append(msg.options(fingerprint(msg)), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
	channel, ts, err = m.api.PostMessageContext(ctx, to, options...)
	if err != nil {
		return "", "", slackapi.Sort(err)
	}
	if channel == "" || ts == "" {
		return "", "", &slackapi.Error{Effect: slackapi.Unknown, Err: errors.New("chat.postMessage: an answer without a timestamp")}
	}
	return channel, ts, nil
}

func (m *Messenger) warn(what string, r approvals.Request, key string, err error) {
	m.log.Warn(what, zap.String("request_id", string(r.ID)), zap.String("card", key), zap.Error(err))
}

// adopt notes the message somebody pressed a button on, if it is a card that was
// not noted: its post got no answer, or it was posted twice. It says whether
// the card has to be repainted with the others.
func (m *Messenger) adopt(ctx context.Context, r approvals.Request, action, user, channel, ts string) (adopted bool, err error) {
	key := cardKey(r, action, user, m.options.SecurityContacts)
	if key == "" || channel == "" || ts == "" {
		return false, nil
	}
	known := false
	err = m.store.Messages(ctx, string(r.ID), func(_, _, at, _ string, _ int) error {
		known = known || at == ts
		return nil
	})
	if err != nil || known {
		return false, err
	}
	return true, m.store.Adopt(ctx, string(r.ID), key, channel, ts)
}
