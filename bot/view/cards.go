package view

import (
	"slices"
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
)

// A Card is one message that somebody should see, given what a request says.
type Card struct {
	Key     string // which of the request's messages it is
	To      string // Slack user id
	News    bool   // a line that is posted once and never repainted
	Passing bool   // in seconds it will say something else: one that stands is left as it is
	Urgency Urgency
	Message Message
}

// An Urgency says whose message goes first when messages have to wait.
type Urgency int

// The urgencies, the least urgent first.
const (
	UrgencyNone   Urgency = iota
	UrgencyWait           // somebody waits for it
	UrgencyDecide         // somebody has to decide
	UrgencyAlarm          // somebody has to stop something
)

// Options is what cards say that does not follow from the request.
type Options struct {
	NotifyOwner      bool                  // owners are told
	SecurityContacts []approvals.Principal // Slack users and user groups, mentioned in alarms
	Chain            []approvals.Principal // the links of the chain of approvers
	ClaimWindow      time.Duration         // how long after an approval codes may be made
	MaxCodes         int                   // how many codes an approval is for
}

// KeyAgent is the key of the agent's card.
const KeyAgent = "agent"

// The keys of the other cards. News has keys of its own, see news.go.
const (
	keyOwner    = "owner"
	keyApprover = "approver:"
	keyContact  = "contact:"
)

// Cards is everything that people should see of r at now, the most urgent first
// (invariant 7). It is the same for the same request, whoever asks and however
// often. News is of the present state only: what has been overtaken is not told.
//
// now decides about two things alone: whether the time to make codes is over, and
// whether the last code has ended.
func Cards(r approvals.Request, now time.Time, o Options) []Card {
	agent := []Card{{Key: KeyAgent, To: r.Agent.Slack, Passing: codeComes(r, now), Urgency: UrgencyWait, Message: agentCard(r, now, o).message()}}
	if r.State == approvals.Approved {
		agent[0].Urgency = UrgencyDecide // without a card no code is made
	}
	agent = append(agent, contactCards(r, now, o)...)
	var approvers, owner []Card
	for _, p := range r.Approvers {
		approvers = append(approvers, Card{Key: keyApprover + p.Slack, To: p.Slack, Urgency: UrgencyDecide, Message: approverCard(r, p, now, o)})
	}
	for _, p := range r.PassedOn {
		approvers = append(approvers, Card{Key: keyApprover + p.Slack, To: p.Slack, Message: passedOnCard(r, p, now, o)})
	}
	if ownerIsTold(r, o) {
		owner = []Card{{Key: keyOwner, To: r.Owner.Slack, Message: ownerCard(r, now, o, false).message()}}
	}
	if r.State == approvals.Pending {
		return slices.Concat(approvers, agent, owner, news(r, now, o))
	}
	return slices.Concat(agent, approvers, owner, news(r, now, o))
}

// codeComes says whether the first code is being made and nothing has gone wrong yet.
// The agent has been told that by news.
func codeComes(r approvals.Request, now time.Time) bool {
	first := r.State == approvals.Issuing && r.Attempt == 1 || r.State == approvals.Approved && r.Making(now) && r.IssuingAt.IsZero()
	return first && !r.Interrupted()
}

// contactCards are what the security contacts see of a request that is an alarm, or was.
// User groups have no DM: the feed mentions them, and their people have the Home tab.
func contactCards(r approvals.Request, now time.Time, o Options) (all []Card) {
	if !r.WasAlarm() {
		return nil
	}
	for _, contact := range o.SecurityContacts {
		if id := contact.ID; isTold(r, contact) {
			all = append(all, Card{Key: keyContact + id, To: id, Urgency: UrgencyAlarm, Message: contactCard(r, id, now, o)})
		}
	}
	return all
}

// isTold says whether a security contact has a DM for alarms, and may have them.
func isTold(r approvals.Request, contact approvals.Principal) bool {
	return contact.Kind == approvals.SlackUser && !slices.Contains(r.Unfit, contact.ID)
}

func ownerIsTold(r approvals.Request, o Options) bool {
	return o.NotifyOwner && wasAsked(r) && r.Owner.Slack != "" && !r.OwnerUntold
}

// offers says whether the message has a button for it.
func (m Message) offers(a Action) bool {
	for _, b := range m.Blocks {
		row, _ := b.(*slack.ActionBlock)
		if row != nil && slices.ContainsFunc(row.Elements.ElementSet, func(e slack.BlockElement) bool {
			b, is := e.(*slack.ButtonBlockElement)
			return is && b.ActionID == string(a)
		}) {
			return true
		}
	}
	return false
}

// Offers says whether the card of r with that key has a button for the action now.
func Offers(r approvals.Request, key string, a Action, now time.Time, o Options) bool {
	return slices.ContainsFunc(Cards(r, now, o), func(c Card) bool { return c.Key == key && c.Message.offers(a) })
}

// CardKey is the key of the card of r on which the Slack user could press the
// button; "" if there is none.
func CardKey(r approvals.Request, pressed Action, user string, o Options) string {
	switch buttons[pressed].card {
	case keyApprover:
		for _, p := range slices.Concat(r.Approvers, r.Gone()) {
			if p.HasSlack(user) {
				return keyApprover + p.Slack
			}
		}
	case KeyAgent:
		if r.Agent.HasSlack(user) {
			return KeyAgent
		}
	case keyOwner:
		if r.Owner.HasSlack(user) {
			return keyOwner
		}
	case keyContact:
		for _, contact := range o.SecurityContacts {
			if id := contact.ID; id == user || r.LiftedBy.HasSlack(user) && r.LiftedBy.HasSlack(id) {
				return keyContact + id
			}
		}
	}
	return ""
}
