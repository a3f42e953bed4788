package socketmode

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"
)

// maintain holds one connection to Slack, and opens its successor when it ends or is to be left. It
// returns nil when ctx has ended, or an *Error. Connections still open are left to Run.
func (s *Socket) maintain(ctx context.Context) error {
	retry := s.timing.backoff
	var old *connection
	for {
		next, err := s.connect(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if _, ok := errors.AsType[*Error](err); ok {
			return err
		}
		if err != nil {
			s.count(openFailed)
			s.log.Warn("no Socket Mode connection", zap.String("reason", err.Error()))
		} else {
			s.retire(old)
			old = next
			steady, err := s.awaitEnd(ctx, next)
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
		c.leave()
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
	c := newConnection(s.serial.Add(1), ws, s.timing, s.limits.frame)
	s.roster.add(c)
	s.connections.Go(func() {
		c.read(func(data []byte) error { return s.receive(c, data) })
		s.roster.remove(c)
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
	select {
	case <-c.replace:
	case <-c.done:
	case <-ctx.Done():
		return false, nil
	}
	switch {
	case !isClosed(c.replace):
		s.count(dropped)
		s.log.Warn("Socket Mode connection lost", zap.Int64("conn", c.number), zap.String("reason", describe(c.err)))
	case permanentCodes[c.reason] != "":
		return false, &Error{Code: c.reason, Message: permanentCodes[c.reason]}
	case c.reason == reasonTooMany:
		s.reportTooMany(c)
		c.leave()
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
		"other replicas, or another program with the same app, hold them (lower OLBOT_SOCKET_CONNECTIONS or stop some)",
		zap.Int64("conn", c.number), zap.String("reason", c.reason))
}

// retire lets a connection that has a successor be emptied by Slack, for a bounded time.
func (s *Socket) retire(c *connection) {
	switch {
	case c == nil || isClosed(c.done):
	case c.reason == reasonRecheck: // Slack does not know that it is to close it
		c.leave()
	default:
		time.AfterFunc(s.timing.drain, c.leave)
	}
}
