package approvals

import (
	"cmp"
	"context"
	"errors"
	"time"

	"go.uber.org/zap"
)

// answerTime is left of the time to answer a press or a command when a look-up that takes
// long is given up.
const answerTime = time.Second

// lookUpLifter looks up who wants to lift a block, and whether they are a security
// contact. They have to be fit as an approver has to: a *Refusal says why they are not.
func (s *Service) lookUpLifter(ctx context.Context, slackID string) (Person, bool, error) {
	ctx, cancel := inPressTime(ctx)
	defer cancel()
	named := Ref{Slack: slackID}
	p, err := s.Directory.Profile(ctx, named)
	if err != nil {
		return Person{}, false, err
	}
	who := p.Person()
	contact, err := isListed(ctx, s.Directory, s.Policy.SecurityContacts, who)
	if err != nil || !contact || !who.HasSlack(slackID) {
		return who, false, err
	}
	if why := eligible(Contact, named, p); why != nil {
		return who, false, why
	}
	return who, true, nil
}

// lookUpContact looks up who presses, and whether they are a security contact. Slack alone
// decides: to stop something, a full member need not be anybody in OneLogin, which is only
// asked what they are called.
func (s *Service) lookUpContact(ctx context.Context, slackID string) (Person, bool, error) {
	ctx, cancel := inPressTime(ctx)
	defer cancel()
	var account *Account
	var named Profile
	errs := parallel(
		func() (err error) { account, err = s.Directory.Account(ctx, slackID); return err },
		func() (err error) { named, err = s.Directory.Profile(ctx, Ref{Slack: slackID}); return err },
	)
	if errs[0] != nil {
		return Person{}, false, errs[0]
	}
	who := Profile{Slack: account, OneLogin: named.OneLogin}.Person()
	contact, err := isListed(ctx, s.Directory, s.Policy.SecurityContacts, who)
	return who, contact && who.HasSlack(slackID) && forbiddenMembership(Contact, account) == "", err
}

// known is a Slack user by the ids that are known without asking Slack.
func (s *Service) known(slackID string) Person {
	who := Person{Slack: slackID}
	ids, _ := s.Directory.KnownIDs(slackID)
	for _, id := range ids {
		if id != slackID {
			who.SlackOrg = id
		}
	}
	return who
}

// inPressTime leaves time to answer the press or the command.
func inPressTime(ctx context.Context) (context.Context, context.CancelFunc) {
	if end, bounded := ctx.Deadline(); bounded {
		return context.WithDeadline(ctx, end.Add(-answerTime))
	}
	return ctx, func() {}
}

// BlockAccount is a security contact's Block an account. Whose account it is is looked up
// fresh, as is who presses.
func (s *Service) BlockAccount(ctx context.Context, p Press, account Ref, reason string) error {
	var owner Profile
	var by Person
	var contact bool
	errs := parallel(
		func() (err error) { by, contact, err = s.lookUpContact(ctx, p.By); return err },
		func() (err error) {
			ctx, cancel := inPressTime(ctx)
			defer cancel()
			owner, err = s.lookUpProfile(ctx, Owner, account)
			return err
		},
	)
	if errs[0] == nil && !contact { // who may not learns nothing of others
		return s.restrictionRefused(ctx, p, ButtonBlock, notAContact(""))
	}
	err := cmp.Or(errs[0], errs[1])
	if why, refused := errors.AsType[*Refusal](err); refused {
		return why
	}
	if err != nil {
		s.Log.Error("look up whose account is to be blocked, and by whom", zap.Error(err))
		return &Refusal{Code: NotChecked}
	}
	if owner.OneLogin == nil || owner.OneLogin.ID == 0 {
		return &Refusal{Code: NotInOneLogin, Role: Owner, Named: account, Person: owner.Person()}
	}
	id := NewID()
	return s.restrict(ctx, p, ButtonBlock, func(all Restrictions, now time.Time) (Event, error) {
		return all.Block(id, owner.Person(), reason, by, contact, now)
	})
}

// PauseCodes is a security contact's Pause all codes.
func (s *Service) PauseCodes(ctx context.Context, p Press) error {
	id := NewID()
	return s.restrictBy(ctx, p, ButtonPause, func(all Restrictions, by Person, contact bool, now time.Time) (Event, error) {
		return all.PauseCodes(id, by, contact, now)
	})
}

// Resume is a security contact's Resume: p.Request is the id of what paused the codes.
func (s *Service) Resume(ctx context.Context, p Press) error {
	return s.restrictBy(ctx, p, ButtonResume, func(all Restrictions, by Person, contact bool, now time.Time) (Event, error) {
		if pause, paused := all.Pause(); contact && (!paused || pause.ID != p.Request) { // who lifts a block is looked at more closely
			return Event{}, &Refusal{Code: NotBlocked, Request: p.Request}
		}
		return all.Lift(p.Request, by, contact, now)
	})
}

// restrictBy is restrict by who presses, looked up fresh.
func (s *Service) restrictBy(ctx context.Context, p Press, button Button, fn func(Restrictions, Person, bool, time.Time) (Event, error)) error {
	by, contact, err := s.lookUpContact(ctx, p.By)
	if err != nil {
		s.Log.Error("look up a security contact", zap.Error(err))
		return &Refusal{Code: NotChecked}
	}
	return s.restrict(ctx, p, button, func(all Restrictions, now time.Time) (Event, error) { return fn(all, by, contact, now) })
}

// restrict stores the event that fn makes of the restrictions that hold. A press that Slack
// delivers again is done. Errors as with press.
func (s *Service) restrict(ctx context.Context, p Press, button Button, fn func(Restrictions, time.Time) (Event, error)) error {
	err := s.Store.Restrict(ctx, p.IdempotencyKeys, func(all Restrictions) (Event, error) { return fn(all, s.now()) })
	switch {
	case err == nil:
		s.notify()
		contacts, failed := s.contactIDs(ctx)
		if failed = errors.Join(failed, s.repaintHomes(ctx, contacts)); failed != nil {
			s.Log.Warn("Home tabs of security contacts not repainted", zap.Error(failed)) // they are when they are opened
		}
		return nil
	case errors.Is(err, ErrDuplicate), errors.Is(err, ErrOutcomeUnknown):
		return s.findRestriction(ctx, p.IdempotencyKeys)
	}
	if why, refused := errors.AsType[*Refusal](err); refused && worthTelling(why) {
		return s.restrictionRefused(ctx, p, button, why)
	}
	return err
}

// restrictionRefused is pressRefused for a press that is about no request.
func (s *Service) restrictionRefused(ctx context.Context, p Press, button Button, why *Refusal) error {
	p.Request = ""
	return s.pressRefused(ctx, p, button, Request{}, why)
}

// findRestriction looks up what became of a delivery, until ctx ends.
func (s *Service) findRestriction(ctx context.Context, keys []string) error {
	for len(keys) > 0 {
		for _, key := range keys {
			switch id, err := s.Store.Delivered(ctx, key); {
			case err == nil && id == "":
				return &Refusal{Code: RefusedBefore}
			case err == nil:
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return ErrOutcomeUnknown
		case <-time.After(retryPause):
		}
	}
	return ErrOutcomeUnknown
}

// LiftOnMachine ends the block of an account, or the pause, that has the id, without a
// security contact: an operator's command. Errors as with Lift.
func LiftOnMachine(ctx context.Context, store Store, id ID, operator Person, reason string, now time.Time) error {
	all, err := store.Restrictions(ctx)
	if err != nil {
		return err
	}
	if _, found := all.Named(id); found {
		return store.Restrict(ctx, nil, func(all Restrictions) (Event, error) {
			e, err := all.Lift(id, operator, true, now)
			e.Reason = clip(reason)
			return e, err
		})
	}
	_, err = store.Update(ctx, id, nil, func(_ View, r Request) (Change, error) { return r.LiftOnMachine(operator, reason, now) })
	if errors.Is(err, ErrNotFound) {
		return &Refusal{Code: NotBlocked, Request: id}
	}
	return err
}
