package approvals

import "time"

// A Verdict is an approver's decision.
type Verdict string

// The verdicts.
const (
	Approve Verdict = "approve"
	Deny    Verdict = "deny"
)

// Decide is an approver's press of Approve or Deny. It is decided from stored
// facts alone: who was asked, the state, the time (invariant 1). A press that
// comes after the time is over expires the request instead (invariant 3): the
// Change then leads to expired, and it is for the caller to say so.
func (r Request) Decide(by string, v Verdict, p Policy, now time.Time) (Change, error) {
	who, asked := r.Approver(by)
	if !asked {
		return Change{}, r.notYours(Person{})
	}
	if r.State != Pending {
		return Change{}, r.tooLate()
	}
	if !now.Before(r.ExpiresAt) {
		return r.Expire(now)
	}
	r.DecidedBy, r.DecidedAt = who, now
	if v == Deny {
		return r.to(Denied, Event{At: now, Kind: EventDenied, Actor: who})
	}
	r.ClaimUntil = now.Add(p.ClaimWindow)
	if p.Delivery == DeliverAuto {
		r.Wanted, r.Auto, r.WantedAt = 1, true, now
	}
	return r.to(Approved, Event{At: now, Kind: EventApproved, Actor: who, Until: r.ClaimUntil}, r.approvedJobs(now)...)
}

func (r Request) approvedJobs(now time.Time) []Job {
	jobs := []Job{{Kind: JobLapse, RunAt: r.ClaimUntil}}
	if r.Wanted > r.Attempt {
		jobs = append(jobs, Job{Kind: JobIssue, RunAt: now})
	}
	return jobs
}

// Lapse ends an approved request whose claim window is over without a code
// being made. Before that, or in another state, it changes nothing.
func (r Request) Lapse(now time.Time) (Change, error) {
	if r.State != Approved || now.Before(r.ClaimUntil) {
		return Change{}, nil
	}
	return r.to(Lapsed, Event{At: now, Kind: EventLapsed, Until: r.liveUntil(now)})
}

// Disown is the owner's This wasn't me. A code that is being made right now is
// thrown away by the step that ends the making; one that was made may work
// until Event.Until.
func (r Request) Disown(by string, now time.Time) (Change, error) {
	if !r.Owner.HasSlack(by) {
		return Change{}, r.notYours(r.Owner)
	}
	if !r.DisownedAt.IsZero() || r.State.Ended() || r.State == Received {
		return Change{}, r.tooLate()
	}
	r.DisownedAt = now
	e := Event{At: now, Kind: EventDisowned, Actor: r.Owner, Attempt: r.Attempt, Until: r.liveUntil(now)}
	if r.State == Issuing {
		return r.change(e), nil
	}
	r.Wanted = r.Attempt
	return r.to(Disowned, e)
}

// Close ends a request for which nothing can happen any more. Before that, or
// in another state, it changes nothing.
func (r Request) Close(now time.Time) (Change, error) {
	if r.State != Issued && r.State != Unknown || now.Before(r.CloseAt()) {
		return Change{}, nil
	}
	return r.to(Closed, Event{At: now, Kind: EventClosed})
}
