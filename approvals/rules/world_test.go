package rules

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"
	"time"
)

// seeded runs a property many times, and says which seed failed.
func seeded(t *testing.T, times int, property func(r *rand.Rand) error) {
	t.Helper()
	start := uint64(time.Now().UnixNano())
	for seed := start; seed < start+uint64(times); seed++ {
		if err := property(rand.New(rand.NewPCG(seed, 0))); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// some draws a few, most often none.
func some[T any](r *rand.Rand, from ...T) (drawn []T) {
	for _, x := range from {
		if r.IntN(5) == 0 {
			drawn = append(drawn, x)
		}
	}
	return drawn
}

func randomBool(r *rand.Rand) *bool {
	return pick(r, nil, nil, nil, new(true), new(false))
}

func randomMatcher(r *rand.Rand) Matcher {
	if r.IntN(2) == 0 {
		return Matcher{}
	}
	m := Matcher{
		In: some(r, "executives", "field"), Roles: some(r, int64(101), 102), Groups: some(r, int64(7)), SlackGroups: some(r, "S1", "S2"),
		Emails: some(r, Glob("*@board.example.com"), "ana@*"), Departments: some(r, "Sales"), Is: some(r, IsAgent, IsManager), FirstTime: randomBool(r),
	}
	if r.IntN(4) == 0 {
		m.Requests7d = &Comparison{pick(r, "<", "<=", "=", ">=", ">"), int64(r.IntN(3))}
	}
	return m
}

func randomCondition(r *rand.Rand) Condition {
	c := Condition{Owner: randomMatcher(r), Request: RequestMatcher{Reusable: randomBool(r), Verified: randomBool(r), Ticket: randomBool(r)}}
	if r.IntN(3) == 0 {
		c.Agent = randomMatcher(r)
	}
	if r.IntN(4) == 0 {
		c.Request.Validity = &Comparison{pick(r, "<=", ">"), int64(pick(r, 5, 10, 60)) * int64(time.Minute)}
	}
	if r.IntN(4) == 0 {
		c.Inside = &Hours{Days: [7]bool{1: true, 2: true}, From: 8 * time.Hour, To: 18 * time.Hour}
	}
	if r.IntN(4) == 0 {
		c.Outside = &Hours{Days: [7]bool{1: true, 6: true}, From: 20 * time.Hour, To: 6 * time.Hour}
	}
	return c
}

// randomNeeds draws needs, none of which is redundant beside another.
func randomNeeds(r *rand.Rand, most int) (needs []Need) {
	for range r.IntN(most + 1) {
		links := some(r, Manager, "S1", "S2", "S3")
		if len(links) == 0 {
			links = []string{pick(r, Manager, "S1", "S2")}
		}
		r.Shuffle(len(links), func(i, j int) { links[i], links[j] = links[j], links[i] })
		n := Need{1 + r.IntN(2), links}
		if !slices.ContainsFunc(needs, func(m Need) bool { return Redundant(n, m) }) {
			needs = append(needs, n)
		}
	}
	return needs
}

func randomReason(r *rand.Rand) Reason {
	return Reason{Required: r.IntN(3) == 0, Ticket: pick(r, nil, nil, regexp.MustCompile(`^INC\d+$`), regexp.MustCompile(`^REQ\d+$`))}
}

func minutes(r *rand.Rand, from ...int) time.Duration {
	return time.Duration(pick(r, from...)) * time.Minute
}

func randomDefault(r *rand.Rand) Default {
	d := Default{
		Agents: pick(r, []string{"*"}, []string{"S4"}, []string{"U1", "S1"}), Approvals: randomNeeds(r, 2), Validity: minutes(r, 3, 5), Max: minutes(r, 5, 10, 60),
		Reusable: r.IntN(2) == 0, Codes: 1 + r.IntN(3), Reason: randomReason(r),
	}
	if len(d.Approvals) == 0 {
		d.Approvals = []Need{{1, []string{Manager, "S1"}}}
	}
	return d
}

func randomRule(r *rand.Rand, name string) Rule {
	rule := Rule{
		Name: name, When: randomCondition(r), Agents: pick(r, nil, nil, []string{"S4"}, []string{"U1"}), Approvals: randomNeeds(r, 2),
		Validity: minutes(r, 0, 0, 3), Max: minutes(r, 0, 3, 5, 30), SingleUse: r.IntN(4) == 0, Codes: r.IntN(3), Reason: randomReason(r), Why: pick(r, "", "{owner} and {agent}"),
	}
	if r.IntN(6) == 0 {
		rule.Refuse = "no code for {owner}"
	}
	return rule
}

func randomSet(r *rand.Rand) Set {
	s := Set{Groups: map[string]Group{
		"executives": {Roles: []int64{101}, Emails: []Glob{"*@board.example.com"}},
		"field":      {Groups: []int64{7}, Departments: []string{"Sales"}, SlackGroups: []string{"S2"}},
	}}
	for range r.IntN(3) {
		d := randomDefault(r)
		d.When = randomCondition(r)
		d.When.Request.Validity = nil
		s.Defaults = append(s.Defaults, d)
	}
	s.Defaults = append(s.Defaults, randomDefault(r))
	for i := range r.IntN(5) {
		s.Rules = append(s.Rules, randomRule(r, fmt.Sprint("rule ", i)))
	}
	return s
}

func randomPerson(r *rand.Rand, email string) Person {
	p := Person{
		Name: email, Email: email, Slack: Known([]string{pick(r, "U1", "U2")}), SlackGroups: map[string]bool{}, Roles: Known(some(r, int64(101), 102, 103)),
		Group: Known(pick(r, int64(0), 7)), Department: Known(pick(r, "", "Sales", "sales ")), Is: map[Standing]bool{},
		Requests7d: Known(r.IntN(4)), FirstTime: Known(r.IntN(2) == 0),
	}
	for _, id := range []string{"S1", "S2", "S3", "S4"} {
		p.SlackGroups[id] = r.IntN(2) == 0
	}
	for _, s := range Standings() {
		p.Is[s] = r.IntN(2) == 0
	}
	return p
}

func randomFacts(r *rand.Rand) Facts {
	return Facts{
		Owner: randomPerson(r, pick(r, "ana@example.com", "Ana@board.example.com", "bob@board.example.com")), Agent: randomPerson(r, "joe@example.com"),
		Request: Request{minutes(r, 0, 3, 5, 10, 60), r.IntN(2) == 0, r.IntN(2) == 0, pick(r, "", "lost", "INC12, lost", "(INC1) REQ2.")},
		Asked:   time.Date(2026, 1, 5+r.IntN(7), r.IntN(24), 0, 0, 0, time.UTC),
	}
}
