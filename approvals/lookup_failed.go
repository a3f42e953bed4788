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
	lastingTries = 2                // of what will hardly pass
	longestPause = 20 * time.Second // nobody is kept waiting longer for the next try
	throttled    = 2 * time.Second  // the pause when who throttles does not say how long
)

// classifyCheck sorts what checking people came to: fine (nil, nil), a refusal, or an
// error that means the job runs again. A check that cannot be made in as many
// tries as there are is a refusal (invariant 8). Credentials that are refused are
// tried as often, unless OneLogin names their scope: it is known to refuse good ones
// now and then. One that is throttled waits: many requests at once are no failure.
// But if the wait that is asked for lasts until the deadline or longer, that is said
// at once.
func (s *Service) classifyCheck(ctx context.Context, err error, j Job, deadline time.Time) (*Refusal, error) {
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
		until := s.now().Add(temporary.After)
		switch {
		case temporary.NotYet && temporary.After > 0 && !until.Before(deadline):
			log.Error("no more calls are allowed in time")
			return &Refusal{Code: TooManyCalls, Until: until, Ref: ref}, nil
		case temporary.NotYet:
			return nil, &TemporaryError{After: cmp.Or(temporary.After, throttled), NotYet: true, Err: err}
		}
		wait = max(wait, temporary.After)
	}
	code, tries := lookupFailure(err)
	if j.Attempt < tries && wait <= longestPause {
		return nil, &TemporaryError{After: wait, Err: err}
	}
	log.Error("look-up failed for good")
	why := &Refusal{Code: code, Ref: ref}
	if of, known := errors.AsType[*lookupError](err); known && code == LookupUnreliable {
		why.Role, why.Named = of.role, of.who
	}
	return why, nil
}

// A lookupError says of whom a look-up failed.
type lookupError struct {
	role Role
	who  Ref
	err  error
}

func (e *lookupError) Error() string { return fmt.Sprintf("look up the %s: %v", e.role, e.err) }
func (e *lookupError) Unwrap() error { return e.err }

// lookupFailure is what a failed look-up is told as, and how often it is tried.
func lookupFailure(err error) (code RefusalCode, tries int64) {
	switch {
	case errors.Is(err, ErrScope):
		return LookupScope, lastingTries
	case errors.Is(err, ErrForbidden):
		return LookupForbidden, lastingTries
	case errors.Is(err, ErrCredentials):
		return LookupRejected, checkTries
	case errors.Is(err, ErrUnreliable):
		return LookupUnreliable, lastingTries
	}
	return LookupFailed, checkTries
}

// notFindable is the refusal of somebody whom OneLogin cannot be asked about, or of
// whom it has several; nil for every other error.
func notFindable(role Role, who Ref, err error) *Refusal {
	switch {
	case errors.Is(err, ErrAmbiguous):
		return &Refusal{Code: Ambiguous, Role: role, Named: who}
	case errors.Is(err, ErrNotAskable):
		return &Refusal{Code: NotAskable, Role: role, Named: who}
	}
	return nil
}
