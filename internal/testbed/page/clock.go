package page

import (
	"context"
	"encoding/binary"
	"fmt"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// A Clock runs as the real one does, and can be put forward. How far is kept in a file, because olbot, which goes by the same
// clock as the simulators, is a process of its own that may be killed and started again.
type Clock struct {
	file  *os.File
	known atomic.Int64 // nanoseconds ahead, as read last
	mu    sync.Mutex   // one forward at a time
}

// OpenClock opens the clock that is kept at path, a new one if there is none.
func OpenClock(path string) (*Clock, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the clock: %w", err)
	}
	return &Clock{file: file}, nil
}

// Now is the clock's time.
func (c *Clock) Now() time.Time { return time.Now().Add(c.ahead()) }

// ahead is how far the clock was put forward. An empty file says not at all; one that cannot be read, no more than was
// known.
func (c *Clock) ahead() time.Duration {
	var kept [8]byte
	if _, err := c.file.ReadAt(kept[:], 0); err == nil {
		c.known.Store(int64(binary.LittleEndian.Uint64(kept[:])))
	}
	return time.Duration(c.known.Load())
}

// forward puts the clock forward.
func (c *Clock) forward(d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept := binary.LittleEndian.AppendUint64(nil, uint64(c.ahead()+d))
	if _, err := c.file.WriteAt(kept, 0); err != nil {
		return fmt.Errorf("put the clock forward: %w", err)
	}
	return nil
}

// steps are how far the browser can put the clock forward, by the last part of the path.
var steps = map[string]time.Duration{
	"minutes": 5 * time.Minute, "hour": time.Hour, "day": 24 * time.Hour, "week": 7 * 24 * time.Hour,
}

func (p *Page) putForward(w http.ResponseWriter, r *http.Request) {
	step, known := steps[r.PathValue("step")]
	if !known {
		http.NotFound(w, r)
		return
	}
	p.settle(r.Context())
	err := p.clock.forward(step)
	p.touch()
	done(w, err)
}

// settle waits until olbot has called nobody for a little longer than Slack makes it wait between two messages: what it is
// doing has limits of time, and would break off if the clock went over them. It does not wait for long, because olbot may be
// trying something again and again.
func (p *Page) settle(ctx context.Context) {
	const quiet, patience, look = 1200 * time.Millisecond, 4 * time.Second, 20 * time.Millisecond
	for began := p.clock.Now(); ; {
		now := p.clock.Now()
		if now.Sub(p.calledLast()) >= quiet || now.Sub(began) >= patience {
			return
		}
		select {
		case <-time.After(look):
		case <-ctx.Done():
			return
		}
	}
}

// calledLast is when olbot called Slack or OneLogin last.
func (p *Page) calledLast() (last time.Time) {
	if calls := p.slack.Calls(); len(calls) > 0 {
		last = calls[len(calls)-1].At
	}
	if calls := p.onelogin.Calls(); len(calls) > 0 && calls[len(calls)-1].At.After(last) {
		last = calls[len(calls)-1].At
	}
	return last
}
