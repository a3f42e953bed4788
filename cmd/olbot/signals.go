package main

import (
	"os"
	"os/signal"
	"syscall"

	"go.uber.org/zap"
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
// log is lost until the next start. SIGHUP, which asks many services to read their settings
// again, changes nothing but does not end it, unless it runs on a terminal.
func (p *program) outlive(log *zap.Logger) (stop func()) {
	signal.Ignore(syscall.SIGPIPE)
	hangups := make(chan os.Signal, 1)
	if !isTerminal(p.stderr) {
		signal.Notify(hangups, syscall.SIGHUP)
	}
	over := make(chan struct{})
	go func() {
		for {
			select {
			case <-hangups:
				log.Warn("SIGHUP changes nothing: settings are read when olbot starts; restart it")
			case <-over:
				return
			}
		}
	}()
	return func() {
		signal.Stop(hangups)
		signal.Reset(syscall.SIGPIPE)
		close(over)
	}
}
