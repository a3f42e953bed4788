package approvals

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestStepsBackWhileSomebodyWaitsButNotForEver(t *testing.T) {
	for name, c := range map[string]struct {
		answered []time.Duration // when each of those who wait has been answered
		left     time.Duration   // when the context ends
		want     time.Duration
	}{
		"nobody waits":          {nil, time.Hour, 0},
		"one is answered":       {[]time.Duration{30 * time.Millisecond}, time.Hour, 30 * time.Millisecond},
		"the last of three":     {[]time.Duration{50 * time.Millisecond, 70 * time.Millisecond, 10 * time.Millisecond}, time.Hour, 70 * time.Millisecond},
		"somebody is forgotten": {[]time.Duration{time.Millisecond, time.Hour}, 2 * time.Hour, courtesy},
		"the program stops":     {[]time.Duration{time.Hour}, 20 * time.Millisecond, 20 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var d desk
				for _, at := range c.answered {
					time.AfterFunc(at, d.serve())
				}
				ctx, cancel := context.WithTimeout(t.Context(), c.left)
				defer cancel()
				began := time.Now()
				d.stepBack(ctx)
				if took := time.Since(began); took != c.want {
					t.Errorf("it took %v, want %v", took, c.want)
				}
				time.Sleep(2 * time.Hour) // all are answered
				began = time.Now()
				d.stepBack(t.Context())
				if took := time.Since(began); took != 0 {
					t.Errorf("when nobody waited any more it took %v", took)
				}
			})
		})
	}
}

func TestACrowdIsGoneWhenNobodyHasWaitedForALull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d desk
		come := func(n int) (leave func()) {
			var answered []func()
			for range n {
				answered = append(answered, d.serve())
			}
			return func() {
				for _, f := range answered {
					f()
				}
			}
		}
		took := func() time.Duration {
			began := time.Now()
			d.stepBack(t.Context())
			return time.Since(began)
		}
		leave := come(crowd)
		if d.crowded() {
			t.Error("a crowd of no more than usual")
		}
		leave()
		if took := took(); took != 0 {
			t.Errorf("stepped back %v for nobody", took)
		}
		come(crowd + 1)()
		for range 3 {
			time.Sleep(lull / 2)
			come(crowd + 1)() // it comes back
		}
		if !d.crowded() {
			t.Error("the crowd is gone though it comes back")
		}
		last := come(1)
		time.Sleep(lull)
		if d.crowded() {
			t.Error("one person is a crowd")
		}
		time.AfterFunc(time.Millisecond, last)
		if took := took(); took != time.Millisecond {
			t.Errorf("stepped back %v for the last of them, want 1ms", took)
		}
		come(crowd + 1)()
		if took := took(); took != lull {
			t.Errorf("stepped back %v after a crowd, want %v", took, lull)
		}
		come(1)()
		if took := took(); took != 0 {
			t.Errorf("stepped back %v after the lull", took)
		}
	})
}
