package approvals

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"go.uber.org/zap"
)

// How long the steps of the one-way door may take.
const (
	showPatience  = 10 * time.Second // showing a code that Slack surely refused is tried again for so long, from memory
	storePatience = 20 * time.Second // storing OneLogin's answer
	cardPause     = time.Second      // until it is looked again whether the agent has a card
)

// makeCode makes the code that is wanted, if one still is.
func (s *Service) makeCode(ctx context.Context, j Job, r Request) (err error) {
	if r.State == Issuing {
		// Whoever stored this intent stopped before the answer was stored.
		// OneLogin is not asked again (invariant 4).
		_, err := s.update(ctx, r.ID, nil, func(_ View, now Request) (Change, error) {
			return now.OutcomeUnknown(r.Attempt, s.now())
		})
		return err
	}
	if r.State == Issued && r.Showing == "" {
		// Whoever made this code stopped before they could say whether it was
		// shown. It was held in their memory alone.
		attempt := r.Attempt
		if r, err = s.persist(ctx, r.ID, func(_ View, r Request) (Change, error) { return r.RecordDelivery(attempt, NotShown, s.now()) }); err != nil {
			return err
		}
	}
	if !r.Making(s.now()) {
		return nil
	}
	if has, err := s.Messenger.HasCard(ctx, r); err != nil || !has {
		return cmp.Or(err, error(&TemporaryError{After: cardPause, NotYet: true, Err: errors.New("the agent has no card yet")}))
	}
	check, err := s.Directory.Reserve(ctx, r)
	if err != nil {
		return err
	}
	looked := s.now()
	presence, checked := s.precheck(ctx, check, j, r)
	if presence != Active {
		_, err := s.update(ctx, r.ID, nil, func(_ View, r Request) (Change, error) { return r.DeferToAgent(presence, s.now()) })
		return err
	}
	why, err := s.classifyCheck(ctx, checked, j, r.ClaimUntil)
	if err != nil {
		return err
	}
	attempt, started := r.Attempt+1, false
	r, err = s.update(ctx, r.ID, nil, func(v View, r Request) (c Change, err error) {
		started = false // what an earlier run of this function decided was not stored
		if r.Attempt+1 != attempt || r.State == Issuing {
			return Change{}, nil
		}
		c, err = s.intend(v, r, why, looked)
		started = err == nil && c.Request.State == Issuing
		return c, err
	})
	if _, refused := errors.AsType[*Refusal](err); refused {
		return nil // it ended meanwhile
	}
	if err != nil || !started {
		return err
	}
	return s.issue(ctx, j, r)
}

// intend is the Change that the fresh check leads to: the intent, or the end. A
// check that is too old, because it took too long or the machine slept, is made
// again, a few times.
func (s *Service) intend(v View, r Request, why *Refusal, looked time.Time) (Change, error) {
	now := s.now()
	if s.stopping.Load() {
		return Change{}, &TemporaryError{After: retryPause, NotYet: true, Err: errors.New("olbot stops: the next start begins the code")}
	}
	if age := age(now, looked); age > s.Policy.checkAge() {
		s.Log.Warn("the check before a code took too long", zap.String("request_id", string(r.ID)),
			zap.Duration("age", age), zap.Duration("limit", s.Policy.checkAge()))
		return r.RepeatCheck(now)
	}
	lost, err := v.FeedLost()
	if err != nil {
		return Change{}, err
	}
	if lost && why == nil {
		why = &Refusal{Code: FeedLost}
	}
	if why == nil {
		if why, err = ownerBlocked(v, r.Owner); err != nil {
			return Change{}, err
		}
	}
	if why == nil {
		if why, err = s.heldNow(v, r); err != nil {
			return Change{}, err
		}
	}
	if why == nil {
		history, err := v.History(r.ID)
		if err != nil {
			return Change{}, err
		}
		why = r.mayIssue(history)
	}
	if why != nil {
		return r.Refuse(why, now)
	}
	all, err := v.Restrictions()
	if err != nil {
		return Change{}, err
	}
	if _, paused := all.Pause(); paused {
		return r.HoldCode(now)
	}
	return r.StartIssuing(now)
}

// age is how old what is of that moment is now, also if the machine slept in between:
// the monotonic clock stands still then. After a wall clock that was set back nobody
// can tell, and it is too old for everything.
func age(now, at time.Time) time.Duration {
	wall := now.Round(0).Sub(at.Round(0))
	if wall < 0 {
		return math.MaxInt64
	}
	return max(wall, now.Sub(at))
}

// precheck makes the fresh check and asks whether the agent is there, at once. That
// the question had to wait is no answer; that it failed is PresenceUnknown.
func (s *Service) precheck(ctx context.Context, check FreshCheck, j Job, r Request) (presence Presence, checked error) {
	errs := parallel(
		func() (err error) { presence, err = s.agentPresence(ctx, check, r); return err },
		func() error { return s.recheck(ctx, check, r) },
	)
	temporary, ok := errors.AsType[*TemporaryError](errs[0])
	switch {
	case ok && temporary.NotYet:
		return Active, errs[0]
	case errs[0] != nil:
		s.Log.Warn("presence of the agent not known", append(jobFields(j), zap.Error(errs[0]))...)
		return PresenceUnknown, errs[1]
	}
	return presence, errs[1]
}

// agentPresence asks Slack whether the agent is at the screen. Whoever has asked
// for the code, or just typed or pressed something, is.
func (s *Service) agentPresence(ctx context.Context, check FreshCheck, r Request) (Presence, error) {
	if now := s.now(); !r.AsksPresence(now) || s.sightings.here(r.Agent, now) {
		return Active, nil
	}
	active, err := check.Active(ctx, r.Agent.Slack)
	switch {
	case err != nil:
		return PresenceUnknown, err
	case active:
		return Active, nil
	}
	return Away, nil
}

// issue asks OneLogin, stores the answer and shows the code. The token
// exists here and nowhere else.
func (s *Service) issue(ctx context.Context, j Job, r Request) error {
	attempt := r.Attempt
	token, answer, err := s.callIssuer(ctx, j, r)
	r, end := s.storeOutcome(ctx, j, r, answer, err)
	if end != nil {
		return fmt.Errorf("store the outcome of attempt %d: %w", attempt, end)
	}
	if not, ok := errors.AsType[*NotIssuedError](err); ok && r.State == Approved {
		// The job runs again as what it is, so that its tries go on being counted.
		return &TemporaryError{After: max(not.After, backoff(j.Attempt)), Err: err}
	}
	if err != nil || !r.shows(attempt) {
		return nil
	}
	showing := Shown
	if err := s.showCode(ctx, r, token); err != nil {
		s.Log.Warn("code not shown", append(jobFields(j), zap.Error(err))...)
		showing = NotShown
	}
	_, err = s.persist(ctx, r.ID, func(_ View, r Request) (Change, error) { return r.RecordDelivery(attempt, showing, s.now()) })
	return err
}

// callIssuer asks OneLogin, unless somebody may have taken the attempt for dead:
// the lease has to be held now, and the intent may not be so old that its code could
// work longer than was stored.
func (s *Service) callIssuer(ctx context.Context, j Job, r Request) (Token, Answer, error) {
	err := s.Store.Extend(ctx, j, s.now().Add(lease))
	if err == nil && age(s.now(), r.IssuingAt) > intentAge {
		err = errors.New("the intent is too old")
	}
	if err != nil {
		return Token{}, Answer{}, &NotIssuedError{Retry: true, Cause: DelaySlow, Refusal: &Refusal{Code: TooSlow, Limit: slowTries}, Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return s.Issuer.Issue(ctx, r.Owner, r.Validity, r.Reusable)
}

// shows says whether the code of the attempt may be shown.
func (r Request) shows(attempt int) bool { return r.State == Issued && r.Attempt == attempt }

// persist stores a Change that must not be lost, through a database that is away
// for a while and past the end of ctx.
func (s *Service) persist(ctx context.Context, id ID, fn func(View, Request) (Change, error)) (Request, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storePatience)
	defer cancel()
	for {
		r, err := s.update(ctx, id, nil, fn)
		if _, refused := errors.AsType[*Refusal](err); refused || err == nil {
			return r, nil // refused: the attempt is over, in this worker's way or another's, and r says which
		}
		select {
		case <-ctx.Done():
			return r, err
		case <-time.After(retryPause):
		}
	}
}

// showCode shows the code once; while Slack surely refuses the message, again, for as
// long as nobody has stopped the request, blocked the account or paused all codes.
func (s *Service) showCode(ctx context.Context, r Request, t Token) error {
	ctx, cancel := context.WithTimeout(ctx, showPatience)
	defer cancel()
	for {
		err := s.Messenger.ShowCode(ctx, r, t)
		temporary, again := errors.AsType[*TemporaryError](err)
		if !again {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(max(temporary.After, retryPause)):
		}
		if no := s.mayStillShow(ctx, r); no != nil {
			return errors.Join(fmt.Errorf("not shown again: %w", no), err)
		}
	}
}

// mayStillShow says why the code of r's last attempt may not be shown any more.
func (s *Service) mayStillShow(ctx context.Context, r Request) error {
	_, err := s.update(ctx, r.ID, nil, func(v View, now Request) (Change, error) {
		if !now.shows(r.Attempt) {
			return Change{}, now.tooLate()
		}
		why, err := keptBack(v, now.Owner)
		if err == nil && why != nil {
			err = why
		}
		return Change{}, err
	})
	return err
}
