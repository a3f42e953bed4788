package approvals

import (
	"cmp"
	"context"
	"errors"

	"go.uber.org/zap"
)

// storeOutcome stores what became of the attempt.
func (s *Service) storeOutcome(ctx context.Context, j Job, r Request, answer Answer, err error) (Request, error) {
	attempt := r.Attempt
	if err == nil {
		return s.storeGrant(ctx, j, r, answer)
	}
	s.Log.Warn("code not made, or not known", append(jobFields(j), zap.Int("attempt", attempt), zap.Error(err))...)
	not, surely := errors.AsType[*NotIssuedError](err)
	return s.persist(ctx, r.ID, func(_ View, r Request) (Change, error) {
		if !surely {
			return r.OutcomeUnknown(attempt, s.now())
		}
		return r.notIssued(attempt, not, backoff(j.Attempt), s.now())
	})
}

// storeGrant stores that a code was made, and which one.
func (s *Service) storeGrant(ctx context.Context, j Job, r Request, answer Answer) (Request, error) {
	attempt := r.Attempt
	grant, wider := compareGrant(r, answer, s.now())
	if len(grant.Missing) > 0 || answer.Unreadable != "" {
		s.Log.Warn("OneLogin did not say all about the code", append(jobFields(j),
			zap.Strings("missing", grant.Missing), zap.String("unreadable", answer.Unreadable))...)
	}
	return s.persist(ctx, r.ID, func(v View, r Request) (Change, error) {
		why, err := keptBack(v, r.Owner)
		switch {
		case err != nil:
			return Change{}, err
		case wider:
			why = &Refusal{Code: CodeWider}
		case why == nil || why.Request == r.ID: // what the owner said of r itself, Issued knows
			return r.Issued(attempt, grant, s.now())
		}
		r.Grant.Device = cmp.Or(grant.Device, r.Grant.Device) // whoever ends it meanwhile has it revoked
		return r.Fail(attempt, why, grant.MayWorkUntil(), s.now())
	})
}
