package slacksim

import (
	"cmp"
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
	for _, m := range p.visible() {
		if keep(m) {
			all = append(all, m.snapshot(p.s, p, len(m.paints)-1))
		}
	}
	return all
}

// newest returns the newest visible message that passes keep, or the n-th newest.
func (p *Person) newest(keep func(Message) bool, n int) (Message, bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	for _, post := range slices.Backward(p.visible()) {
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

// visible is what the person sees, oldest first.
func (p *Person) visible() []*post {
	var all []*post
	for _, m := range p.private {
		if m.visibleTo(p) {
			all = append(all, m)
		}
	}
	for _, room := range p.rooms {
		for _, m := range room.posts {
			if !m.deleted {
				all = append(all, m)
			}
		}
	}
	slices.SortFunc(all, func(a, b *post) int { return cmp.Compare(a.ts, b.ts) })
	return all
}
