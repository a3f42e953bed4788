package oneloginsim

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// textFilters are the parameters of the user list compared as text, with the wildcard * and the negation !.
var textFilters = map[string]func(User) string{
	"email":          func(u User) string { return u.Email },
	"username":       func(u User) string { return u.Username },
	"samaccountname": func(u User) string { return u.SAMAccountName },
	"firstname":      func(u User) string { return u.FirstName },
	"lastname":       func(u User) string { return u.LastName },
	"external_id":    func(u User) string { return u.ExternalID },
	"directory_id":   func(u User) string { return strings.TrimPrefix(strconv.FormatInt(u.DirectoryID, 10), "0") },
	"app_id":         func(User) string { return "" }, // nobody has an application here
}

// timeFilters take the suffix _since or _until.
var timeFilters = map[string]func(User) time.Time{
	"created":    func(u User) time.Time { return u.CreatedAt },
	"updated":    func(u User) time.Time { return u.UpdatedAt },
	"last_login": func(u User) time.Time { return u.LastLogin },
}

// selects says whether the query lets the user into the list. As with OneLogin, a parameter it does not know, or one
// without a value, restricts nothing.
func (s *Server) selects(u User, q url.Values) bool {
	for name := range q {
		want := q.Get(name)
		if want != "" && !s.passes(u, name, want) {
			return false
		}
	}
	return true
}

// passes applies one parameter.
func (s *Server) passes(u User, name, want string) bool {
	if field, ok := textFilters[name]; ok {
		return s.like(field(u), want)
	}
	if attribute, ok := strings.CutPrefix(name, "custom_attributes."); ok {
		return s.like(u.Attributes[attribute], want)
	}
	if name == "user_ids" {
		return slices.Contains(strings.Split(want, ","), strconv.FormatInt(u.ID, 10))
	}
	since, isSince := strings.CutSuffix(name, "_since")
	until, isUntil := strings.CutSuffix(name, "_until")
	limit, err := time.Parse(time.RFC3339, want)
	if field, ok := timeFilters[since]; ok && isSince && err == nil {
		return field(u).After(limit)
	}
	if field, ok := timeFilters[until]; ok && isUntil && err == nil {
		return field(u).Before(limit)
	}
	return true
}

// like compares a field with a filter: "!" in front negates, "*" stands for any text.
func (s *Server) like(have, want string) bool {
	if !s.options.CaseSensitive {
		have, want = strings.ToLower(have), strings.ToLower(want)
	}
	want, negated := strings.CutPrefix(want, "!")
	return wildcard(have, want) != negated
}

func wildcard(have, want string) bool {
	parts := strings.Split(want, "*")
	if len(parts) == 1 {
		return have == want
	}
	have, ok := strings.CutPrefix(have, parts[0])
	if !ok {
		return false
	}
	last := len(parts) - 1
	for _, p := range parts[1:last] {
		if _, have, ok = strings.Cut(have, p); !ok {
			return false
		}
	}
	return strings.HasSuffix(have, parts[last])
}
