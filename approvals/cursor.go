package approvals

import "time"

// A Cursor is how far a sink has been sent the trail.
type Cursor struct {
	Through int64 // number of the last event sent
	Lost    bool  // the sink cannot be sent to for good
	Trouble Trouble
}

// A Trouble is what keeps a sink from being sent more. It is stored, so that it
// lasts over restarts and is the same for every replica.
type Trouble struct {
	RefusedSince time.Time `json:"refused_since,omitzero"` // since when it refuses everything; zero: it does not
	NotBefore    time.Time `json:"not_before,omitzero"`    // it is not sent to again before
	Doubt        Doubt     `json:"doubt,omitzero"`
}

// A Doubt is about events that were sent, and nobody knows whether they arrived.
// Those above the Cursor are sent again; those up to it were sent so often that
// they count as sent.
type Doubt struct {
	From    int64 `json:"from,omitempty"`    // number of the first of them; 0: there is no doubt
	Through int64 `json:"through,omitempty"` // of the last
	Tries   int   `json:"tries,omitempty"`   // how often, one after the other, what follows the Cursor was sent
	Each    int64 `json:"each,omitempty"`    // number of the last event that was in each of these tries
}

// How a sink is tried again.
const (
	refusedPause = 15 * time.Second // before a sink that refused everything is
	lostAfter    = 2 * time.Minute  // a sink that has refused everything for so long is lost
	doubtPause   = 5 * time.Second  // before what may have arrived is sent again, twice as long each time
	maxPause     = 5 * time.Minute  // but no longer than this
	maxTries     = 20               // so often in doubt, which takes more than an hour, events count as sent
)

// sent notes that the events through that one have arrived.
func (c Cursor) sent(through int64) Cursor {
	c.Through = through
	doubt := c.Trouble.Doubt
	c.Trouble = Trouble{}
	if doubt.Through > through {
		c.Trouble.Doubt = Doubt{From: through + 1, Through: doubt.Through}
	}
	return c
}

// refused notes that the sink refused everything.
func (c Cursor) refused(now time.Time) Cursor {
	if c.Trouble.RefusedSince.IsZero() {
		c.Trouble.RefusedSince = now
	}
	c.Trouble.NotBefore = now.Add(refusedPause)
	return c
}

// refusedTooLong says whether the sink has refused everything for so long that it is lost.
func (c Cursor) refusedTooLong(now time.Time) bool {
	since := c.Trouble.RefusedSince
	return !since.IsZero() && now.Sub(since) >= lostAfter
}

// unsure notes that the events through that one may or may not have arrived. They
// are sent again, with what has come since, after a pause that grows. An outage
// that lasts answers in this way as well, so events are given up late: after
// maxTries those that were in each of the tries count as sent, and the next
// message says which they are.
func (c Cursor) unsure(through int64, now time.Time) Cursor {
	d := &c.Trouble.Doubt
	if d.Tries == 0 {
		d.Each = through
	}
	if d.From == 0 {
		d.From = c.Through + 1
	}
	d.Tries++
	d.Each, d.Through = min(d.Each, through), max(d.Through, through)
	c.Trouble.NotBefore = now.Add(min(doubtPause<<min(d.Tries-1, 10), maxPause))
	if d.Tries == maxTries {
		c.Through, d.Tries, d.Each = d.Each, 0, 0
	}
	return c
}

// wait is how long the sink has to wait for its next try.
func (c Cursor) wait(now time.Time) time.Duration { return max(c.Trouble.NotBefore.Sub(now), 0) }
