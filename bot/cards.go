package bot

import (
	"slices"
	"time"

	"olbot/approvals"
)

// A Card is one message that somebody should see, given what a request says.
type Card struct {
	Key     string // which of the request's messages it is
	To      string // Slack user id
	News    bool   // a line that is posted once and never repainted
	Message Message
}

// CardOptions is what cards say that does not follow from the request.
type CardOptions struct {
	NotifyOwner      bool                  // owners are told
	SecurityContacts []approvals.Principal // Slack users and user groups, mentioned in alarms
	Chain            []approvals.Principal // the links of the chain of approvers
	ClaimWindow      time.Duration         // how long after an approval codes may be made
}

// The keys of the cards. News has keys of its own, see news.go.
const (
	keyAgent    = "agent"
	keyOwner    = "owner"
	keyApprover = "approver:"
	keyContact  = "contact:"
)

func approverKey(p approvals.Person) string { return keyApprover + p.Slack }

func contactKey(slackID string) string { return keyContact + slackID }

// Cards is everything that people should see of r at now, the most urgent first
// (invariant 7). It is the same for the same request, whoever asks and however
// often. News is of the present state only: what has been overtaken is not told.
//
// now decides about two things alone: whether the time to make codes is over, and
// whether the last code has ended.
func Cards(r approvals.Request, now time.Time, o CardOptions) []Card {
	agent := Card{Key: keyAgent, To: r.Agent.Slack, Message: agentCard(r, now, o)}
	var approvers, owner []Card
	v := valuesOf(r, now)
	for _, p := range r.Approvers {
		approvers = append(approvers, Card{Key: approverKey(p.Person), To: p.Slack, Message: approverCard(r, p, now, o)})
	}
	for _, p := range r.Declined {
		m := aboutRequest(declinedCard(r, p.Person, v), r, v).message(r)
		approvers = append(approvers, Card{Key: approverKey(p.Person), To: p.Slack, Message: m})
	}
	if ownerIsTold(r, o) {
		owner = []Card{{Key: keyOwner, To: r.Owner.Slack, Message: ownerCard(r, now, o)}}
	}
	all := append([]Card{agent}, contactCards(r, now, o)...)
	if r.State == approvals.Pending {
		all = append(approvers, all...)
	} else {
		all = append(all, approvers...)
	}
	return append(append(all, owner...), news(r, now, o)...)
}

// contactCards are what the security contacts see of a request that was disowned.
// User groups have no DM: the feed mentions them, and their people have the Home tab.
func contactCards(r approvals.Request, now time.Time, o CardOptions) (all []Card) {
	if r.DisownedAt.IsZero() {
		return nil
	}
	for _, contact := range o.SecurityContacts {
		if id := contact.ID; contact.Kind == approvals.SlackUser {
			all = append(all, Card{Key: contactKey(id), To: id, Message: contactCard(r, id, now, o)})
		}
	}
	return all
}

// cardKey is the key of the card on which the person could press the button.
func cardKey(r approvals.Request, action, user string, contacts []approvals.Principal) string {
	switch action {
	case ActionApprove, ActionDeny:
		for _, p := range slices.Concat(r.Approvers, r.Declined) {
			if p.HasSlack(user) {
				return approverKey(p.Person)
			}
		}
	case ActionWithdraw, ActionShowCode, ActionGenerate, ActionAskAgain, ActionChange:
		if r.Agent.HasSlack(user) {
			return keyAgent
		}
	case ActionDisown:
		if r.Owner.HasSlack(user) {
			return keyOwner
		}
	case ActionLift:
		for _, contact := range contacts {
			if id := contact.ID; id == user || r.LiftedBy.HasSlack(user) && r.LiftedBy.HasSlack(id) {
				return contactKey(id)
			}
		}
	}
	return ""
}

// wasAsked says whether the people were found and the approvers asked.
func wasAsked(r approvals.Request) bool { return r.Link != (approvals.Principal{}) }

func ownerIsTold(r approvals.Request, o CardOptions) bool {
	return o.NotifyOwner && wasAsked(r) && r.Owner.Slack != "" && !r.OwnerUntold
}
