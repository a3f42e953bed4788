package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"
)

// A config says what to do to olbot.
type config struct {
	flows, parallel int
	seed            uint64
	database        string // "sqlite" or a postgres:// URL
	replicas        int
	kill            span // the zero span: never
	trouble         bool // with sockets and calls
	limits          bool // Slack's own
	storm           bool // all flows at once
	burst           bool // Slack grants a minute's worth at once
	flood           bool // one person sends too much
	world           bool // all kinds of trouble, for a long time
	lasts, every    time.Duration
	untilOver       bool // wait for the end of every code
	bother, settle  time.Duration
	program         string // path of olbot; empty: build it
	dir             string
	progress        io.Writer
	excuses         func(exit) bool // whether a start may have failed
}

// wrong says what is wrong with the config, or with what follows the flags.
func (c config) wrong(args []string) error {
	switch {
	case len(args) > 0:
		return fmt.Errorf("there is nothing to do with %q", args[0])
	case c.flows < 1 || c.parallel < 1 || c.replicas < 1:
		return errors.New("-flows, -parallel and -replicas are at least 1")
	case c.world && (c.every <= 0 || c.lasts < c.every):
		return errors.New("-every is more than 0, and -for at least as long")
	case !c.postgres() && c.database != "sqlite":
		return errors.New("-database is sqlite or begins with postgres://")
	case c.replicas > 1 && !c.postgres():
		return errors.New("several replicas need -database postgres://…")
	}
	return nil
}

func (c config) postgres() bool {
	return strings.HasPrefix(c.database, "postgres://") || strings.HasPrefix(c.database, "postgresql://")
}

// A span is a range of durations, written 200ms..1s.
type span struct{ min, max time.Duration }

// String implements flag.Value.
func (s *span) String() string { return s.min.String() + ".." + s.max.String() }

// Set implements flag.Value.
func (s *span) Set(text string) error {
	from, to, found := strings.Cut(text, "..")
	if !found {
		to = from
	}
	var err, err2 error
	s.min, err = time.ParseDuration(from)
	s.max, err2 = time.ParseDuration(to)
	if err = errors.Join(err, err2); err == nil && (s.min < 0 || s.max < s.min) {
		err = errors.New("the first duration is the shorter one, and neither is negative")
	}
	return err
}

// draw is a duration in the span.
func (s span) draw(rng *rand.Rand) time.Duration {
	return s.min + time.Duration(rng.Int64N(int64(s.max-s.min)+1))
}
