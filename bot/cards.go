package bot

import (
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
	NotifyOwner      bool          // owners are told
	SecurityContacts []string      // Slack users and user groups, mentioned in alarms
	Chain            []string      // the links of the chain of approvers
	ClaimWindow      time.Duration // how long after an approval codes may be made
}

// The keys of the cards. News has keys of its own, see news.go.
const (
	keyAgent    = "agent"
	keyOwner    = "owner"
	keyApprover = "approver:"
)

func approverKey(p approvals.Person) string { return keyApprover + p.Slack }

// Cards is everything that people should see of r at now, the most urgent first
// (invariant 7). It is the same for the same request, whoever asks and however
// often. News is of the present state only: what has been overtaken is not told.
//
// now decides about two things alone: whether the time to make codes is over, and
// whether the last code has ended.
func Cards(r approvals.Request, now time.Time, o CardOptions) []Card {
	agent := Card{Key: keyAgent, To: r.Agent.Slack, Message: agentCard(r, now, o)}
	var approvers, owner []Card
	for _, p := range r.Approvers {
		approvers = append(approvers, Card{Key: approverKey(p.Person), To: p.Slack, Message: approverCard(r, p, now, o)})
	}
	if ownerIsTold(r, o) {
		owner = []Card{{Key: keyOwner, To: r.Owner.Slack, Message: ownerCard(r, now, o)}}
	}
	var all []Card
	if r.State == approvals.Pending {
		all = append(append(all, approvers...), agent)
	} else {
		all = append(append(all, agent), approvers...)
	}
	return append(append(all, owner...), news(r, now, o)...)
}

// wasAsked says whether the people were found and the approvers asked.
func wasAsked(r approvals.Request) bool { return r.Link != "" }

func ownerIsTold(r approvals.Request, o CardOptions) bool {
	return o.NotifyOwner && wasAsked(r) && r.Owner.Slack != "" && !r.OwnerUntold
}
