package sqlstore

import (
	"math"
	"strings"
	"time"

	"olbot/approvals"
)

// params turns times, ids and texts into what both databases take.
func params(args []any) []any {
	ready := make([]any, len(args))
	for i, a := range args {
		switch a := a.(type) {
		case string:
			ready[i] = clean(a)
		case approvals.ID:
			ready[i] = clean(string(a))
		case approvals.State:
			ready[i] = string(a)
		case approvals.JobKind:
			ready[i] = string(a)
		case approvals.EventKind:
			ready[i] = string(a)
		case time.Time:
			ready[i] = nanos(a)
		case bool:
			ready[i] = flag(a)
		default:
			ready[i] = a
		}
	}
	return ready
}

// clean makes a text that PostgreSQL takes: it knows neither NUL nor broken
// UTF-8. JSON bodies have neither.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

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
