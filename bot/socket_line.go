package bot

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"
)

// keep holds one line to Slack: a connection, and its successor when it ends or is to be left. It
// returns nil when ctx has ended, or a *SocketError. Connections still open are left to Run.
func (s *Socket) keep(ctx context.Context) error {
	retry := s.timing.backoff
	var old *connection
	for {
		next, err := s.connect(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if _, ok := errors.AsType[*SocketError](err); ok {
			return err
		}
		if err != nil {
			s.count(SocketOpenFailed)
			s.log.Warn("no Socket Mode connection", zap.String("reason", err.Error()))
		} else {
			s.retire(old)
			old = next
			steady, err := s.watch(ctx, next)
			if err != nil {
				return err
			}
			if steady {
				retry.reset()
				continue
			}
		}
		if !sleepUntilDone(ctx, retry.next()) {
			return nil
		}
	}
}

// connect opens a connection and waits for Slack's hello on it. The error is a *SocketError or a
// *passingError.
func (s *Socket) connect(ctx context.Context) (*connection, error) {
	if !sleepUntilDone(ctx, s.pace.reserve(s.timing.stagger)) {
		return nil, ctx.Err()
	}
	url, err := s.open(ctx)
	if err == nil {
		var c *connection
		if c, err = s.start(ctx, url); err == nil {
			if err = s.welcome(ctx, c); err == nil {
				return c, nil
			}
			c.leave()
		}
	}
	if passing, ok := errors.AsType[*passingError](err); ok && passing.retryAfter > 0 {
		s.pace.hold(passing.retryAfter)
	}
	return nil, err
}

// start dials and sets the connection's two goroutines going.
func (s *Socket) start(ctx context.Context, url string) (*connection, error) {
	ws, line, err := s.dial(ctx, url)
	if err != nil {
		return nil, err
	}
	c := newConnection(s.serial.Add(1), ws, line, s.timing, s.limits.frame)
	s.roster.add(c)
	s.readers.Go(func() {
		c.read(s.receiver(c))
		s.roster.remove(c)
	})
	s.readers.Go(c.pump)
	return c, nil
}

// welcome waits for hello.
func (s *Socket) welcome(ctx context.Context, c *connection) error {
	const doing = "wait for Slack's hello"
	timer := time.NewTimer(s.timing.answer)
	defer timer.Stop()
	select {
	case <-c.said:
	case <-c.asked:
	case <-c.done:
	case <-timer.C:
		return &passingError{reason: doing + ": timeout"}
	case <-ctx.Done():
		return ctx.Err()
	}
	// Slack may say several things at once; the earlier counts.
	switch {
	case isClosed(c.said):
		return nil
	case isClosed(c.asked):
		if c.reason == reasonTooMany {
			s.tooMany(c)
		}
		return openRefused(doing, c.reason, 0)
	}
	if _, ok := errors.AsType[*SocketError](c.err); ok {
		return c.err
	}
	return &passingError{reason: doing + ": " + networkCause(c.err)}
}

// watch waits until c needs a successor. steady tells whether one may be opened at once; the error
// is a *SocketError.
func (s *Socket) watch(ctx context.Context, c *connection) (steady bool, err error) {
	since := time.Now()
	select {
	case <-c.asked:
	case <-c.done:
	case <-ctx.Done():
		return false, nil
	}
	switch {
	case !isClosed(c.asked):
		s.count(SocketDropped)
		s.log.Warn("Socket Mode connection lost", zap.Int64("conn", c.number), zap.String("reason", networkCause(c.err)))
	case permanentCodes[c.reason] != "":
		return false, &SocketError{Code: c.reason, Message: permanentCodes[c.reason]}
	case c.reason == reasonTooMany:
		s.tooMany(c)
		c.leave()
		return false, nil
	case c.reason == reasonWarning:
		// However young c is, its successor has to be there before Slack closes it; the pace of
		// opens keeps that from becoming a storm.
		s.count(SocketRefreshed)
		return true, nil
	default:
		s.count(SocketRefreshed)
	}
	return time.Since(since) >= s.timing.steady, nil
}

func (s *Socket) tooMany(c *connection) {
	s.count(SocketTooMany)
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
