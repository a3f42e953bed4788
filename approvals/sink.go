package approvals

import (
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
	// sent; it is called again with the rest. An event whose sending got no answer
	// is sent again: a sink gets each at least once, a new one from the first.
	// ErrSinkLost: it cannot be sent to for good.
	Send(ctx context.Context, events []Event) (sent int, err error)
}

// A SinkChecker is a Sink that can find out without sending whether it can be sent
// to. ErrSinkLost: not for good. Other sinks that were lost are tried.
type SinkChecker interface {
	Check(ctx context.Context) error
}

// FeedSink is the name of the sink that is the audit channel. While it is lost,
// nothing is asked for and no code is made.
const FeedSink = "feed"

// ErrSinkLost says that a sink cannot be sent to for good. Of the audit channel: it
// is gone, archived, shared outside, or olbot is not in it.
var ErrSinkLost = errors.New("the sink cannot be sent to")

// How the trail is sent.
const (
	sinkBatch   = 100              // events read at once
	watchEvery  = 10 * time.Minute // how often the sinks are checked
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
		cursor, err := s.Store.Cursor(ctx, sink.Name())
		if err != nil || cursor.Lost {
			return err // watchSinks sets it going again
		}
		events, err := s.Store.Events(ctx, cursor.Through, sinkBatch)
		if err != nil || len(events) == 0 {
			return err
		}
		sent, err := sink.Send(ctx, events)
		if sent > 0 {
			if err := s.Store.MoveCursor(ctx, sink.Name(), events[sent-1].Number); err != nil {
				return err
			}
		}
		if errors.Is(err, ErrSinkLost) {
			return s.setLost(ctx, sink, true)
		}
		if err != nil {
			return err
		}
	}
}

// watchSinks looks whether the sinks can be sent to, and comes again. Those that
// cannot be checked do not keep the others from being.
func (s *Service) watchSinks(ctx context.Context, _ Job) error {
	var failed error
	for _, sink := range s.Sinks {
		if err := s.watchSink(ctx, sink); err != nil {
			failed = fmt.Errorf("check sink %s: %w", sink.Name(), err)
		}
	}
	if failed != nil {
		return failed
	}
	return &TemporaryError{After: watchEvery, NotYet: true, Err: errors.New("again")}
}

func (s *Service) watchSink(ctx context.Context, sink Sink) error {
	checker, ok := sink.(SinkChecker)
	if !ok {
		return s.setLost(ctx, sink, false)
	}
	err := checker.Check(ctx)
	lost := errors.Is(err, ErrSinkLost)
	if err != nil && !lost {
		return err
	}
	return s.setLost(ctx, sink, lost)
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
	s.logEvent(e)
	if lost {
		s.Log.Error("sink lost", zap.String("sink", sink.Name()))
		return nil
	}
	s.Log.Info("sink can be sent to again", zap.String("sink", sink.Name()))
	return s.enqueue(ctx, Job{Kind: JobSink, Request: ID(sink.Name()), RunAt: s.now()})
}
