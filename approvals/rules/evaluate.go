package rules

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Terms are what holds for one request.
type Terms struct {
	Needs    []Need        // all of them must be met, by different people
	Agents   [][]string    // who may ask is in each of these lists
	Validity time.Duration // what holds if the command does not say
	Max      time.Duration // the longest that may be asked for
	Reusable bool
	Codes    int
	Reason   bool             // a reason must be given
	Tickets  []*regexp.Regexp // if a reason must be given, each must match one of its words

	Refused []Applied // the rules that refuse, with what they say; none: not refused
	Applied []Applied // all rules that apply, with their why, by name
}

// An Applied rule, with what it says of this request: plain text from a file and
// with names in it, so as untrusted as any.
type Applied struct{ Name, Text string }

// An UnknownError says that a fact is missing, without which nobody can say whether a
// rule applies. The request cannot be judged.
type UnknownError struct {
	Rule string // its name; empty: a default
	Fact string // such as: owner's OneLogin roles
}

func (e *UnknownError) Error() string {
	if e.Rule == "" {
		return "which default counts depends on the " + e.Fact + ", which is not known"
	}
	return fmt.Sprintf("whether the rule %q applies depends on the %s, which is not known", e.Rule, e.Fact)
}

// ErrNoTerms says that no default fits, or that nobody would have to approve. No set
// that package policyfile has read is so.
var ErrNoTerms = errors.New("the rules do not say who approves")

// Evaluate says what holds for a request. The error is an *UnknownError or ErrNoTerms.
func (s Set) Evaluate(f Facts) (Terms, error) {
	j := judge{groups: s.Groups, facts: f}
	start, err := s.defaultFor(j)
	if err != nil {
		return Terms{}, err
	}
	j.facts.Request.Validity = cmp.Or(f.Request.Validity, start.Validity)
	j.tickets = func() bool { return start.Reason.Ticket != nil && f.Request.hasTicket(start.Reason.Ticket) }
	t := Terms{
		Needs: slices.Clone(start.Approvals), Agents: [][]string{start.Agents}, Validity: start.Validity, Max: start.Max,
		Reusable: start.Reusable, Codes: start.Codes,
	}
	t.demand(start.Reason)
	names := f.filler()
	var unknown []UnknownError
	for _, rule := range s.Rules {
		switch a := j.holds(rule.When); {
		case a.unknown != "":
			unknown = append(unknown, UnknownError{Rule: rule.Name, Fact: a.unknown})
		case a.yes:
			t.tighten(rule, names)
		}
	}
	if len(unknown) > 0 {
		first := slices.MinFunc(unknown, func(a, b UnknownError) int { return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Fact, b.Fact)) })
		return Terms{}, &first
	}
	t.tidy()
	if len(t.Needs) == 0 {
		return Terms{}, ErrNoTerms
	}
	return t, nil
}

func (s Set) defaultFor(j judge) (Default, error) {
	// The validity that the command does not say is the default's, so no default can depend on it, nor on its own ticket.
	j.tickets = func() bool { return false }
	for _, d := range s.Defaults {
		switch a := j.holds(d.When); {
		case a.unknown != "":
			return Default{}, &UnknownError{Fact: a.unknown}
		case a.yes:
			return d, nil
		}
	}
	return Default{}, ErrNoTerms
}

// tighten adds one rule. Of each key the stricter value stays.
func (t *Terms) tighten(r Rule, names *strings.Replacer) {
	for _, n := range r.Approvals {
		if !slices.ContainsFunc(t.Needs, n.equal) {
			t.Needs = append(t.Needs, n)
		}
	}
	if len(r.Agents) > 0 {
		t.Agents = append(t.Agents, r.Agents)
	}
	t.Max = shorter(t.Max, r.Max)
	t.Validity = shorter(t.Validity, r.Validity)
	t.Reusable = t.Reusable && !r.SingleUse
	if r.Codes > 0 {
		t.Codes = min(t.Codes, r.Codes)
	}
	t.demand(r.Reason)
	if r.Refuse != "" {
		t.Refused = append(t.Refused, Applied{r.Name, names.Replace(r.Refuse)})
	}
	t.Applied = append(t.Applied, Applied{r.Name, names.Replace(r.Why)})
}

func (t *Terms) demand(r Reason) {
	t.Reason = t.Reason || r.Required
	if r.Ticket != nil {
		t.Tickets = append(t.Tickets, r.Ticket)
	}
}

func shorter(a, b time.Duration) time.Duration {
	if b == 0 {
		return a
	}
	return min(a, b)
}

// tidy makes equal terms equal, whatever the order of the rules.
func (t *Terms) tidy() {
	t.Needs = unite(t.Needs)
	t.Validity = min(t.Validity, t.Max)
	for i := range t.Agents {
		t.Agents[i] = slices.Sorted(slices.Values(t.Agents[i]))
	}
	slices.SortFunc(t.Agents, slices.Compare)
	t.Agents = slices.CompactFunc(t.Agents, slices.Equal)
	slices.SortFunc(t.Tickets, func(a, b *regexp.Regexp) int { return cmp.Compare(a.String(), b.String()) })
	t.Tickets = slices.CompactFunc(t.Tickets, func(a, b *regexp.Regexp) bool { return a.String() == b.String() })
	byName := func(a, b Applied) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Text, b.Text)) }
	slices.SortFunc(t.Refused, byName)
	slices.SortFunc(t.Applied, byName)
}

// Placeholders are what why and refuse may have in them.
func Placeholders() []string { return []string{"{owner}", "{agent}", "{requests_7d}"} }

// filler puts what is known for the placeholders, all at once: a name that looks
// like a placeholder stays one.
func (f Facts) filler() *strings.Replacer {
	times := "several"
	if f.Owner.Requests7d.known {
		times = strconv.Itoa(f.Owner.Requests7d.value)
	}
	return strings.NewReplacer("{owner}", cmp.Or(f.Owner.Name, f.Owner.Email, "the owner"),
		"{agent}", cmp.Or(f.Agent.Name, f.Agent.Email, "the agent"), "{requests_7d}", times)
}

// hasTicket says whether a word of the reason matches.
func (r Request) hasTicket(pattern *regexp.Regexp) bool {
	return slices.ContainsFunc(r.words(), pattern.MatchString)
}
