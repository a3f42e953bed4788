package slacksim

import "slices"

// Channel describes a channel to add. The app's bot is not in it unless WithBot says so.
type Channel struct {
	ID               string // C…; drawn when empty
	Name             string // without #
	Private          bool
	Archived         bool
	ExtShared        bool // shared with another organisation
	PendingExtShared bool // an invitation to another organisation is open
	WithBot          bool
	Members          []*Person
}

// A Conversation is a channel or a direct message.
type Conversation struct {
	s *Server

	// Guarded by s.mu.
	c       Channel
	dm      []*Person // the two people of a direct message
	members []*Person
	botIn   bool
	posts   []*post
	byTS    map[string]*post
}

// AddChannel adds a channel. #general is there already: every full member is in it, the bot is not.
func (s *Server) AddChannel(c Channel) *Conversation {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.ID == "" {
		c.ID = drawID(s.rng, "C")
	}
	room := &Conversation{s: s, c: c, botIn: c.WithBot, byTS: map[string]*post{}}
	s.rooms[c.ID] = room
	for _, p := range c.Members {
		room.join(p)
	}
	s.touch()
	return room
}

// General is #general, where everybody is and the bot is not.
func (s *Server) General() *Conversation { return s.general }

// Channel finds a channel by name (with or without #) or id; nil if there is none.
func (s *Server) Channel(name string) *Conversation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.channelNamed(name)
}

func (s *Server) channelNamed(name string) *Conversation {
	if len(name) > 0 && name[0] == '#' {
		name = name[1:]
	}
	if room := s.rooms[name]; room != nil {
		return room
	}
	for _, room := range s.rooms {
		if room.dm == nil && room.c.Name == name {
			return room
		}
	}
	return nil
}

// ID is the conversation's id, C… or D….
func (c *Conversation) ID() string { return c.c.ID }

// Name is the channel's name without #, and empty for a direct message.
func (c *Conversation) Name() string { return c.c.Name }

// Invite brings people into the channel.
func (c *Conversation) Invite(people ...*Person) {
	c.change(func() {
		for _, p := range people {
			c.join(p)
		}
	})
}

// Kick removes people from the channel.
func (c *Conversation) Kick(people ...*Person) {
	c.change(func() {
		for _, p := range people {
			c.members = slices.DeleteFunc(c.members, func(m *Person) bool { return m == p })
			p.rooms = slices.DeleteFunc(p.rooms, func(r *Conversation) bool { return r == c })
			c.s.touch(p)
		}
	})
}

// InviteBot brings the app's bot into the channel.
func (c *Conversation) InviteBot() { c.change(func() { c.botIn = true }) }

// KickBot removes the app's bot from the channel.
func (c *Conversation) KickBot() { c.change(func() { c.botIn = false }) }

// Archive archives the channel: nothing can be posted any more.
func (c *Conversation) Archive() { c.change(func() { c.c.Archived = true }) }

// Unarchive undoes Archive.
func (c *Conversation) Unarchive() { c.change(func() { c.c.Archived = false }) }

// ShareOutside shares the channel with another organisation (Slack Connect).
func (c *Conversation) ShareOutside() {
	c.change(func() { c.c.ExtShared, c.c.PendingExtShared = true, false })
}

// InviteOutside invites another organisation, which has not accepted yet.
func (c *Conversation) InviteOutside() { c.change(func() { c.c.PendingExtShared = true }) }

// KeepInside undoes ShareOutside and InviteOutside.
func (c *Conversation) KeepInside() {
	c.change(func() { c.c.ExtShared, c.c.PendingExtShared = false, false })
}

func (c *Conversation) change(f func()) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	f()
	c.s.touch()
}

func (c *Conversation) join(p *Person) {
	if !slices.Contains(c.members, p) {
		c.members = append(c.members, p)
		p.rooms = append(p.rooms, c)
	}
}

// DMWith is the direct message of two people, which the bot is not in.
func (p *Person) DMWith(other *Person) *Conversation {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.s.dmBetween(p, other)
}

// BotDM is the direct message between the person and the bot.
func (p *Person) BotDM() *Conversation {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.s.dmOf(p)
}

// dmOf is the direct message between the bot and a person; it is made when it is first needed.
func (s *Server) dmOf(p *Person) *Conversation { return s.dmBetween(p, s.bot) }

// openDM is the direct message with the bot if there is one already.
func (p *Person) openDM() *Conversation { return p.findDM(p.s.bot) }

func (p *Person) findDM(other *Person) *Conversation {
	for _, room := range p.rooms {
		if room.dm != nil && slices.Contains(room.dm, other) {
			return room
		}
	}
	return nil
}

// dmBetween looks among a's direct messages, who should be the one with fewer.
func (s *Server) dmBetween(a, b *Person) *Conversation {
	if room := a.findDM(b); room != nil {
		return room
	}
	room := &Conversation{
		s: s, c: Channel{ID: drawID(s.rng, "D")}, dm: []*Person{a, b}, byTS: map[string]*post{},
		botIn: a == s.bot || b == s.bot,
	}
	s.rooms[room.c.ID] = room
	room.join(a)
	room.join(b)
	return room
}

// where is how a person would call the place: "#audit", or "DM" and the other's handle.
func (c *Conversation) where(p *Person) string {
	if c.dm == nil {
		return "#" + c.c.Name
	}
	return "DM @" + c.other(p).u.Name
}

// other is who a direct message is with, seen from p.
func (c *Conversation) other(p *Person) *Person {
	if c.dm[0] == p {
		return c.dm[1]
	}
	return c.dm[0]
}
