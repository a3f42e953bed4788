package approvals

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"
)

// A Sink is sent the trail, at its own pace: one that is slow or lost holds up no
// other. The name is that of its cursor and of its job.
type Sink interface {
	Name() string
	// Send sends events, which follow one another, in order, and says how many it
	// sent; it is called again with the rest. A sink gets each event at least once,
	// a new one from the first; where doubt is not zero it says so to whoever reads
	// it, and while the doubt lasts it sends the first event alone. An *UnsureError,
	// ErrSinkRefuses and ErrSinkLost are what keeps it from sending the rest; any
	// other error is tried again. An event that is answered with an *UnsureError for
	// about an hour is given up and counts as sent: return another error if nothing
	// may be missed.
	Send(ctx context.Context, events []Event, doubt Doubt) (sent int, err error)
}

// A SinkChecker is a Sink that can find out without sending whether it can be sent
// to. ErrSinkLost: not for good.
type SinkChecker interface {
	Check(ctx context.Context) error
}

// FeedSink is the name of the sink that is the audit channel. While it is lost,
// nothing is asked for and no code is made.
const FeedSink = "feed"

// What keeps a sink from being sent to.
var (
	// ErrSinkRefuses says that the sink refuses everything, for whatever reason. If
	// that lasts, or an UnsureError does, it is lost.
	ErrSinkRefuses = errors.New("the sink refuses everything")
	// ErrSinkLost says that a sink cannot be sent to for good. Of the audit channel: it
	// is gone, archived, shared outside, or olbot is not in it.
	ErrSinkLost = errors.New("the sink cannot be sent to")
)

// An UnsureError says that events may or may not have arrived: there was no answer.
type UnsureError struct {
	Through int64 // number of the last of them
	Err     error
}

func (e *UnsureError) Error() string { return e.Err.Error() }
func (e *UnsureError) Unwrap() error { return e.Err }

// How the trail is sent.
const (
	sinkBatch   = 100              // events read at once
	watchEvery  = 10 * time.Minute // how often the sinks are checked
	watchLost   = time.Minute      // how often while one is lost, or could not be checked
	foreignSink = time.Minute      // until a sink that this process does not have is tried again
)

// addCursors gives every sink its cursor.
func (s *Service) addCursors(ctx context.Context) error {
	var names []string
	for _, sink := range s.Sinks {
		names = append(names, sink.Name())
	}
	return s.Store.AddCursors(ctx, names...)
}

// sendTrail sends the sink what has come since the last time. The job of a
// sink that this process does not have is given back: another replica, whose
// configuration differs, may have it.
func (s *Service) sendTrail(ctx context.Context, j Job) error {
	for _, sink := range s.Sinks {
		if sink.Name() == string(j.Request) {
			return s.sendTo(ctx, sink)
		}
	}
	return &TemporaryError{After: foreignSink, NotYet: true, Err: errors.New("this process has no such sink")}
}

func (s *Service) sendTo(ctx context.Context, sink Sink) error {
	for {
		c, err := s.Store.Cursor(ctx, sink.Name())
		if err != nil || c.Lost {
			return err // watchSinks sets it going again
		}
		if wait := c.wait(s.now()); wait > 0 { // a start makes the job due
			return &TemporaryError{After: wait, NotYet: true, Err: errors.New("the sink is not to be tried yet")}
		}
		sent, err := s.sendNext(ctx, sink, c, sinkBatch)
		if errors.Is(err, ErrSinkLost) {
			return s.setLost(ctx, sink, true)
		}
		if err != nil || sent == 0 {
			return err
		}
	}
}

// sendNext sends the sink up to limit of the events that follow the cursor, as many
// as it takes at once, and stores the outcome. ErrSinkLost if it cannot be sent to
// for good.
func (s *Service) sendNext(ctx context.Context, sink Sink, c Cursor, limit int) (sent int, err error) {
	events, err := s.Store.Events(ctx, c.Through, limit)
	if err != nil || len(events) == 0 {
		return 0, err
	}
	sent, failed := sink.Send(ctx, events, c.Trouble.Doubt)
	to, now := c, s.now()
	if sent > 0 {
		to = to.sent(events[sent-1].Number)
	}
	unsure, isUnsure := errors.AsType[*UnsureError](failed)
	switch {
	case isUnsure:
		if to, err = s.unsure(ctx, to.unsure(unsure.Through, now)); err != nil {
			return 0, err
		}
	case errors.Is(failed, ErrSinkRefuses):
		to = to.refused(now)
	}
	if to != c {
		if err := s.moveCursor(ctx, sink, to); err != nil {
			return 0, err
		}
		s.logTrouble(sink, c, to, failed)
	}
	switch {
	case !isUnsure && !errors.Is(failed, ErrSinkRefuses):
		return sent, failed
	case to.failedTooLong(now):
		return sent, fmt.Errorf("%w: %w", ErrSinkLost, failed)
	}
	return sent, &TemporaryError{After: to.wait(now), NotYet: true, Err: failed} // it has been logged
}

// unsure gives the event after the cursor up if that is hopeless. The last of the
// trail stays: a lost sink is found again by sending it.
func (s *Service) unsure(ctx context.Context, c Cursor) (Cursor, error) {
	if !c.hopeless() {
		return c, nil
	}
	more, err := s.Store.Events(ctx, c.Through+1, 1)
	if err != nil || len(more) == 0 {
		return c, err
	}
	return c.givenUp(), nil
}

// moveCursor stores the cursor, also when olbot stops meanwhile: what is not noted
// is sent again and not told as sent again.
func (s *Service) moveCursor(ctx context.Context, sink Sink, to Cursor) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lease-heartbeat)
	defer cancel()
	return s.Store.MoveCursor(ctx, sink.Name(), to)
}

// logTrouble says once that a sink refuses everything or that events may be sent
// twice, and when events are given up.
func (s *Service) logTrouble(sink Sink, from, to Cursor, why error) {
	before, now := from.Trouble, to.Trouble
	log := s.Log.With(zap.String("sink", sink.Name()), zap.Error(why))
	if before.RefusedSince.IsZero() && !now.RefusedSince.IsZero() {
		log.Warn("sink refuses everything")
	}
	if before.Doubt.Tries == 0 && now.Doubt.Tries == 1 {
		log.Warn("sink gave no answer: it may be sent events twice", zap.Int64("from", now.Doubt.From), zap.Int64("through", now.Doubt.Through))
	}
	if now.Doubt.From != 0 && to.Through >= now.Doubt.From && to.Through > from.Through {
		log.Error("sink never said whether it has an event: it counts as sent", zap.Int64("event", to.Through))
	}
}

// watchSinks looks whether the sinks can be sent to, and comes again. Those that
// cannot be checked do not keep the others from being.
func (s *Service) watchSinks(ctx context.Context, _ Job) error {
	next, failed := watchEvery, error(nil)
	for _, sink := range s.Sinks {
		lost, err := s.watchSink(ctx, sink)
		if lost || err != nil {
			next = min(next, watchLost)
		}
		if wait, ok := errors.AsType[*TemporaryError](err); ok && wait.After > 0 {
			next = min(next, wait.After)
		}
		if err != nil {
			s.Log.Warn("sink not checked", zap.String("sink", sink.Name()), zap.Error(err))
			failed = fmt.Errorf("check sink %s: %w", sink.Name(), err)
		}
	}
	return &TemporaryError{After: next, NotYet: failed == nil, Err: cmp.Or(failed, errors.New("again"))}
}

// watchSink says whether the sink is lost. One that is lost is found again by
// sending one event to it, the rest being JobSink's affair, even if it cannot be
// checked: no look at it proves that it takes anything. Only where a check says that
// it must not be sent to, another has to say that it may.
func (s *Service) watchSink(ctx context.Context, sink Sink) (lost bool, err error) {
	var checked error
	if checker, ok := sink.(SinkChecker); ok {
		checked = checker.Check(ctx)
	}
	c, err := s.Store.Cursor(ctx, sink.Name())
	if err != nil {
		return false, err
	}
	says := errors.Is(checked, ErrSinkLost)
	if barred := says || checked != nil && c.Trouble.Barred; barred != c.Trouble.Barred {
		c.Trouble.Barred = barred
		if err := s.moveCursor(ctx, sink, c); err != nil {
			return c.Lost, err
		}
	}
	switch {
	case says:
		return true, s.setLost(ctx, sink, true)
	case !c.Lost, c.Trouble.Barred:
		return c.Lost, checked
	case c.wait(s.now()) > 0:
		return true, nil
	}
	if _, err := s.sendNext(ctx, sink, c, 1); errors.Is(err, ErrSinkLost) {
		return true, nil
	} else if err != nil {
		return true, err
	}
	return false, s.setLost(ctx, sink, false)
}

// setLost stores whether the sink is lost. Of the feed, the trail tells it.
func (s *Service) setLost(ctx context.Context, sink Sink, lost bool) error {
	cursor, err := s.Store.Cursor(ctx, sink.Name())
	if err != nil || cursor.Lost == lost {
		return err
	}
	var e Event
	switch {
	case sink.Name() != FeedSink:
	case lost:
		e = Event{At: s.now(), Kind: EventFeedLost}
	default:
		e = Event{At: s.now(), Kind: EventFeedRestored}
	}
	if err := s.Store.SetLost(ctx, sink.Name(), lost, e); err != nil {
		return err
	}
	if lost {
		s.Log.Error("sink lost", zap.String("sink", sink.Name()))
		return s.enqueue(ctx, Job{Kind: JobWatch, RunAt: s.now().Add(watchLost)})
	}
	s.Log.Info("sink can be sent to again", zap.String("sink", sink.Name()))
	return s.enqueue(ctx, Job{Kind: JobSink, Request: ID(sink.Name()), RunAt: s.now()})
}
