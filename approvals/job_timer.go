package approvals

import (
	"context"
	"errors"
	"time"
)

// How often the standing jobs run.
const (
	watchEvery = 10 * time.Minute
	pruneEvery = time.Hour
	pruneBatch = 200
	feedBatch  = 100
)

// timer ends what has run out of time. A timer that comes late finds a newer
// state and does nothing; one that comes early is set again.
func (s *Service) runTimer(ctx context.Context, j Job) error {
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
		return s.Store.Enqueue(ctx, Job{Kind: JobShow, Request: r.ID, RunAt: s.now()})
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

// feed tells the audit channel what has come since the last time.
func (s *Service) feed(ctx context.Context) error {
	for {
		feed, err := s.Store.Feed(ctx)
		if err != nil || feed.Lost {
			return err // the watch sets it going again
		}
		events, err := s.Store.Events(ctx, feed.Through, feedBatch)
		if err != nil || len(events) == 0 {
			return err
		}
		told, err := s.Messenger.Tell(ctx, events)
		if told > 0 {
			if err := s.Store.MoveFeed(ctx, events[told-1].Number); err != nil {
				return err
			}
		}
		if errors.Is(err, ErrFeedLost) {
			return s.setFeedLost(ctx, true)
		}
		if err != nil {
			return err
		}
	}
}

// watch looks whether the feed can be posted to, and comes again.
func (s *Service) watch(ctx context.Context) error {
	err := s.Messenger.CheckFeed(ctx)
	lost := errors.Is(err, ErrFeedLost)
	if err != nil && !lost {
		return err
	}
	if err := s.setFeedLost(ctx, lost); err != nil {
		return err
	}
	return &TemporaryError{After: watchEvery, NotYet: true, Err: errors.New("again")}
}

func (s *Service) setFeedLost(ctx context.Context, lost bool) error {
	feed, err := s.Store.Feed(ctx)
	if err != nil || feed.Lost == lost {
		return err
	}
	kind := EventFeedRestored
	if lost {
		kind = EventFeedLost
	}
	e := Event{At: s.now(), Kind: kind}
	if err := s.Store.SetFeedLost(ctx, lost, e); err != nil {
		return err
	}
	s.logEvent(e)
	s.notify()
	return nil
}

// prune removes ended requests that are older than the retention, in small
// batches, and what the Store keeps for a day only, whatever the retention.
func (s *Service) prune(ctx context.Context) error {
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
