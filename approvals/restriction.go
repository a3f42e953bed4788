package approvals

import (
	"slices"
	"time"
)

// A Restriction is what a security contact has restricted without a request: the making
// of codes for one account, or for all of them. It holds until it is lifted.
type Restriction struct {
	ID     ID
	Owner  Person // whose account it blocks; unset: it pauses all codes
	By     Person
	At     time.Time
	Reason string
}

// Pauses says whether the restriction is on all accounts.
func (r Restriction) Pauses() bool { return r.Owner == Person{} }

// Again is the event that begins the restriction once more, as it began.
func (r Restriction) Again() Event {
	e := Event{At: r.At, Kind: EventAccountBlocked, Restriction: r.ID, Actor: r.By, Owner: r.Owner, Reason: r.Reason}
	if r.Pauses() {
		e.Kind = EventPaused
	}
	return e
}

// Restrictions are those that hold at a moment, oldest first. They are read from the
// trail and kept nowhere else, so that nothing can disagree with it.
type Restrictions []Restriction

// RestrictionEvents are the kinds of event that begin and end restrictions.
func RestrictionEvents() []EventKind {
	return []EventKind{EventAccountBlocked, EventBlockLifted, EventPaused, EventResumed}
}

// ReadRestrictions reads what holds after the RestrictionEvents of the whole trail, in order.
func ReadRestrictions(trail []Event) (all Restrictions) {
	for _, e := range trail {
		switch e.Kind {
		case EventAccountBlocked, EventPaused:
			all = append(all, Restriction{ID: e.Restriction, Owner: e.Owner, By: e.Actor, At: e.At, Reason: e.Reason})
		case EventBlockLifted, EventResumed: // of a request's block, nothing here has the id
			all = slices.DeleteFunc(all, func(r Restriction) bool { return r.ID == e.Restriction })
		}
	}
	return all
}

// Pause is what pauses all codes.
func (all Restrictions) Pause() (r Restriction, paused bool) { return all.find(Restriction.Pauses) }

// On is what blocks the account of the OneLogin user.
func (all Restrictions) On(owner int64) (r Restriction, blocked bool) {
	return all.find(func(r Restriction) bool { return owner != 0 && r.Owner.OneLogin == owner })
}

// Named is the restriction of that id.
func (all Restrictions) Named(id ID) (r Restriction, found bool) {
	return all.find(func(r Restriction) bool { return r.ID == id })
}

func (all Restrictions) find(is func(Restriction) bool) (r Restriction, found bool) {
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i], true
	}
	return r, false
}

// Block makes the event that blocks an account. by is who does it, looked up just now;
// contact says whether they are a security contact.
func (all Restrictions) Block(id ID, owner Person, reason string, by Person, contact bool, now time.Time) (Event, error) {
	if !contact {
		return Event{}, notAContact("")
	}
	if r, blocked := all.On(owner.OneLogin); blocked {
		return Event{}, &Refusal{Code: AlreadyBlocked, Role: Owner, Person: owner, Request: r.ID, By: r.By}
	}
	return Event{At: now, Kind: EventAccountBlocked, Restriction: id, Actor: by, Owner: owner, Reason: clip(reason)}, nil
}

// PauseCodes makes the event that pauses all codes. by and contact as with Block.
func (all Restrictions) PauseCodes(id ID, by Person, contact bool, now time.Time) (Event, error) {
	if !contact {
		return Event{}, notAContact("")
	}
	if r, paused := all.Pause(); paused {
		return Event{}, r.refusal()
	}
	return Event{At: now, Kind: EventPaused, Restriction: id, Actor: by}, nil
}

// Lift makes the event that ends a restriction. by and contact as with Block. Whose account
// is blocked cannot lift that themselves; whoever blocked it can.
func (all Restrictions) Lift(id ID, by Person, contact bool, now time.Time) (Event, error) {
	r, found := all.Named(id)
	switch {
	case !contact:
		return Event{}, notAContact(id)
	case !found:
		return Event{}, &Refusal{Code: NotBlocked, Request: id}
	case r.Pauses():
		return Event{At: now, Kind: EventResumed, Restriction: id, Actor: by}, nil
	case by.Same(r.Owner):
		return Event{}, &Refusal{Code: Involved, Role: Owner, Request: id}
	}
	return Event{At: now, Kind: EventBlockLifted, Restriction: id, Actor: by, Owner: r.Owner}, nil
}

func notAContact(id ID) *Refusal { return &Refusal{Code: NotYours, Request: id, Role: Contact} }

// refusal refuses what the restriction forbids.
func (r Restriction) refusal() *Refusal {
	if r.Pauses() {
		return &Refusal{Code: Paused, Request: r.ID, By: r.By}
	}
	return &Refusal{Code: AccountBlocked, Role: Owner, Person: r.Owner, Request: r.ID, By: r.By}
}

// HoldCode leaves a code that is wanted to the agent's Show code, because all codes are
// paused. The claim window goes on: an approval that nobody uses in time lapses.
func (r Request) HoldCode(now time.Time) (Change, error) {
	if r.State == Issuing || !r.Making(now) {
		return Change{}, nil
	}
	r.Wanted, r.Auto, r.Delay = r.Attempt, false, Delay{Cause: DelayPaused}
	return r.change(Event{At: now, Kind: EventCodeHeld, Attempt: r.Attempt + 1, Until: r.ClaimUntil, Delay: r.Delay}), nil
}

// LiftOnMachine ends the block that a request left, by an operator's command and not in
// Slack: when no security contact can, somebody has to be able to.
func (r Request) LiftOnMachine(operator Person, reason string, now time.Time) (Change, error) {
	switch {
	case !r.Blocks():
		return Change{}, &Refusal{Code: NotBlocked, Request: r.ID, State: r.State, By: r.LiftedBy}
	case r.State == Issuing:
		return Change{}, &Refusal{Code: StillMaking, Request: r.ID, State: r.State}
	}
	r.LiftedAt, r.LiftedBy = now, operator
	return r.change(Event{At: now, Kind: EventBlockLifted, Actor: operator, Reason: clip(reason)}), nil
}
