package bot

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"olbot/approvals"
)

// CodeMessage is the one message that shows a code, for the agent's eyes only.
// The code stands in two of its blocks and nowhere else: not in the text, which
// notifications show, and not in a value, which travels with every press
// (invariant 5). Whoever gives its blocks ids must not make them of what it says.
func CodeMessage(r approvals.Request, code string, now time.Time) Message {
	v := valuesOf(r, now)
	title := sayCodeFor
	if r.Attempt > 1 {
		title = sayCodeForLater
	}
	blocks := []slack.Block{paragraph(title.in(v))}
	if large := spaced(code); utf8.RuneCountInString(large) <= maxHeader && large != "" {
		blocks = append(blocks, slack.NewHeaderBlock(plainText(large)))
	}
	blocks = append(blocks, exact(code))
	lines := []spans{}
	if s := oneByOne(code); s != nil {
		lines = append(lines, sayCodeSpelled.in(values{"spelled": s}))
	}
	lines = append(lines, sayCodeUntil.in(v))
	if r.Grant.Narrower {
		lines = append(lines, sayCodeNarrower.in(v))
	}
	if slices.Contains(r.Grant.Missing, "expires_at") {
		lines = append(lines, sayCodeNoExpiry.in(v))
	}
	if slices.Contains(r.Grant.Missing, "reusable") {
		lines = append(lines, sayCodeNoReuse.in(v))
	}
	blocks = append(blocks,
		paragraph(lines...),
		paragraph(sayCodeHow.in(v)),
		paragraph(sayCodeKeep.in(v), sayCodeDisappears.in(v)),
		buttons(button(ActionHide, sayHide, hideValue).WithStyle(slack.StylePrimary)),
		footnote(sayRequestID.in(v)))
	return Message{Text: sayCodeNotice.notice(v), Blocks: blocks}
}

// spaced sets the characters of a code apart, in groups of up to four, so that
// eyes do not slip and a screen reader says them one by one.
func spaced(code string) string {
	const emSpace = "\u2003" // wider than a space, and not folded into one
	runes := []rune(code)
	var groups []string
	for group := range slices.Chunk(runes, groupSize(len(runes))) {
		groups = append(groups, strings.Join(strings.Split(string(group), ""), " "))
	}
	return strings.Join(groups, emSpace)
}

// groupSize is how many characters stand together: 8 as 4 and 4, 6 as 3 and 3.
func groupSize(length int) int {
	if length%4 != 0 && length%3 == 0 {
		return 3
	}
	return 4
}

// oneByOne names each character of a code that is not of digits alone, because
// letters can be mistaken for digits and small ones for capitals. For a code of
// digits it is nil.
func oneByOne(code string) spans {
	if strings.Trim(code, "0123456789") == "" {
		return nil
	}
	var each []spans
	for _, c := range code {
		letter := values{"c": word(string(c))}
		switch {
		case unicode.IsUpper(c):
			each = append(each, saySpelledUpper.in(letter))
		case unicode.IsLower(c):
			each = append(each, saySpelledLower.in(letter))
		default:
			each = append(each, word(string(c)))
		}
	}
	return word(join(", ", each...).plain())
}
