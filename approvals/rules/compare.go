package rules

import "strings"

// A Glob is a pattern of e-mail addresses in which * stands for any characters,
// also none. Case does not count, in ASCII.
type Glob string

// Match says whether the whole address fits. Where a star's rest does not fit, the last
// star takes one character more.
func (g Glob) Match(email string) bool {
	at, star, taken := 0, -1, 0
	for i := 0; i < len(email); {
		switch {
		case at < len(g) && g[at] == '*':
			star, taken = at, i
			at++
		case at < len(g) && lower(g[at]) == lower(email[i]):
			at++
			i++
		case star >= 0:
			taken++
			at, i = star+1, taken
		default:
			return false
		}
	}
	return strings.Trim(string(g[at:]), "*") == ""
}

// lower leaves letters outside of ASCII alone: the Kelvin sign is no k.
func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
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
