package approvals

import (
	"slices"
	"time"
)

// What earlier requests say about the next one: who said no to a code for the same
// account, and whose own account was recovered a short while ago.

// noIsHeard is how long what somebody said against a request counts for the next ones.
const noIsHeard = 24 * time.Hour

// A No is what somebody said against an earlier request for the same account.
type No struct {
	Request ID        `json:"request"`
	Kind    EventKind `json:"kind"` // EventDenied, EventPassedOn, EventStopped or EventDisowned
	By      Person    `json:"by"`
	At      time.Time `json:"at"`
	Denial  Denial    `json:"denial,omitzero"` // of EventDenied
	Pass    Pass      `json:"pass,omitzero"`   // of EventPassedOn
}

// mostNoes is how many of them a request keeps.
const mostNoes = 5

// A history is what is kept of earlier requests for the accounts of some people.
type history []Request

// lookBack is since when earlier requests matter at now.
func (p Policy) lookBack(now time.Time) time.Time {
	return now.Add(-max(noIsHeard, p.RecoveryHold, longestCode))
}

// noes lists what was said against requests for the owner in the last day, newest first.
func (h history) noes(owner Person, now time.Time) []No {
	var all []No
	for _, r := range h.of(owner) {
		for _, p := range r.PassedOn {
			all = append(all, No{Request: r.ID, Kind: EventPassedOn, By: p.Person, At: p.At, Pass: p.Why})
		}
		if r.State == Denied {
			all = append(all, No{Request: r.ID, Kind: EventDenied, By: r.DecidedBy.Person, At: r.DecidedAt, Denial: r.Denial})
		}
		if !r.StoppedAt.IsZero() {
			all = append(all, No{Request: r.ID, Kind: EventStopped, By: r.StoppedBy, At: r.StoppedAt})
		}
		if !r.DisownedAt.IsZero() {
			all = append(all, No{Request: r.ID, Kind: EventDisowned, By: r.Owner, At: r.DisownedAt})
		}
	}
	all = slices.DeleteFunc(all, func(n No) bool { return now.Sub(n.At) >= noIsHeard })
	slices.SortStableFunc(all, func(a, b No) int { return b.At.Compare(a.At) })
	return all[:min(mostNoes, len(all))]
}

// noFallback says why nobody but the manager is asked for the owner: in the last day the
// manager denied a request for a reason of their own, and has neither approved nor
// passed on one since. Nil: others may be asked.
func (h history) noFallback(owner Person, now time.Time) *Refusal {
	var last time.Time // that the manager said something which counts
	var no *Refusal
	says := func(at time.Time, what *Refusal) {
		if !at.Before(last) {
			last, no = at, what
		}
	}
	for _, r := range h.of(owner) {
		for _, p := range r.PassedOn {
			if p.Link.Kind == Manager {
				says(p.At, nil)
			}
		}
		switch {
		case r.DecidedBy.Link.Kind != Manager:
		case r.State != Denied:
			says(r.DecidedAt, nil)
		case r.Denial.Choice == OtherReason || r.Denial.Choice == "":
			says(r.DecidedAt, &Refusal{Code: ManagerSaidNo, Role: Approver, Person: r.DecidedBy.Person, Request: r.ID, Until: r.DecidedAt.Add(noIsHeard)})
		}
	}
	if no == nil || !now.Before(no.Until) {
		return nil
	}
	return no
}

// hold says why somebody may not approve, ask or lift a block now, nil if they may:
// whoever has just been let into an account with a code is not yet known to be its
// owner, and of a blocked account less so.
func (h history) hold(role Role, who Person, p Policy, now time.Time) *Refusal {
	var until time.Time
	for _, r := range h.of(who) {
		if r.Blocks() {
			return &Refusal{Code: OwnAccountBlocked, Role: role, Person: who, Request: r.ID}
		}
		if p.RecoveryHold > 0 && !r.CodeUntil.IsZero() {
			until = laterOf(until, laterOf(r.IssuingAt.Add(p.RecoveryHold), r.CodeUntil))
		}
	}
	if !now.Before(until) {
		return nil
	}
	return &Refusal{Code: RecoveryHold, Role: role, Person: who, Until: until}
}

// A record is a history with what security contacts have restricted.
type record struct {
	history
	restrictions Restrictions
}

// hold is that of the history, and of an account that a security contact has blocked.
func (p record) hold(role Role, who Person, policy Policy, now time.Time) *Refusal {
	if r, blocked := p.restrictions.On(who.OneLogin); blocked {
		return &Refusal{Code: OwnAccountBlocked, Role: role, Person: who, Request: r.ID}
	}
	return p.history.hold(role, who, policy, now)
}

// of are the requests for somebody's account.
func (h history) of(who Person) history {
	return slices.DeleteFunc(slices.Clone(h), func(r Request) bool { return !r.Owner.Same(who) })
}

// accounts are the OneLogin ids of people.
func accounts(people ...Person) (ids []int64) {
	for _, p := range people {
		ids = append(ids, p.OneLogin)
	}
	return ids
}
