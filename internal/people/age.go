package people

import (
	"math"
	"time"
)

// age is how old what is of that moment is now, also if the machine slept in between:
// the monotonic clock stands still then. After a wall clock that was set back nobody
// can tell, and it is too old for everything.
func age(now, at time.Time) time.Duration {
	wall := now.Round(0).Sub(at.Round(0))
	if wall < 0 {
		return math.MaxInt64
	}
	return max(wall, now.Sub(at))
}
