package approvals

import (
	"cmp"
	"time"
)

// newRequest is how every request begins.
func newRequest(id ID, a Ask, p Policy, now time.Time) Request {
	return Request{
		ID: id, State: Received,
		Asked: a.Owner, Validity: cmp.Or(a.Validity, p.DefaultValidity), Reusable: a.Reusable, Reason: a.Reason, Verified: a.Verified,
		Agent:     Person{Slack: a.Agent},
		CreatedAt: now, ExpiresAt: now.Add(p.ApprovalTimeout),
	}
}

// receive makes the Change that stores a new request, with its timer set.
func (r Request) receive() Change {
	return r.change(Event{
		At: r.CreatedAt, Kind: EventReceived, Actor: r.Agent, Asked: r.Asked,
		Validity: r.Validity, Reusable: r.Reusable, Reason: r.Reason, Verified: r.Verified,
	},
		Job{Kind: JobResolve, RunAt: r.CreatedAt},
		Job{Kind: JobExpire, RunAt: r.ExpiresAt})
}

// A Cast is the people of a request, looked up and found fit.
type Cast struct {
	Agent, Owner Person
	Approvers    []AskedPerson
	OwnerUntold  bool // the owner cannot be told in Slack
}

// Ask takes a received request to pending: the approvers are asked.
func (r Request) Ask(c Cast, signs []Sign, p Policy, now time.Time) (Change, error) {
	r.Agent, r.Owner, r.Approvers = c.Agent, c.Owner, c.Approvers
	r.OwnerUntold, r.Signs = c.OwnerUntold, signs
	jobs := r.await(r.Approvers[0].Link, p, now)
	return r.to(Pending, Event{
		At: now, Kind: EventAsked, Approvers: r.Approvers, Until: r.ExpiresAt, Asked: r.Asked, OwnerUntold: r.OwnerUntold,
		Validity: r.Validity, Reusable: r.Reusable, Reason: r.Reason, Verified: r.Verified, Signs: signs,
	}, jobs...)
}

// Refuse ends a request that a rule or a failed check forbids, before anybody
// was asked or before a code is made.
func (r Request) Refuse(why *Refusal, now time.Time) (Change, error) {
	r.Refusal = why
	r.Wanted = r.Attempt
	return r.to(Refused, Event{At: now, Kind: EventRefused, Refusal: why, Until: r.liveUntil(now)})
}

// Withdraw is the agent taking the request back, until a code is being made.
func (r Request) Withdraw(by string, now time.Time) (Change, error) {
	if !r.Agent.HasSlack(by) {
		return Change{}, r.notYours(r.Agent)
	}
	if !r.MayWithdraw(now) {
		return Change{}, r.tooLate()
	}
	return r.to(Withdrawn, Event{At: now, Kind: EventWithdrawn, Actor: r.Agent})
}

// MayWithdraw says whether at now the agent can still take the request back.
func (r Request) MayWithdraw(now time.Time) bool {
	return r.State.leadsTo(Withdrawn) && !r.Making(now) && r.Attempt == 0
}

// Expire ends a request that nobody decided in time. Before that time, or after
// a decision, it changes nothing.
func (r Request) Expire(now time.Time) (Change, error) {
	if r.State != Received && r.State != Pending || now.Before(r.ExpiresAt) {
		return Change{}, nil
	}
	return r.to(Expired, Event{At: now, Kind: EventExpired})
}

// liveUntil is until when a code of this request may still work, zero if none can.
func (r Request) liveUntil(now time.Time) time.Time {
	if now.Before(r.CodeUntil) {
		return r.CodeUntil
	}
	return time.Time{}
}

func (r Request) notYours(whose Person) *Refusal {
	return &Refusal{Code: NotYours, Request: r.ID, State: r.State, By: whose}
}

func (r Request) tooLate() *Refusal {
	return &Refusal{Code: TooLate, Request: r.ID, State: r.State, By: r.DecidedBy.Person}
}
