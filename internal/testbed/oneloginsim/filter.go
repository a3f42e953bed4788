package oneloginsim

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// textFilters are the parameters of the user list compared as text, with the wildcard * and the negation !.
var textFilters = map[string]func(*User) string{
	"email":          func(u *User) string { return u.Email },
	"username":       func(u *User) string { return u.Username },
	"samaccountname": func(u *User) string { return u.SAMAccountName },
	"firstname":      func(u *User) string { return u.FirstName },
	"lastname":       func(u *User) string { return u.LastName },
	"external_id":    func(u *User) string { return u.ExternalID },
	"directory_id":   func(u *User) string { return strings.TrimPrefix(strconv.FormatInt(u.DirectoryID, 10), "0") },
	"app_id":         func(*User) string { return "" }, // nobody has an application here
}

// timeFilters take the suffix _since or _until.
var timeFilters = map[string]func(*User) time.Time{
	"created":    func(u *User) time.Time { return u.CreatedAt },
	"updated":    func(u *User) time.Time { return u.UpdatedAt },
	"last_login": func(u *User) time.Time { return u.LastLogin },
}

// A filter says whether a user may stand in the list.
type filter func(*User) bool

// filters are those of a query. As with OneLogin, a parameter it does not know, or one without a value, restricts
// nothing.
func (s *Server) filters(q url.Values) (all []filter) {
	for name := range q {
		if want := q.Get(name); want != "" {
			if f := s.filter(name, want); f != nil {
				all = append(all, f)
			}
		}
	}
	return all
}

// filter is that of one parameter, nil if it restricts nothing.
func (s *Server) filter(name, want string) filter {
	if field, ok := textFilters[name]; ok {
		like := s.like(want)
		return func(u *User) bool { return like(field(u)) }
	}
	if attribute, ok := strings.CutPrefix(name, "custom_attributes."); ok {
		like := s.like(want)
		return func(u *User) bool { return like(u.Attributes[attribute]) }
	}
	if name == "user_ids" {
		ids := strings.Split(want, ",")
		return func(u *User) bool { return slices.Contains(ids, strconv.FormatInt(u.ID, 10)) }
	}
	since, isSince := strings.CutSuffix(name, "_since")
	until, isUntil := strings.CutSuffix(name, "_until")
	limit, err := time.Parse(time.RFC3339, want)
	if field, ok := timeFilters[since]; ok && isSince && err == nil {
		return func(u *User) bool { return field(u).After(limit) }
	}
	if field, ok := timeFilters[until]; ok && isUntil && err == nil {
		return func(u *User) bool { return field(u).Before(limit) }
	}
	return nil
}

// like compares a field with a filter: "!" in front negates, "*" stands for any text.
func (s *Server) like(want string) func(have string) bool {
	fold := strings.ToLower
	if s.options.CaseSensitive {
		fold = func(s string) string { return s }
	}
	want, negated := strings.CutPrefix(fold(want), "!")
	if !strings.Contains(want, "*") {
		return func(have string) bool { return (fold(have) == want) != negated }
	}
	parts := strings.Split(want, "*")
	return func(have string) bool { return wildcard(fold(have), parts) != negated }
}

// wildcard says whether the parts stand in have, in order, the first at its start and the last at its end.
func wildcard(have string, parts []string) bool {
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
