package approvals

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// recheck checks all three people and the rules again, freshly read in parallel
// (invariant 1).
func (s *Service) recheck(ctx context.Context, check FreshCheck, r Request) error {
	if why := s.Policy.stillAllowed(r); why != nil {
		return why
	}
	var agent, owner, approver lookup
	err := cmp.Or(parallel(
		func() (err error) { agent, err = s.reread(ctx, check, Agent, r.Agent); return err },
		func() (err error) { owner, err = s.reread(ctx, check, Owner, r.Owner); return err },
		func() (err error) { approver, err = s.reread(ctx, check, Approver, r.DecidedBy.Person); return err },
	)...)
	if err != nil {
		return err
	}
	if err := s.protectionKnown(owner.Profile); err != nil {
		return err
	}
	for _, why := range []*Refusal{
		mayBeAgent(r.Agent, agent.Profile, agent.listed, owner.Person()),
		same(Agent, r.Agent, agent.Profile),
		s.Policy.mayBeOwner(r.Asked, owner.Profile),
		same(Owner, r.Owner, owner.Profile),
		mayApprove(r.DecidedBy.Link, Ref{Slack: r.DecidedBy.Slack}, approver.Profile, approver.listed, agent.Person(), owner.Person()),
		same(Approver, r.DecidedBy.Person, approver.Profile),
	} {
		if why != nil {
			return why
		}
	}
	return s.stillInChain(ctx, check, r, owner.Profile)
}

// heldNow says whether the agent's or the approver's own account keeps them from it.
func (s *Service) heldNow(v View, r Request) (*Refusal, error) {
	past, err := s.pastIn(v, r.Agent, r.DecidedBy.Person)
	if err != nil {
		return nil, err
	}
	if why := past.hold(Agent, r.Agent, s.Policy, s.now()); why != nil {
		return why, nil
	}
	return past.hold(Approver, r.DecidedBy.Person, s.Policy, s.now()), nil
}

// reread reads a stored person fresh, and whether they are among the requesters.
func (s *Service) reread(ctx context.Context, check FreshCheck, role Role, who Person) (f lookup, err error) {
	err = cmp.Or(parallel(
		func() (err error) { f.Profile, err = check.Reread(ctx, who); return err },
		func() (err error) { f.listed, err = s.isRequester(ctx, check, who); return err },
	)...)
	if err != nil {
		return f, fmt.Errorf("look up the %s again: %w", role, err)
	}
	return f, nil
}

// stillInChain checks that the approver's link is still a link, and theirs.
func (s *Service) stillInChain(ctx context.Context, groups Groups, r Request, owner Profile) error {
	gone := &Refusal{Code: Changed, Role: Approver, Person: r.DecidedBy.Person, Link: r.DecidedBy.Link}
	if !slices.Contains(s.Policy.Chain, r.DecidedBy.Link) {
		return gone
	}
	candidates, no, err := candidatesOf(ctx, groups, r.DecidedBy.Link, owner)
	if err != nil {
		return err
	}
	theirs := func(c Ref) bool {
		return r.DecidedBy.HasSlack(c.Slack) || c.OneLogin != 0 && c.OneLogin == r.DecidedBy.OneLogin
	}
	if no != nil || !slices.ContainsFunc(candidates, theirs) {
		return gone
	}
	return nil
}
