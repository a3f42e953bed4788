package approvals

import (
	"slices"
	"time"
)

// NotReached is what it means for the request that Slack refuses, for good, the
// card of somebody who has none, as far as anybody knows (an earlier post may have got
// no answer, so they may know of the request): an approver does not count as eligible, and if
// nobody of their link is left the next one is asked at once; without the agent the
// request cannot go on; without the owner it does, and says so. Of anybody else,
// told twice, or when the request has moved on, it changes nothing.
func (r Request) NotReached(slackID string, now time.Time) (Change, error) {
	switch who, asked := r.Approver(slackID); {
	case r.Agent.HasSlack(slackID):
		return r.agentNotReached(now)
	case r.Owner.HasSlack(slackID):
		return r.ownerNotReached(now)
	case asked && r.State == Pending:
		return r.approverNotReached(who, now)
	}
	return Change{}, nil
}

// agentNotReached leaves a received request to those who look the people up: what
// they find is the better reason. A code that is made or being made is not undone.
func (r Request) agentNotReached(now time.Time) (Change, error) {
	if r.State != Pending && r.State != Approved {
		return Change{}, nil
	}
	return r.Refuse(&Refusal{Code: NoDM, Role: Agent, Person: r.Agent}, now)
}

func (r Request) ownerNotReached(now time.Time) (Change, error) {
	if r.OwnerUntold || r.State == Received || r.State.Ended() {
		return Change{}, nil
	}
	r.OwnerUntold = true
	return r.change(Event{At: now, Kind: EventNotReached, OwnerUntold: true}), nil
}

// AlarmNotReached is what it means that Slack refuses, for good, the alarm of a security
// contact: once it is said so, for as long as the alarm is one.
func (r Request) AlarmNotReached(slackID string, now time.Time) (Change, error) {
	if !r.Alarms() || slices.Contains(r.Unalarmed, slackID) {
		return Change{}, nil
	}
	r.Unalarmed = append(slices.Clone(r.Unalarmed), slackID)
	return r.change(Event{At: now, Kind: EventNotReached, Contact: Person{Slack: slackID}}), nil
}

// AlarmNotFor is what it means that a security contact may not be told of the alarm, and
// why: once it is said so. They have no card from then on.
func (r Request) AlarmNotFor(slackID string, why *Refusal, now time.Time) (Change, error) {
	if !r.Alarms() || slices.Contains(r.Unfit, slackID) {
		return Change{}, nil
	}
	r.Unfit = append(slices.Clone(r.Unfit), slackID)
	return r.change(Event{At: now, Kind: EventNotReached, Contact: Person{Slack: slackID}, Refusal: why}), nil
}

// Alarms says whether the security contacts have something to look at: the request was
// interrupted or blocks the account, and that was not lifted.
func (r Request) Alarms() bool { return r.WasAlarm() && r.LiftedAt.IsZero() }

// WasAlarm says whether they ever had.
func (r Request) WasAlarm() bool { return r.Interrupted() || !r.BlockedAt().IsZero() }

func (r Request) approverNotReached(who AskedPerson, now time.Time) (Change, error) {
	if !now.Before(r.ExpiresAt) {
		return r.Expire(now)
	}
	r.Unreached = append(slices.Clone(r.Unreached), who)
	r.Approvers = slices.DeleteFunc(slices.Clone(r.Approvers), func(q AskedPerson) bool { return q.HasSlack(who.Slack) })
	e := Event{At: now, Kind: EventNotReached, Approvers: []AskedPerson{who}}
	if slices.ContainsFunc(r.Approvers, func(q AskedPerson) bool { return q.Link == r.Link }) {
		return r.change(e), nil
	}
	return r.askNextLink(e), nil
}

// askNextLink has the next link of the chain asked at once, because nobody of the
// last one is asked any more.
func (r Request) askNextLink(e Event) Change {
	r.EscalateAt = e.At
	if len(r.Approvers) == 0 {
		r.RemindAt = time.Time{}
	}
	return r.change(e, Job{Kind: JobEscalate, RunAt: e.At})
}

// nobodyLeft says that nobody could approve: those who passed it on, those who were not
// reached, and why nobody of the links behind them may.
func (r Request) nobodyLeft(further *Refusal) *Refusal {
	why := &Refusal{Code: NoApprover, Role: Approver}
	for _, p := range r.PassedOn {
		why.Chain = append(why.Chain, &Refusal{Code: PassedOn, Role: Approver, Person: p.Person, Link: p.Link})
	}
	for _, p := range r.Unreached {
		why.Chain = append(why.Chain, &Refusal{Code: NoDM, Role: Approver, Person: p.Person, Link: p.Link})
	}
	if further.Code != NoApprover {
		why.Chain = append(why.Chain, further)
	}
	why.Chain = append(why.Chain, further.Chain...)
	return why
}
