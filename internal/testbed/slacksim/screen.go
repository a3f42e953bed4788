package slacksim

import (
	"iter"
	"slices"
	"strings"
)

// Screen is every message the person sees now, everywhere, oldest first.
func (p *Person) Screen() []Message { return p.look(func(*post) bool { return true }) }

// DM is what the person sees now in the direct message with the bot, oldest first.
func (p *Person) DM() []Message {
	return p.look(func(m *post) bool { return m.room.dm != nil && m.room.botIn })
}

// Inbox is what the person sees now in all direct messages, oldest first.
func (p *Person) Inbox() []Message {
	return p.look(func(m *post) bool { return m.room.dm != nil })
}

// In is what the person sees now in one conversation, oldest first.
func (p *Person) In(c *Conversation) []Message {
	return p.look(func(m *post) bool { return m.room == c })
}

// Sees reports whether a message the person sees now has this text in its words.
func (p *Person) Sees(text string) bool {
	_, ok := p.Finds(text)
	return ok
}

// Finds returns the newest message the person sees now with this text in its words.
func (p *Person) Finds(text string) (Message, bool) {
	return p.newest(func(m Message) bool { return strings.Contains(m.words, text) }, 0)
}

// Looks returns the message as it is painted now, and whether the person still sees it.
func (p *Person) Looks(m Message) (Message, bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if m.post == nil {
		return Message{}, false
	}
	return m.post.snapshot(p.s, p, len(m.post.paints)-1), m.post.visibleTo(p)
}

// look returns the visible messages that pass keep, oldest first.
func (p *Person) look(keep func(*post) bool) []Message {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	var all []Message
	for m := range p.backwards() {
		if keep(m) {
			all = append(all, m.snapshot(p.s, p, len(m.paints)-1))
		}
	}
	slices.Reverse(all)
	return all
}

// newest returns the newest visible message that passes keep, or the n-th newest.
func (p *Person) newest(keep func(Message) bool, n int) (Message, bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	for post := range p.backwards() {
		m := post.snapshot(p.s, p, len(post.paints)-1)
		if !keep(m) {
			continue
		}
		if n == 0 {
			return m, true
		}
		n--
	}
	return Message{}, false
}

// backwards yields what the person sees, the newest first. Every place has its messages in
// order, so the newest of all is the last one somewhere.
func (p *Person) backwards() iter.Seq[*post] {
	return func(yield func(*post) bool) {
		places := [][]*post{p.private}
		for _, room := range p.rooms {
			places = append(places, room.posts)
		}
		for {
			last := -1
			for i, posts := range places {
				if n := len(posts); n > 0 && (last < 0 || posts[n-1].ts > places[last][len(places[last])-1].ts) {
					last = i
				}
			}
			if last < 0 {
				return
			}
			n := len(places[last]) - 1
			m := places[last][n]
			places[last] = places[last][:n]
			if m.visibleTo(p) && !yield(m) {
				return
			}
		}
	}
}
