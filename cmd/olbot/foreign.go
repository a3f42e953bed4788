package main

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"olbot/internal/socketmode"
)

// errForeign says that another program is connected as the same Slack app while
// this one keeps its requests in a database of its own. Slack gives each payload
// to any one connection, so the other one would take commands and presses that
// only this one knows about, and the other way round.
var errForeign = errors.New("another program is connected as this Slack app")

// How long connections that are not ours may be there: Slack may not have
// noticed yet that an earlier process is gone.
const (
	foreignRecheck = 10 * time.Second
	foreignGrace   = 30 * time.Second
)

// A foreignWatch counts the app's connections as Slack reports them.
type foreignWatch struct {
	hellos chan socketmode.Hello
	log    *zap.Logger
}

func newForeignWatch(log *zap.Logger) *foreignWatch {
	return &foreignWatch{hellos: make(chan socketmode.Hello, 1), log: log}
}

// hello is the Socket's hook. It never blocks: only the newest report counts.
func (w *foreignWatch) hello(h socketmode.Hello) {
	for {
		select {
		case w.hellos <- h:
			return
		default:
		}
		select {
		case <-w.hellos:
		default:
		}
	}
}

// run asks for a new report from time to time while there are connections that
// are not ours, and returns errForeign when they do not go away. It returns nil
// when ctx ends.
func (w *foreignWatch) run(ctx context.Context, recheck func()) error {
	var since time.Time // when they were first seen
	var again <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-again:
			again = time.After(foreignRecheck)
			recheck()
		case h := <-w.hellos:
			if h.AppConnections <= h.Ours {
				since, again = time.Time{}, nil
				continue
			}
			if since.IsZero() {
				since, again = time.Now(), time.After(foreignRecheck)
			}
			w.log.Warn("the Slack app has connections that are not ours", zap.Int("app", h.AppConnections), zap.Int("ours", h.Ours))
			if time.Since(since) >= foreignGrace {
				return errForeign
			}
		}
	}
}
