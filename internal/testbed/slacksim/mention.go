package slacksim

import (
	"regexp"
	"strings"
)

// What people type that Slack turns into entities when a command escapes its text
// (docs.slack.dev/interactivity/implementing-slash-commands, escaping).
var (
	typedWord  = regexp.MustCompile(`\S+`)
	typedName  = regexp.MustCompile(`^([^\w@#]*)([@#])([A-Za-z0-9._-]*[A-Za-z0-9_-])(\W*)$`)
	typedEmail = regexp.MustCompile(`^[\w.+-]+@[\w-]+(\.[\w-]+)+$`)
	typedURL   = regexp.MustCompile(`^https?://\S+$`)
	wireToken  = regexp.MustCompile(`<[@#!][A-Za-z0-9^_]+(\|[^<>]*)?>|<mailto:[^<>\s]+>|<https?://[^<>\s]+>`)
)

// wireForm is a typed line as Slack sends it: names, channels, e-mail addresses and links
// become <…>, the rest is escaped. With or without a label is up to chance, as in Slack's
// documentation, which shows both. What is typed in wire form already is left alone.
func (s *Server) wireForm(line string) string {
	var b strings.Builder
	rest := 0
	for _, at := range wireToken.FindAllStringIndex(line, -1) {
		b.WriteString(s.wireWords(line[rest:at[0]]))
		b.WriteString(line[at[0]:at[1]])
		rest = at[1]
	}
	b.WriteString(s.wireWords(line[rest:]))
	return b.String()
}

func (s *Server) wireWords(text string) string {
	return typedWord.ReplaceAllStringFunc(text, func(word string) string {
		switch {
		case !strings.ContainsAny(word, "@#:"):
			return escape(word)
		case typedEmail.MatchString(word):
			if s.rng.IntN(2) == 0 {
				return word
			}
			return "<mailto:" + word + "|" + word + ">"
		case typedURL.MatchString(word):
			return "<" + escape(word) + ">"
		}
		if m := typedName.FindStringSubmatch(word); m != nil {
			if entity := s.entity(m[2], m[3]); entity != "" {
				return escape(m[1]) + entity + escape(m[4])
			}
		}
		return escape(word)
	})
}

// entity is the wire form of @name or #name, empty if there is none of that name.
func (s *Server) entity(kind, name string) string {
	if kind == "#" {
		room := s.channelNamed(name)
		if room == nil || room.dm != nil {
			return ""
		}
		if room.c.Private {
			return "<#" + room.c.ID + "|>"
		}
		return "<#" + room.c.ID + "|" + room.c.Name + ">"
	}
	if name == "here" || name == "channel" || name == "everyone" {
		return "<!" + name + ">"
	}
	if p := s.handles[name]; p != nil {
		id := p.u.ID
		if p.u.OtherID != "" && s.rng.IntN(2) == 0 {
			id = p.u.OtherID
		}
		if s.rng.IntN(2) == 0 {
			return "<@" + id + ">"
		}
		return "<@" + id + "|" + p.u.Name + ">"
	}
	if g := s.groupByHandle(name); g != nil {
		return "<!subteam^" + g.id + "|@" + g.handle + ">"
	}
	return ""
}
