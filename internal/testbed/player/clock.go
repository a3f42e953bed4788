package player

import (
	"sync/atomic"
	"time"
)

// A clock runs as the real one does, and can be put forward. The simulators and
// olbot share it. The zero clock is right.
type clock struct {
	ahead atomic.Int64 // nanoseconds
}

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

func (c *clock) forward(d time.Duration) { c.ahead.Add(int64(d)) }
