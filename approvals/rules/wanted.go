package rules

import (
	"slices"
	"strings"
)

// Wanted says which facts a Set looks at.
type Wanted struct {
	Owner, Agent WantedOf
	Time         bool
}

// WantedOf is what has to be known of an owner or agent, besides name and e-mail
// address. Terms.Agents also needs the agent's Slack id.
type WantedOf struct {
	SlackGroups                   []string // whether they are in these; sorted
	Is                            []Standing
	Roles, Group, Department      bool
	Requests7d, FirstTime, Emails bool
}

// Wants says which facts can decide anything in the set.
func (s Set) Wants() Wanted {
	var w Wanted
	condition := func(c Condition) {
		w.Owner.add(s, c.Owner)
		w.Agent.add(s, c.Agent)
		w.Time = w.Time || c.Inside != nil || c.Outside != nil
	}
	for _, d := range s.Defaults {
		condition(d.When)
		w.Agent.SlackGroups = append(w.Agent.SlackGroups, slackGroups(d.Agents)...)
	}
	for _, r := range s.Rules {
		condition(r.When)
		w.Agent.SlackGroups = append(w.Agent.SlackGroups, slackGroups(r.Agents)...)
		w.Owner.Requests7d = w.Owner.Requests7d || asksForCount(r)
	}
	w.Owner.tidy()
	w.Agent.tidy()
	return w
}

// Approvers are the links of all needs of the set, but for the manager: whoever is one
// of these people is an approver. Sorted. More rules make more approvers, so the When of a
// Default must not ask for IsApprover: a rule could then open something.
func (s Set) Approvers() []string {
	var links []string
	needs := func(needs []Need) {
		for _, n := range needs {
			links = append(links, n.Links...)
		}
	}
	for _, d := range s.Defaults {
		needs(d.Approvals)
	}
	for _, r := range s.Rules {
		needs(r.Approvals)
	}
	slices.Sort(links)
	return slices.DeleteFunc(slices.Compact(links), func(link string) bool { return link == Manager })
}

// Agents are all who may ask by some default. Sorted.
func (s Set) Agents() []string {
	var all []string
	for _, d := range s.Defaults {
		all = append(all, d.Agents...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (w *WantedOf) add(s Set, m Matcher) {
	roles, groups, departments, emails := len(m.Roles), len(m.Groups), len(m.Departments), len(m.Emails)
	w.SlackGroups = append(w.SlackGroups, m.SlackGroups...)
	for _, name := range m.In {
		g := s.Groups[name]
		roles, groups, departments, emails = roles+len(g.Roles), groups+len(g.Groups), departments+len(g.Departments), emails+len(g.Emails)
		w.SlackGroups = append(w.SlackGroups, g.SlackGroups...)
	}
	w.Is = append(w.Is, m.Is...)
	w.Roles = w.Roles || roles > 0
	w.Group = w.Group || groups > 0
	w.Department = w.Department || departments > 0
	w.Emails = w.Emails || emails > 0
	w.Requests7d = w.Requests7d || m.Requests7d != nil
	w.FirstTime = w.FirstTime || m.FirstTime != nil
}

func (w *WantedOf) tidy() {
	slices.Sort(w.SlackGroups)
	w.SlackGroups = slices.Compact(w.SlackGroups)
	slices.Sort(w.Is)
	w.Is = slices.Compact(w.Is)
}

func slackGroups(list []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(entry string) bool { return entry == "" || entry[0] != 'S' })
}

// asksForCount says whether a rule says how many requests there were.
func asksForCount(r Rule) bool { return strings.Contains(r.Why+r.Refuse, "{requests_7d}") }
