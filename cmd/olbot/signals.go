package main

import (
	"os"
	"os/signal"
	"syscall"
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
