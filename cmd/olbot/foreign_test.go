package main

import (
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"olbot/approvals"
	"olbot/internal/socketmode"
	"olbot/internal/sqlstore"
)

// An appWorld is a Slack app as Slack counts its connections, and olbots on one database that watch it.
type appWorld struct {
	t     *testing.T
	url   string
	store *sqlstore.Store
	logs  *observer.ObservedLogs
	log   *zap.Logger

	mu     sync.Mutex // of what follows, and of the olbots
	live   int        // connections of olbots
	others int        // what Slack counts besides
	silent bool
}

// counts makes Slack count so many connections besides those of olbots.
func (a *appWorld) counts(others int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.others = others
}

// inAppWorld runs f with a clock that stands still while anything happens.
func inAppWorld(t *testing.T, f func(t *testing.T, a *appWorld)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		core, logs := observer.New(zapcore.InfoLevel)
		a := &appWorld{t: t, url: "sqlite:" + filepath.Join(t.TempDir(), "olbot.db"), logs: logs, log: zap.New(core)}
		a.open()
		f(t, a)
		if err := a.store.Close(); err != nil {
			t.Error(err)
		}
	})
}

func (a *appWorld) open() {
	var err error
	if a.store, err = sqlstore.Open(a.t.Context(), sqlstore.Config{URL: a.url, Now: time.Now}); err != nil {
		a.t.Fatal(err)
	}
}

// told is how many connections that are not ours each line of the feed tells of.
func (a *appWorld) told() (counts []int) {
	a.t.Helper()
	events, err := a.store.Events(a.t.Context(), 0, 100)
	if err != nil {
		a.t.Fatal(err)
	}
	for _, e := range events {
		if e.Kind == approvals.EventForeign {
			counts = append(counts, e.Count)
		}
	}
	return counts
}

// A watchedBot is an olbot of which nothing but its connections matters.
type watchedBot struct {
	*foreignWatch
	a     *appWorld
	last  int64
	open  []int64
	over  chan struct{}
	ended chan struct{}
}

// starts starts an olbot with two connections.
func (a *appWorld) starts() *watchedBot {
	b := &watchedBot{foreignWatch: newForeignWatch(a.store, a.store, a.log, time.Now), a: a, over: make(chan struct{}), ended: make(chan struct{})}
	go func() {
		defer close(b.ended)
		b.run(a.t.Context(), b.over, b.recheck)
	}()
	b.connects()
	b.connects()
	return b
}

func (b *watchedBot) connects() {
	b.a.mu.Lock()
	b.a.live++
	b.connect(b.a.live)
	b.a.mu.Unlock()
	synctest.Wait()
}

// connect opens a connection, with so many connections of olbots open. The caller holds mu.
func (b *watchedBot) connect(live int) {
	b.last++
	b.open = append(b.open, b.last)
	b.opened(b.last)
	counted := live + b.a.others
	if b.a.silent {
		counted = 0
	}
	b.hello(socketmode.Hello{Connection: b.last, AppConnections: counted, Lasts: 5 * time.Hour})
}

// loses ends the oldest connection; without a goodbye Slack goes on counting it.
func (b *watchedBot) loses(goodbye bool) {
	b.a.mu.Lock()
	b.leave(goodbye)
	b.a.live--
	if !goodbye {
		b.a.others++
	}
	b.a.mu.Unlock()
	synctest.Wait()
}

func (b *watchedBot) leave(goodbye bool) {
	oldest := b.open[0]
	b.open = b.open[1:]
	b.foreignWatch.ended(oldest, goodbye)
}

// recheck replaces the oldest connection, as Socket.Recheck does.
func (b *watchedBot) recheck() {
	b.a.mu.Lock()
	defer b.a.mu.Unlock()
	b.connect(b.a.live + 1)
	b.leave(true)
}

// stops ends the olbot: after it has left its connections, or as a crash does, which Slack does not notice.
func (b *watchedBot) stops(crash bool) {
	b.a.mu.Lock()
	b.a.live -= len(b.open)
	if crash {
		b.a.others += len(b.open)
	}
	for len(b.open) > 0 && !crash {
		b.leave(true)
	}
	b.a.mu.Unlock()
	close(b.over)
	<-b.ended
}

func TestAnotherProgramOnTheSameAppIsTold(t *testing.T) {
	inAppWorld(t, func(t *testing.T, a *appWorld) {
		b := a.starts()
		time.Sleep(time.Hour)
		a.counts(2)
		b.recheck()
		time.Sleep(foreignGrace - time.Second)
		if got := a.told(); len(got) != 0 || b.surplus.Load() != 2 {
			t.Errorf("told %v at once, surplus %d", got, b.surplus.Load())
		}
		time.Sleep(3 * time.Hour)
		if got := a.told(); len(got) != 1 || got[0] != 2 {
			t.Errorf("told %v, want once of 2", got)
		}
		if n := a.logs.FilterLevelExact(zapcore.WarnLevel).Len(); n != 1 {
			t.Errorf("%d warnings", n)
		}
		a.counts(0)
		time.Sleep(foreignReview)
		synctest.Wait()
		if b.surplus.Load() != 0 {
			t.Errorf("surplus %d although the other is gone", b.surplus.Load())
		}
		b.stops(false)
	})
}

// TestAnotherProgramIsToldOnceADay, however often olbot starts.
func TestAnotherProgramIsToldOnceADay(t *testing.T) {
	inAppWorld(t, func(t *testing.T, a *appWorld) {
		a.counts(1)
		for range 3 {
			b := a.starts()
			time.Sleep(time.Hour)
			b.stops(false)
		}
		if got := a.told(); len(got) != 1 {
			t.Errorf("told %v", got)
		}
		time.Sleep(24 * time.Hour)
		b := a.starts()
		time.Sleep(time.Hour)
		if got := a.told(); len(got) != 2 {
			t.Errorf("told %v the next day", got)
		}
		b.stops(false)
	})
}

// TestWhatIsOursIsNotForeign. Kind: a count that somebody else keeps, and keeps late, taken as proof.
func TestWhatIsOursIsNotForeign(t *testing.T) {
	for name, happens := range map[string]func(a *appWorld) *watchedBot{
		"nothing":            func(a *appWorld) *watchedBot { return a.starts() },
		"Slack does not say": func(a *appWorld) *watchedBot { a.silent = true; a.counts(7); return a.starts() },
		"a connection that ended without a close frame": func(a *appWorld) *watchedBot {
			b := a.starts()
			time.Sleep(time.Hour)
			b.loses(false)
			b.connects()
			return b
		},
		"one that said goodbye, which Slack notices late": func(a *appWorld) *watchedBot {
			b := a.starts()
			time.Sleep(time.Hour)
			a.counts(1)
			b.loses(true)
			b.connects()
			time.Sleep(15 * time.Second)
			a.counts(0)
			return b
		},
		"connections of a process that crashed": func(a *appWorld) *watchedBot {
			a.starts().stops(true)
			if err := a.store.Close(); err != nil {
				a.t.Fatal(err)
			}
			a.open()
			return a.starts()
		},
		"connections of another olbot on the database": func(a *appWorld) *watchedBot {
			other := a.starts()
			a.t.Cleanup(func() { other.stops(false) })
			return a.starts()
		},
	} {
		t.Run(name, func(t *testing.T) {
			inAppWorld(t, func(t *testing.T, a *appWorld) {
				b := happens(a)
				time.Sleep(4 * time.Hour)
				b.connects()
				time.Sleep(time.Minute)
				if got := a.told(); len(got) != 0 || b.surplus.Load() != 0 {
					t.Errorf("told %v, surplus %d", got, b.surplus.Load())
				}
				b.stops(false)
			})
		})
	}
}

// TestGhostsAreForgotten when Slack cannot count them any more: what it still counts then is foreign.
func TestGhostsAreForgotten(t *testing.T) {
	inAppWorld(t, func(t *testing.T, a *appWorld) {
		a.starts().stops(true)
		b := a.starts()
		time.Sleep(6 * time.Hour)
		b.recheck()
		time.Sleep(time.Minute)
		if got := a.told(); len(got) != 1 || got[0] != 2 {
			t.Errorf("told %v, want once of 2", got)
		}
		b.stops(false)
	})
}

// TestHellosThatOvertakeEachOther: of reports of one moment the one that counts most is the newest.
func TestHellosThatOvertakeEachOther(t *testing.T) {
	w := newForeignWatch(nil, nil, zap.NewNop(), time.Now)
	w.hello(socketmode.Hello{Connection: 2, AppConnections: 2})
	w.hello(socketmode.Hello{Connection: 1, AppConnections: 1})
	if w.report.app != 2 {
		t.Errorf("%d connections are counted, want 2", w.report.app)
	}
}
