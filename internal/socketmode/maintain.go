package socketmode

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"
)

// maintain holds one connection to Slack, and opens its successor when it ends, is to be left or is suspected to
// be dead. It returns nil when ctx has ended, or an *Error. Connections still open are left to Run.
func (s *Socket) maintain(ctx context.Context) error {
	retry := s.timing.backoff
	var held *connection
	for {
		next, err := s.succeed(ctx, held)
		if ctx.Err() != nil {
			return nil
		}
		if _, ok := errors.AsType[*Error](err); ok {
			return err
		}
		if err != nil && !errors.Is(err, errHeard) {
			s.count(openFailed)
			s.log.Warn("no Socket Mode connection", zap.String("reason", err.Error()))
		} else {
			if next != nil {
				s.retire(held)
				held = next
			}
			steady, err := s.awaitEnd(ctx, held)
			if err != nil {
				return err
			}
			if steady {
				retry.reset()
				continue
			}
		}
		if !sleep(ctx, retry.next()) {
			return nil
		}
	}
}

// succeed opens the successor of held, or the first connection if held is nil. If held is but suspected to be dead and
// is heard of before the successor is open, the error is errHeard.
func (s *Socket) succeed(ctx context.Context, held *connection) (*connection, error) {
	if held == nil || isClosed(held.replace) || isClosed(held.done) {
		return s.connect(ctx)
	}
	left, heard := held.hearing.left()
	if left > 0 {
		return nil, errHeard
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-heard:
			cancel(errHeard)
		case <-ctx.Done():
		}
	}()
	next, err := s.connect(ctx)
	if err != nil && errors.Is(context.Cause(ctx), errHeard) {
		err = errHeard
	}
	return next, err
}

// connect opens a connection and waits for Slack's hello on it. The error is an *Error or a
// *passingError.
func (s *Socket) connect(ctx context.Context) (*connection, error) {
	if !sleep(ctx, s.pace.reserve(s.timing.stagger)) {
		return nil, ctx.Err()
	}
	c, err := s.open(ctx)
	if err == nil {
		if err = s.awaitHello(ctx, c); err == nil {
			return c, nil
		}
		c.leave(s.timing.goodbye)
	}
	if passing, ok := errors.AsType[*passingError](err); ok && passing.retryAfter > 0 {
		s.pace.hold(passing.retryAfter)
	}
	return nil, err
}

// open opens a connection and starts its goroutines.
func (s *Socket) open(ctx context.Context) (*connection, error) {
	url, err := s.requestURL(ctx)
	if err != nil {
		return nil, err
	}
	ws, err := s.dial(ctx, url)
	if err != nil {
		return nil, err
	}
	c := newConnection(s.serial.Add(1), ws, s.timing, newHearing(s.tolerance), s.limits.frame)
	s.roster.add(c)
	if s.cfg.Hooks.Opened != nil {
		s.cfg.Hooks.Opened(c.number)
	}
	s.connections.Go(func() {
		c.read(func(data []byte) error { return s.receive(c, data) })
		s.roster.remove(c)
		if s.cfg.Hooks.Ended != nil {
			s.cfg.Hooks.Ended(c.number, c.saidGoodbye())
		}
	})
	s.connections.Go(c.ping)
	return c, nil
}

func (s *Socket) awaitHello(ctx context.Context, c *connection) error {
	const doing = "wait for Slack's hello"
	timer := time.NewTimer(s.timing.connect)
	defer timer.Stop()
	select {
	case <-c.ready:
	case <-c.replace:
	case <-c.done:
	case <-timer.C:
		return &passingError{reason: doing + ": timeout"}
	case <-ctx.Done():
		return ctx.Err()
	}
	// Slack may say several things at once; the earlier counts.
	switch {
	case isClosed(c.ready):
		return nil
	case isClosed(c.replace):
		if c.reason == reasonTooMany {
			s.reportTooMany(c)
		}
		return refusedBySlack(doing, c.reason, 0)
	}
	if _, ok := errors.AsType[*Error](c.err); ok {
		return c.err
	}
	return &passingError{reason: doing + ": " + describe(c.err)}
}

// awaitEnd waits until c needs a successor. steady tells whether one may be opened at once; the
// error is an *Error.
func (s *Socket) awaitEnd(ctx context.Context, c *connection) (steady bool, err error) {
	since := time.Now()
	c.awaitSuspicion(ctx.Done())
	switch {
	case ctx.Err() != nil:
		return false, nil
	case !isClosed(c.replace) && !isClosed(c.done):
		s.count(silent)
		s.log.Warn("a Socket Mode connection is silent: its successor is being opened", zap.Int64("conn", c.number))
	case !isClosed(c.replace):
		s.count(dropped)
		s.log.Warn("Socket Mode connection lost", zap.Int64("conn", c.number), zap.String("reason", describe(c.err)))
	case permanentCodes[c.reason] != "":
		return false, &Error{Code: c.reason, Message: permanentCodes[c.reason]}
	case c.reason == reasonTooMany:
		s.reportTooMany(c)
		c.leave(s.timing.goodbye)
		return false, nil
	case c.reason == reasonWarning:
		// However young c is, its successor has to be there before Slack closes it; the pace of
		// opens keeps that from becoming a storm.
		s.count(refreshed)
		return true, nil
	default:
		s.count(refreshed)
	}
	return time.Since(since) >= s.timing.steady, nil
}

func (s *Socket) reportTooMany(c *connection) {
	s.count(tooMany)
	s.log.Error("Slack refuses the connection: the app has more than 10 Socket Mode connections; "+
		"other replicas or another program with the same app hold them (lower OLBOT_SOCKET_CONNECTIONS or stop some), "+
		"or Slack still counts some that have ended (it forgets them after some hours)",
		zap.Int64("conn", c.number), zap.String("reason", c.reason))
}

// retire lets a connection that has a successor be emptied by Slack, for a bounded time.
func (s *Socket) retire(c *connection) {
	switch {
	case c == nil || isClosed(c.done):
	case !isClosed(c.replace), // silent, and perhaps only slow: then Slack's answer to the close frame takes its time
		c.reason == reasonRecheck: // Slack does not know that it is to close it, and must not go on counting it
		c.leave(s.timing.giveUp)
	default:
		time.AfterFunc(s.timing.drain, func() { c.leave(s.timing.goodbye) })
	}
}
