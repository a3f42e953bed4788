package sqlstore

import (
	"math"
	"time"
)

// never is the time of what is not going to happen by itself.
const never = math.MaxInt64

// The times that fit: nanoseconds since 1970 reach to the year 2262.
var lastTime = time.Unix(0, never-1)

// nanos is t as it is stored; the zero time is 0.
func nanos(t time.Time) int64 {
	switch {
	case t.IsZero() || t.UnixMilli() <= 0:
		return 0
	case t.After(lastTime):
		return never - 1
	}
	return t.UnixNano()
}

// stored is the time that nanos made n of.
func stored(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}

// flag is how a database keeps yes and no.
func flag(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}
