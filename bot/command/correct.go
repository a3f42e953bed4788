package command

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"olbot/internal/spelling"
)

// A slip is a word that was not understood, and what could stand in its place.
type slip struct {
	problem    Problem
	word       string
	known      bool // whether a correction is known
	start, end int  // what of the text it replaces
	instead    string
}

// replace makes it the correction to write instead between start and end.
func (s *slip) replace(start, end int, instead string) {
	s.known, s.start, s.end, s.instead = true, start, end, instead
}

// slipped is the option that a word should have been.
func slipped(p Problem, w token, instead string) option {
	s := &slip{problem: p, word: w.raw}
	s.replace(w.start, w.end, instead)
	return option{kind: optionSlip, slip: s}
}

// maxSlips is how many slips of one command are corrected.
const maxSlips = 8

// corrected is the command without the slip, and without those that come after
// it; "" if that cannot be guessed.
func corrected(text string, s *slip) string {
	for range maxSlips {
		if !s.known {
			return ""
		}
		text = text[:s.start] + s.instead + text[s.end:]
		c, next := parse(text)
		if next == nil {
			return c.String()
		}
		s = next
	}
	return ""
}

// Understood is what could be read of a command with a slip in it, and whether
// it asked for a code: as corrected, or else without the owner, whom nobody can guess.
func Understood(text string, e *Error) (Command, bool) {
	if e.Problem == BadRequest {
		return Command{}, false
	}
	if c, err := Parse(e.Corrected); err == nil && c.Verb == VerbAsk {
		return c, true
	}
	sc := scanner{text: text}
	if e.Problem != WhoMissing {
		sc.next()
	}
	const anybody = "#1 "
	c, err := Parse(anybody + text[sc.pos:])
	if slip, ok := errors.AsType[*Error](err); ok {
		c, _ = Parse(slip.Corrected)
	}
	return Command{Verb: VerbAsk, Validity: c.Validity, Reusable: c.Reusable, Reason: c.Reason}, true
}

// ownerElsewhere is the slip of a command that begins with an option. If the
// owner stands behind the options, they are put in order.
func ownerElsewhere(text string) *slip {
	sc := scanner{text: text}
	s := &slip{problem: WhoMissing}
	for w := sc.next(); w.raw != ""; w = sc.next() {
		_, problem := readOwner(w)
		switch problem {
		case "":
			s.replace(0, w.end, w.raw+" "+text[:w.start]+" ")
			return s
		case WhoPlainName, WhoGroup:
			return &slip{problem: problem, word: w.raw}
		}
		if kind := readOption(w).kind; kind == optionNone || kind == optionReason {
			break
		}
	}
	return s
}

// bothUses is the slip of reusable and single-use in one command. What can do
// less stays.
func bothUses(w, earlier token, o option) *slip {
	s := &slip{problem: UseBoth, word: w.raw}
	if o.reusable {
		s.replace(w.start, w.end, "")
	} else {
		s.replace(earlier.start, earlier.end, "")
	}
	return s
}

// clash is what is wrong with a validity where it stands: it is not the first, or
// its unit is a letter of its own.
func (o option) clash(w token, c Command, rest scanner) *slip {
	if c.Validity != 0 {
		instead := ""
		if o.bare {
			instead = wordReason + " " + w.raw // "2 phones": the reason has begun
		}
		return slipped(ValidityTwice, w, instead).slip
	}
	unit := rest.next()
	size := spelledUnit(unitWord(unit), o.validity)
	if !o.bare || size == 0 || o.validity > longestValidity/(size/time.Second) {
		return nil
	}
	s := &slip{problem: ValidityUnit, word: rest.text[w.start:unit.end]}
	s.replace(w.start, unit.end, FormatValidity(o.validity*(size/time.Second)))
	return s
}

// useInstead is what to write for a word that is nearly reusable or single-use.
// Two words that are words of their own begin a reason: the correction must not
// ask for more than was typed.
func useInstead(word, meant string, w token) string {
	if word == "usable" || word == "unusable" {
		return wordReason + " " + w.raw
	}
	return meant
}

// nearUse is which of reusable and single-use a word is at most two edits from.
func nearUse(word string) string {
	for _, meant := range []string{Reusable, SingleUse} {
		longer := utf8.RuneCountInString(word) - len(meant)
		if -2 <= longer && longer <= 2 && spelling.Edits(word, meant) <= 2 {
			return meant
		}
	}
	return ""
}

// validityInstead is what to write for a word that should have been a validity.
// None is better than one that nobody can have; and what cannot be read as one
// at all ("2FA", "-lost") is taken as the beginning of the reason.
func validityInstead(p Problem, word string, w token) string {
	if p == ValidityZero || p == ValidityTooLong {
		return ""
	}
	if d := guessValidity(strings.TrimLeft(word, "+-")); d > 0 {
		return FormatValidity(d)
	}
	return strings.TrimSpace(wordReason + " " + strings.TrimLeft(w.raw, "-—―–−‐‑‒﹣－"))
}

var amount = regexp.MustCompile(`^([0-9]{1,7})(?:[.,]([0-9]{1,4}))?([a-z]*)`)

// guessValidity reads what people write for a validity elsewhere, 1.5h or
// 1h30m; 0 if it is nothing of the kind, or nothing in whole seconds.
func guessValidity(word string) time.Duration {
	var sum time.Duration
	for rest := word; rest != ""; {
		m := amount.FindStringSubmatch(rest)
		if m == nil {
			return 0
		}
		size, _ := unitSize(m[3])
		whole, _ := strconv.ParseInt(m[1], 10, 64) // seven digits at most
		if size == 0 || whole > int64(longestValidity/size) || m[3] == "" && m[0] != word {
			return 0
		}
		part, _ := strconv.ParseInt((m[2] + "0000")[:4], 10, 64)
		sum += time.Duration(whole)*size + time.Duration(part)*size/10000
		if sum > longestValidity || sum%time.Second != 0 {
			return 0
		}
		rest = rest[len(m[0]):]
	}
	return sum
}
