package slackapi

import (
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Messages are not made again by themselves: what they say may be out of date.
// A refused repaint keeps the others for as long as Slack says, a refused post
// nobody: Slack may have meant the one channel.
func TestMessagesWaitOutsideTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for method, want := range map[string]time.Duration{"chat.update": 30 * time.Second, "chat.postMessage": 0} {
			w := newWorld(t, &tier{perMinute: 300, refuse: 1, after: 30})
			if status, err := w.call(t.Context(), method, "x"); err != nil || status != http.StatusTooManyRequests {
				t.Errorf("%s: %d, %v", method, status, err)
			}
			if wait := w.Delay(w.t.Context(), method, Urgent, "other", time.Time{}); wait.Round(10*time.Millisecond) != want {
				t.Errorf("%s: the next has to wait %v, want %v", method, wait, want)
			}
		}
	})
}

func TestWhoeverComesAgainKeepsThePlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, &tier{})
		w.slow("chat.update")
		began := time.Now()
		var mu sync.Mutex
		var order []string
		asked := 0
		for _, name := range numbered(120) {
			w.all.Go(func() {
				for {
					wait := w.Delay(w.t.Context(), "chat.update", Normal, name, time.Time{})
					mu.Lock()
					asked++
					if wait == 0 {
						order = append(order, name)
					}
					mu.Unlock()
					if wait == 0 {
						return
					}
					time.Sleep(wait)
				}
			})
			synctest.Wait()
		}
		w.all.Wait()
		if !slices.Equal(order, numbered(120)) {
			t.Errorf("the order is %v", order)
		}
		if took := time.Since(began).Round(time.Second); took != 152*time.Second {
			t.Errorf("120 calls at a little less than 50 a minute took %v", took)
		}
		if asked > 2*120 {
			t.Errorf("came %d times for 120 calls", asked)
		}
	})
}

func TestAPlaceThatIsNotUsedIsNobodysLoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, &tier{})
		w.slow("chat.update")
		w.GiveBack("chat.update")
		if wait := w.Delay(w.t.Context(), "chat.update", Normal, "next", time.Time{}); wait != 0 {
			t.Errorf("a place that was given back is gone: %v", wait)
		}
		pause := w.Delay(w.t.Context(), "chat.update", Normal, "gone", time.Time{})
		time.Sleep(pause)
		if wait := w.Delay(w.t.Context(), "chat.update", Normal, "second", time.Time{}); wait.Round(time.Millisecond) != pause.Round(time.Millisecond) {
			t.Errorf("the second has to wait %v", wait)
		}
		time.Sleep(pause)
		if wait := w.Delay(w.t.Context(), "chat.update", Normal, "second", time.Time{}); wait != 0 {
			t.Errorf("the second has to wait %v more", wait)
		}
		time.Sleep(keyedLife) // in which one more call can be made
		for _, key := range []string{"a", "that of gone"} {
			if wait := w.Delay(w.t.Context(), "chat.update", Normal, key, time.Time{}); wait != 0 {
				t.Errorf("%s has to wait %v", key, wait)
			}
		}
		if n := len(w.queues["chat.update"].named); n != 0 {
			t.Errorf("%d places are kept", n)
		}
	})
}

// A job that waits goes to another process, which has a queue of its own: what it is
// for has waited all the same.
func TestWhatHasWaitedLongestGoesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, &tier{})
		w.slow("chat.update")
		long := time.Now().Add(-time.Minute)
		for _, name := range numbered(20) {
			w.Delay(w.t.Context(), "chat.update", Normal, name, time.Time{})
		}
		first := w.Delay(w.t.Context(), "chat.update", Normal, "old", long)
		second := w.Delay(w.t.Context(), "chat.update", Normal, "nearly as old", long.Add(time.Second))
		if first > 3*time.Second || second <= first || second > 5*time.Second {
			t.Errorf("what has waited longest has to wait %v and %v", first, second)
		}
	})
}

// A place can be granted before the time at which its caller was told to come.
func TestAPlaceIsKeptUntilItsCallerWasToldToCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, &tier{})
		w.slow("chat.update")
		for _, name := range numbered(20) {
			w.Delay(w.t.Context(), "chat.update", Normal, name, time.Time{})
		}
		wait := w.Delay(w.t.Context(), "chat.update", Normal, "patient", time.Time{})
		for range 21 {
			w.GiveBack("chat.update")
		}
		w.Delay(w.t.Context(), "chat.update", Normal, "newcomer", time.Time{}) // all before it have their turn now
		time.Sleep(wait)
		for _, name := range numbered(60) {
			w.Delay(w.t.Context(), "chat.update", Normal, "more "+name, time.Time{})
		}
		if wait := w.Delay(w.t.Context(), "chat.update", Normal, "patient", time.Time{}); wait != 0 {
			t.Errorf("has to wait %v more", wait)
		}
	})
}
