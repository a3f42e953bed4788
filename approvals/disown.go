package approvals

import "time"

// Disown is the owner's This wasn't me. It blocks the owner's account (Blocks), also
// after the request has ended, whatever it ended as: harm outlives a code. A code
// that is being made right now is thrown away by the step that ends the making; one
// that was made may work until Event.Until, and ending it is tried.
func (r Request) Disown(by string, now time.Time) (Change, error) {
	switch {
	case !r.Owner.HasSlack(by):
		return Change{}, r.notYours(r.Owner)
	case !r.DisownedAt.IsZero():
		return Change{}, &Refusal{Code: DisownedBefore, Request: r.ID, State: r.State}
	case !r.MayDisown(now):
		return Change{}, &Refusal{Code: ObjectionOver, Request: r.ID, State: r.State}
	}
	live := r.liveUntil(now)
	r.DisownedAt = now
	r.LiftedAt, r.LiftedBy = time.Time{}, Person{} // of a block that an approver's no had left
	e := Event{At: now, Kind: EventDisowned, Actor: r.Owner, Attempt: r.Attempt, Until: live}
	if r.State == Issuing {
		return r.change(e), nil
	}
	e.Attempt = r.lastMade()
	r.Wanted = r.Attempt
	if r.State.Ended() {
		return r.change(e, r.revokeJobs(now)...), nil
	}
	return r.to(Disowned, e, r.revokeJobs(now)...)
}

// MayDisown says whether at now the owner can still say: this wasn't me.
func (r Request) MayDisown(now time.Time) bool {
	over := r.State.Ended() && !now.Before(r.ObjectionUntil())
	return r.DisownedAt.IsZero() && r.State != Received && !over
}

// ObjectionUntil is until when the owner of a request that has ended can say: this
// wasn't me. While a code may work they can in any case.
func (r Request) ObjectionUntil() time.Time {
	return laterOf(r.EndedAt.Add(r.ObjectionWindow), r.CodeUntil)
}

// endDisowned ends the making of a code for a request that was disowned meanwhile.
func (r Request) endDisowned(now time.Time) (Change, error) {
	return r.to(Disowned, Event{At: now, Kind: EventDisowned, Actor: r.Owner, Attempt: r.lastMade(), Until: r.liveUntil(now)},
		r.revokeJobs(now)...)
}

// lastMade is the last attempt, 0 if surely none made a code.
func (r Request) lastMade() int {
	if r.CodeUntil.IsZero() {
		return 0
	}
	return r.Attempt
}

func (r Request) revokeJobs(now time.Time) []Job {
	if r.liveUntil(now).IsZero() {
		return nil
	}
	return []Job{{Kind: JobRevoke, RunAt: now}}
}

// A Revocation is what came of trying to end a disowned code. None of the
// outcomes proves that the code has ended.
type Revocation struct {
	Outcome RevocationOutcome `json:"outcome,omitempty"`
	Status  int               `json:"status,omitempty"` // what OneLogin answered, if it refused
}

// A RevocationOutcome says how far the attempt came.
type RevocationOutcome string

// The outcomes.
const (
	RevocationTaken    RevocationOutcome = "taken"     // OneLogin took the call; it does not say that the code has ended
	RevocationRefused  RevocationOutcome = "refused"   // OneLogin answered no
	RevocationNoAnswer RevocationOutcome = "no_answer" // nobody can tell whether OneLogin heard
	RevocationNotTried RevocationOutcome = "not_tried" // OneLogin had named no device to remove, or it was too late to
)

// Revoked notes what came of trying to end the code. Once it is noted, or if the
// request was not disowned, it changes nothing.
func (r Request) Revoked(came Revocation, now time.Time) (Change, error) {
	if r.DisownedAt.IsZero() || r.Revocation.Outcome != "" {
		return Change{}, nil
	}
	r.Revocation = came
	return r.change(Event{At: now, Kind: EventRevocation, Revocation: came, Until: r.liveUntil(now)}), nil
}

// Lift ends the block that the request leaves on its owner's account. by
// is who presses, looked up just now; contact says whether they are a security
// contact. Who had a part in the request cannot lift its block.
func (r Request) Lift(by Person, contact bool, now time.Time) (Change, error) {
	switch {
	case !contact:
		return Change{}, &Refusal{Code: NotYours, Request: r.ID, State: r.State, Role: Contact}
	case !r.Blocks():
		return Change{}, &Refusal{Code: NotBlocked, Request: r.ID, State: r.State, By: r.LiftedBy}
	case r.Involves(by):
		return Change{}, &Refusal{Code: Involved, Request: r.ID, State: r.State}
	case r.State == Issuing: // people must learn its outcome first
		return Change{}, &Refusal{Code: StillMaking, Request: r.ID, State: r.State}
	}
	r.LiftedAt, r.LiftedBy = now, by
	return r.change(Event{At: now, Kind: EventBlockLifted, Actor: r.LiftedBy}), nil
}
