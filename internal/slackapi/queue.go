package slackapi

import "time"

// A Rank says who goes first when calls of one method have to wait.
type Rank int

// The ranks.
const (
	first  Rank = iota // its turn had come already
	Urgent             // somebody waits for it at the screen
	Normal
	Idle // nobody waits for it
	ranks
)

// A queue lets calls of one method pass: all at once until one is refused, and
// from then on at a rate, those of a higher rank first, those of one rank in the
// order they came. It is not safe for concurrent use.
type queue struct {
	paces   bool      // a call was refused, and there was no rest since
	full    float64   // calls a second that are documented
	rate    float64   // calls a second, less for a while after a second refusal
	size    float64   // calls that may be made at once after a rest
	level   float64   // calls that may be made now
	at      time.Time // when level was so
	held    time.Time // Slack said not before
	holds   int       // how often it did
	waiting [ranks][]*turn
	named   map[string]*turn // those that are asked for by key
}

// A turn is somebody's place in a queue.
type turn struct {
	rank    Rank
	calls   float64
	granted time.Time     // zero: it has to wait
	ready   chan struct{} // closed when it is granted
}

// keyedLife is how long a turn that was granted is kept for who asked by key, and
// may have gone to ask elsewhere: another replica, which took the job.
const keyedLife = 3 * time.Second

// What a further refusal makes of the rate, what it leaves, and how long it takes
// from nothing to full. Whoever else calls has to be left room, and how much nobody
// says.
const (
	slower   = 0.7
	slowest  = 0.2
	recovery = 5 * time.Minute
)

// rounding is how much of a call may be lost to it.
const rounding = 1e-6

func newQueue(perMinute, times float64, now time.Time) *queue {
	rate := perMinute / 60 * times
	return &queue{full: rate, rate: rate, size: perMinute, at: now, named: map[string]*turn{}}
}

// lineUp takes a place for so many calls, and grants it if it can.
func (q *queue) lineUp(rank Rank, calls float64, now time.Time) *turn {
	t := &turn{rank: rank, calls: min(calls, q.size), ready: make(chan struct{})}
	q.waiting[rank] = append(q.waiting[rank], t)
	q.advance(now)
	return t
}

// advance grants the turns that have come.
func (q *queue) advance(now time.Time) {
	if now.Before(q.held) {
		return
	}
	if passed := now.Sub(q.at).Seconds(); passed > 0 {
		q.level = min(q.size, q.level+passed*q.rate)
		q.rate = min(q.full, q.rate+q.full*passed/recovery.Seconds())
		q.at = now
		q.paces = q.paces && q.level < q.size
	}
	for rank := range q.waiting {
		for len(q.waiting[rank]) > 0 {
			next := q.waiting[rank][0]
			if q.paces && q.level < next.calls-rounding {
				return
			}
			if q.paces {
				q.level -= next.calls
			}
			q.waiting[rank] = q.waiting[rank][1:]
			next.granted = now
			close(next.ready)
		}
	}
}

// wait is how long it takes until the turn comes, if nobody goes before it who is
// not there yet.
func (q *queue) wait(t *turn, now time.Time) time.Duration {
	if !t.granted.IsZero() {
		return 0
	}
	need := t.calls - q.level
	for rank := range t.rank + 1 {
		for _, before := range q.waiting[rank] {
			if before == t {
				break
			}
			need += before.calls
		}
	}
	from := now
	if q.held.After(now) {
		from = q.held
	}
	return from.Sub(now) + max(time.Duration(need/q.rate*float64(time.Second)), time.Millisecond)
}

// leave gives the place up, and what was granted but not used.
func (q *queue) leave(t *turn, now time.Time) {
	if !t.granted.IsZero() {
		q.back(t.calls)
	} else {
		for i, other := range q.waiting[t.rank] {
			if other == t {
				q.waiting[t.rank] = append(q.waiting[t.rank][:i:i], q.waiting[t.rank][i+1:]...)
				break
			}
		}
	}
	q.advance(now)
}

// back takes back what was granted and not used.
func (q *queue) back(calls float64) { q.level = min(q.size, q.level+calls) }

// refused begins to keep the pace, and keeps everybody until then, also those
// whose turn had come.
func (q *queue) refused(until, now time.Time) {
	level := 0.0
	switch {
	case !q.paces:
		q.paces, q.rate, q.at, q.level = true, q.full, now, 0
		level = 1 // so much is what Slack promises, if it promises it to us alone
	case !now.Before(q.held): // what is refused meanwhile was on its way
		q.rate = max(q.rate*slower, q.full*slowest)
	}
	if until.After(q.held) && until.After(now) {
		q.held, q.at, q.level = until, until, level
		q.holds++
	}
}

// ask is lineUp and wait for somebody who comes again under the same key. 0: the
// turn has come, and is over.
func (q *queue) ask(key string, rank Rank, now time.Time) time.Duration {
	t := q.named[key]
	delete(q.named, key)
	q.forget(now)
	if t == nil {
		t = q.lineUp(rank, 1, now)
	}
	q.advance(now)
	wait := q.wait(t, now)
	if wait > 0 {
		q.named[key] = t
	}
	return wait
}

// forget takes back the turns of those who did not come for them.
func (q *queue) forget(now time.Time) {
	for key, t := range q.named {
		if !t.granted.IsZero() && now.Sub(t.granted) > keyedLife {
			delete(q.named, key)
			q.back(t.calls)
		}
	}
}
