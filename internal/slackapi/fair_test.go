package slackapi

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// pass comes again under the key until the call may be made, and says so, one at a time.
func (w *world) pass(method string, rank Rank, key string, passed func()) {
	w.all.Go(func() {
		for {
			wait := w.Delay(w.t.Context(), method, rank, key, time.Time{})
			if wait == 0 {
				w.passing.Lock()
				defer w.passing.Unlock()
				passed()
				return
			}
			time.Sleep(wait)
		}
	})
	synctest.Wait()
}

// However much goes before it, who is Idle gets a share.
func TestTheIdleHaveAShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, &tier{})
		w.slow("chat.postMessage")
		var order []string
		for _, name := range numbered(3 * (idleShare + 1)) {
			w.pass("chat.postMessage", Urgent, name, func() { order = append(order, name) })
		}
		for _, name := range []string{"feed 1", "feed 2"} {
			w.pass("chat.postMessage", Idle, name, func() { order = append(order, name) })
		}
		w.all.Wait()
		first, second := slices.Index(order, "feed 1"), slices.Index(order, "feed 2")
		if first < 0 || first > idleShare || second > 2*idleShare+1 {
			t.Errorf("the idle passed as number %d and %d of %d", first, second, len(order))
		}
	})
}

// Callers of one channel share a place, and the most urgent of them says where.
func TestAChannelHasOnePlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, &tier{})
		w.slow("chat.postMessage")
		var order []string
		for _, name := range numbered(20) {
			w.pass("chat.postMessage", Urgent, name, func() { order = append(order, name) })
		}
		began := time.Now()
		for range 50 {
			w.Delay(w.t.Context(), "chat.postMessage", Normal, "flooded", time.Time{})
		}
		w.pass("chat.postMessage", Later, "honest", func() { order = append(order, "honest") })
		if w.Delay(w.t.Context(), "chat.postMessage", Alarm, "flooded", time.Time{}) > time.Second {
			t.Error("an alarm has to wait for its channel's earlier place")
		}
		w.all.Wait()
		if took := time.Since(began); took > 6*time.Second {
			t.Errorf("22 places at 5 a second took %v: %v", took, order)
		}
	})
}

// Slack refuses a post for its channel or for the workspace, and does not say which.
func TestARefusedPostKeepsItsChannelOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, &tier{})
		for range 10 {
			w.RefusedPost("C1", time.Second)
		}
		w.RefusedPost("C2", time.Second)
		time.Sleep(refusedWithin + time.Second)
		w.RefusedPost("C3", time.Second)
		w.RefusedPost("C4", time.Second)
		for _, key := range numbered(400) {
			if wait := w.Delay(w.t.Context(), "chat.postMessage", Urgent, key, time.Time{}); wait > 0 {
				t.Fatalf("number %s has to wait %v for the channels of others", key, wait)
			}
		}
		w.RefusedPost("C5", time.Second)
		if w.Delay(w.t.Context(), "chat.postMessage", Urgent, "one", time.Time{}) == 0 && w.Delay(w.t.Context(), "chat.postMessage", Urgent, "two", time.Time{}) == 0 {
			t.Error("three channels are refused in a second, and nothing waits")
		}
	})
}

// How long others wait can be asked without waiting oneself.
func TestWaitTakesNoPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, &tier{perMinute: tier4})
		if wait := w.Wait("users.info", Urgent, 3); wait != 0 {
			t.Errorf("with no refusal one has to wait %v", wait)
		}
		w.slow("users.info")
		for _, name := range numbered(20) {
			w.calls(t.Context(), "users.info", name)
		}
		for range 10 {
			if wait := w.Wait("users.info", Normal, 1).Round(time.Second); wait != 13*time.Second {
				t.Fatalf("behind 20 one has to wait %v", wait)
			}
		}
		if wait := w.Wait("users.info", Urgent, 3); wait > 3*time.Second {
			t.Errorf("the urgent have to wait %v", wait)
		}
		w.all.Wait()
	})
}
