package people

import (
	"testing"
	"time"
	"unsafe"
)

// What was known before the machine slept is as old as the wall clock says. Kind: a
// clock that stands still.
func TestSleepMakesOld(t *testing.T) {
	at := time.Now()
	slept := at.Add(time.Hour)
	// Its monotonic clock stands as it stood: there is no other way to make such a time.
	(*struct {
		wall uint64
		ext  int64
	})(unsafe.Pointer(&slept)).ext -= int64(time.Hour)
	if slept.Sub(at) != 0 || slept.Round(0).Sub(at.Round(0)) != time.Hour {
		t.Fatalf("no time after a sleep: %v", slept)
	}
	for name, tt := range map[string]struct {
		now     time.Time
		is, max time.Duration
	}{
		"slept":    {slept, time.Hour, time.Hour},
		"awake":    {at.Add(time.Minute), time.Minute, time.Minute},
		"the same": {at, 0, 0},
		"set back": {at.Round(0).Add(-1), 1000 * time.Hour, 1<<63 - 1},
	} {
		if got := age(tt.now, at); got < tt.is || got > tt.max {
			t.Errorf("%s: %v old", name, got)
		}
	}
	wall := slept.Add(-2 * time.Hour) // set back by an hour
	(*struct {
		wall uint64
		ext  int64
	})(unsafe.Pointer(&wall)).ext += int64(2*time.Hour + time.Minute)
	if got := age(wall, at); got < 1000*time.Hour {
		t.Errorf("set back, by the monotonic clock a minute: %v old", got)
	}
}
