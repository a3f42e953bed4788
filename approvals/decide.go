package approvals

import (
	"slices"
	"time"
)

// A Denial is why an approver said no. Both parts may be empty.
type Denial struct {
	Choice DenialChoice `json:"choice,omitempty"`
	Text   string       `json:"text,omitempty"` // free text; untrusted
}

// A DenialChoice is one of the reasons that are offered.
type DenialChoice string

// The choices.
const (
	CouldNotReach DenialChoice = "could_not_reach" // the owner, on a number known before
	NotMyReport   DenialChoice = "not_my_report"   // somebody else has to decide
	Suspicious    DenialChoice = "suspicious"
)

// DenialChoices lists them.
func DenialChoices() []DenialChoice { return []DenialChoice{CouldNotReach, NotMyReport, Suspicious} }

// Approve is an approver's press of Approve. It is decided from stored facts
// alone: who was asked, the state, the time (invariant 1). A press that comes
// after the time is over expires the request instead (invariant 3): the Change
// then leads to expired, and it is for the caller to say so.
func (r Request) Approve(by string, p Policy, now time.Time) (Change, error) {
	who, why := r.mayDecide(by)
	if why != nil {
		return Change{}, why
	}
	if !now.Before(r.ExpiresAt) {
		return r.Expire(now)
	}
	r.DecidedBy, r.DecidedAt = who, now
	r.MaxCodes = p.Codes()
	jobs := r.grant(p, now)
	return r.to(Approved, Event{
		At: now, Kind: EventApproved, Actor: who.Person, Until: r.ClaimUntil, Validity: r.Validity, Reusable: r.Reusable, Codes: r.MaxCodes,
	}, jobs...)
}

// Deny is an approver's no. Not my report only takes that approver out: the
// others decide, and if there are none the next link of the chain is asked. When
// the chain has no further link the request is denied. Time as with Approve.
func (r Request) Deny(by string, why Denial, p Policy, now time.Time) (Change, error) {
	who, no := r.mayDecide(by)
	if no != nil {
		return Change{}, no
	}
	if !now.Before(r.ExpiresAt) {
		return r.Expire(now)
	}
	why.Text = clip(why.Text)
	if why.Choice == NotMyReport {
		return r.decline(who, why, p, now)
	}
	return r.deny(who, why, now)
}

// mayDecide finds who presses among those who are asked.
func (r Request) mayDecide(by string) (AskedPerson, *Refusal) {
	who, asked := r.Approver(by)
	switch {
	case !asked && slices.ContainsFunc(r.Declined, func(p AskedPerson) bool { return p.HasSlack(by) }):
		return who, &Refusal{Code: Declined, Request: r.ID, State: r.State, By: r.DecidedBy.Person}
	case !asked && slices.ContainsFunc(r.Unreached, func(p AskedPerson) bool { return p.HasSlack(by) }):
		return who, &Refusal{Code: NotReached, Request: r.ID, State: r.State, By: r.DecidedBy.Person}
	case !asked:
		return who, r.notYours(Person{})
	case r.State != Pending:
		return who, r.tooLate()
	}
	return who, nil
}

func (r Request) deny(who AskedPerson, why Denial, now time.Time) (Change, error) {
	r.DecidedBy, r.DecidedAt, r.Denial = who, now, why
	return r.to(Denied, Event{At: now, Kind: EventDenied, Actor: who.Person, Denial: why})
}

func (r Request) decline(who AskedPerson, why Denial, p Policy, now time.Time) (Change, error) {
	r.Declined = append(slices.Clone(r.Declined), who)
	r.Approvers = slices.DeleteFunc(slices.Clone(r.Approvers), func(q AskedPerson) bool { return q.HasSlack(who.Slack) })
	e := Event{At: now, Kind: EventDeclined, Actor: who.Person, Denial: why}
	if len(r.Approvers) > 0 {
		return r.change(e), nil
	}
	if len(p.linksAfter(r.Link)) == 0 {
		return r.deny(who, why, now)
	}
	return r.askNextLink(e), nil
}

// Lapse ends an approved request whose claim window is over without a code
// being made. Before that, or in another state, it changes nothing.
func (r Request) Lapse(now time.Time) (Change, error) {
	if r.State != Approved || now.Before(r.ClaimUntil) {
		return Change{}, nil
	}
	e := Event{At: now, Kind: EventLapsed, Attempt: r.Attempt, Until: r.liveUntil(now)}
	if r.Wanted > r.Attempt {
		e.Delay = r.Delay // it is not the agent who made no code
	}
	return r.to(Lapsed, e)
}

// Close ends a request for which nothing can happen any more. Before that, or
// in another state, it changes nothing.
func (r Request) Close(now time.Time) (Change, error) {
	if r.State != Issued && r.State != Unknown || now.Before(r.CloseAt()) {
		return Change{}, nil
	}
	return r.to(Closed, Event{At: now, Kind: EventClosed})
}
