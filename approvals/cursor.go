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
	UnsureSince  time.Time `json:"unsure_since,omitzero"`  // since when it has given no clear answer, and taken nothing; zero: it has
	NotBefore    time.Time `json:"not_before,omitzero"`    // it is not sent to again before
	Barred       bool      `json:"barred,omitzero"`        // it was checked and must not be sent to, whether or not it takes events
	Doubt        Doubt     `json:"doubt,omitzero"`
}

// A Doubt is about events that were sent, and nobody knows whether they arrived.
// Those above the Cursor are sent again; those up to it were sent so often that
// they count as sent.
type Doubt struct {
	From    int64 `json:"from,omitempty"`    // number of the first of them; 0: there is no doubt
	Through int64 `json:"through,omitempty"` // of the last
	Tries   int   `json:"tries,omitempty"`   // how often, one after the other, the event after the Cursor was sent
}

// Lasts says whether what follows the Cursor has been sent in doubt more than once.
// One of the events may be why, so each is then sent alone, and with nothing that
// it can do without: it shall not hold up or lose the others.
func (d Doubt) Lasts() bool { return d.Tries >= fewTries }

// How a sink is tried again.
const (
	refusedPause = 15 * time.Second // before a sink that refused everything is
	lostAfter    = 2 * time.Minute  // a sink that has refused everything, or given no clear answer, for so long is lost
	doubtPause   = 5 * time.Second  // before what may have arrived is sent again, twice as long each time
	maxPause     = time.Minute      // but no longer than this
	fewTries     = 2                // so often in doubt, events are no longer sent together
	maxTries     = 65               // so often in doubt, which takes about an hour, an event counts as sent
)

// sent notes that the events through that one have arrived. What is still in a
// doubt that lasted goes on being sent one by one.
func (c Cursor) sent(through int64) Cursor {
	c.Through = through
	doubt := c.Trouble.Doubt
	c.Trouble = Trouble{}
	if doubt.Through > through {
		c.Trouble.Doubt = Doubt{From: through + 1, Through: doubt.Through}
		if doubt.Lasts() {
			c.Trouble.Doubt.Tries = fewTries
		}
	}
	return c
}

// refused notes that the sink refused everything.
func (c Cursor) refused(now time.Time) Cursor {
	c.Trouble.RefusedSince = since(c.Trouble.RefusedSince, now)
	c.Trouble.NotBefore = now.Add(refusedPause)
	return c
}

// unsure notes that the events through that one may or may not have arrived. They
// are sent again, with what has come since, after a pause that grows.
func (c Cursor) unsure(through int64, now time.Time) Cursor {
	c.Trouble.RefusedSince = time.Time{}
	c.Trouble.UnsureSince = since(c.Trouble.UnsureSince, now)
	d := &c.Trouble.Doubt
	if d.From == 0 {
		d.From = c.Through + 1
	}
	d.Tries++
	d.Through = max(d.Through, through)
	c.Trouble.NotBefore = now.Add(min(doubtPause<<min(d.Tries-1, 10), maxPause))
	return c
}

// hopeless says whether the event after the cursor was sent in doubt so often that
// it is to count as sent. An outage that lasts answers in this way as well, so that
// is late.
func (c Cursor) hopeless() bool { return c.Trouble.Doubt.Tries >= maxTries }

// givenUp notes that the event after the cursor, and no other, counts as sent. The
// next message says which these are.
func (c Cursor) givenUp() Cursor {
	c.Through++
	c.Trouble.Doubt.Tries = fewTries
	return c
}

// failedTooLong says whether the sink is lost: it refused everything for so long, or
// for so long gave no clear answer, not even to the least it can be sent.
func (c Cursor) failedTooLong(now time.Time) bool {
	t := c.Trouble
	long := func(since time.Time) bool { return !since.IsZero() && now.Sub(since) >= lostAfter }
	return long(t.RefusedSince) || long(t.UnsureSince) && t.Doubt.Tries > fewTries
}

// wait is how long the sink has to wait for its next try. A time that no pause
// reaches was noted by a clock that was wrong, and does not count.
func (c Cursor) wait(now time.Time) time.Duration {
	wait := c.Trouble.NotBefore.Sub(now)
	if wait > maxPause {
		return 0
	}
	return max(wait, 0)
}

// since is since when something has been so that is so now. A time in the future was
// noted by a clock that was wrong.
func since(noted, now time.Time) time.Time {
	if noted.IsZero() || now.Before(noted) {
		return now
	}
	return noted
}
