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
		if why, err := s.held(v, Approver, c.Request.DecidedBy.Person); why != nil || err != nil {
			return Change{}, cmp.Or(err, error(why))
		}
		return c, nil
	}))
}

// held says whether somebody's own account keeps them from what they press.
func (s *Service) held(v View, role Role, who Person) (*Refusal, error) {
	past, err := s.pastIn(v, who)
	if err != nil {
		return nil, err
	}
	return past.hold(role, who, s.Policy, s.now()), nil
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
	return s.press(ctx, p, ButtonGenerate, func(r Request, now time.Time) (Change, error) {
		return r.RequestCode(p.By, p.Attempt, now)
	})
}

// Disown is the owner's This wasn't me.
func (s *Service) Disown(ctx context.Context, p Press) (Request, error) {
	return s.press(ctx, p, ButtonDisown, func(r Request, now time.Time) (Change, error) {
		return r.Disown(p.By, now)
	})
}

// liftTime is left of the time to answer a press when a look at who presses that takes
// long is given up.
const liftTime = time.Second

// Lift is a security contact's Lift block. Of all presses it alone is decided by a
// fresh look at who presses: a contact is nobody who was stored. If that look
// fails nothing is lifted (NotLifted), and it can be pressed again.
func (s *Service) Lift(ctx context.Context, p Press) (Request, error) {
	by, contact, unfit, err := s.lookUpContact(ctx, p.By)
	if err != nil {
		s.Log.Error("look up a security contact", zap.Error(err))
		return Request{}, &Refusal{Code: NotLifted, Request: p.Request}
	}
	return s.pressIn(ctx, p, ButtonLift, func(v View, r Request, now time.Time) (Change, error) {
		c, err := r.Lift(by, contact, now)
		switch {
		case err != nil:
			return c, err
		case unfit != nil:
			return Change{}, &Refusal{Code: UnfitContact, Role: Contact, Request: r.ID, State: r.State, Person: by, Chain: []*Refusal{unfit}}
		}
		if why, err := s.held(v, Contact, by); why != nil || err != nil {
			return Change{}, cmp.Or(err, error(why))
		}
		return c, nil
	})
}

// lookUpContact looks up who presses, whether they are a security contact, and why they
// may not act as one: they have to be fit as an approver has to be.
func (s *Service) lookUpContact(ctx context.Context, slackID string) (who Person, contact bool, unfit *Refusal, err error) {
	if end, bounded := ctx.Deadline(); bounded {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, end.Add(-liftTime))
		defer cancel()
	}
	p, err := s.Directory.Profile(ctx, Ref{Slack: slackID})
	if why := notFindable(Contact, Ref{Slack: slackID}, err); why != nil {
		who = Person{Slack: slackID}
		contact, err = isListed(ctx, s.Directory, s.Policy.SecurityContacts, who)
		return who, contact, why, err
	}
	if err != nil {
		return Person{}, false, nil, err
	}
	who = p.Person()
	contact, err = isListed(ctx, s.Directory, s.Policy.SecurityContacts, who)
	return who, contact && who.HasSlack(slackID), eligible(Contact, Ref{Slack: slackID}, p), err
}

// press stores the Change of a press. A press that Slack delivers again returns
// the request as it is. Errors as with Submit. A press on somebody else's
// button is refused and stands in the trail.
func (s *Service) press(ctx context.Context, p Press, button Button, fn func(Request, time.Time) (Change, error)) (Request, error) {
	return s.pressIn(ctx, p, button, func(_ View, r Request, now time.Time) (Change, error) { return fn(r, now) })
}

// pressIn is press for what depends on more than the request.
func (s *Service) pressIn(ctx context.Context, p Press, button Button, fn func(View, Request, time.Time) (Change, error)) (Request, error) {
	r, err := s.update(ctx, p.Request, p.IdempotencyKeys, func(v View, r Request) (Change, error) { return fn(v, r, s.now()) })
	switch {
	case errors.Is(err, ErrDuplicate) && r.ID == "":
		return r, &Refusal{Code: RefusedBefore}
	case errors.Is(err, ErrDuplicate):
		return r, nil
	case errors.Is(err, ErrNotFound):
		return r, &Refusal{Code: NoSuchRequest, Request: p.Request}
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
	case NotYours, Involved, DisownedBefore, ObjectionOver, RecoveryHold, AccountBlocked, UnfitContact:
		return true
	}
	return false
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
		s.logEvent(stored.Event)
		s.notify(stored.Jobs...)
		return r, nil
	}
	if _, refused := errors.AsType[*Refusal](err); refused {
		return seen, err
	}
	return r, err
}
