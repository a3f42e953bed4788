package approvals

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.uber.org/zap"
)

// revokeTimeout bounds one try to end a code.
const revokeTimeout = 30 * time.Second

// revoke tries to end the code of a disowned or stopped request, for as long as it may
// work and nobody may have another one: all codes of a user have the same device.
func (s *Service) revoke(ctx context.Context, j Job, r Request) error {
	if r.Revocation.Outcome != "" {
		return nil
	}
	came, err := s.tryToRevoke(ctx, j, r)
	if err != nil {
		return err
	}
	_, err = s.update(ctx, r.ID, nil, func(_ View, r Request) (Change, error) { return r.Revoked(came, s.now()) })
	return err
}

// tryToRevoke asks OneLogin once. An error means that it may be asked again.
func (s *Service) tryToRevoke(ctx context.Context, j Job, r Request) (Revocation, error) {
	another, err := s.mayHaveAnother(ctx, r)
	if err != nil {
		return Revocation{}, err
	}
	if late := r.liveUntil(s.now()).IsZero() || another; late && j.Attempt > 1 {
		return Revocation{Outcome: RevocationNoAnswer}, nil
	} else if late || r.Grant.Device == "" {
		return Revocation{Outcome: RevocationNotTried}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, revokeTimeout)
	defer cancel()
	err = s.Issuer.Revoke(ctx, r.Owner, r.Grant.Device)
	if err == nil {
		return Revocation{Outcome: RevocationTaken}, nil
	}
	s.Log.Warn("code not revoked, or not known", zap.String("request_id", string(r.ID)), zap.Error(err))
	if no, refused := errors.AsType[*NotRevokedError](err); refused && no.Passing && j.Attempt < rejectedTries {
		return Revocation{}, &TemporaryError{After: backoff(j.Attempt), Err: err}
	} else if refused {
		return Revocation{Outcome: RevocationRefused, Status: no.Status}, nil
	}
	if _, again := errors.AsType[*TemporaryError](err); again {
		return Revocation{}, err
	}
	return Revocation{Outcome: RevocationNoAnswer}, nil
}

// mayHaveAnother says whether a code of a later request may work, which would be ended as
// well. While r blocks the account there is none; after the block is lifted it is taken for
// granted; after a stop that blocks nothing the store knows.
func (s *Service) mayHaveAnother(ctx context.Context, r Request) (bool, error) {
	switch {
	case r.Blocks():
		return false, nil
	case !r.LiftedAt.IsZero():
		return true, nil
	}
	granted, err := s.Store.Granted(ctx)
	return slices.ContainsFunc(granted, func(q Request) bool {
		return q.Owner.OneLogin == r.Owner.OneLogin && q.DecidedAt.After(r.StoppedAt)
	}), err
}
