package approvals

import (
	"context"
	"errors"
	"slices"
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
		default:
			return r.Close(now)
		}
	})
	if err != nil {
		return err
	}
	if wait := r.due(j.Kind).Sub(s.now()); wait > 0 {
		return &TemporaryError{After: wait, NotYet: true, Err: errors.New("not yet")}
	}
	if j.Kind == JobLapse && !r.State.Ended() || j.Kind == JobClose && r.State.Ended() {
		// The claim window is over: Generate a new code has to go from the card. Or
		// the last code has ended: This wasn't me has to.
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
	}
	return time.Time{}
}

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
