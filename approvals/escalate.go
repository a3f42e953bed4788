package approvals

import (
	"slices"
	"time"
)

// beforeExpiry is now+after, or never if that is not before the request expires.
func (r Request) beforeExpiry(now time.Time, after time.Duration) time.Time {
	if at := now.Add(after); after > 0 && at.Before(r.ExpiresAt) {
		return at
	}
	return time.Time{}
}

// startRound sets, for a link that is asked now, when the approvers are reminded and
// when the next link, if there is one, is asked as well.
func (r *Request) startRound(link Principal, p Policy, now time.Time) (jobs []Job) {
	r.Link, r.EscalateAt = link, time.Time{}
	r.Rounds = append(slices.Clone(r.Rounds), Round{Link: link, At: now})
	if len(p.linksAfter(link)) > 0 && p.EscalateAfter > 0 {
		r.EscalateAt = r.beforeExpiry(now, max(p.EscalateAfter, r.fallbackAt().Sub(now)))
	}
	if !r.EscalateAt.IsZero() {
		jobs = append(jobs, Job{Kind: JobEscalate, RunAt: r.EscalateAt})
	}
	return append(jobs, r.scheduleReminder(p.RemindAfter, now)...)
}

// fallbackAt is from when others than the manager may be asked, zero if from the start.
func (r Request) fallbackAt() time.Time {
	if r.NoFallback == nil {
		return time.Time{}
	}
	return r.NoFallback.Until
}

func (r *Request) scheduleReminder(wait time.Duration, now time.Time) []Job {
	if r.RemindAt = r.beforeExpiry(now, wait); r.RemindAt.IsZero() {
		return nil
	}
	return []Job{{Kind: JobRemind, RunAt: r.RemindAt}}
}

// Remind counts a reminder to everybody who is asked and sets the next, after
// twice the time. Before RemindAt, or when nobody is waited for, it changes nothing.
func (r Request) Remind(p Policy, now time.Time) (Change, error) {
	if r.State != Pending || r.RemindAt.IsZero() || now.Before(r.RemindAt) || !now.Before(r.ExpiresAt) {
		return Change{}, nil
	}
	r.Reminders, r.RemindedAt = r.Reminders+1, now
	jobs := r.scheduleReminder(p.RemindAfter<<min(r.Reminders, maxDoublings), now)
	return r.change(Event{At: now, Kind: EventReminded, Approvers: r.Approvers, Count: r.Reminders, Until: r.ExpiresAt}, jobs...), nil
}

// maxDoublings keeps the time between reminders from overflowing.
const maxDoublings = 8

// escalationDue says whether at now the next link of the chain is to be asked.
func (r Request) escalationDue(now time.Time) bool {
	return r.State == Pending && !r.EscalateAt.IsZero() && !now.Before(r.EscalateAt) && now.Before(r.ExpiresAt)
}

// Escalate adds the people of a further link to those who are asked: any of them
// may decide. Nobody is reminded sooner after it than after the first asking. If
// escalation is not due it changes nothing.
func (r Request) Escalate(more []AskedPerson, p Policy, now time.Time) (Change, error) {
	if !r.escalationDue(now) {
		return Change{}, nil
	}
	r.Approvers = slices.Concat(r.Approvers, more)
	jobs := r.startRound(more[0].Link, p, now)
	return r.change(Event{At: now, Kind: EventEscalated, Approvers: more, Until: r.ExpiresAt}, jobs...), nil
}

// NobodyElse notes that no further link of the chain has anybody who may decide.
// If nobody is asked any more, that ends the request. If escalation is not due it
// changes nothing.
func (r Request) NobodyElse(why *Refusal, now time.Time) (Change, error) {
	if !r.escalationDue(now) {
		return Change{}, nil
	}
	r.EscalateAt = time.Time{}
	if len(r.Approvers) == 0 {
		return r.Refuse(r.nobodyLeft(why), now)
	}
	return r.change(Event{At: now, Kind: EventNobodyElse, Refusal: why, Until: r.ExpiresAt}), nil
}
