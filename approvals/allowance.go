package approvals

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// How many commands and refused presses of one person are looked at: so many at
// once (the limit of open requests, if that is more), and then so many a minute
// and an hour (never fewer than at once). Nobody can fill the trail, or keep others waiting, by themselves.
const (
	allowedAtOnce    = 10
	allowedPerMinute = 6
	allowedPerHour   = 120
)

// allowances are what people may still do. They are kept in memory: replicas count
// for themselves, and a restart begins anew.
type allowances struct {
	atOnce, perHour float64

	mu sync.Mutex
	of map[string]*allowance // by Slack user id
}

// An allowance is what one person may still do.
type allowance struct {
	burst, hour float64
	at          time.Time // when they were so
	dropped     int       // what came beyond it, and the trail does not say yet
}

func newAllowances(p Policy) *allowances {
	atOnce := max(allowedAtOnce, p.AgentLimit)
	return &allowances{atOnce: float64(atOnce), perHour: float64(max(allowedPerHour, atOnce)), of: map[string]*allowance{}}
}

// take says whether somebody may do one thing more at now, and counts it.
func (a *allowances) take(who string, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	left := a.of[who]
	if left == nil {
		left = &allowance{burst: a.atOnce, hour: a.perHour, at: now}
		a.of[who] = left
	}
	a.refill(left, now)
	if left.burst < 1 || left.hour < 1 {
		left.dropped++
		return false
	}
	left.burst, left.hour = left.burst-1, left.hour-1
	return true
}

func (a *allowances) refill(left *allowance, now time.Time) {
	passed := max(now.Sub(left.at), 0)
	left.burst = min(a.atOnce, left.burst+passed.Minutes()*allowedPerMinute)
	left.hour = min(a.perHour, left.hour+passed.Hours()*a.perHour)
	left.at = now
}

// takeDropped returns, once, how much came from whom beyond their allowance, and
// forgets those who have all of theirs.
func (a *allowances) takeDropped(now time.Time) (events []Event) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, who := range slices.Sorted(maps.Keys(a.of)) {
		left := a.of[who]
		if left.dropped > 0 {
			events = append(events, Event{At: now, Kind: EventTooMany, Actor: Person{Slack: who}, Agent: Person{Slack: who}, Count: left.dropped})
			left.dropped = 0
		}
		if a.refill(left, now); left.burst == a.atOnce && left.hour == a.perHour {
			delete(a.of, who)
		}
	}
	return events
}

// sightings are when people last typed or pressed something. Like allowances they are
// kept in memory.
type sightings struct {
	mu sync.Mutex
	at map[string]time.Time // by Slack user id
}

// note notes that somebody did something, and forgets those of whom that is long ago.
func (s *sightings) note(who string, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.at, func(_ string, at time.Time) bool { return now.Sub(at) >= agentHere })
	s.at[who] = now
}

// here says whether somebody typed or pressed something just now.
func (s *sightings) here(who Person, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range []string{who.Slack, who.SlackOrg} {
		if at, seen := s.at[id]; seen && now.Sub(at) < agentHere {
			return true
		}
	}
	return false
}

// giveDropped counts again what could not be told.
func (a *allowances) giveDropped(e Event) {
	a.mu.Lock()
	defer a.mu.Unlock()
	left := a.of[e.Actor.Slack]
	if left == nil {
		left = &allowance{burst: a.atOnce, hour: a.perHour, at: e.At}
		a.of[e.Actor.Slack] = left
	}
	left.dropped += e.Count
}
