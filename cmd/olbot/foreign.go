package main

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/internal/socketmode"
	"olbot/internal/sqlstore"
)

const (
	foreignRecheck = 10 * time.Second // until Slack is asked again about connections that are not ours
	foreignGrace   = 30 * time.Second // how long they have to be there: Slack may be late in counting
	foreignReview  = 10 * time.Minute // until Slack is asked again once they have been told of

	keepEvery   = 10 * time.Minute // how old what the database knows of live connections may be
	keepTimeout = 5 * time.Second

	// mostGhosts is how many connections that have ended are remembered. Slack allows an app ten; whether those that
	// have ended are among the ten, it does not say.
	mostGhosts = 100

	// defaultLasts is how long Slack keeps a connection, in all samples in which it says so.
	defaultLasts = 18060 * time.Second
)

// A foreignWatch compares how many connections the Slack app has, as Slack counts them, with those that are ours: Slack
// hands each payload to any one of them, so another program takes a part of what people do. Slack goes on counting a
// connection that ended without its close frame (a cut network, a crash) for hours. Those are ours
// too, and so are the connections of other olbots on the same database, which keeps them all.
type foreignWatch struct {
	store   *sqlstore.Store
	trail   approvals.Trail
	process string
	log     *zap.Logger
	now     func() time.Time
	surplus atomic.Int64 // as of the last report

	mu      sync.Mutex
	open    map[int64]time.Duration // by connection, how long Slack keeps it
	ghosts  []time.Time             // that ended, and Slack may not know: until when it may count them
	report  *report                 // the newest, if it has not been judged; of several the one that counts most
	changed chan struct{}
}

// A report is what Slack counts, and what of it this process knows to be its own, with those that have ended.
type report struct{ app, own int }

// foreign is how many are neither ours nor another olbot's. All that have ended count as ours: after a loop of crashes
// another program is hidden until Slack counts them no more, and nobody is blamed who is not there.
func (r report) foreign(others int) int { return max(r.app-r.own-others, 0) }

func newForeignWatch(store *sqlstore.Store, trail approvals.Trail, log *zap.Logger, now func() time.Time) *foreignWatch {
	return &foreignWatch{
		store: store, trail: trail, process: rand.Text(), log: log, now: now,
		open: map[int64]time.Duration{}, changed: make(chan struct{}, 1),
	}
}

// watch adds the watch to the hooks of the Socket.
func (w *foreignWatch) watch(hooks socketmode.Hooks) socketmode.Hooks {
	counted := hooks.Hello
	hooks.Hello = func(h socketmode.Hello) { counted(h); w.hello(h) }
	hooks.Opened, hooks.Ended = w.opened, w.ended
	return hooks
}

func (w *foreignWatch) opened(connection int64) {
	w.change(func() { w.open[connection] = defaultLasts })
}

func (w *foreignWatch) hello(h socketmode.Hello) {
	w.change(func() {
		if h.Lasts > 0 {
			w.open[h.Connection] = h.Lasts
		}
		if h.AppConnections > 0 && (w.report == nil || h.AppConnections >= w.report.app) { // hellos overtake each other
			w.report = &report{app: h.AppConnections, own: len(w.counted())}
		}
	})
}

func (w *foreignWatch) ended(connection int64, goodbye bool) {
	w.change(func() {
		if !goodbye {
			w.ghosts = append(w.ghosts[max(len(w.ghosts)-mostGhosts+1, 0):], w.now().Add(w.open[connection]))
		}
		delete(w.open, connection)
	})
}

func (w *foreignWatch) change(do func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	do()
	select {
	case w.changed <- struct{}{}:
	default:
	}
}

// counted is until when Slack may count each of our connections. The caller holds mu.
func (w *foreignWatch) counted() (until []time.Time) {
	now := w.now()
	for _, at := range w.ghosts {
		if at.After(now) {
			until = append(until, at)
		}
	}
	w.ghosts = append([]time.Time(nil), until...)
	for _, lasts := range w.open {
		until = append(until, now.Add(lasts))
	}
	return until
}

// run keeps and compares until no connection can change any more. While there are connections that are not ours it
// has Slack asked again.
func (w *foreignWatch) run(ctx context.Context, over <-chan struct{}, recheck func()) {
	var e episode
	keep := time.NewTicker(keepEvery)
	defer keep.Stop()
	for {
		select {
		case <-over:
			w.keep(ctx)
			return
		case <-e.again:
			e.again = time.After(foreignRecheck) // should no report come
			recheck()
			continue
		case <-w.changed:
		case <-keep.C:
		}
		if foreign, known := w.keep(ctx); known {
			w.judge(ctx, &e, foreign)
		}
	}
}

// keep stores our connections and says how many of the newest report are neither ours nor another olbot's, if it is new.
func (w *foreignWatch) keep(ctx context.Context) (foreign int, known bool) {
	w.mu.Lock()
	until, r := w.counted(), w.report
	w.report = nil
	w.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepTimeout)
	defer cancel()
	others, err := w.store.KeepConnections(ctx, w.process, until)
	if err != nil {
		w.log.Warn("keep in the database which connections to Slack are ours", zap.Error(err))
		return 0, false
	}
	if r == nil {
		return 0, false
	}
	foreign = r.foreign(others)
	w.log.Debug("connections of the Slack app", zap.Int("app", r.app), zap.Int("own", r.own), zap.Int("others", others), zap.Int("foreign", foreign))
	return foreign, true
}

// An episode is a time in which there are connections that are not ours.
type episode struct {
	since time.Time
	told  bool
	again <-chan time.Time // when to ask Slack again
}

func (w *foreignWatch) judge(ctx context.Context, e *episode, foreign int) {
	w.surplus.Store(int64(foreign))
	switch {
	case foreign == 0:
		if e.told {
			w.log.Info("the Slack app has no connections any more that are not ours")
		}
		*e = episode{}
		return
	case e.since.IsZero():
		e.since = w.now()
	case !e.told && w.now().Sub(e.since) >= foreignGrace:
		e.told = w.tell(ctx, foreign)
	}
	pause := foreignRecheck
	if e.told {
		pause = foreignReview
	}
	e.again = time.After(pause)
}

const foreignAdvice = "the Slack app has connections that are not ours: another program with its app-level token takes a part of what people do. " +
	"Stop it or give it a Slack app of its own; if nobody knows it, make a new app-level token"

// tell tells of the connections in the log and in the trail; there once a day, however often olbot starts and however
// many olbots notice. It says whether that is done.
func (w *foreignWatch) tell(ctx context.Context, foreign int) bool {
	w.log.Warn(foreignAdvice, zap.Int("connections", foreign))
	now := w.now()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepTimeout)
	defer cancel()
	err := w.trail.Record(ctx, []string{"foreign connections:" + now.UTC().Format(time.DateOnly)},
		approvals.Event{At: now, Kind: approvals.EventForeign, Count: foreign})
	if err != nil && !errors.Is(err, approvals.ErrDuplicate) {
		w.log.Warn("tell of connections that are not ours", zap.Error(err))
		return false
	}
	return true
}
