package approvals

import (
	"context"
	"errors"
	"time"
)

// How often the permanent jobs run.
const (
	pruneEvery = time.Hour
	pruneBatch = 200
)

// runTimer runs the transition whose time has come. A timer that fires late finds
// a newer state and does nothing; one that fires early is set again.
func (s *Service) runTimer(ctx context.Context, j Job, _ Request) error {
	r, err := s.update(ctx, j.Request, nil, func(_ View, r Request) (Change, error) {
		switch now := s.now(); j.Kind {
		case JobExpire:
			return r.Expire(now)
		case JobLapse:
			return r.Lapse(now)
		case JobRemind:
			return r.Remind(s.Policy, now)
		case JobClose:
			return r.Close(now)
		}
		return Change{}, nil
	})
	if err != nil {
		return err
	}
	if wait := r.due(j.Kind).Sub(s.now()); wait > 0 {
		return &TemporaryError{After: wait, NotYet: true, Err: errors.New("not yet")}
	}
	if j.Kind == JobLapse && !r.State.Ended() || (j.Kind == JobClose || j.Kind == JobObjection) && r.State.Ended() {
		// The claim window is over: Generate a new code has to go from the card. Or the
		// last code has ended: nobody has to fear it any more. Or the owner's time to
		// object has: This wasn't me has to go.
		return s.enqueue(ctx, Job{Kind: JobShow, Request: r.ID, RunAt: s.now()})
	}
	return nil
}

// due is when the timer has something to do in r's state, zero if never.
func (r Request) due(kind JobKind) time.Time {
	switch {
	case kind == JobExpire && (r.State == Received || r.State == Pending):
		return r.ExpiresAt
	case kind == JobLapse && !r.State.Ended():
		return r.ClaimUntil
	case kind == JobRemind && r.State == Pending:
		return r.RemindAt
	case kind == JobClose && r.State.Ended():
		return r.CodeUntil
	case kind == JobClose && r.Attempt > 0:
		return r.CloseAt()
	case kind == JobObjection && r.State.Ended():
		return r.ObjectionUntil()
	}
	return time.Time{}
}

// prune removes ended requests that are older than the retention, in small
// batches, and what the Store keeps for a day only, whatever the retention.
func (s *Service) prune(ctx context.Context, _ Job) error {
	var before time.Time
	if s.Retention > 0 {
		before = s.now().Add(-s.Retention)
	}
	for {
		n, err := s.Store.Prune(ctx, before, pruneBatch)
		if err != nil {
			return err
		}
		if n < pruneBatch {
			break
		}
	}
	return &TemporaryError{After: pruneEvery, NotYet: true, Err: errors.New("again")}
}
