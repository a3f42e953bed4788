package demo

import (
	"strings"

	"golang.org/x/text/width"
)

// wrap breaks a text into lines that are at most that wide, between words
// where it can. What follows a bullet or the number of an event is indented.
func wrap(text string, most int) []string {
	indent := ""
	if strings.HasPrefix(text, "• ") || strings.HasPrefix(text, "#") {
		indent = "  "
	}
	var lines []string
	line, begun := "", false
	end := func() {
		lines = append(lines, line)
		line, begun = indent, false
	}
	for word := range strings.SplitSeq(text, " ") {
		if begun && textWidth(line)+1+textWidth(word) > most {
			end()
		}
		for textWidth(line)+textWidth(word) > most {
			head, rest := cutWidth(word, most-textWidth(line))
			line += head
			word = rest
			end()
		}
		if begun {
			line += " "
		}
		line, begun = line+word, true
	}
	return append(lines, line)
}

// cutWidth cuts a word after as many columns.
func cutWidth(word string, most int) (head, rest string) {
	columns := 0
	for i, r := range word {
		if columns += runeWidth(r); columns > most {
			return word[:i], word[i:]
		}
	}
	return word, ""
}

// textWidth is how many columns of a terminal a text takes.
func textWidth(text string) int {
	columns := 0
	for _, r := range text {
		columns += runeWidth(r)
	}
	return columns
}

func runeWidth(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
