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
