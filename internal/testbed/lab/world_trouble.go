package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// A trouble is one kind of thing that goes wrong for a time.
type trouble struct {
	name   string
	weight int // how often it is drawn, among the others
	lasts  span
	start  bool                                  // whether olbot may fail to start while it lasts
	begin  func(*world, *rand.Rand) (end func()) // end may be nil
}

// troubles are all of them.
func troubles() []trouble {
	return slices.Concat(socketTroubles(), messageTroubles(), feedTroubles(), callTroubles(), oneloginTroubles())
}

// A planned trouble is one with its time, counted from the beginning.
type planned struct {
	trouble
	at, ends time.Duration
	seed     uint64
}

// How often trouble begins.
var troubleGap = span{time.Second, 6 * time.Second}

// plan draws what happens in a time: none of a name while another of that name lasts.
func plan(all []trouble, rng *rand.Rand, total time.Duration) []planned {
	sum := 0
	for _, t := range all {
		sum += t.weight
	}
	var drawn []planned
	busy := map[string]time.Duration{}
	for at := troubleGap.draw(rng); at < total; at += troubleGap.draw(rng) {
		n, i := rng.IntN(sum), 0
		for n >= all[i].weight {
			n -= all[i].weight
			i++
		}
		p := planned{trouble: all[i], at: at, ends: at + all[i].lasts.draw(rng), seed: rng.Uint64()}
		if at <= busy[p.name] {
			continue
		}
		busy[p.name] = p.ends
		drawn = append(drawn, p)
	}
	return drawn
}

// suffer lets happen what is planned, until ctx ends, and returns when all of it is over.
func (w *world) suffer(ctx context.Context, plan []planned) {
	began := time.Now()
	var all sync.WaitGroup
	defer all.Wait()
	for _, p := range plan {
		if !waits(ctx, time.Until(began.Add(p.at))) {
			return
		}
		all.Go(func() {
			fmt.Fprintf(w.progress, "%v: %s for %v\n", p.at.Round(time.Second), p.name, (p.ends - p.at).Round(time.Second))
			o := outage{trouble: p.name, start: p.start, from: time.Now()}
			if end := p.begin(w, rand.New(rand.NewPCG(p.seed, 1))); end != nil {
				defer end()
			}
			waits(ctx, p.ends-p.at)
			o.to = time.Now()
			w.note(o)
		})
	}
}

// waits waits, and says whether ctx has not ended before.
func waits(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// An outage is a trouble that was.
type outage struct {
	trouble  string
	start    bool
	from, to time.Time
}

func (w *world) note(o outage) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.outages = append(w.outages, o)
}

// excuses says whether a start failed because of what happened meanwhile.
func (w *world) excuses(e exit) bool {
	for _, o := range w.outages {
		if o.start && o.from.Before(e.at) && o.to.After(e.began) {
			return true
		}
	}
	return false
}

// oneOf draws one of several.
func oneOf[T any](rng *rand.Rand, all ...T) T { return all[rng.IntN(len(all))] }
