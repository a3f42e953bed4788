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
	DidNotAsk     DenialChoice = "did_not_ask"     // the owner says so
	Suspicious    DenialChoice = "suspicious"
	OtherReason   DenialChoice = "other" // as the words say
)

// DenialChoices lists them.
func DenialChoices() []DenialChoice {
	return []DenialChoice{CouldNotReach, DidNotAsk, Suspicious, OtherReason}
}

// Alarms says whether somebody may be pretending to be the owner. Then the denial does
// what the owner's This wasn't me does: it blocks the account and raises the alarm.
func (d Denial) Alarms() bool { return d.Choice == DidNotAsk || d.Choice == Suspicious }

// A Pass is why somebody who was asked leaves the decision to others. Both parts may
// be empty.
type Pass struct {
	Choice PassChoice `json:"choice,omitempty"`
	Text   string     `json:"text,omitempty"` // free text; untrusted
}

// A PassChoice is one of the reasons that are offered.
type PassChoice string

// The choices.
const (
	NotMyReport PassChoice = "not_my_report"
	NotNow      PassChoice = "not_now"
)

// PassChoices lists them.
func PassChoices() []PassChoice { return []PassChoice{NotMyReport, NotNow} }

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

// Deny is an approver's no, which ends the request. Time as with Approve.
func (r Request) Deny(by string, why Denial, now time.Time) (Change, error) {
	who, no := r.mayDecide(by)
	if no != nil {
		return Change{}, no
	}
	if !now.Before(r.ExpiresAt) {
		return r.Expire(now)
	}
	why.Text = clip(why.Text)
	r.DecidedBy, r.DecidedAt, r.Denial = who, now, why
	return r.to(Denied, Event{At: now, Kind: EventDenied, Actor: who.Person, Denial: why})
}

// PassOn takes somebody who was asked out of the request: others decide. If nobody of
// the link that was asked last is left, the next link is asked at once; if that has
// nobody either and nobody is asked any more, the request ends. Time as with Approve.
func (r Request) PassOn(by string, why Pass, p Policy, now time.Time) (Change, error) {
	who, no := r.mayDecide(by)
	if no != nil {
		return Change{}, no
	}
	if !now.Before(r.ExpiresAt) {
		return r.Expire(now)
	}
	why.Text = clip(why.Text)
	r.PassedOn = append(slices.Clone(r.PassedOn), Passing{who, why, now})
	r.Approvers = slices.DeleteFunc(slices.Clone(r.Approvers), func(q AskedPerson) bool { return q.HasSlack(who.Slack) })
	if who.Link.Kind == Manager {
		r.NoFallback = nil
	}
	e := Event{At: now, Kind: EventPassedOn, Actor: who.Person, Pass: why}
	left := slices.ContainsFunc(r.Approvers, func(q AskedPerson) bool { return q.Link == r.Link })
	if left || len(r.Approvers) > 0 && len(p.linksAfter(r.Link)) == 0 {
		return r.change(e), nil
	}
	return r.askNextLink(e), nil
}

// mayDecide finds who presses among those who are asked.
func (r Request) mayDecide(by string) (AskedPerson, *Refusal) {
	who, asked := r.Approver(by)
	switch {
	case !asked && slices.ContainsFunc(r.PassedOn, func(p Passing) bool { return p.HasSlack(by) }):
		return who, &Refusal{Code: PassedBefore, Request: r.ID, State: r.State, By: r.DecidedBy.Person}
	case !asked && slices.ContainsFunc(r.Unreached, func(p AskedPerson) bool { return p.HasSlack(by) }):
		return who, &Refusal{Code: NotReached, Request: r.ID, State: r.State, By: r.DecidedBy.Person}
	case !asked:
		return who, r.notYours(Person{})
	case r.State != Pending:
		return who, r.tooLate()
	}
	return who, nil
}

// Lapse ends an approved request whose claim window is over without a code
// being made. Before that, or in another state, it changes nothing.
func (r Request) Lapse(now time.Time) (Change, error) {
	if r.State != Approved || now.Before(r.ClaimUntil) {
		return Change{}, nil
	}
	e := Event{At: now, Kind: EventLapsed, Attempt: r.Attempt, Until: r.liveUntil(now)}
	if r.HeldUp() {
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
