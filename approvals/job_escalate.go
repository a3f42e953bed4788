package approvals

import (
	"context"
	"errors"
	"slices"
)

// escalate asks the next link of the chain that has somebody who may decide. A
// check that cannot be made is tried again until the request is decided or
// expires: the approvers so far can still decide.
func (s *Service) escalate(ctx context.Context, _ Job, r Request) error {
	now := s.now()
	if r.State == Pending && now.Before(r.EscalateAt) {
		return &TemporaryError{After: r.EscalateAt.Sub(now), NotYet: true, Err: errors.New("not yet")}
	}
	if !r.escalationDue(now) {
		return nil
	}
	more, err := s.findNextApprovers(ctx, r)
	why, refused := errors.AsType[*Refusal](err)
	if err != nil && !refused {
		return err
	}
	_, err = s.update(ctx, r.ID, nil, func(_ View, now Request) (Change, error) {
		if now.Link != r.Link || len(now.Declined) != len(r.Declined) || len(now.Unreached) != len(r.Unreached) {
			return Change{}, &TemporaryError{After: retryPause, NotYet: true, Err: errors.New("the people who are asked have changed")}
		}
		if refused {
			return now.NobodyElse(why, s.now())
		}
		return now.Escalate(more, s.Policy, s.now())
	})
	return err
}

// findNextApprovers looks up who comes next in the chain.
func (s *Service) findNextApprovers(ctx context.Context, r Request) ([]AskedPerson, error) {
	links := s.Policy.linksAfter(r.Link)
	if len(links) == 0 {
		return nil, &Refusal{Code: NoApprover, Role: Approver}
	}
	owner, err := s.Directory.Reread(ctx, r.Owner)
	if err != nil {
		return nil, err
	}
	if why := same(Owner, r.Owner, owner); why != nil || owner.OneLogin == nil {
		return nil, &Refusal{Code: Changed, Role: Owner, Person: r.Owner}
	}
	return s.findApprovers(ctx, links, nil, r.Agent, owner, slices.Concat(r.Approvers, r.Declined, r.Unreached))
}
