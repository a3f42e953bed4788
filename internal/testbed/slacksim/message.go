package slacksim

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// Slackbot is who tells people about failed commands.
const Slackbot = "USLACKBOT"

// A Message is a message as it was painted when somebody looked at it. It does not change
// afterwards, so a Message kept for a while is what a stale screen shows.
type Message struct {
	Channel   string          // id of the conversation
	Where     string          // "#audit", or "DM @olbot"
	TS        string          // names the message within the conversation
	From      string          // user id of the author
	Text      string          // top-level text: what a notification shows, and what people see without blocks
	Blocks    json.RawMessage // as posted, with the block ids Slack adds; null without blocks
	Ephemeral bool            // shown to one person only
	Unseen    bool            // ephemeral, and the person was away
	Deleted   bool
	Edits     int // how often it had been repainted

	words string
	post  *post
	paint *paint
}

// Words is the message as a person reads it: blocks as plain lines, names instead of ids,
// buttons in [brackets].
func (m Message) Words() string { return m.words }

// Same reports whether both are the same message, however it was painted.
func (m Message) Same(other Message) bool { return m.post != nil && m.post == other.post }

// post is a message in a conversation and every way it was painted, oldest first.
type post struct {
	room    *Conversation
	ts      string
	from    *Person // nil: Slackbot
	to      *Person // of an ephemeral message
	session int     // the session of to in which it was shown
	unseen  bool
	deleted bool
	paints  []*paint
}

// paint is one revision of a message.
type paint struct {
	text   string
	tree   []any             // decoded blocks
	blocks json.RawMessage   // the same, encoded
	clock  bool              // the words depend on the hour at which they are read
	words  map[string]string // by time zone
}

func newPaint(text string, tree []any) *paint {
	p := &paint{text: text, tree: tree, words: map[string]string{}}
	if tree != nil {
		p.blocks = encode(tree)
	}
	for _, part := range []string{"_pretty}", "{ago}"} {
		p.clock = p.clock || strings.Contains(text, part) || bytes.Contains(p.blocks, []byte(part))
	}
	return p
}

func (p *post) now() *paint { return p.paints[len(p.paints)-1] }

func (p *post) author() string {
	if p.from == nil {
		return Slackbot
	}
	return p.from.u.ID
}

// snapshot is the message as viewer sees it in the n-th painting.
func (p *post) snapshot(s *Server, viewer *Person, n int) Message {
	paint := p.paints[n]
	zone := "UTC"
	if viewer != nil {
		zone = viewer.u.TZ
	}
	words, ok := paint.words[zone]
	if !ok || paint.clock {
		words = s.reader(viewer).message(paint)
		paint.words[zone] = words
	}
	return Message{
		Channel: p.room.c.ID, Where: p.room.where(viewer), TS: p.ts, From: p.author(),
		Text: paint.text, Blocks: paint.blocks, Ephemeral: p.to != nil, Unseen: p.unseen,
		Deleted: p.deleted, Edits: n, words: words, post: p, paint: paint,
	}
}

// publish puts a message into a conversation and notifies who is to be notified.
func (s *Server) publish(room *Conversation, from *Person, p *paint) *post {
	m := &post{room: room, ts: s.nextTS(), from: from, paints: []*paint{p}}
	room.posts = append(room.posts, m)
	room.byTS[m.ts] = m
	s.posts = append(s.posts, m)
	s.notify(m)
	s.touch(room.members...)
	return m
}

// whisper shows a message to one person: an ephemeral message. from is nil for Slackbot.
func (s *Server) whisper(room *Conversation, from, to *Person, p *paint) *post {
	m := &post{
		room: room, ts: s.nextTS(), from: from, to: to, session: to.session,
		unseen: to.away, paints: []*paint{p},
	}
	to.private = append(to.private, m)
	s.posts = append(s.posts, m)
	s.notify(m)
	s.touch(to)
	return m
}

// repaint changes what a message says. It notifies nobody.
func (s *Server) repaint(m *post, p *paint) {
	m.paints = append(m.paints, p)
	s.touch(m.audience()...)
}

func (s *Server) erase(m *post) {
	m.deleted = true
	s.touch(m.audience()...)
}

func (p *post) audience() []*Person {
	if p.to != nil {
		return []*Person{p.to}
	}
	return p.room.members
}

// visibleTo reports whether the person sees the message now.
func (p *post) visibleTo(who *Person) bool {
	if p.deleted {
		return false
	}
	if p.to != nil {
		return p.to == who && !p.unseen && p.session == who.session
	}
	return slices.Contains(who.rooms, p.room)
}

// Messages is every message of the workspace, the deleted and the unseen ones too, oldest
// first, as each is painted now.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Message, len(s.posts))
	for i, p := range s.posts {
		all[i] = p.snapshot(s, nil, len(p.paints)-1)
	}
	return all
}

// Messages is every message of the conversation that is not ephemeral and not deleted.
func (c *Conversation) Messages() []Message {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	var all []Message
	for _, p := range c.posts {
		if !p.deleted {
			all = append(all, p.snapshot(c.s, nil, len(p.paints)-1))
		}
	}
	return all
}

// Revisions is every way the message was ever painted, oldest first.
func (s *Server) Revisions(m Message) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.post == nil {
		return nil
	}
	all := make([]Message, len(m.post.paints))
	for i := range m.post.paints {
		all[i] = m.post.snapshot(s, m.post.to, i)
	}
	return all
}
