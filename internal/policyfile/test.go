package policyfile

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"olbot/approvals/rules"
)

// A Result is how a test in the file came out.
type Result struct {
	Name  string
	Fault string // what was wanted and what came; empty: it passed
}

// A test is one request, and what must follow from it.
type test struct {
	name string
	node *yaml.Node

	owner, agent rules.Person
	is           map[string][]rules.Standing // of owner and agent
	slackGroups  map[string][]string
	hasAgent     bool
	request      rules.Request
	at           time.Time
	want         want
}

// want is what a test compares; nil is not compared.
type want struct {
	approvals     []rules.Need
	max, validity *time.Duration
	reusable      *bool
	codes         *int64
	reason        *bool
	refused       *bool
	because       *[]string
}

// run is the test, with whatever it does not say as none, no and 0.
func (t test) run(set rules.Set) Result {
	facts := rules.Facts{Owner: t.owner, Agent: t.agent, Request: t.request, Asked: t.at}
	wants := set.Wants()
	t.fill(&facts.Owner, "owner", wants.Owner)
	t.fill(&facts.Agent, "agent", wants.Agent)
	terms, err := set.Evaluate(facts)
	unknown, isUnknown := errors.AsType[*rules.UnknownError](err)
	switch {
	case isUnknown && strings.HasSuffix(unknown.Fact, "e-mail address"):
		return Result{t.name, "the rules look at the " + unknown.Fact + "; add it to the test"}
	case isUnknown && unknown.Fact == "time":
		return Result{t.name, `the rules look at the time; add one to the test: at: "Mon 10:00"`}
	case err != nil:
		return Result{t.name, err.Error()}
	}
	breaches, err := terms.Breaches(facts)
	if err != nil {
		return Result{t.name, err.Error()}
	}
	if !t.hasAgent {
		breaches = slices.DeleteFunc(breaches, func(b rules.Breach) bool { return b == rules.NotAnAgent })
	}
	return Result{t.name, strings.Join(t.want.faults(terms, breaches), "; ")}
}

// fill makes known what the test leaves out.
func (t test) fill(p *rules.Person, who string, wants rules.WantedOf) {
	p.SlackGroups, p.Is = map[string]bool{}, map[rules.Standing]bool{}
	for _, id := range wants.SlackGroups {
		p.SlackGroups[id] = slices.Contains(t.slackGroups[who], id)
	}
	for _, s := range wants.Is {
		p.Is[s] = slices.Contains(t.is[who], s)
	}
}

// faults compares what is wanted with what came.
func (w want) faults(t rules.Terms, breaches []rules.Breach) (faults []string) {
	differs := func(what, wanted, came string) {
		if wanted != came {
			faults = append(faults, fmt.Sprintf("wanted %s %s, and it is %s", what, wanted, came))
		}
	}
	if w.refused != nil && *w.refused != (len(breaches) > 0) {
		differs("refused", strconv.FormatBool(*w.refused), strconv.FormatBool(len(breaches) > 0)+because(t, breaches))
	}
	if w.approvals != nil {
		differs("approvals", needs(w.approvals), needs(t.Needs))
	}
	if w.validity != nil {
		differs("default", short(*w.validity), short(t.Validity))
	}
	if w.max != nil {
		differs("max", short(*w.max), short(t.Max))
	}
	if w.reusable != nil {
		differs("reusable", strconv.FormatBool(*w.reusable), strconv.FormatBool(t.Reusable))
	}
	if w.codes != nil {
		differs("codes", strconv.FormatInt(*w.codes, 10), strconv.Itoa(t.Codes))
	}
	if w.reason != nil {
		differs("reason", strconv.FormatBool(*w.reason), strconv.FormatBool(t.Reason))
	}
	if w.because != nil {
		differs("because", names(*w.because), names(applied(t.Applied)))
	}
	return faults
}

// because says why a request is refused, or that nothing refuses it.
func because(t rules.Terms, breaches []rules.Breach) string {
	words := map[rules.Breach]string{
		rules.RuleRefuses: "by " + names(applied(t.Refused)), rules.NotAnAgent: "the agent may not ask", rules.TooLong: "longer than " + short(t.Max),
		rules.NotReusable: "not reusable", rules.ReasonMissing: "a reason is required", rules.TicketMissing: "the reason has no ticket",
	}
	var all []string
	for _, b := range breaches {
		all = append(all, words[b])
	}
	if len(all) == 0 {
		return ""
	}
	return " (" + strings.Join(all, ", ") + ")"
}

func applied(all []rules.Applied) (found []string) {
	for _, a := range all {
		found = append(found, a.Name)
	}
	return found
}

// needs and names are in an order of their own: none of them means anything by it.
func needs(all []rules.Need) string {
	words := make([]string, len(all))
	for i, n := range all {
		words[i] = n.String()
	}
	slices.Sort(words)
	return "[" + strings.Join(words, ", ") + "]"
}

func names(all []string) string {
	return "[" + strings.Join(slices.Sorted(slices.Values(all)), ", ") + "]"
}
