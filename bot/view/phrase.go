package view

import (
	"fmt"
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackutilsx"

	"olbot/bot/text"
)

// How many characters of an untrusted text are shown.
const (
	maxName    = 80
	maxReason  = 500
	maxTyped   = 120
	maxSetting = 120
	maxCommand = 2000
)

// A phrase is something a person can read. {names} are places for values, and
// *stars* make a label bold. What comes in by a value is never looked at for either.
type phrase string

// spans are a piece of text as rich_text has it. Text in it is literal: nothing
// in it can become a mention, a link or an emoji.
// https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
type spans []slack.RichTextSectionElement

// values are what stands in the places of a phrase.
type values map[string]spans

// and returns v and more together.
func (v values) and(more values) values {
	all := maps.Clone(v)
	maps.Copy(all, more)
	return all
}

// in puts the values into their places.
func (p phrase) in(v values) spans {
	var out spans
	rest, bold := string(p), false
	for rest != "" {
		i := strings.IndexAny(rest, "{*")
		if i < 0 {
			return append(out, literal(rest, bold)...)
		}
		out = append(out, literal(rest[:i], bold)...)
		mark := rest[i]
		rest = rest[i+1:]
		if mark == '*' {
			bold = !bold
			continue
		}
		name, after, _ := strings.Cut(rest, "}")
		out = append(out, v.at(name)...)
		rest = after
	}
	return out
}

// lines are the phrases, each with its values.
func (v values) lines(phrases ...phrase) (all []spans) {
	for _, p := range phrases {
		all = append(all, p.in(v))
	}
	return all
}

// at is the value for a place. A place without one is a mistake in this package
// that the tests of the views find.
func (v values) at(name string) spans {
	if s, ok := v[name]; ok {
		return s
	}
	return spans{slack.NewRichTextSectionTextElement("{"+name+"}", nil)}
}

// plain is the phrase as text without any form: for headings, buttons and dialogs.
func (p phrase) plain(v values) string { return p.in(v).plain() }

func (s spans) plain() string {
	var b strings.Builder
	for _, e := range s {
		switch e := e.(type) {
		case *slack.RichTextSectionTextElement:
			b.WriteString(e.Text)
		case *slack.RichTextSectionDateElement:
			b.WriteString(*e.Fallback)
		case *slack.RichTextSectionUserElement:
			b.WriteString(e.UserID)
		case *slack.RichTextSectionUserGroupElement:
			b.WriteString(e.UsergroupID)
		}
	}
	return b.String()
}

// notice is the phrase as the text of a message: what a notification shows and a
// screen reader reads. Slack reads mrkdwn in it, so only what olbot itself knows
// may stand in it (ids, numbers, times), never a name or a reason (invariant 9).
// Times are in the reader's zone:
// https://docs.slack.dev/messaging/formatting-message-text#date-formatting
func (p phrase) notice(v values) string {
	var b strings.Builder
	for _, e := range p.in(v) {
		if d, ok := e.(*slack.RichTextSectionDateElement); ok {
			fmt.Fprintf(&b, "<!date^%d^%s|%s>", int64(d.Timestamp), d.Format, *d.Fallback)
			continue
		}
		b.WriteString(slackutilsx.EscapeMessage(spans{e}.plain()))
	}
	return b.String()
}

func literal(s string, bold bool) spans {
	switch {
	case s == "":
		return nil
	case bold:
		return spans{slack.NewRichTextSectionTextElement(s, &slack.RichTextSectionTextStyle{Bold: true})}
	}
	return spans{slack.NewRichTextSectionTextElement(s, nil)}
}

// word is a value of olbot's own: an id, a number, a word.
func word(s string) spans { return literal(s, false) }

func numeral(n int) spans { return word(fmt.Sprint(n)) }

// untrusted is a value that somebody else wrote.
func untrusted(s string, limit int) spans { return literal(text.Clean(s, limit), false) }

// quoted is an untrusted text between quotation marks.
func quoted(s string, limit int) spans { return word(text.Quote(s, limit)) }

// sentence begins s with a capital letter, unless it begins with a value or with what has
// no capital: olbot, an e-mail address.
func sentence(s spans) spans {
	if len(s) == 0 {
		return s
	}
	first, ok := s[0].(*slack.RichTextSectionTextElement)
	if !ok || first.Style != nil {
		return s
	}
	if begins, _, _ := strings.Cut(first.Text, " "); begins == "olbot" || strings.Contains(begins, "@") {
		return s
	}
	c, size := utf8.DecodeRuneInString(first.Text)
	return append(word(string(unicode.ToUpper(c))+first.Text[size:]), s[1:]...)
}

// join puts the pieces one after the other with the separator between them.
func join(sep string, pieces ...spans) spans {
	var out spans
	for _, p := range pieces {
		if len(p) == 0 {
			continue
		}
		if len(out) > 0 {
			out = append(out, word(sep)...)
		}
		out = append(out, p...)
	}
	return out
}

// spansOf are the pieces that stand for the things.
func spansOf[T any](things []T, piece func(T) spans) (all []spans) {
	for _, t := range things {
		all = append(all, piece(t))
	}
	return all
}

// listed joins the pieces as a sentence does: a, b and c.
func listed(pieces []spans) spans {
	if len(pieces) < 2 {
		return join("", pieces...)
	}
	last := len(pieces) - 1
	return sayAnd.in(values{"most": join(", ", pieces[:last]...), "last": pieces[last]})
}
