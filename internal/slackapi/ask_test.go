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
// A refused repaint keeps the others for as long as Slack says, a refused post only
// to the pace of all channels: Slack may have meant the one.
func TestMessagesAreAskedForByWhoeverSendsThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for method, want := range map[string]time.Duration{"chat.update": 30 * time.Second, "chat.postMessage": 200 * time.Millisecond} {
			l := newLine(t, &tier{perMinute: 300, refuse: 1, after: 30})
			if status, err := l.call(t.Context(), method, "x"); err != nil || status != http.StatusTooManyRequests {
				t.Errorf("%s: %d, %v", method, status, err)
			}
			if wait := l.Ask(method, Urgent, "other"); wait.Round(10*time.Millisecond) != want {
				t.Errorf("%s: the next has to wait %v, want %v", method, wait, want)
			}
		}
	})
}

func TestWhoeverAsksAgainKeepsThePlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, &tier{})
		l.slow("chat.update")
		began := time.Now()
		var mu sync.Mutex
		var order []string
		asked := 0
		for _, name := range numbered(120) {
			l.all.Go(func() {
				for {
					wait := l.Ask("chat.update", Normal, name)
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
		l.all.Wait()
		if !slices.Equal(order, numbered(120)) {
			t.Errorf("the order is %v", order)
		}
		if took := time.Since(began).Round(time.Second); took != 144*time.Second {
			t.Errorf("120 turns at 50 a minute took %v", took)
		}
		if asked > 2*120 {
			t.Errorf("asked %d times for 120 turns", asked)
		}
	})
}

func TestATurnThatIsNotUsedIsNobodysLoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, &tier{})
		l.slow("chat.update")
		l.Back("chat.update")
		if wait := l.Ask("chat.update", Normal, "next"); wait != 0 {
			t.Errorf("a turn that was given back is gone: %v", wait)
		}
		pause := l.Ask("chat.update", Normal, "gone")
		time.Sleep(pause)
		if wait := l.Ask("chat.update", Normal, "second"); wait != pause {
			t.Errorf("the second has to wait %v", wait)
		}
		time.Sleep(pause)
		if wait := l.Ask("chat.update", Normal, "second"); wait != 0 {
			t.Errorf("the second has to wait %v more", wait)
		}
		time.Sleep(keyedLife) // in which two more turns come
		for _, key := range []string{"a", "b", "that of gone"} {
			if wait := l.Ask("chat.update", Normal, key); wait != 0 {
				t.Errorf("%s has to wait %v", key, wait)
			}
		}
		if n := len(l.queues["chat.update"].named); n != 0 {
			t.Errorf("%d turns are kept", n)
		}
	})
}
