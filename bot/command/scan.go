package command

import (
	"cmp"
	"regexp"
	"strings"
	"unicode"

	"olbot/bot/text"
)

// A token is a word of a command: up to the next blank, or an entity of
// Slack's, whose label may have blanks in it.
type token struct {
	raw        string // as it stands in the text; "" at the end of it
	entity     string // what is inside the brackets of an entity
	start, end int    // where it stands
}

// A scanner walks over the words of a text. Copies walk on their own.
type scanner struct {
	text string
	pos  int
}

// next returns the next word.
func (sc *scanner) next() token {
	rest := strings.TrimLeftFunc(sc.text[sc.pos:], text.Separates)
	content, size := entityAt(rest)
	if size == 0 {
		size = wordSize(rest)
	}
	start := len(sc.text) - len(rest)
	sc.pos = start + size
	return token{raw: rest[:size], entity: content, start: start, end: sc.pos}
}

// wordSize is where the word that s begins with ends: at a blank or at an entity.
func wordSize(s string) int {
	for i, r := range s {
		if text.Separates(r) {
			return i
		}
		if _, size := entityAt(s[i:]); size > 0 {
			return i
		}
	}
	return len(s)
}

// skip passes over the characters.
func (sc *scanner) skip(cutset string) {
	sc.pos = len(sc.text) - len(strings.TrimLeft(sc.text[sc.pos:], cutset))
}

// link is how the target of a link begins.
var link = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)

// entityAt returns what is inside the brackets of the entity that s begins with,
// and how long it is with them; 0 if s does not begin with one.
// https://docs.slack.dev/messaging/formatting-message-text#retrieving-messages
func entityAt(s string) (content string, size int) {
	if !strings.HasPrefix(s, "<") {
		return "", 0
	}
	end := strings.IndexAny(s[1:], "<>") + 1
	if end == 0 || s[end] == '<' {
		return "", 0
	}
	content = s[1:end]
	if strings.IndexAny(content, "@#!") != 0 && !link.MatchString(content) {
		return "", 0
	}
	return content, end + 1
}

// readable is a text of Slack's as people read it: entities by their names, links
// by their targets (a label can say anything), nothing escaped. Controls, bidi
// marks, line ends and all else that is blank become single blanks. What is left
// reads as no entity, even if it were sent again unescaped: a "<" stands alone.
func readable(wire string) string {
	var out strings.Builder
	for wire != "" {
		i := strings.IndexByte(wire, '<')
		if i < 0 {
			i = len(wire)
		}
		out.WriteString(text.Unescape(wire[:i]))
		wire = wire[i:]
		switch content, size := entityAt(wire); {
		case size > 0:
			out.WriteString(text.Unescape(entityName(content)))
			wire = wire[size:]
		case wire != "":
			out.WriteByte('<')
			wire = wire[1:]
		}
	}
	return text.OneLine(out.String())
}

// entityName is how people read an entity.
func entityName(content string) string {
	target, label, _ := strings.Cut(content, "|")
	label = strings.TrimPrefix(label, "@")
	switch target[0] {
	case '@', '#':
		return target[:1] + cmp.Or(label, target[1:])
	case '!':
		kind, arg, _ := strings.Cut(target[1:], "^")
		switch kind {
		case "subteam":
			return "@" + cmp.Or(label, arg)
		case "date":
			return label
		}
		return "@" + kind
	}
	return strings.TrimPrefix(target, "mailto:")
}

var numberEntity = regexp.MustCompile(`<tel:([^<>|]*)(?:\|([^<>]*))?>`)

// unlinkNumbers undoes what Slack may make of a long number: a link to call it.
func unlinkNumbers(wire string) string {
	return numberEntity.ReplaceAllStringFunc(wire, func(entity string) string {
		m := numberEntity.FindStringSubmatch(entity)
		return cmp.Or(m[2], m[1])
	})
}

// Dashes of all lengths, and full-width letters and digits, which keyboards put
// in place of what was typed. An em dash is what phones and macOS make of "--".
var dashes = strings.NewReplacer("—", "--", "―", "--", "–", "-", "−", "-", "‐", "-", "‑", "-", "‒", "-", "﹣", "-")

// fold is a word of the grammar however it was typed.
func fold(word string) string {
	word = text.Unescape(word)
	if strings.ContainsFunc(word, beyondASCII) {
		word = strings.Map(narrow, dashes.Replace(word))
	}
	return strings.ToLower(word)
}

func beyondASCII(r rune) bool { return r > unicode.MaxASCII }

// narrow turns a full-width character into the ASCII one.
func narrow(r rune) rune {
	if r >= '！' && r <= '～' {
		return r - '！' + '!'
	}
	return r
}
