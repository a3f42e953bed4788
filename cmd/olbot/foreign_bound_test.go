package main

import (
	"testing"
	"time"
)

// TestCrashesDoNotHideAnotherProgram: each start remembers connections more, and Slack allows an app ten.
func TestCrashesDoNotHideAnotherProgram(t *testing.T) {
	inAppWorld(t, func(t *testing.T, a *appWorld) {
		for range mostCounted {
			a.starts().stops(true)
			a.counts(0) // Slack saw them end
		}
		a.counts(mostCounted)
		b := a.starts()
		time.Sleep(time.Hour)
		if got := a.told(); len(got) != 1 {
			t.Errorf("told %v, want once", got)
		}
		b.stops(false)
	})
}

// TestGhostsAreBounded: a network that breaks every few seconds makes no list that grows for hours.
func TestGhostsAreBounded(t *testing.T) {
	inAppWorld(t, func(t *testing.T, a *appWorld) {
		b := a.starts()
		for range 3 * mostCounted {
			b.loses(false)
			b.connects()
		}
		b.mu.Lock()
		n := len(b.ghosts)
		b.mu.Unlock()
		if n != mostCounted {
			t.Errorf("%d ghosts are remembered", n)
		}
		b.stops(false)
	})
}
