package approvals

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"
)

// How look-ups are tried again before the check counts as failed and the request
// is refused: as often as takes a quarter of a minute. Tries are counted, not the
// time, because in a burst of requests the time goes by before the first of them.
const (
	checkTries   = 6
	longestPause = 20 * time.Second // nobody is kept waiting longer for the next try
	throttled    = 2 * time.Second  // the pause when who throttles does not say how long
)

// resolve finds the three people of a received request and asks the approvers,
// or refuses it.
func (s *Service) resolve(ctx context.Context, j Job, r Request) error {
	if r.State != Received {
		return nil
	}
	cast, err := s.findParticipants(ctx, r)
	why, err := s.classifyCheck(ctx, err, j)
	if err != nil {
		return err
	}
	_, err = s.update(ctx, r.ID, nil, func(v View, r Request) (Change, error) {
		if r.State != Received {
			return Change{}, nil
		}
		if now := s.now(); !now.Before(r.ExpiresAt) {
			return r.Expire(now)
		}
		if why == nil {
			var err error
			if why, err = s.mayRequestFor(v, r, cast.Owner); err != nil {
				return Change{}, err
			}
		}
		if why != nil {
			return r.Refuse(why, s.now())
		}
		signs, err := s.riskSignals(v, r, cast)
		if err != nil {
			return Change{}, err
		}
		return r.AskApprovers(cast, signs, s.Policy, s.now())
	})
	return err
}

// findParticipants looks the people up. A *Refusal says who is unfit; any other error is a
// check that could not be made. The agent is judged first: who may not ask
// learns nothing of others.
func (s *Service) findParticipants(ctx context.Context, r Request) (Participants, error) {
	var agent, owner lookup
	var ahead profiles
	errs := parallel(
		func() (err error) { agent, err = s.lookUpAgent(ctx, Agent, Ref{Slack: r.Agent.Slack}); return err },
		func() (err error) {
			if owner.Profile, err = s.lookUpProfile(ctx, Owner, r.Asked); err == nil {
				ahead = s.lookAhead(ctx, owner.Profile)
			}
			return err
		},
	)
	if errs[0] != nil {
		return Participants{}, errs[0]
	}
	if why := mayBeAgent(r.Agent, agent.Profile, agent.listed, Person{}); why != nil {
		return Participants{}, why
	}
	if err := cmp.Or(errs[1], s.protectionKnown(owner.Profile)); err != nil {
		return Participants{}, err
	}
	if why := s.Policy.mayBeOwner(r.Asked, owner.Profile); why != nil {
		return Participants{}, why
	}
	c := Participants{Agent: agent.Person(), Owner: owner.Person()}
	if why := mayBeAgent(r.Agent, agent.Profile, agent.listed, c.Owner); why != nil {
		return Participants{}, why
	}
	var err error
	c.Approvers, err = s.findApprovers(ctx, s.Policy.Chain, ahead, c.Agent, owner.Profile, nil)
	return c, err
}

// A lookup is what looking somebody up came to.
type lookup struct {
	Profile
	listed bool // among the requesters
}

// lookUpAgent looks somebody up, and whether they are among the requesters. The
// groups are read at the same time, by the id that is known, so that nobody waits
// for one call after the other.
func (s *Service) lookUpAgent(ctx context.Context, role Role, who Ref) (f lookup, err error) {
	err = cmp.Or(parallel(
		func() (err error) { f.Profile, err = s.lookUpProfile(ctx, role, who); return err },
		func() (err error) {
			f.listed, err = s.isRequester(ctx, s.Directory, Person{Slack: who.Slack})
			return err
		},
	)...)
	if err != nil || f.listed {
		return f, err
	}
	f.listed, err = s.isRequester(ctx, s.Directory, f.Person()) // perhaps by their other id
	return f, err
}

// protectionKnown is an error if roles or groups protect accounts and OneLogin did
// not say which the owner has: not knowing must not pass for having none (invariant 8).
func (s *Service) protectionKnown(owner Profile) error {
	u, protected := owner.OneLogin, s.Policy.Protected
	switch {
	case u == nil:
	case u.RolesUnknown && len(protected.Roles) > 0:
		return errors.New("OneLogin did not say which roles the owner has")
	case u.GroupUnknown && len(protected.Groups) > 0:
		return errors.New("OneLogin did not say which group the owner is in")
	}
	return nil
}

// lookUpProfile looks somebody up; that more than one OneLogin user matches is a refusal.
func (s *Service) lookUpProfile(ctx context.Context, role Role, who Ref) (Profile, error) {
	p, err := s.Directory.Profile(ctx, who)
	if errors.Is(err, ErrAmbiguous) {
		return p, &Refusal{Code: Ambiguous, Role: role, Named: who}
	}
	if err != nil {
		return p, fmt.Errorf("look up the %s: %w", role, err)
	}
	return p, nil
}

// mayRequestFor checks what only the store knows of the owner.
func (s *Service) mayRequestFor(v View, r Request, owner Person) (*Refusal, error) {
	busy, err := v.OpenFor(owner.OneLogin)
	if err != nil {
		return nil, err
	}
	if busy != "" && busy != r.ID {
		return &Refusal{Code: OwnerBusy, Role: Owner, Person: owner, Request: busy}, nil
	}
	if why, err := ownerBlocked(v, owner); why != nil || err != nil {
		return why, err
	}
	if s.Policy.OwnerLimit == 0 {
		return nil, nil
	}
	n, err := v.AskedFor(owner.OneLogin, s.now().Add(-24*time.Hour))
	if err != nil {
		return nil, err
	}
	if n >= s.Policy.OwnerLimit {
		return &Refusal{Code: OwnerLimit, Role: Owner, Person: owner, Limit: s.Policy.OwnerLimit}, nil
	}
	return nil, nil
}

// ownerBlocked refuses an account whose owner said This wasn't me, until that is lifted.
func ownerBlocked(v View, owner Person) (*Refusal, error) {
	by, err := v.BlockedBy(owner.OneLogin)
	if err != nil || by == "" {
		return nil, err
	}
	return &Refusal{Code: OwnerBlocked, Role: Owner, Person: owner, Request: by}, nil
}

func (s *Service) riskSignals(v View, r Request, c Participants) ([]RiskSignal, error) {
	week, err := v.AskedFor(c.Owner.OneLogin, s.now().Add(-7*24*time.Hour))
	if err != nil {
		return nil, err
	}
	before, err := v.AskedBy(c.Agent)
	if err != nil {
		return nil, err
	}
	return riskSignals(r, week, before), nil
}

// classifyCheck sorts what checking people came to: fine (nil, nil), a refusal, or an
// error that means the job runs again. A check that cannot be made in as many
// tries as there are is a refusal (invariant 8). Credentials that are refused are
// tried as often: OneLogin is known to refuse good ones now and then. One that is
// throttled waits: many requests at once are no failure, and the timers bound how
// long it can take.
func (s *Service) classifyCheck(ctx context.Context, err error, j Job) (*Refusal, error) {
	if err == nil {
		return nil, nil
	}
	if why, refused := errors.AsType[*Refusal](err); refused {
		return why, nil
	}
	if ctx.Err() != nil {
		return nil, err // stopped, or the lease is lost: no verdict
	}
	ref := NewRef()
	log := s.Log.With(append(jobFields(j), zap.String("ref", ref), zap.Error(err))...)
	wait := backoff(j.Attempt)
	if temporary, ok := errors.AsType[*TemporaryError](err); ok {
		if temporary.NotYet {
			return nil, &TemporaryError{After: cmp.Or(temporary.After, throttled), NotYet: true, Err: err}
		}
		wait = max(wait, temporary.After)
	}
	if j.Attempt < checkTries && wait <= longestPause {
		return nil, &TemporaryError{After: wait, Err: err}
	}
	log.Error("look-up failed for good")
	if errors.Is(err, ErrCredentials) {
		return &Refusal{Code: LookupRejected, Ref: ref}, nil
	}
	return &Refusal{Code: LookupFailed, Ref: ref}, nil
}
