package view

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
//
// What the owner chooses in OneLogin is named as in
// https://carthage.libanswers.com/faq/349579, for want of a page of OneLogin's own
// that shows it.
func CodeMessage(r approvals.Request, code string, now time.Time) Message {
	v := valuesOf(r, now)
	title := sayIf(r.Attempt > 1, "{Code} for {owner.full}. Use only this one.", "Code for {owner.full}")
	blocks := []slack.Block{paragraph(title.in(v))}
	if large := spaced(code); utf8.RuneCountInString(large) <= maxHeader && large != "" {
		blocks = append(blocks, slack.NewHeaderBlock(plainText(large)))
	}
	blocks = append(blocks, exact(code))
	lines := []spans{}
	if s := oneByOne(code); s != nil {
		lines = append(lines, phrase("One by one: {spelled}").in(values{"spelled": s}))
	}
	lines = append(lines, phrase("*Works until* {until} ({grant.uses}).").in(v))
	if r.Grant.Narrower {
		lines = append(lines, v.lines("OneLogin allowed less than the approved {validity}, {uses}. What stands above is what OneLogin allows.")...)
	}
	if slices.Contains(r.Grant.Missing, "expires_at") {
		lines = append(lines, v.lines("OneLogin did not say when the code ends. The time above is what was asked for.")...)
	}
	if slices.Contains(r.Grant.Missing, "reusable") {
		lines = append(lines, v.lines("OneLogin did not say how often the code works. That it is {uses} is what was asked for.")...)
	}
	blocks = append(blocks,
		paragraph(lines...),
		paragraph(v.lines("*What {owner} does:* sign in to OneLogin with name and password, choose *OneLogin Temporary Code* (behind *Change Authentication Factor* if something else is asked for), and type the code. Afterwards, set up a new factor in the profile under *Security Factors*.")...),
		paragraph(v.lines("Read it out to {owner} only. Do not write it into a message or a ticket.",
			"Slack forgets this message when it is reloaded, and olbot keeps no code.")...),
		buttonRow(button(ActionHide, aboutNothing)),
		footnote(sayRequestID.in(v)))
	return Message{Text: phrase("{id}: {code} is below. Only you can see it.").notice(v), Blocks: blocks}
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
	each := spansOf([]rune(code), func(c rune) spans {
		letter := phrase("{c}")
		switch {
		case unicode.IsUpper(c):
			letter = "capital {c}"
		case unicode.IsLower(c):
			letter = "small {c}"
		}
		return letter.in(values{"c": word(string(c))})
	})
	return word(join(", ", each...).plain())
}
