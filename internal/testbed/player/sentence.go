package player

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A sentence is one form of line that stories are made of. Words in capitals
// stand for what differs, and what is in [brackets] may be left out.
type sentence struct {
	form string
	do   func(ctx context.Context, s *stage, a args) error

	pattern *regexp.Regexp
}

// args are what stands in the places of a sentence, in order.
type args []string

// places are the words in capitals.
var places = map[string]string{
	"NAME":     `([a-z]+)`,
	"NAMES":    `([a-z]+(?:(?:, | and )[a-z]+)*)`,
	"GROUP":    `@([a-z]+)`,
	"CHANNEL":  `#([a-z]+)`,
	"N":        `(\d+)`,
	"DURATION": `(\d+[smhd])`,
	"STATE":    `([a-z]+(?: or [a-z]+)*)`,
	"CALL":     `([a-z_]+)`,
	"METHOD":   `([a-z][a-zA-Z_.]+)`,
	"TEXT":     `(.+)`,
	"SHORT":    `(.+?)`,
}

var placeOrOption = regexp.MustCompile(`[A-Z]{1,}\b|\[|\]`)

// sentences is the whole language. The first form that fits is the one meant. It takes a
// megabyte that olbot run, which has the demo in it, shall not.
var sentences = sync.OnceValue(func() []sentence {
	all := slices.Concat(
		actSentences(), machineSentences(), formSentences(), homeSentences(), pressSentences(), codeSentences(), seeSentences(), peopleSentences(), oneloginSentences(), slackSentences())
	for i := range all {
		all[i].pattern = compile(all[i].form)
	}
	return all
})

// compile makes a pattern of a form.
func compile(form string) *regexp.Regexp {
	var b strings.Builder
	b.WriteByte('^')
	rest := 0
	for _, at := range placeOrOption.FindAllStringIndex(form, -1) {
		word := form[at[0]:at[1]]
		replacement, ok := places[word]
		switch {
		case word == "[":
			replacement = "(?:"
		case word == "]":
			replacement = ")?"
		case !ok:
			continue // a name in capitals of its own, such as DM
		}
		b.WriteString(regexp.QuoteMeta(form[rest:at[0]]))
		b.WriteString(replacement)
		rest = at[1]
	}
	b.WriteString(regexp.QuoteMeta(form[rest:]))
	b.WriteByte('$')
	return regexp.MustCompile(b.String())
}

// understand finds the sentence that a line is.
func understand(line string) (sentence, args, bool) {
	for _, s := range sentences() {
		if m := s.pattern.FindStringSubmatch(line); m != nil {
			return s, m[1:], true
		}
	}
	return sentence{}, nil, false
}
