package approvals

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.uber.org/zap"
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
		if why == nil {
			var err error
			if why, err = s.hearPast(v, &cast); err != nil {
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
	past, err := s.past(ctx, c.Owner)
	if err != nil {
		return Participants{}, err
	}
	c.NoFallback = past.noFallback(c.Owner, s.now())
	c.Approvers, c.Held, err = s.findApprovers(ctx, openLinks(s.Policy.Chain, c.NoFallback), ahead, c.Agent, owner.Profile, nil)
	if why, refused := errors.AsType[*Refusal](err); refused && c.NoFallback != nil {
		why.Chain = append(why.Chain, c.NoFallback)
	}
	if err == nil {
		c.Powers = s.powersOf(ctx, c.Owner)
	}
	return c, err
}

// powersOf lists what the owner may do with olbot, or decides for others: who takes
// over such an account takes that over too. A list that cannot be read says nothing.
func (s *Service) powersOf(ctx context.Context, owner Person) (powers []RiskSignalKind) {
	for _, list := range []struct {
		gives RiskSignalKind
		who   []Principal
	}{{RiskApprover, s.Policy.Chain}, {RiskRequester, s.Policy.Requesters}, {RiskContact, s.Policy.SecurityContacts}} {
		named := slices.DeleteFunc(slices.Clone(list.who), func(p Principal) bool { return p.ID == "" }) // what everybody may is no sign
		has, err := isListed(ctx, s.Directory, named, owner)
		if err != nil {
			s.Log.Warn("read what the owner may do", zap.String("power", string(list.gives)), zap.Error(err))
		}
		if has {
			powers = append(powers, list.gives)
		}
	}
	return powers
}

// hearPast refuses an agent whose own account says no, and completes who is asked with
// what was said before. Whoever was found before the transaction has to stand within it.
func (s *Service) hearPast(v View, c *Participants) (*Refusal, error) {
	past, err := s.pastIn(v, append(People(c.Approvers), c.Agent, c.Owner)...)
	if err != nil {
		return nil, err
	}
	if why := past.hold(Agent, c.Agent, s.Policy, s.now()); why != nil {
		return why, nil
	}
	if closed := past.noFallback(c.Owner, s.now()); s.anyHeld(past, c.Approvers) || (closed == nil) != (c.NoFallback == nil) {
		return nil, errAskedAnew()
	}
	c.Noes = past.noes(c.Owner, s.now())
	return nil, nil
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

// ownerBlocked refuses an account that a request blocks, or a security contact, until that is lifted.
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
	powers := c.Powers
	if !slices.Contains(powers, RiskApprover) {
		asked, err := v.AskedToApprove(c.Owner)
		if err != nil {
			return nil, err
		}
		if asked {
			powers = append([]RiskSignalKind{RiskApprover}, powers...)
		}
	}
	return riskSignals(r, week, before, powers), nil
}
