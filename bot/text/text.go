// Package text makes what people typed, and what others call themselves, fit to
// be shown: Clean for a name inside a sentence, Quote for one between quotation
// marks, OneLine for a reason as it is kept. It imports nothing of ours.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxEmail is the longest e-mail address that mail systems take, in characters.
// An address is never cut: its end decides whose it is.
const MaxEmail = 254

// maxMarks is how many combining marks in a row are kept: more of them would
// paint over the lines above and below.
const maxMarks = 4

// Clean makes an untrusted text fit to stand inside a sentence (invariant 9). It
// is the one place where that is decided.
//
// Controls, line and paragraph separators, bidi marks, invisible and blank
// characters become spaces, runs of spaces become one, and what is longer than
// limit characters is cut and ends in "…". The joiners that emoji and some
// scripts are written with are kept where they join, and become spaces where
// they could only deceive.
func Clean(s string, limit int) string {
	runes := []rune(strings.ToValidUTF8(s, "\uFFFD"))
	var b strings.Builder
	length, marks, space := 0, 0, false
	for i, c := range runes {
		if !joins(runes, i) && blank(c) {
			space, marks = length > 0, 0
			continue
		}
		if unicode.In(c, unicode.Mn, unicode.Me) && !unicode.Is(unicode.Variation_Selector, c) {
			if marks++; marks > maxMarks {
				continue
			}
		} else {
			marks = 0
		}
		if space {
			b.WriteByte(' ')
			length, space = length+1, false
		}
		b.WriteRune(c)
		length++
	}
	return Cut(b.String(), limit)
}

// Cut shortens s to limit characters, the last of them "…".
func Cut(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return strings.TrimRight(string([]rune(s)[:limit-1]), " \u200C\u200D") + "…"
}

// blank says whether c shows nothing, or changes how what follows is shown.
func blank(c rune) bool {
	switch c {
	case '\u115F', '\u1160', '\u3164', '\uFFA0', // Hangul fillers
		'\u2800',           // Braille blank
		'\u034F', '\uFFFC', // grapheme joiner, object replacement
		'\u17B4', '\u17B5': // Khmer vowels that are never shown
		return true
	}
	return c < ' ' || unicode.IsSpace(c) || unicode.IsControl(c) ||
		unicode.In(c, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Zs, unicode.Co, unicode.Cs) ||
		c >= 0xE0100 && c <= 0xE01EF || // variation selectors that nothing here needs
		c >= 0x180B && c <= 0x180F // Mongolian ones
}

// joins says whether the character at i is a joiner between two characters that
// may be joined: emoji, or letters of a script that is written with joiners.
func joins(runes []rune, i int) bool {
	c := runes[i]
	if c != '\u200C' && c != '\u200D' || i == 0 || i == len(runes)-1 {
		return false
	}
	return joinable(runes[i-1]) && joinable(runes[i+1])
}

func joinable(c rune) bool {
	if c == '\uFE0F' { // asks for the picture form of the emoji before it
		return true
	}
	return c > 0x2FF && !blank(c) && !unicode.In(c, unicode.Latin, unicode.Greek, unicode.Cyrillic)
}

// Quote is an untrusted text, made clean, between quotation marks that it cannot end.
func Quote(s string, limit int) string { return "“" + unquoted(Clean(s, limit)) + "”" }

// unquoted turns double quotation marks of all kinds into apostrophes, so that a
// quoted text cannot end its own quotation.
func unquoted(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.Is(unicode.Quotation_Mark, c) && !strings.ContainsRune("'‘’‚‛‹›＇", c) {
			return '\''
		}
		if strings.ContainsRune("″‶❝❞\U0001F676\U0001F677\U0001F678", c) {
			return '\''
		}
		return c
	}, s)
}

// OneLine is s with single blanks for all that is blank in it: line ends, controls,
// bidi marks. Another blank stands behind every "<", so that what is left reads as
// none of Slack's entities, even if it were sent unescaped.
func OneLine(s string) string {
	var b strings.Builder
	space := false
	for _, r := range s {
		if Separates(r) {
			space = true
			continue
		}
		if space {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		space = r == '<'
	}
	return strings.Trim(b.String(), " \u200C\u200D")
}

// Separates says whether r separates words. Joiners do not: some scripts are
// written with them.
func Separates(r rune) bool { return blank(r) && r != '\u200C' && r != '\u200D' }

// The three characters that Slack escapes, and what it writes for them:
// https://docs.slack.dev/messaging/formatting-message-text#escaping
var unescaping = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// Unescape undoes Slack's escaping. slackutilsx.EscapeMessage does it.
func Unescape(s string) string {
	if !strings.Contains(s, "&") {
		return s // a Replacer would make a copy
	}
	return unescaping.Replace(s)
}
