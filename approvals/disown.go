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
	r.Unfit, r.Unalarmed = nil, nil                // an alarm of its own
	r.LiftedAt, r.LiftedBy = time.Time{}, Person{} // of a block that a stop or an approver's no had left
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

// A Revocation is what came of trying to end a disowned or stopped code. None of the
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
// request was not interrupted, it changes nothing.
func (r Request) Revoked(came Revocation, now time.Time) (Change, error) {
	if !r.Interrupted() || r.Revocation.Outcome != "" {
		return Change{}, nil
	}
	r.Revocation = came
	return r.change(Event{At: now, Kind: EventRevocation, Revocation: came, Until: r.liveUntil(now)}), nil
}

// BlockedAt is since when the request keeps its owner's account from being asked for,
// or kept until that was lifted: the owner said This wasn't me, or an approver that
// somebody may be pretending to be them, or whoever stopped it wanted that. Zero: it never did.
func (r Request) BlockedAt() time.Time {
	switch {
	case !r.DisownedAt.IsZero():
		return r.DisownedAt
	case r.State == Denied && r.Denial.Alarms():
		return r.DecidedAt
	case r.StopBlocks:
		return r.StoppedAt
	}
	return time.Time{}
}

// Blocks says whether the request blocks its owner's account, and no security contact
// has lifted that yet.
func (r Request) Blocks() bool { return !r.BlockedAt().IsZero() && r.LiftedAt.IsZero() }

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

// Stop ends at once what was granted (invariant 10). by is who presses: whoever
// decided, anybody who was asked, or, if contact says so, a security contact. A code
// that is being made right now is thrown away by the step that ends the making; one
// that was made may work until Event.Until, and ending it is tried. With block the
// owner's account is blocked, too (Blocks).
func (r Request) Stop(by Person, contact, block bool, now time.Time) (Change, error) {
	who, part := r.grantor(by.Slack)
	switch {
	case !part && !contact:
		return Change{}, &Refusal{Code: NotYours, Request: r.ID, State: r.State, Role: Approver}
	case !r.MayStop():
		return Change{}, r.tooLate()
	case !part:
		who = by
	}
	r.StoppedAt, r.StoppedBy, r.StopBlocks = now, who, block
	e := Event{At: now, Kind: EventStopped, Actor: who, Attempt: r.Attempt, Until: r.liveUntil(now), Blocks: block}
	if r.State == Issuing {
		return r.change(e), nil
	}
	r.Wanted = r.Attempt
	return r.to(Stopped, e, r.revokeJobs(now)...)
}

// grantor finds who presses among those who decided or were asked to: their part in
// the grant lets them stop it.
func (r Request) grantor(slackID string) (Person, bool) {
	if r.DecidedBy.HasSlack(slackID) {
		return r.DecidedBy.Person, true
	}
	p, asked := r.Approver(slackID)
	return p.Person, asked
}

// MayStop says whether there is anything to stop.
func (r Request) MayStop() bool { return r.State.Granted() && !r.Interrupted() }

// Interrupted says whether somebody ended the request from outside: the owner disowned
// it, or it was stopped. While OneLogin is asked, the step that ends the making ends
// the request as well.
func (r Request) Interrupted() bool { return !r.DisownedAt.IsZero() || !r.StoppedAt.IsZero() }

// interruptedTo is where an interrupted request ends: as whoever came first said. What
// was disowned is not stopped any more, so a stop came before.
func (r Request) interruptedTo() State {
	if r.StoppedAt.IsZero() {
		return Disowned
	}
	return Stopped
}

// endInterrupted ends the making of a code for a request that was interrupted meanwhile.
func (r Request) endInterrupted(now time.Time) (Change, error) {
	e := Event{At: now, Kind: EventDisowned, Actor: r.Owner, Attempt: r.lastMade(), Until: r.liveUntil(now)}
	if r.interruptedTo() == Stopped {
		e.Kind, e.Actor, e.Blocks = EventStopped, r.StoppedBy, r.Blocks()
	}
	return r.to(r.interruptedTo(), e, r.revokeJobs(now)...)
}

// Involves says whether somebody has a part in the request that keeps them from lifting
// its block: the agent, the owner, and whoever decided. To have been asked is none, or a
// manager who is a contact could help nobody.
func (r Request) Involves(who Person) bool {
	return who.Same(r.Agent) || who.Same(r.Owner) || who.Same(r.DecidedBy.Person)
}
