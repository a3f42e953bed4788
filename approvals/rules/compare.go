package rules

import "strings"

// A Glob is a pattern of e-mail addresses in which * stands for any characters,
// also none. Case does not count, in ASCII.
type Glob string

// Match says whether the whole address fits.
func (g Glob) Match(email string) bool {
	parts := strings.Split(lower(string(g)), "*")
	rest, fits := strings.CutPrefix(lower(email), parts[0])
	if !fits || len(parts) == 1 {
		return fits && rest == ""
	}
	last := parts[len(parts)-1]
	for _, part := range parts[1 : len(parts)-1] {
		_, rest, fits = strings.Cut(rest, part)
		if !fits {
			return false
		}
	}
	return strings.HasSuffix(rest, last)
}

// lower leaves letters outside of ASCII alone: the Kelvin sign is no k.
func lower(s string) string {
	for i := range len(s) {
		if 'A' <= s[i] && s[i] <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if 'A' <= b[i] && b[i] <= 'Z' {
					b[i] += 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}

// A Comparison is a number with <, <=, =, >= or > before it.
type Comparison struct {
	Op    string `json:"op"`
	Value int64  `json:"value"`
}

// Holds says whether n stands so to the value. An operator that does not exist
// holds of everything: a rule then rather matches.
func (c Comparison) Holds(n int64) bool {
	switch c.Op {
	case "<":
		return n < c.Value
	case "<=":
		return n <= c.Value
	case "=":
		return n == c.Value
	case ">=":
		return n >= c.Value
	case ">":
		return n > c.Value
	}
	return true
}
