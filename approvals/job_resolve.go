package approvals

import (
	"cmp"
	"context"
	"fmt"
	"time"
)

// resolve finds the three people of a received request and asks the approvers,
// or refuses it.
func (s *Service) resolve(ctx context.Context, j Job, r Request) error {
	if r.State != Received {
		return nil
	}
	cast, err := s.findParticipants(ctx, r)
	why, err := s.classifyCheck(ctx, err, j, r.ExpiresAt)
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
		return fmt.Errorf("%w: OneLogin did not say which roles the owner has", ErrUnreliable)
	case u.GroupUnknown && len(protected.Groups) > 0:
		return fmt.Errorf("%w: OneLogin did not say which group the owner is in", ErrUnreliable)
	}
	return nil
}

// lookUpProfile looks somebody up. What OneLogin's answer, or its lack of a question,
// says of them is a refusal.
func (s *Service) lookUpProfile(ctx context.Context, role Role, who Ref) (Profile, error) {
	p, err := s.Directory.Profile(ctx, who)
	if why := notFindable(role, who, err); why != nil {
		return p, why
	}
	if err != nil {
		return p, &lookupError{role, who, err}
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

// ownerBlocked refuses an account whose owner said This wasn't me, or that a security
// contact has blocked, until that is lifted.
func ownerBlocked(v View, owner Person) (*Refusal, error) {
	all, err := v.Restrictions()
	if err != nil {
		return nil, err
	}
	if r, blocked := all.On(owner.OneLogin); blocked {
		why := r.refusal()
		why.Person = owner
		return why, nil
	}
	by, err := v.BlockedBy(owner.OneLogin)
	if err != nil || by == "" {
		return nil, err
	}
	return &Refusal{Code: OwnerBlocked, Role: Owner, Person: owner, Request: by}, nil
}

// keptBack refuses to hand out a code that was being made when the account was blocked
// or all codes were paused.
func keptBack(v View, owner Person) (*Refusal, error) {
	if why, err := ownerBlocked(v, owner); why != nil || err != nil {
		return why, err
	}
	all, err := v.Restrictions()
	if err != nil {
		return nil, err
	}
	if pause, paused := all.Pause(); paused {
		return pause.refusal(), nil
	}
	return nil, nil
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
