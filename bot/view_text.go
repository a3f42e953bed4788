package bot

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// How many characters of an untrusted text are shown. An e-mail address is
// never cut short of what a mail system allows: its end decides whose it is.
const (
	maxName    = 80
	maxEmail   = 254
	maxReason  = 500
	maxTyped   = 120
	maxSetting = 120
	maxCommand = 2000
)

// maxMarks is how many combining marks in a row are kept: more of them would
// paint over the lines above and below.
const maxMarks = 4

// clean makes an untrusted text fit to stand inside a sentence (invariant 9). It
// is the one place where that is decided.
//
// Controls, line and paragraph separators, bidi marks, invisible and blank
// characters become spaces, runs of spaces become one, and what is longer than
// limit characters is cut and ends in "…". The joiners that emoji and some
// scripts are written with are kept where they join, and become spaces where
// they could only deceive.
func clean(s string, limit int) string {
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
	return cut(b.String(), limit)
}

// cut shortens s to limit characters, the last of them "…".
func cut(s string, limit int) string {
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
