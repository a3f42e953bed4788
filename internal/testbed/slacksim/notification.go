package slacksim

import (
	"slices"
	"strings"
	"time"
)

// A Notification is what a push or desktop notification of a message would have shown:
// its top-level text, or words put together from the blocks when there is none
// (docs.slack.dev/reference/methods/chat.postMessage). It leaves Slack and may be read on
// a locked phone.
type Notification struct {
	At        time.Time
	Where     string
	Text      string
	Ephemeral bool // whether these make one is not documented; assume that they do
	TS        string
}

// Notifications is everything the person's devices have shown, oldest first. A message in a
// direct message notifies, one in a channel only if it mentions the person; an update or a
// deletion notifies nobody.
func (p *Person) Notifications() []Notification {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return slices.Clone(p.notes)
}

func (s *Server) notify(m *post) {
	people := m.room.members
	if m.to != nil {
		people = []*Person{m.to}
	}
	paint := m.now()
	var wire string
	if m.to == nil && m.room.dm == nil {
		wire = mentionsIn(paint)
		if wire == "" {
			return
		}
	}
	for _, p := range people {
		if p == m.from || p == s.bot {
			continue
		}
		if m.to == nil && m.room.dm == nil && !s.mentions(wire, p) {
			continue
		}
		r := s.reader(p)
		text := r.mrkdwn(paint.text)
		if paint.text == "" {
			text = r.blocks(paint.tree)
		}
		p.notes = append(p.notes, Notification{
			At: s.o.Now(), Where: m.room.where(p), Text: text, Ephemeral: m.to != nil, TS: m.ts,
		})
	}
}

// mentionsIn collects the parts of a message that can mention somebody, in wire form.
func mentionsIn(p *paint) string {
	var b strings.Builder
	b.WriteString(p.text)
	walk(p.tree, func(o map[string]any) {
		switch str(o["type"]) {
		case "mrkdwn":
			b.WriteString(str(o["text"]))
		case "user":
			b.WriteString("<@" + str(o["user_id"]) + ">")
		case "usergroup":
			b.WriteString("<!subteam^" + str(o["usergroup_id"]) + ">")
		case "broadcast":
			b.WriteString("<!" + str(o["range"]) + ">")
		}
	})
	if !strings.Contains(b.String(), "<@") && !strings.Contains(b.String(), "<!") {
		return ""
	}
	return b.String()
}

// mentions reports whether wire form text calls the person.
func (s *Server) mentions(wire string, p *Person) bool {
	for _, token := range tokens.FindAllString(wire, -1) {
		body, _, _ := strings.Cut(token[1:len(token)-1], "|")
		switch {
		case strings.HasPrefix(body, "@"):
			if s.people[body[1:]] == p {
				return true
			}
		case body == "!channel" || body == "!everyone" || body == "!here" && !p.away:
			return true
		case strings.HasPrefix(body, "!subteam^"):
			if g := s.groups[strings.TrimPrefix(body, "!subteam^")]; g != nil && slices.Contains(g.members, p) {
				return true
			}
		}
	}
	return false
}
