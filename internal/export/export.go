// Package export sends the trail to where others keep it too: an HTTPS endpoint, a syslog
// receiver, a file.
//
// Read this file first: a Sink is an approvals.Sink that turns events into lines, sends them
// to its destination, and says when to try again. format.go has the lines and name.go the
// names of sinks; https.go, syslog.go and file.go are the destinations. Each takes lines in
// order and says how many are safe there. None ever gives an event up.
package export

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/onelogin"
)

// How a sink is sent to.
const (
	sendTime   = 5 * time.Second // one call of Send
	firstPause = time.Second     // after a failure, twice as long each time
	maxPause   = time.Minute     // but no longer than this, whatever the destination asks for
	maxBatch   = 1 << 20         // bytes that are sent together, unless one event is longer
)

// A Config says where events go and as what.
type Config struct {
	To            *url.URL // https (http on this machine), syslog+tls or file; internal/config has checked it
	Format        Format
	Authorization onelogin.Secret   // the Authorization header of https; empty: none
	UserAgent     string            // of https
	Transport     http.RoundTripper // of https
	Log           *zap.Logger
	Now           func() time.Time
	Saw           func(err error) // called after each try, with why it failed
}

// A Sink sends the trail to one destination.
type Sink struct {
	name   string
	to     destination
	format Format
	log    *zap.Logger
	saw    func(error)
	now    func() time.Time
	limit  time.Duration // sendTime, but in tests

	mu        sync.Mutex
	failures  int       // in a row
	notBefore time.Time // it is not tried again before
}

// A destination takes lines, which follow one another, in order. It says how many of them,
// from the first, are safe there; no error and none is no answer. An error may have a
// RetryAfter.
type destination interface {
	send(ctx context.Context, lines []line) (taken int, err error)
	// reach finds out whether it could be sent to, and sends nothing.
	reach(ctx context.Context) error
}

// A line is an event as it is sent, without a newline.
type line struct {
	approvals.Event
	text []byte
}

// New returns the sink. Nothing is opened yet.
func New(c Config) *Sink {
	s := &Sink{name: Name(c.To), format: c.Format, log: c.Log, saw: c.Saw, now: c.Now, limit: sendTime}
	switch c.To.Scheme {
	case "file":
		s.to = file{c.To.Path}
	case "syslog+tls":
		s.to = newSyslog(c.To)
	default:
		s.to = newHTTPS(c)
	}
	return s
}

// Name implements approvals.Sink.
func (s *Sink) Name() string { return s.name }

// Reach finds out within seconds whether the destination could be sent to, and sends nothing.
func (s *Sink) Reach(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.limit)
	defer cancel()
	return plain(s.to.reach(ctx))
}

// Send implements approvals.Sink. It has five seconds. Every failure is tried again, after a
// pause that grows to a minute: an event that the destination does not take holds up those
// after it, for none may be missed.
func (s *Sink) Send(ctx context.Context, events []approvals.Event, _ approvals.Doubt) (sent int, err error) {
	if wait := s.wait(); wait > 0 { // an event that came during the last try makes the job due
		return 0, &approvals.TemporaryError{After: wait, NotYet: true, Err: errors.New("the export is not to be tried yet")}
	}
	texts, err := s.format(ctx, events)
	if err != nil {
		return 0, fmt.Errorf("write events as lines: %w", err)
	}
	lines := make([]line, len(events))
	for i, e := range events {
		lines[i] = line{e, texts[i]}
	}
	sending, cancel := context.WithTimeout(ctx, s.limit)
	defer cancel()
	sent, err = s.to.send(sending, fitting(lines))
	if err != nil && ctx.Err() != nil {
		return sent, ctx.Err() // olbot stops: that says nothing of the destination
	}
	s.saw(err)
	if err != nil {
		return sent, s.failed(err)
	}
	s.worked(events[sent-1].Number)
	return sent, nil
}

// wait is how long until the next try. A pause that is longer than any was begun by a clock
// that was wrong.
func (s *Sink) wait() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	wait := s.notBefore.Sub(s.now())
	if wait > maxPause {
		return 0
	}
	return wait
}

// failed says when to try again.
func (s *Sink) failed(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	pause := min(firstPause<<min(s.failures, 10), maxPause)
	if e, ok := errors.AsType[*StatusError](err); ok {
		pause = min(max(pause, e.After), maxPause)
	}
	s.failures++
	s.notBefore = s.now().Add(pause)
	err = plain(err)
	s.log.Warn("export failed: its events wait, and it is tried again", zap.String("sink", s.name), zap.Error(err))
	return &approvals.TemporaryError{After: pause, NotYet: true, Err: err} // it has been logged
}

func (s *Sink) worked(through int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failures > 0 {
		s.log.Info("export works again", zap.String("sink", s.name), zap.Int64("through", through), zap.Int("failures", s.failures))
	}
	s.failures = 0
}

// fitting is as many of the lines as are sent together, at least one.
func fitting(lines []line) []line {
	size := 0
	for i, l := range lines {
		if size += len(l.text); size > maxBatch && i > 0 {
			return lines[:i]
		}
	}
	return lines
}
