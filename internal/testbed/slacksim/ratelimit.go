package slacksim

import (
	"cmp"
	"math"
	"time"
)

// Calls a minute that each tier allows one app in one workspace (docs.slack.dev/apis/web-api/rate-limits).
// The special tier, numbered 5, is said to allow hundreds.
var tiers = map[int]float64{1: 1, 2: 20, 3: 50, 4: 100, 5: 600}

// postsPerMinute is the limit over all channels: "several hundred messages per minute".
const postsPerMinute = 300

// bucket is a token bucket.
type bucket struct {
	size  float64 // tokens it can hold
	rate  float64 // tokens a second
	level float64
	at    time.Time
}

// take takes a token, or says how long to wait for one.
func (b *bucket) take(now time.Time) (wait time.Duration, ok bool) {
	if passed := now.Sub(b.at).Seconds(); passed > 0 {
		b.level = math.Min(b.size, b.level+passed*b.rate)
		b.at = now
	}
	if b.level >= 1 {
		b.level--
		return 0, true
	}
	return time.Duration((1 - b.level) / b.rate * float64(time.Second)), false
}

// limited returns the seconds of a Retry-After header, or 0 if the call may go on.
func (s *Server) limited(m *method, args map[string]string) int {
	if s.o.Unlimited {
		return 0
	}
	perMinute := tiers[m.tier]
	if m.name == "chat.postMessage" {
		perMinute = postsPerMinute
	}
	tempo := cmp.Or(s.o.Tempo, 1)
	wait := s.drain(m.name, perMinute, perMinute/60*tempo)
	if wait == 0 && m.name == "chat.postMessage" {
		wait = s.drain(m.name+" "+s.roomNamed(args["channel"]), float64(s.o.PostBurst), tempo)
	}
	return wait
}

// roomNamed names where chat.postMessage would post to, the same for a user and for the direct
// message with that user.
func (s *Server) roomNamed(id string) string {
	if p := s.people[id]; p != nil {
		return p.u.ID
	}
	if room := s.rooms[id]; room != nil && room.dm != nil {
		return room.other(s.bot).u.ID
	}
	return id
}

// drain takes a token from the named bucket and returns 0, or the whole seconds to wait.
func (s *Server) drain(name string, size, rate float64) int {
	if s.o.NoBurst {
		size = 1
	}
	now := s.o.Now()
	b := s.buckets[name]
	if b == nil {
		b = &bucket{size: size, rate: rate, level: size, at: now}
		s.buckets[name] = b
	}
	wait, ok := b.take(now)
	if ok {
		return 0
	}
	return max(1, int(math.Ceil(wait.Seconds())))
}
