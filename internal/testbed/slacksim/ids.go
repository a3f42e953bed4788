package slacksim

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

const idAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// drawID draws an id as Slack forms them: a letter for the kind and ten characters.
func drawID(rng *rand.Rand, kind string) string {
	return kind + drawFrom(rng, idAlphabet, 10)
}

func drawDigits(rng *rand.Rand, n int) string { return drawFrom(rng, "0123456789", n) }
func drawHex(rng *rand.Rand, n int) string    { return drawFrom(rng, "0123456789abcdef", n) }

func drawFrom(rng *rand.Rand, alphabet string, n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(alphabet[rng.IntN(len(alphabet))])
	}
	return b.String()
}

// newUUID draws an envelope id.
func (s *Server) newUUID() string {
	h := drawHex(s.rng, 32)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// nextTS returns the next message timestamp. No two are the same and they never go back,
// whatever the clock does, because a ts is a message's name.
func (s *Server) nextTS() string {
	t := s.o.Now().Truncate(time.Microsecond)
	if !t.After(s.lastTS) {
		t = s.lastTS.Add(time.Microsecond)
	}
	s.lastTS = t
	return fmt.Sprintf("%d.%06d", t.Unix(), t.Nanosecond()/1000)
}

// newTrigger draws a trigger_id and remembers who caused it.
func (s *Server) newTrigger(p *Person) *trigger {
	t := &trigger{
		id:     drawDigits(s.rng, 13) + "." + drawDigits(s.rng, 12) + "." + drawHex(s.rng, 32),
		person: p,
		at:     s.o.Now(),
	}
	s.triggers[t.id] = t
	return t
}

// A trigger is the right to open one view for a person, once and for three seconds
// (docs.slack.dev, handling user interaction).
type trigger struct {
	id     string
	person *Person
	at     time.Time
	used   bool
}
