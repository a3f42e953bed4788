package approvals

import (
	"cmp"
	"context"
	"errors"
	"time"

	"go.uber.org/zap"
)

// A Press is somebody's press of a button, or the same thing typed.
type Press struct {
	By              string   // Slack user id
	Request         ID       // which request the button belongs to
	Attempt         int      // for the code buttons: the attempt it was painted for
	IdempotencyKeys []string // the ids under which Slack delivered it
}

// Approve is an approver's yes. The request it returns says what was decided,
// perhaps by somebody else.
func (s *Service) Approve(ctx context.Context, p Press) (Request, error) {
	return s.inTime(s.pressIn(ctx, p, ButtonApprove, func(v View, r Request, now time.Time) (Change, error) {
		c, err := r.Approve(p.By, s.Policy, now)
		if err != nil || c.Request.State != Approved {
			return c, err
		}
		return s.unlessHeld(v, Approver, c.Request.DecidedBy.Person, c)
	}))
}

// unlessHeld is c, unless the account of whoever presses keeps them from it.
func (s *Service) unlessHeld(v View, role Role, who Person, c Change) (Change, error) {
	past, err := s.pastIn(v, who)
	if err != nil {
		return Change{}, err
	}
	if why := past.hold(role, who, s.Policy, s.now()); why != nil {
		return Change{}, why
	}
	return c, nil
}

// Deny is an approver's no. Returns as with Approve.
func (s *Service) Deny(ctx context.Context, p Press, why Denial) (Request, error) {
	return s.inTime(s.press(ctx, p, ButtonDeny, func(r Request, now time.Time) (Change, error) {
		return r.Deny(p.By, why, now)
	}))
}

// PassOn leaves the decision to others than whoever presses. Returns as with Approve.
func (s *Service) PassOn(ctx context.Context, p Press, why Pass) (Request, error) {
	return s.inTime(s.press(ctx, p, ButtonPassOn, func(r Request, now time.Time) (Change, error) {
		return r.PassOn(p.By, why, s.Policy, now)
	}))
}

// MayDecide says whether a press of Approve, Deny or Pass on would count now, and
// returns the request. ErrNotFound if there is none.
func (s *Service) MayDecide(ctx context.Context, p Press) (Request, bool, error) {
	r, err := s.Store.Request(ctx, p.Request)
	if err != nil {
		return r, false, err
	}
	_, why := r.mayDecide(p.By)
	return r, why == nil && s.now().Before(r.ExpiresAt), nil
}

// inTime tells the press that expired its request that it came too late.
func (s *Service) inTime(r Request, err error) (Request, error) {
	if err == nil && r.State == Expired {
		return r, r.tooLate()
	}
	return r, err
}

// Withdraw is the agent taking the request back.
func (s *Service) Withdraw(ctx context.Context, p Press) (Request, error) {
	return s.press(ctx, p, ButtonWithdraw, func(r Request, now time.Time) (Change, error) {
		return r.Withdraw(p.By, now)
	})
}

// Claim is the agent's Show code, Generate a new code: one more code, now.
func (s *Service) Claim(ctx context.Context, p Press) (Request, error) {
	return s.pressIn(ctx, p, ButtonGenerate, func(v View, r Request, now time.Time) (Change, error) {
		c, err := r.RequestCode(p.By, p.Attempt, now)
		if err != nil {
			return c, err
		}
		all, err := v.Restrictions()
		if err != nil {
			return Change{}, err
		}
		if pause, paused := all.Pause(); paused {
			return Change{}, pause.refusal()
		}
		return s.unlessHeld(v, Agent, r.Agent, c)
	})
}

// AskAnother is the agent's Ask … for another code.
func (s *Service) AskAnother(ctx context.Context, p Press) (Request, error) {
	return s.pressIn(ctx, p, ButtonAnother, func(v View, r Request, now time.Time) (Change, error) {
		c, err := r.AskAnother(p.By, p.Attempt, now)
		if err != nil {
			return c, err
		}
		return s.unlessHeld(v, Agent, r.Agent, c)
	})
}

// AllowMore is the Allow one more of whoever decided.
func (s *Service) AllowMore(ctx context.Context, p Press) (Request, error) {
	return s.pressIn(ctx, p, ButtonMore, func(v View, r Request, now time.Time) (Change, error) {
		c, err := r.AllowMore(p.By, p.Attempt, s.Policy, now)
		if err != nil {
			return c, err
		}
		return s.unlessHeld(v, Approver, r.DecidedBy.Person, c)
	})
}

// Disown is the owner's This wasn't me.
func (s *Service) Disown(ctx context.Context, p Press) (Request, error) {
	return s.press(ctx, p, ButtonDisown, func(r Request, now time.Time) (Change, error) {
		return r.Disown(p.By, now)
	})
}

// Stop ends what was granted, for whoever decided, everybody who was asked and every
// security contact, and with block also blocks the owner's account (invariant 10).
func (s *Service) Stop(ctx context.Context, p Press, block bool) (Request, error) {
	by, contact, err := s.whoStops(ctx, p)
	if err != nil {
		s.Log.Error("look up a security contact", zap.Error(err))
		return Request{}, &Refusal{Code: NotStopped, Request: p.Request}
	}
	return s.press(ctx, p, ButtonStop, func(r Request, now time.Time) (Change, error) {
		return r.Stop(by, contact, block, now)
	})
}

// MayStop says whether a press of Stop would stop the request now, as far as can be
// told without a look at who presses, and returns it. ErrNotFound if there is none.
func (s *Service) MayStop(ctx context.Context, p Press) (Request, bool, error) {
	r, err := s.Store.Request(ctx, p.Request)
	if err != nil || !r.MayStop() {
		return r, false, err
	}
	if _, part := r.grantor(p.By); part {
		return r, true, nil
	}
	contact, err := isListed(ctx, s.Directory, s.Policy.SecurityContacts, s.known(p.By))
	return r, contact, err
}

// whoStops is who presses, and whether they are a security contact who is a full
// member. Who had a part in the grant is not looked up. Nor is a contact kept from
// stopping by Slack, if it does not answer: then the list decides alone.
func (s *Service) whoStops(ctx context.Context, p Press) (Person, bool, error) {
	if r, err := s.Store.Request(ctx, p.Request); err == nil {
		if who, part := r.grantor(p.By); part {
			return who, false, nil
		}
	}
	who, contact, err := s.lookUpContact(ctx, p.By)
	if err == nil {
		return who, contact, nil
	}
	s.Log.Warn("who stops is not known", zap.Error(err))
	who = s.known(p.By)
	contact, err = isListed(ctx, s.Directory, s.Policy.SecurityContacts, who)
	return who, contact, err
}

// Lift is a security contact's Lift block, of a request or of an account. The presses of
// contacts alone are decided by a fresh look at who presses: a contact is nobody who was
// stored. If that look fails nothing is lifted (NotLifted), and it can be pressed again.
func (s *Service) Lift(ctx context.Context, p Press) (Request, error) {
	by, contact, err := s.lookUpLifter(ctx, p.By)
	if why, unfit := errors.AsType[*Refusal](err); unfit {
		why.Request = p.Request
		r, err := s.Store.Request(ctx, p.Request)
		if err != nil { // the block of an account
			return Request{}, s.restrictionRefused(ctx, p, ButtonLift, why)
		}
		return r, s.pressRefused(ctx, p, ButtonLift, r, why)
	}
	if err != nil {
		s.Log.Error("look up a security contact", zap.Error(err))
		return Request{}, &Refusal{Code: NotLifted, Request: p.Request}
	}
	all, err := s.Store.Restrictions(ctx)
	if err != nil {
		return Request{}, err
	}
	if _, account := all.Named(p.Request); account {
		past, err := s.past(ctx, by)
		if err != nil {
			return Request{}, err
		}
		if why := past.hold(Contact, by, s.Policy, s.now()); why != nil && contact {
			return Request{}, s.restrictionRefused(ctx, p, ButtonLift, why)
		}
		return Request{}, s.restrict(ctx, p, ButtonLift, func(all Restrictions, now time.Time) (Event, error) {
			return all.Lift(p.Request, by, contact, now)
		})
	}
	r, err := s.pressIn(ctx, p, ButtonLift, func(v View, r Request, now time.Time) (Change, error) {
		c, err := r.Lift(by, contact, now)
		if err != nil {
			return c, err
		}
		return s.unlessHeld(v, Contact, by, c)
	})
	if why, refused := errors.AsType[*Refusal](err); refused && why.Code == NoSuchRequest {
		return r, &Refusal{Code: NotBlocked, Request: p.Request} // a restriction that is lifted
	}
	return r, err
}

// press stores the Change of a press. A press that Slack delivers again returns
// the request as it is. Errors as with Submit. A press on somebody else's
// button is refused and stands in the trail.
func (s *Service) press(ctx context.Context, p Press, button Button, fn func(Request, time.Time) (Change, error)) (Request, error) {
	return s.pressIn(ctx, p, button, func(_ View, r Request, now time.Time) (Change, error) { return fn(r, now) })
}

// pressIn is press for a Change that depends on the rest of the store.
func (s *Service) pressIn(ctx context.Context, p Press, button Button, fn func(View, Request, time.Time) (Change, error)) (Request, error) {
	s.sightings.note(p.By, s.now())
	r, err := s.update(ctx, p.Request, p.IdempotencyKeys, func(v View, r Request) (Change, error) { return fn(v, r, s.now()) })
	switch {
	case errors.Is(err, ErrDuplicate) && r.ID == "":
		return r, &Refusal{Code: RefusedBefore}
	case errors.Is(err, ErrDuplicate):
		return r, nil
	case errors.Is(err, ErrNotFound):
		return r, &Refusal{Code: NoSuchRequest, Request: p.Request}
	case errors.Is(err, ErrTampered):
		return r, &Refusal{Code: Tampered, Request: p.Request}
	case errors.Is(err, ErrOutcomeUnknown):
		return s.findDelivered(ctx, p.IdempotencyKeys)
	}
	if why, refused := errors.AsType[*Refusal](err); refused && worthTelling(why) {
		return r, s.pressRefused(ctx, p, button, r, why)
	}
	return r, err
}

// pressRefused puts a refused press into the trail, as long as whoever presses has an
// allowance, and returns why it was refused.
func (s *Service) pressRefused(ctx context.Context, p Press, button Button, r Request, why *Refusal) error {
	now := s.now()
	if !s.allowances.take(p.By, now) {
		return why
	}
	return s.recordRefusal(ctx, p.IdempotencyKeys, Event{
		At: now, Kind: EventPressRefused, Request: p.Request, State: why.State, Until: r.liveUntil(now),
		Agent: r.Agent, Owner: r.Owner, Actor: Person{Slack: p.By}, Button: button, Refusal: why,
	}, why)
}

// worthTelling says whether a refused press belongs into the trail: somebody
// else's button always, the block of one's own request, and the owner's This
// wasn't me also when it is said again or after its time.
func worthTelling(why *Refusal) bool {
	switch why.Code {
	case NotYours, Involved, DisownedBefore, ObjectionOver, RecoveryHold, OwnAccountBlocked:
		return true
	}
	return why.Role == Contact
}

// update stores the Change that fn makes, tells the log and wakes the workers.
// On a *Refusal it returns the request that refused.
func (s *Service) update(ctx context.Context, id ID, keys []string, fn func(View, Request) (Change, error)) (Request, error) {
	var seen Request
	var stored Change
	r, err := s.Store.Update(ctx, id, keys, func(v View, r Request) (Change, error) {
		c, err := fn(v, r)
		seen, stored = r, c
		return c, cmp.Or(err, s.checkKinds(c.Jobs))
	})
	if err == nil {
		s.notify(stored.Jobs...)
		return r, nil
	}
	if _, refused := errors.AsType[*Refusal](err); refused {
		return seen, err
	}
	return r, err
}
