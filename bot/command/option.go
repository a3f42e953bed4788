package command

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/slack-go/slack/slackutilsx"
)

// The words of the grammar.
const (
	Reusable   = "reusable"
	SingleUse  = "single-use"
	wordReason = "--" // what follows is the reason
)

// longestValidity is far beyond what OneLogin takes and far from what overflows.
const longestValidity = 100 * 24 * time.Hour

// An optionKind is what a word between owner and reason is.
type optionKind int

const (
	optionNone     optionKind = iota // the first word of the reason
	optionReason                     // "--"
	optionValidity                   // a validity
	optionUse                        // reusable or single-use
	optionSkip                       // nothing but punctuation
	optionSlip                       // should have been one of the others
)

// An option is a word between owner and reason.
type option struct {
	kind     optionKind
	validity time.Duration
	bare     bool // the validity has no unit
	reusable bool
	slip     *slip
}

// readOption says what a word is. Before the reason, a word that begins with a
// digit or a sign has to be a validity, and one that is nearly reusable or
// single-use is a typing mistake.
func readOption(w token) option {
	if w.entity != "" {
		return option{kind: optionNone}
	}
	word := strings.TrimRight(fold(w.raw), ",;:.")
	switch word {
	case "":
		return option{kind: optionSkip}
	case wordReason:
		return option{kind: optionReason}
	case Reusable, SingleUse:
		return option{kind: optionUse, reusable: word == Reusable}
	}
	if meant := nearUse(word); meant != "" {
		return slipped(UseSlip, w, useInstead(word, meant, w))
	}
	first, _ := utf8.DecodeRuneInString(word)
	if first != '+' && first != '-' && !unicode.IsNumber(first) {
		return option{kind: optionNone}
	}
	validity, bare, problem := readValidity(word)
	if problem != "" {
		return slipped(problem, w, validityInstead(problem, word, w))
	}
	return option{kind: optionValidity, validity: validity, bare: bare}
}

// units are the sizes that a validity can have behind its number.
var units = map[string]time.Duration{
	"": time.Second, "s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour,
}

// spelled are units as people spell them.
var spelled = map[string]time.Duration{
	"sec": time.Second, "secs": time.Second, "second": time.Second, "seconds": time.Second,
	"min": time.Minute, "mins": time.Minute, "minute": time.Minute, "minutes": time.Minute,
	"hr": time.Hour, "hrs": time.Hour, "hour": time.Hour, "hours": time.Hour,
	"day": 24 * time.Hour, "days": 24 * time.Hour,
}

func unitSize(unit string) (size time.Duration, known bool) {
	if size, known = units[unit]; known {
		return size, true
	}
	size, known = spelled[unit]
	return size, known
}

// spelledUnit is the unit that a word behind a number of seconds means, 0 if
// none: "300 second phone lost" is not about 300 seconds, "1 day" is about a day.
func spelledUnit(word string, n time.Duration) time.Duration {
	switch word {
	case "":
		return 0
	case "second", "minute", "hour", "day":
		if n != time.Second {
			return 0
		}
	}
	size, _ := unitSize(word)
	return size
}

// withUnit is the validity with the unit that is a word of its own behind it, as in "5 minutes". A lone letter
// is none: "5 d" may be the beginning of a reason.
func (o option) withUnit(sc *scanner) option {
	ahead := *sc
	unit := unitWord(ahead.next())
	size := spelledUnit(unit, o.validity)
	if !o.bare || len(unit) < 2 || size == 0 || o.validity > longestValidity/(size/time.Second) {
		return o
	}
	*sc = ahead
	return option{kind: optionValidity, validity: o.validity * (size / time.Second)}
}

func unitWord(w token) string { return strings.TrimRight(fold(w.raw), ",;:.") }

// ReadValidity reads a validity that was typed by itself, its unit as a word of its own or not. The error is an *Error.
func ReadValidity(typed string) (time.Duration, error) {
	word := strings.TrimRight(fold(slackutilsx.EscapeMessage(typed)), ",;:.")
	joined := word
	number, unit, _ := strings.Cut(word, " ")
	if _, known := unitSize(unit); known {
		joined = number + unit
	}
	validity, _, problem := readValidity(joined)
	if problem != "" {
		return 0, &Error{Problem: problem, Word: word}
	}
	return validity, nil
}

// readValidity reads a number of seconds, or of what the unit behind it says.
func readValidity(word string) (validity time.Duration, bare bool, problem Problem) {
	unit := strings.TrimLeft(word, "0123456789")
	digits := strings.TrimSuffix(word, unit)
	size, known := unitSize(unit)
	switch {
	case strings.IndexAny(unit, "+-") == 0 && digits == "":
		return 0, false, ValiditySign
	case strings.IndexAny(unit, ".,") == 0:
		return 0, false, ValidityPart
	case digits == "" || !known:
		return 0, false, ValidityUnit
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	switch {
	case err != nil || n > int64(longestValidity/size): // of digits only, err can say nothing but too many
		return 0, false, ValidityTooLong
	case n == 0:
		return 0, false, ValidityZero
	}
	return time.Duration(n) * size, unit == "", ""
}

// FormatValidity writes whole seconds the way people type them: 90s, 5m, 2h, 3d.
func FormatValidity(d time.Duration) string {
	for _, unit := range []string{"d", "h", "m"} {
		if size := units[unit]; d%size == 0 {
			return strconv.FormatInt(int64(d/size), 10) + unit
		}
	}
	return strconv.FormatInt(int64(d/time.Second), 10) + "s"
}
