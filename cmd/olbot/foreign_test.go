package main

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"olbot/internal/socketmode"
)

// watchForeign runs a foreignWatch whose every recheck brings the report that app
// returns, after a first report, and returns how it ended and after how long.
func watchForeign(t *testing.T, ctx context.Context, app func(checks int) int) (took time.Duration, err error) {
	t.Helper()
	w := newForeignWatch(zap.NewNop())
	checks := 0
	report := func() { w.hello(socketmode.Hello{AppConnections: app(checks), Ours: 2}); checks++ }
	report()
	began := time.Now()
	err = w.run(ctx, report)
	return time.Since(began), err
}

func TestAnotherProgramOnTheSameAppEndsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		took, err := watchForeign(t, t.Context(), func(int) int { return 4 })
		if !errors.Is(err, errForeign) || took < foreignGrace || took > foreignGrace+foreignRecheck {
			t.Errorf("ended with %v after %v", err, took)
		}
	})
}

// After a crash Slack counts the old process's connections for a while.
func TestConnectionsOfADeadProcessAreWaitedFor(t *testing.T) {
	for name, app := range map[string]func(int) int{
		"gone at the second look": func(checks int) int { return 4 - 2*min(checks, 1) },
		"Slack does not say":      func(int) int { return 0 },
		"all ours":                func(int) int { return 2 },
		"seen again much later":   func(checks int) int { return []int{4, 2, 4, 2}[checks%4] },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				if _, err := watchForeign(t, ctx, app); err != nil {
					t.Errorf("ended with %v", err)
				}
			})
		})
	}
}

// Two meetings an hour apart are not one long one.
func TestConnectionsThatWentAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Hour)
		defer cancel()
		w := newForeignWatch(zap.NewNop())
		meet := func() { w.hello(socketmode.Hello{AppConnections: 4, Ours: 2}) }
		part := func() { w.hello(socketmode.Hello{AppConnections: 2, Ours: 2}) }
		meet()
		time.AfterFunc(time.Hour, meet)
		if err := w.run(ctx, part); err != nil {
			t.Errorf("ended with %v", err)
		}
	})
}
