package policyfile

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"olbot/approvals"
	"olbot/approvals/rules"
)

// scalar is one word or line. want ends a sentence that begins "… is “x”;".
func scalar[T any](s schema, want string, parse func(string) (T, error)) shape[T] {
	return shape[T]{s, func(r *reader, n *yaml.Node) (v T, ok bool) {
		switch {
		case n.Kind != yaml.ScalarNode:
			return v, r.problem(n, "%s", want)
		case n.ShortTag() == "!!null":
			return v, r.problem(n, "nothing stands here; %s", want)
		}
		v, err := parse(n.Value)
		if err != nil {
			return v, r.problem(n, "%s: %s", quoted(n.Value), err)
		}
		return v, true
	}}
}

// word is a scalar that matches a pattern, which its schema has too.
func word(pattern, want string) shape[string] {
	expr := regexp.MustCompile(pattern)
	return scalar(schema{"type": "string", "pattern": pattern}, want, func(s string) (string, error) {
		if !expr.MatchString(s) {
			return "", errors.New(want)
		}
		return s, nil
	})
}

// line is text for people, on one line.
func line(most int) shape[string] {
	want := fmt.Sprintf("write one line of text, of at most %d characters", most)
	return scalar(schema{"type": "string", "minLength": 1, "maxLength": most}, want, func(s string) (string, error) {
		s = strings.TrimSpace(s)
		if s == "" || utf8.RuneCountInString(s) > most || strings.ContainsFunc(s, notPrintable) {
			return "", errors.New(want)
		}
		return s, nil
	})
}

func notPrintable(c rune) bool { return !unicode.IsPrint(c) }

// sentence is a line with placeholders.
func sentence(most int) shape[string] {
	of := line(most)
	placeholder := regexp.MustCompile(`\{[^{}]*\}?`)
	return shape[string]{of.schema, func(r *reader, n *yaml.Node) (string, bool) {
		s, ok := of.read(r, n)
		for _, found := range placeholder.FindAllString(s, -1) {
			if !slices.Contains(rules.Placeholders(), found) {
				ok = r.problem(n, "%s is no placeholder%s", quoted(found), oneOf(found, rules.Placeholders()))
			}
		}
		return s, ok
	}}
}

// unquoted is a scalar that YAML itself takes for a number or a truth value.
func unquoted[T any](of shape[T]) shape[T] {
	read := of.read
	of.read = func(r *reader, n *yaml.Node) (v T, ok bool) {
		if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" && n.Style != 0 {
			return v, r.problem(n, "%s is text because of its quotes; remove them", quoted(n.Value))
		}
		return read(r, n)
	}
	return of
}

func truth() shape[bool] {
	const want = "write true or false"
	return unquoted(scalar(schema{"type": "boolean"}, want, func(s string) (bool, error) {
		if s != "true" && s != "false" {
			return false, errors.New(want)
		}
		return s == "true", nil
	}))
}

// only is a truth that can have one value.
func only(value bool, why string) shape[bool] {
	of := truth()
	return shape[bool]{schema{"const": value}, func(r *reader, n *yaml.Node) (bool, bool) {
		got, ok := of.read(r, n)
		if ok && got != value {
			return got, r.problem(n, "%s", why)
		}
		return got, ok
	}}
}

func number(least, most int64, want string) shape[int64] {
	return unquoted(scalar(schema{"type": "integer", "minimum": least, "maximum": most}, want, func(s string) (int64, error) {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n < least || n > most || s[0] == '+' {
			return 0, errors.New(want)
		}
		return n, nil
	}))
}

func id(of string) shape[int64] {
	return number(1, 1<<53, "write the number that OneLogin shows in the address of the "+of+"'s page, such as 101")
}

const durationPattern = `^[0-9]+(\.[0-9]+)?([smhd]([0-9]+(\.[0-9]+)?[smh])*)?$`

func validity() shape[time.Duration] {
	const want = "write 120s to 72h in whole seconds, such as 5m (units: s, m, h, d)"
	return scalar(schema{"type": []string{"string", "integer"}, "pattern": durationPattern, "minimum": 120, "maximum": 259200}, want, func(s string) (time.Duration, error) {
		d, err := duration(s)
		if err != nil || d < approvals.MinValidity || d > approvals.MaxValidity || d%time.Second != 0 {
			return 0, errors.New(want)
		}
		return d, nil
	})
}

// duration reads what a command and a setting take: seconds, or numbers with units.
func duration(s string) (time.Duration, error) {
	if _, err := strconv.ParseUint(s, 10, 32); err == nil {
		s += "s"
	}
	var days uint64
	if head, tail, hasDays := strings.Cut(s, "d"); hasDays {
		var err error
		if days, err = strconv.ParseUint(head, 10, 16); err != nil || tail == "" {
			return time.Duration(days) * 24 * time.Hour, err
		}
		s = tail
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 || s[0] == '+' {
		return 0, errors.New("not a duration")
	}
	return time.Duration(days)*24*time.Hour + d, nil
}

// comparison is an operator and what it compares with.
func comparison(ops []string, values, want string, parse func(string) (int64, error)) shape[*rules.Comparison] {
	return scalar(schema{"type": "string", "pattern": `^\s*(` + strings.Join(ops, "|") + `)\s*` + values + `\s*$`}, want, func(s string) (*rules.Comparison, error) {
		s = strings.TrimSpace(s)
		value := strings.TrimLeft(s, "<>=")
		op := s[:len(s)-len(value)]
		n, err := parse(strings.TrimSpace(value))
		if err != nil || !slices.Contains(ops, op) {
			return nil, errors.New(want)
		}
		return &rules.Comparison{Op: op, Value: n}, nil
	})
}

func count() shape[*rules.Comparison] {
	const want = `write <, <=, =, >= or > and a number, in quotes: ">=2"`
	return comparison([]string{"<", "<=", "=", ">=", ">"}, "[0-9]{1,4}", want, func(s string) (int64, error) {
		n, err := strconv.ParseUint(s, 10, 13)
		return int64(n), err
	})
}

// span only knows longer. A rule about shorter codes could begin to match because another rule made the
// default shorter, and the request would be refused at the door although no rule has changed.
func span() shape[*rules.Comparison] {
	const want = `write > or >= and a time with its unit, in quotes: ">30m"`
	return comparison([]string{">", ">="}, durationPattern[1:len(durationPattern)-1], want, func(s string) (int64, error) {
		d, err := duration(s)
		return int64(d), err
	})
}

func glob() shape[rules.Glob] {
	const want = `write an e-mail address, in which * stands for anything, in quotes: "*@example.com"`
	of := word(`^[^\s@<>",;]*([@*][^\s@<>",;]*)+$`, want)
	return shape[rules.Glob]{of.schema, func(r *reader, n *yaml.Node) (rules.Glob, bool) {
		s, ok := of.read(r, n)
		if ok && strings.Count(s, "@") > 1 {
			ok = r.problem(n, "%s has two @, which no address has; %s", quoted(s), want)
		}
		return rules.Glob(s), ok
	}}
}

func pattern() shape[*regexp.Regexp] {
	const want = `write a regular expression in single quotes, such as '^INC\d{4,}$'`
	return scalar(schema{"type": "string", "minLength": 1, "maxLength": 200}, want, func(s string) (*regexp.Regexp, error) {
		if s == "" || len(s) > 200 {
			return nil, errors.New(want)
		}
		expr, err := regexp.Compile(s)
		if err != nil {
			return nil, fmt.Errorf("%s (%s)", want, quotedName(strings.TrimPrefix(err.Error(), "error parsing regexp: ")))
		}
		return expr, nil
	})
}

// choice is one of a few words.
func choice[T ~string](words ...T) shape[T] {
	known := make([]string, len(words))
	for i, w := range words {
		known[i] = string(w)
	}
	return scalar(schema{"enum": known}, "write one of "+listed(known, "and"), func(s string) (T, error) {
		if !slices.Contains(known, s) {
			return "", errors.New("this is none of the words here" + oneOf(s, known))
		}
		return T(s), nil
	})
}
