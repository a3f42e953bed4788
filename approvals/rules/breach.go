package rules

import (
	"regexp"
	"slices"
)

// A Breach is a reason why a request may not be made.
type Breach string

// The breaches.
const (
	RuleRefuses   Breach = "refused"        // Terms.Refused says which rules, and why
	NotAnAgent    Breach = "agent"          // the agent is missing in one of Terms.Agents
	TooLong       Breach = "validity"       // longer than Terms.Max
	NotReusable   Breach = "reusable"       // asked for, and not allowed
	ReasonMissing Breach = "reason missing" // there is none
	TicketMissing Breach = "ticket missing" // no word of the reason matches one of Terms.Tickets
)

// Breaches says what of a request the terms forbid, in the order above; none: it may
// be made. The error is an *UnknownError: whether the agent may ask is not known.
func (t Terms) Breaches(f Facts) (found []Breach, err error) {
	agent := t.allows(f.Agent)
	if agent.unknown != "" && len(t.Refused) == 0 {
		return nil, &UnknownError{Fact: agent.of("agent's").unknown}
	}
	add := func(is bool, b Breach) {
		if is {
			found = append(found, b)
		}
	}
	r := f.Request
	add(len(t.Refused) > 0, RuleRefuses)
	add(agent.no(), NotAnAgent)
	add(r.Validity > t.Max, TooLong)
	add(r.Reusable && !t.Reusable, NotReusable)
	noReason := len(r.words()) == 0
	add(t.Reason && noReason, ReasonMissing)
	add(t.Reason && !noReason && slices.ContainsFunc(t.Tickets, func(p *regexp.Regexp) bool { return !r.hasTicket(p) }), TicketMissing)
	return found, nil
}

// allows says whether somebody is in every list of agents.
func (t Terms) allows(p Person) answer {
	answers := make([]answer, len(t.Agents))
	for i, list := range t.Agents {
		answers[i] = anyOf(list, func(entry string) answer {
			switch {
			case entry == Everybody:
				return is(true)
			case entry[:min(1, len(entry))] == "S":
				return p.inSlackGroup(entry)
			}
			return fits(p.Slack, "Slack id", func(ids []string) bool { return slices.Contains(ids, entry) })
		})
	}
	return all(answers...)
}

// Stricter says whether the terms of now would not have allowed what was granted
// under the frozen ones. Of a request that is under way, frozen has its own validity
// as Max, its own use as Reusable, the codes that were promised and the needs that
// were frozen. Agent, reason and ticket are the matter of Breaches, with fresh facts.
func Stricter(frozen, now Terms) bool {
	return len(now.Refused) > 0 || now.Max < frozen.Max || frozen.Reusable && !now.Reusable ||
		now.Codes < frozen.Codes || !Covers(frozen.Needs, now.Needs)
}
