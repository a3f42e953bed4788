package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"

	"go.uber.org/zap"

	"olbot/internal/config"
	"olbot/internal/monitor"
	"olbot/internal/sqlstore"
)

// stopSignals ask for a graceful stop. SIGHUP is one of them on a terminal, which is gone then.
func stopSignals() []os.Signal {
	signals := []os.Signal{syscall.SIGINT, syscall.SIGTERM}
	if isTerminal(os.Stderr) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}

// outlive lets olbot go on without whoever reads its log: the trail is in the database, and the
// log is lost until the next start. SIGHUP ends it on a terminal only; elsewhere it comes on hangups.
func (p *program) outlive() (hangups <-chan os.Signal, stop func()) {
	signal.Ignore(syscall.SIGPIPE)
	signals := make(chan os.Signal, 1)
	if !isTerminal(p.stderr) {
		signal.Notify(signals, syscall.SIGHUP)
	}
	return signals, func() {
		signal.Stop(signals)
		signal.Reset(syscall.SIGPIPE)
	}
}

// errReload ends an olbot that goes on with other settings.
var errReload = errors.New("the settings are read again")

// reload reads the settings again, at each hangup, until ctx ends or they differ from c and olbot
// can work with them: then it returns them. What is wrong with them is logged and changes nothing.
func (p *program) reload(ctx context.Context, c config.Config, hangups <-chan os.Signal, log *zap.Logger) (config.Config, bool) {
	for {
		select {
		case <-ctx.Done():
			return c, false
		case <-hangups:
		}
		next, err := p.nextSettings(ctx, c, log)
		switch {
		case ctx.Err() != nil:
			return c, false
		case err != nil:
			log.Error("SIGHUP: olbot cannot work with the settings as they are now, and goes on with those it has", zap.Strings("problems", problems(err)))
		case next.Equal(c):
			log.Info("SIGHUP: the settings are as they were")
		default:
			log.Info("SIGHUP: olbot begins anew with the settings as they are now")
			return next, true
		}
	}
}

// problems are what the operator reads of an error, one after the other.
func problems(err error) (each []string) {
	all, ok := errors.AsType[failures](err)
	if !ok {
		all = failures{err}
	}
	for _, err := range all {
		message, _ := explain(err)
		each = append(each, oneLine(message))
	}
	return each
}

// nextSettings are the settings as they are now. They have been checked as at the start: the error
// says what keeps olbot from working with them.
func (p *program) nextSettings(ctx context.Context, c config.Config, log *zap.Logger) (config.Config, error) {
	next, err := config.Load(p.environ, p.dir)
	if err != nil || next.Equal(c) {
		return next, err
	}
	// An olbot that has the database open may be this one.
	if _, err := sqlstore.Examine(ctx, sqlstore.Config{URL: next.DatabaseURL.Reveal(), Keys: next.Keys(), Now: p.now}, false); err != nil {
		return next, err
	}
	if next.HTTPAddr != c.HTTPAddr && next.HTTPAddr != "" {
		listener, err := monitor.Listen(ctx, string(next.HTTPAddr))
		if err != nil {
			return next, err
		}
		if err := listener.Close(); err != nil {
			return next, err
		}
	}
	deps, err := p.newDependencies(next, monitor.NewMetrics(programVersion()), zap.NewNop())
	if err != nil {
		return next, err
	}
	return next, p.checkDependencies(ctx, next, deps, log)
}
