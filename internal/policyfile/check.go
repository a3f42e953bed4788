package policyfile

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"olbot/approvals/rules"
)

// What holds if a default does not say: as without a file, but that nothing is reusable.
const (
	usualValidity = 5 * time.Minute
	usualMax      = time.Hour
)

func checkDefault(_ *reader, _ *yaml.Node, d *rules.Default) bool {
	switch {
	case d.Max == 0:
		d.Max = max(usualMax, d.Validity)
	case d.Validity == 0:
		d.Validity = min(usualValidity, d.Max)
	}
	if d.Validity == 0 {
		d.Validity = usualValidity
	}
	d.Codes = max(1, d.Codes)
	return true
}

var reserved = regexp.MustCompile(`^default \d+$`)

func checkRule(r *reader, n *yaml.Node, rule *rules.Rule) bool {
	ok := r.possible(n, rule.When)
	ok = r.matchable(n, *rule) && ok
	if reserved.MatchString(rule.Name) {
		ok = r.problem(child(n, "name"), "the defaults are called so; choose another name")
	}
	if slices.Contains(r.ruleSet, rule.Name) {
		ok = r.problem(child(n, "name"), "there is another rule %s; choose another name", quoted(rule.Name))
	}
	if rule.Reason.Ticket != nil && !rule.Reason.Required {
		ok = r.problem(child(n, "reason"), "a ticket is only looked for in a reason that is required; add required: true")
	}
	bare := *rule
	bare.Name, bare.When = "", rules.Condition{}
	if reflect.ValueOf(bare).IsZero() {
		ok = r.problem(n, "the rule %s changes nothing; give it approvals, validity, reusable, codes, reason, agents, refuse or why", quoted(rule.Name))
	}
	return ok
}

// possible finds conditions that nothing can meet.
func (r *reader) possible(n *yaml.Node, c rules.Condition) bool {
	never := func(why string, place ...string) bool {
		return r.problem(child(n, place...), "this can never match: %s", why)
	}
	ok := true
	for who, m := range map[string]rules.Matcher{"owner": c.Owner, "agent": c.Agent} {
		count, first := m.Requests7d, m.FirstTime
		switch {
		case count != nil && *count == rules.Comparison{Op: "<"}:
			ok = never("no number of requests is below 0", who, "requests_7d")
		case count != nil && first != nil && *first && !count.Holds(0):
			ok = never("whoever comes for the first time had no request before", who, "requests_7d")
		}
	}
	if c.Inside != nil && c.Outside != nil && c.Inside.Zone != c.Outside.Zone {
		return ok // what differs by the time of the year is not judged
	}
	if (c.Inside != nil || c.Outside != nil) && !slices.ContainsFunc(week(c.Inside, c.Outside), func(t time.Time) bool {
		return (c.Inside == nil || c.Inside.Hold(t)) && (c.Outside == nil || !c.Outside.Hold(t))
	}) {
		ok = never("no time of the week is left", "outside")
	}
	return ok
}

// reached finds defaults that no request comes to.
func (r *reader) reached(n *yaml.Node, defaults []rules.Default) bool {
	ok := true
	for i, d := range defaults {
		place := n
		if n.Kind == yaml.SequenceNode {
			place = n.Content[i]
		}
		none := reflect.ValueOf(d.When).IsZero()
		last := i == len(defaults)-1
		same := slices.IndexFunc(defaults[:i], func(e rules.Default) bool { return reflect.DeepEqual(e.When, d.When) })
		switch {
		case last && !none:
			ok = r.problem(child(place, "when"), "the last default has no when, so that something holds for every request; remove it here, or add a default after this one")
		case !last && none:
			ok = r.problem(place, "a default without when always counts, so those after it are never reached; give it a when or move it to the end")
		case !last && same >= 0:
			ok = r.problem(child(place, "when"), "default %d has the same when, so this one is never reached", same+1)
		}
	}
	return ok
}

// matchable finds rules that no request can match which the defaults allow. Where something
// is wrong with those, it cannot tell.
func (r *reader) matchable(n *yaml.Node, rule rules.Rule) bool {
	ok, defaults := true, r.defaults
	if len(defaults) == 0 {
		return true
	}
	never := func(key, why string) { ok = r.problem(child(n, "request", key), "this can never match: %s", why) }
	m := rule.When.Request
	if m.Reusable != nil && *m.Reusable && !slices.ContainsFunc(defaults, func(d rules.Default) bool { return d.Reusable }) {
		never("reusable", "no default allows reusable codes")
	}
	if m.Ticket != nil && !slices.ContainsFunc(defaults, func(d rules.Default) bool { return d.Reason.Ticket != nil }) {
		never("ticket", "no default says in reason what a ticket looks like")
	}
	if v := m.Validity; v != nil {
		longest := slices.MaxFunc(defaults, func(a, b rules.Default) int { return cmp.Compare(a.Max, b.Max) }).Max
		if !v.Holds(int64(longest)) {
			never("validity", fmt.Sprintf("a code works %s at most, as the defaults are", short(longest)))
		}
	}
	return ok
}

// separate finds approvers who may also ask: such a one could not approve.
func separate(r *reader, n *yaml.Node, c *content) bool {
	set := rules.Set{Defaults: c.defaults, Rules: c.rules}
	may := set.Agents()
	ok := true
	for _, link := range set.Approvers() {
		switch {
		case slices.Contains(may, rules.Everybody):
			return r.problem(child(n, "defaults"), "everybody may ask (\"*\"), so nobody but managers could approve: %s could not; name those who may ask", link)
		case slices.Contains(may, link):
			ok = r.problem(child(n, "defaults"), "%s may ask and is to approve; who may ask cannot approve, so name others in one of the two places", link)
		}
	}
	return ok
}

func (r *reader) groupNames() []string { return slices.Sorted(maps.Keys(r.groups)) }
