package approvals

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"
)

// escalate asks the next link of the chain that has somebody who may decide. A
// check that cannot be made is tried again until the request is decided or
// expires: those who are asked already can still decide.
func (s *Service) escalate(ctx context.Context, r Request) error {
	now := s.now()
	if r.State == Pending && now.Before(r.EscalateAt) {
		return &TemporaryError{After: r.EscalateAt.Sub(now), NotYet: true, Err: errors.New("not yet")}
	}
	if !r.escalates(now) {
		return nil
	}
	more, err := s.further(ctx, r)
	why, refused := errors.AsType[*Refusal](err)
	if err != nil && !refused {
		return err
	}
	_, err = s.update(ctx, r.ID, nil, func(_ View, now Request) (Change, error) {
		if now.Link != r.Link || len(now.Declined) != len(r.Declined) {
			return Change{}, &TemporaryError{After: lookAgain, NotYet: true, Err: errors.New("the people who are asked have changed")}
		}
		if refused {
			return now.NobodyElse(why, s.now())
		}
		return now.AskMore(more, s.Policy, s.now())
	})
	return err
}

// further looks up who comes next in the chain.
func (s *Service) further(ctx context.Context, r Request) ([]AskedPerson, error) {
	owner, err := s.Directory.Again(ctx, r.Owner)
	if err != nil {
		return nil, err
	}
	if why := same(Owner, r.Owner, owner); why != nil || owner.OneLogin == nil {
		return nil, &Refusal{Code: Changed, Role: Owner, Person: r.Owner}
	}
	before := append(append([]AskedPerson(nil), r.Approvers...), r.Declined...)
	return s.approvers(ctx, s.Policy.linksAfter(r.Link), r.Agent, owner, before)
}

// revokeTimeout bounds one try to end a code.
const revokeTimeout = 30 * time.Second

// revoke tries to end the code of a disowned request, for as long as it may work.
func (s *Service) revoke(ctx context.Context, r Request) error {
	if r.Revocation.Outcome != "" {
		return nil
	}
	came, err := s.tryToRevoke(ctx, r)
	if err != nil && s.now().Before(r.CodeUntil) {
		return err
	}
	if err != nil {
		came.Outcome = RevocationNoAnswer
	}
	_, err = s.update(ctx, r.ID, nil, func(_ View, r Request) (Change, error) { return r.Revoked(came, s.now()) })
	return err
}

// tryToRevoke asks OneLogin once. An error means that it may be asked again.
func (s *Service) tryToRevoke(ctx context.Context, r Request) (Revocation, error) {
	if r.Grant.Device == "" {
		return Revocation{Outcome: RevocationNotTried}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, revokeTimeout)
	defer cancel()
	err := s.Issuer.Revoke(ctx, r.Owner, r.Grant.Device)
	if err == nil {
		return Revocation{Outcome: RevocationTaken}, nil
	}
	s.Log.Warn("code not revoked, or not known", zap.String("request_id", string(r.ID)), zap.Error(err))
	if no, refused := errors.AsType[*NotRevokedError](err); refused {
		return Revocation{Outcome: RevocationRefused, Status: no.Status}, nil
	}
	if _, again := errors.AsType[*TemporaryError](err); again {
		return Revocation{}, err
	}
	return Revocation{Outcome: RevocationNoAnswer}, nil
}
