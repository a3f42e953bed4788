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
	return s.inTime(s.press(ctx, p, ButtonApprove, func(r Request, now time.Time) (Change, error) {
		return r.Approve(p.By, s.Policy, now)
	}))
}

// Deny is an approver's no, or their Not my report. Returns as with Approve.
func (s *Service) Deny(ctx context.Context, p Press, why Denial) (Request, error) {
	return s.inTime(s.press(ctx, p, ButtonDeny, func(r Request, now time.Time) (Change, error) {
		return r.Deny(p.By, why, s.Policy, now)
	}))
}

// MayDecide says whether a press of Approve or Deny would decide the request now,
// and returns it. ErrNotFound if there is none.
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
	by, contact, err := s.lookUpContact(ctx, p.By)
	if err != nil {
		s.Log.Error("look up a security contact", zap.Error(err))
		return Request{}, &Refusal{Code: NotLifted, Request: p.Request}
	}
	return s.press(ctx, p, ButtonLift, func(r Request, now time.Time) (Change, error) {
		return r.Lift(by, contact, now)
	})
}

// lookUpContact looks up who presses, and whether they are a security contact.
func (s *Service) lookUpContact(ctx context.Context, slackID string) (Person, bool, error) {
	if end, bounded := ctx.Deadline(); bounded {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, end.Add(-liftTime))
		defer cancel()
	}
	p, err := s.Directory.Profile(ctx, Ref{Slack: slackID})
	if err != nil {
		return Person{}, false, err
	}
	who := p.Person()
	contact, err := isListed(ctx, s.Directory, s.Policy.SecurityContacts, who)
	return who, contact && who.HasSlack(slackID), err
}

// press stores the Change of a press. A press that Slack delivers again returns
// the request as it is. Errors as with Submit. A press on somebody else's
// button is refused and stands in the trail.
func (s *Service) press(ctx context.Context, p Press, button Button, fn func(Request, time.Time) (Change, error)) (Request, error) {
	r, err := s.update(ctx, p.Request, p.IdempotencyKeys, func(_ View, r Request) (Change, error) { return fn(r, s.now()) })
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
	if why, refused := errors.AsType[*Refusal](err); refused && worthTelling(button, why) {
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
// wasn't me also when there is nothing left to stop, because a code that was made
// may still work.
func worthTelling(button Button, why *Refusal) bool {
	return why.Code == NotYours || why.Code == Involved || button == ButtonDisown && why.Code == TooLate
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
