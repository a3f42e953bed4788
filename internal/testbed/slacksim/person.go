package slacksim

import (
	"context"
	"strings"
	"time"
)

// A Person is somebody in front of Slack. The methods are what people do and see.
type Person struct {
	s        *Server
	id, name string // the same as in u, which may be replaced

	// Guarded by s.mu.
	u       User
	zone    *time.Location
	away    bool
	session int             // counts reloads: an ephemeral message belongs to one session
	rooms   []*Conversation // where they are a member, direct messages included
	private []*post         // ephemeral messages to them
	modals  []*view         // open forms, the visible one last
	home    *view
	notes   []Notification
	changed chan struct{}
}

// ID is the user's id, U… or W….
func (p *Person) ID() string { return p.id }

// Name is the handle, without @.
func (p *Person) Name() string { return p.name }

// Mention is how Slack's wire form names the person: <@U…>.
func (p *Person) Mention() string { return "<@" + p.id + ">" }

// User returns what Slack knows about the person now.
func (p *Person) User() User {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	u := p.u
	u.Away = p.away
	return u
}

// Becomes changes what Slack knows about the person: deactivated, a guest, another e-mail
// address. Ids and the handle stay.
func (p *Person) Becomes(change func(*User)) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	u := p.u
	change(&u)
	u.ID, u.OtherID, u.Name = p.u.ID, p.u.OtherID, p.u.Name
	p.zone = zoneNamed(u.TZ)
	delete(p.s.emails, strings.ToLower(p.u.Email))
	if u.Email != "" {
		p.s.emails[strings.ToLower(u.Email)] = p
	}
	p.u = u
	p.s.touch(p)
}

// Person finds somebody by handle (with or without @), id or e-mail address; nil if nobody.
func (s *Server) Person(who string) *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	who = strings.TrimPrefix(who, "@")
	for _, by := range []map[string]*Person{s.handles, s.people, s.emails} {
		if p := by[who]; p != nil {
			return p
		}
	}
	return nil
}

// Waits returns nil as soon as cond is true, and ctx's error if ctx ends before. cond is
// asked at once and again after every change in what this person sees; for a condition
// about anything else use Server.Wait.
func (p *Person) Waits(ctx context.Context, cond func() bool) error {
	return wait(ctx, cond, func() <-chan struct{} {
		p.s.mu.Lock()
		defer p.s.mu.Unlock()
		return p.changed
	})
}

// WaitsFor waits until the person sees a message with this text and returns the newest one.
func (p *Person) WaitsFor(ctx context.Context, text string) (Message, error) {
	var found Message
	err := p.Waits(ctx, func() bool {
		m, ok := p.Finds(text)
		found = m
		return ok
	})
	return found, err
}

// WaitsForButton waits until the person sees a message with this button and returns the newest one.
func (p *Person) WaitsForButton(ctx context.Context, label string) (Message, error) {
	var found Message
	err := p.Waits(ctx, func() bool {
		m, ok := p.newestWith(label, 0)
		found = m
		return ok
	})
	return found, err
}
