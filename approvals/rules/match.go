package rules

import (
	"slices"
	"strings"
)

// An answer says whether something holds: no, yes, or that a fact is missing.
type answer struct {
	yes     bool
	unknown string // the fact; empty: known
}

func is(yes bool) answer           { return answer{yes: yes} }
func missing(fact string) answer   { return answer{unknown: fact} }
func (a answer) no() bool          { return !a.yes && a.unknown == "" }
func (a answer) of(who who) answer { return answer{a.yes, prefixed(who, a.unknown)} }

type who string

func prefixed(who who, fact string) string {
	if fact == "" {
		return ""
	}
	return string(who) + " " + fact
}

// all is and: one no decides, whatever is unknown.
func all(answers ...answer) answer {
	result := is(true)
	for _, a := range answers {
		if a.no() {
			return a
		}
		if !a.yes && result.yes {
			result = a
		}
	}
	return result
}

// anyOf is or: one yes decides, whatever is unknown.
func anyOf[T any](of []T, ask func(T) answer) answer {
	result := is(false)
	for _, x := range of {
		a := ask(x)
		if a.yes {
			return a
		}
		if result.no() {
			result = a
		}
	}
	return result
}

// listed is anyOf for a list of a matcher, which demands nothing if it is empty.
func listed[T any](of []T, ask func(T) answer) answer {
	if len(of) == 0 {
		return is(true)
	}
	return anyOf(of, ask)
}

// fits asks a fact.
func fits[T any](f Fact[T], name string, test func(T) bool) answer {
	if !f.known {
		return missing(name)
	}
	return is(test(f.value))
}

// A judge is a set with the facts of one request.
type judge struct {
	groups  map[string]Group
	facts   Facts
	tickets func() bool // whether the reason has what the default that counts calls a ticket
}

func (j judge) holds(c Condition) answer {
	return all(
		j.person(c.Owner, j.facts.Owner).of("owner's"),
		j.person(c.Agent, j.facts.Agent).of("agent's"),
		j.request(c.Request),
		j.hours(c.Inside, true),
		j.hours(c.Outside, false),
	)
}

func (j judge) person(m Matcher, p Person) answer {
	a := all(
		listed(m.In, func(name string) answer { return j.in(name, p) }),
		listed(m.Roles, p.hasRole),
		listed(m.Groups, p.inGroup),
		listed(m.SlackGroups, p.inSlackGroup),
		listed(m.Emails, p.hasEmail),
		listed(m.Departments, p.inDepartment),
		listed(m.Is, p.is),
	)
	if m.Requests7d != nil {
		a = all(a, fits(p.Requests7d, "requests of 7 days", func(n int) bool { return m.Requests7d.Holds(int64(n)) }))
	}
	if m.FirstTime != nil {
		a = all(a, fits(p.FirstTime, "earlier requests", func(first bool) bool { return first == *m.FirstTime }))
	}
	return a
}

// in says whether somebody is in a group of the set. A group that the set does not have is unknown.
func (j judge) in(name string, p Person) answer {
	g, exists := j.groups[name]
	if !exists {
		return missing("group " + name)
	}
	return anyOf([]answer{
		anyOf(g.Emails, p.hasEmail), anyOf(g.Roles, p.hasRole), anyOf(g.Groups, p.inGroup),
		anyOf(g.Departments, p.inDepartment), anyOf(g.SlackGroups, p.inSlackGroup),
	}, func(a answer) answer { return a })
}

func (p Person) hasRole(id int64) answer {
	return fits(p.Roles, "OneLogin roles", func(roles []int64) bool { return slices.Contains(roles, id) })
}

func (p Person) inGroup(id int64) answer {
	return fits(p.Group, "OneLogin group", func(group int64) bool { return group == id })
}

func (p Person) inSlackGroup(id string) answer {
	in, known := p.SlackGroups[id]
	if !known {
		return missing("Slack group " + id)
	}
	return is(in)
}

func (p Person) hasEmail(glob Glob) answer {
	if p.Email == "" {
		return missing("e-mail address")
	}
	return is(glob.Match(p.Email))
}

func (p Person) inDepartment(name string) answer {
	return fits(p.Department, "department", func(department string) bool {
		return strings.EqualFold(strings.TrimSpace(department), name)
	})
}

func (p Person) is(s Standing) answer {
	is, known := p.Is[s]
	if !known {
		return missing("standing as " + string(s))
	}
	return answer{yes: is}
}

func (j judge) request(m RequestMatcher) answer {
	r := j.facts.Request
	same := func(want *bool, is func() bool) bool { return want == nil || *want == is() }
	return is((m.Validity == nil || m.Validity.Holds(int64(r.Validity))) &&
		same(m.Reusable, func() bool { return r.Reusable }) &&
		same(m.Verified, func() bool { return r.Verified }) &&
		same(m.Ticket, j.tickets))
}

func (j judge) hours(h *Hours, want bool) answer {
	switch {
	case h == nil:
		return is(true)
	case j.facts.Asked.IsZero():
		return missing("time")
	}
	return is(h.Hold(j.facts.Asked) == want)
}
