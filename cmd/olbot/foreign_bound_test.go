package main

import (
	"testing"
	"time"
)

// TestAllThatCrashedCountAsOurs, also if Slack counts more than the ten that it allows.
// Kind: a count that somebody else keeps, taken as proof.
func TestAllThatCrashedCountAsOurs(t *testing.T) {
	inAppWorld(t, func(t *testing.T, a *appWorld) {
		for range 12 {
			a.starts().stops(true)
		}
		b := a.starts()
		time.Sleep(time.Hour)
		if got := a.told(); len(got) != 0 || b.surplus.Load() != 0 {
			t.Errorf("told %v, surplus %d", got, b.surplus.Load())
		}
		a.counts(a.others + 1)
		b.recheck()
		time.Sleep(time.Hour)
		if got := a.told(); len(got) != 1 || got[0] != 1 {
			t.Errorf("told %v, want once of 1", got)
		}
		b.stops(false)
	})
}

// TestGhostsAreBounded: a network that breaks every few seconds makes no list that grows for hours.
func TestGhostsAreBounded(t *testing.T) {
	inAppWorld(t, func(t *testing.T, a *appWorld) {
		b := a.starts()
		for range 3 * mostGhosts {
			b.loses(false)
			b.connects()
		}
		b.mu.Lock()
		n := len(b.ghosts)
		b.mu.Unlock()
		if n != mostGhosts {
			t.Errorf("%d ghosts are remembered", n)
		}
		b.stops(false)
	})
}
