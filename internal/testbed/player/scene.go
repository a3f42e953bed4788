package player

import (
	"context"

	"olbot/internal/testbed/slacksim"
)

// A Scene is a story while it is played, for those who watch.
type Scene struct{ s *stage }

// Person is somebody of the story in Slack; nil if not there.
func (v *Scene) Person(name string) *slacksim.Person {
	if a := v.s.people[name]; a != nil {
		return a.slack
	}
	return nil
}

// Feed is what the audit channel shows now.
func (v *Scene) Feed() []slacksim.Message { return v.s.audit.Messages() }

// Settled waits until olbot has been quiet for a moment.
func (v *Scene) Settled(ctx context.Context) error { return v.s.settled(ctx) }
