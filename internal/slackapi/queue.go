package slackapi

import (
	"slices"
	"time"
)

// A Rank says who goes first when calls of one method have to wait.
type Rank int

// The ranks.
const (
	first  Rank = iota // it has waited already
	Alarm              // somebody has to stop something
	Urgent             // somebody waits for it at the screen
	Normal
	Later // it can wait until everybody else is served
	Idle  // nobody waits for it; it has a share all the same
	ranks
)

// idleShare is how many calls of higher ranks go before one that is Idle: the audit
// channel falls behind in a crowd, but never goes silent.
const idleShare = 9

// A queue lets calls of one method pass: all at once until one is refused, and
// from then on at a rate, those of a higher rank first, those of one rank in the
// order they came. It is not safe for concurrent use.
type queue struct {
	paces   bool      // a call was refused, and there was no rest since
	full    float64   // calls a second, a little less than are documented
	rate    float64   // calls a second, less for a while after a second refusal
	size    float64   // calls that may be made at once after a rest
	level   float64   // calls that may be made now
	at      time.Time // when level was so
	granted time.Time // when the last was
	held    time.Time // Slack said not before
	holds   int       // how often it did
	waiting [ranks][]*position
	ahead   int                  // calls that went before one that is Idle and waits
	named   map[string]*position // those that Delay has given a key
}

// A position is a caller's place in a queue.
type position struct {
	rank    Rank
	calls   float64
	since   time.Time     // what it is for has waited since then
	granted time.Time     // zero: it has to wait
	due     time.Time     // when the caller that has its key was told to come again
	ready   chan struct{} // closed when it is granted
}

// keyedLife is how long a granted position is kept for the caller that has its
// key, from when it was told to come. It may never come: another replica took the job.
const keyedLife = 3 * time.Second

// What a further refusal makes of the rate, what it leaves, and how long it takes
// from nothing to full. Whoever else calls has to be left room, and how much nobody
// says.
const (
	slower   = 0.7
	slowest  = 0.2
	recovery = 5 * time.Minute
)

// While calls are paced, Slack may grant no burst at all.
const (
	margin     = 0.95        // of the documented rate: one call may be longer on its way than the next
	pacedBurst = 1.0         // calls that may be made at once
	rest       = time.Minute // without a call, until nothing has to wait again
)

// rounding is how much of a call may be lost to it.
const rounding = 1e-6

func newQueue(perMinute, times float64, now time.Time) *queue {
	rate := perMinute / 60 * times * margin
	return &queue{full: rate, rate: rate, size: perMinute, at: now, named: map[string]*position{}}
}

// join takes a position for so many calls, behind all of its rank that have waited as
// long, and grants it if it can.
func (q *queue) join(rank Rank, calls float64, since, now time.Time) *position {
	q.advance(now) // if nobody has waited for long, nobody has to
	p := &position{rank: rank, calls: min(calls, q.size), since: since, ready: make(chan struct{})}
	waiting := q.waiting[rank]
	at := len(waiting)
	for at > 0 && waiting[at-1].since.After(since) {
		at--
	}
	q.waiting[rank] = slices.Insert(slices.Clip(waiting), at, p)
	q.advance(now)
	return p
}

// advance grants the positions that can be granted now.
func (q *queue) advance(now time.Time) {
	if now.Before(q.held) {
		return
	}
	if passed := now.Sub(q.at).Seconds(); passed > 0 {
		q.level = max(q.level, min(q.most(), q.level+passed*q.rate))
		q.rate = min(q.full, q.rate+q.full*passed/recovery.Seconds())
		q.at = now
		q.paces = q.paces && (q.next() != nil || now.Sub(q.granted) < rest)
	}
	for next := q.next(); next != nil; next = q.next() {
		if q.paces && q.level < next.calls-rounding {
			return
		}
		if q.paces {
			q.level -= next.calls
		}
		q.ahead++
		if next.rank == Idle || len(q.waiting[Idle]) == 0 {
			q.ahead = 0
		}
		q.waiting[next.rank] = q.waiting[next.rank][1:]
		next.granted, q.granted = now, now
		close(next.ready)
	}
}

// most is how many calls can be saved for what waits.
func (q *queue) most() float64 {
	if next := q.next(); next != nil {
		return max(next.calls, pacedBurst)
	}
	return pacedBurst
}

// next is the position to be granted next, nil if none waits.
func (q *queue) next() *position {
	if q.ahead >= idleShare && len(q.waiting[Idle]) > 0 {
		return q.waiting[Idle][0]
	}
	for _, waiting := range q.waiting {
		if len(waiting) > 0 {
			return waiting[0]
		}
	}
	return nil
}

// wait is how long it takes until the position is granted, if nobody who comes
// later goes first.
func (q *queue) wait(p *position, now time.Time) time.Duration {
	if !p.granted.IsZero() {
		return 0
	}
	need := p.calls + q.before(p) - q.level
	from := now
	if q.held.After(now) {
		from = q.held
	}
	return from.Sub(now) + max(time.Duration(need/q.rate*float64(time.Second)), time.Millisecond)
}

// before is how many calls go before p, if nobody who comes later does.
func (q *queue) before(p *position) (calls float64) {
	share := 0.0 // at most so many go before one that is Idle
	for rank := range p.rank + 1 {
		for _, other := range q.waiting[rank] {
			if other == p {
				break
			}
			calls += other.calls
			if other.rank == Idle {
				share += idleShare + other.calls
			}
		}
	}
	if p.rank == Idle {
		calls = min(calls, share+float64(max(idleShare-q.ahead, 0)))
	}
	return calls
}

// delayNow is how long a call would have to wait that came now.
func (q *queue) delayNow(rank Rank, calls float64, now time.Time) time.Duration {
	q.advance(now)
	if !q.paces && !now.Before(q.held) {
		return 0
	}
	p := &position{rank: rank, calls: min(calls, q.size)}
	if now.Before(q.held) || q.before(p)+p.calls > q.level+rounding {
		return q.wait(p, now)
	}
	return 0
}

// leave gives the position up, and what was granted but not used.
func (q *queue) leave(p *position, now time.Time) {
	if !p.granted.IsZero() {
		q.giveBack(p.calls)
	} else {
		for i, other := range q.waiting[p.rank] {
			if other == p {
				q.waiting[p.rank] = append(q.waiting[p.rank][:i:i], q.waiting[p.rank][i+1:]...)
				break
			}
		}
	}
	q.advance(now)
}

// giveBack makes available what was granted and not used.
func (q *queue) giveBack(calls float64) { q.level = min(q.size, q.level+calls) }

// refused begins to keep the pace, and keeps everybody until then, also those
// whose position was granted.
func (q *queue) refused(until, now time.Time) {
	level := 0.0
	switch {
	case !q.paces:
		q.paces, q.rate, q.at, q.level, q.granted = true, q.full, now, 0, now
		level = 1 // so much is what Slack promises, if it promises it to us alone
	case !now.Before(q.held): // what is refused meanwhile was on its way
		q.rate = max(q.rate*slower, q.full*slowest)
	}
	if until.After(q.held) && until.After(now) {
		q.held, q.at, q.level, q.granted = until, until, level, until
		q.holds++
	}
}

// delay is join and wait for a caller that comes again under the same key. After
// 0 the position is gone. Callers that share a key share the position, at the rank
// of the most urgent of them.
func (q *queue) delay(key string, rank Rank, since, now time.Time) (*position, time.Duration) {
	p := q.named[key]
	delete(q.named, key)
	q.advance(now)
	q.forget(now)
	if p != nil && p.granted.IsZero() && rank < p.rank {
		q.leave(p, now)
		p = nil
	}
	if p == nil {
		p = q.join(rank, 1, since, now)
	}
	q.advance(now)
	wait := q.wait(p, now)
	if wait > 0 {
		q.named[key], p.due = p, now.Add(wait)
	}
	return p, wait
}

// forget gives back the positions that nobody came for.
func (q *queue) forget(now time.Time) {
	for key, p := range q.named {
		if !p.granted.IsZero() && now.Sub(p.granted) > keyedLife && now.Sub(p.due) > keyedLife {
			delete(q.named, key)
			q.giveBack(p.calls)
		}
	}
}
