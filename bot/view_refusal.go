package bot

import (
	"strconv"

	"olbot/approvals"
)

// A voice is how a refusal is told: how it names people and user groups, and
// whether its first person is the one who reads it.
type voice struct {
	person func(approvals.Person) spans
	group  func(approvals.Principal) spans
	reader func(approvals.Person) bool
}

// agentVoice tells the agent: what is wrong with them is said to them.
func agentVoice(why *approvals.Refusal) voice {
	theirs := why.Role == approvals.Agent || why.Code == approvals.AgentLimit
	return voice{withEmail, mention, func(approvals.Person) bool { return theirs }}
}

// viewerVoice tells an approver.
func viewerVoice(viewer approvals.Person) voice {
	return voice{withEmail, mention, viewer.Same}
}

// trailVoice tells the trail, which mentions nobody.
func trailVoice() voice {
	group := func(p approvals.Principal) spans { return untrusted(p.String(), maxName) }
	return voice{onRecord, group, func(approvals.Person) bool { return false }}
}

// factSpans is the fact behind a refusal, as part of a sentence. If nobody of a
// chain may approve, it says why for each.
func factSpans(why *approvals.Refusal, as voice) spans {
	if why == nil {
		return nil
	}
	f := factOf(*why)
	p := f.they
	if as.reader(why.Person) {
		p = f.you
	}
	s := p.in(refusalValues(why, as))
	if len(why.Chain) == 0 {
		return s
	}
	return sayChain.in(values{"fact": s, "each": factsSpans(why.Chain, as)})
}

// factsSpans is one fact after the other.
func factsSpans(chain []*approvals.Refusal, as voice) spans {
	const most = 6
	var each []spans
	for _, link := range chain[:min(most, len(chain))] {
		each = append(each, factSpans(link, as))
	}
	if more := len(chain) - most; more > 0 {
		each = append(each, sayMore.in(values{"n": numeral(more)}))
	}
	return join("; ", each...)
}

// adviceSpans is what can be done about a refusal. v has the places of contacts.
func adviceSpans(why *approvals.Refusal, as voice, v values) spans {
	return adviceOn(*why).in(v.and(refusalValues(why, as)))
}

func refusalValues(why *approvals.Refusal, as voice) values {
	return values{
		"who":     whoOf(why, as),
		"by":      as.person(why.By),
		"link":    as.group(why.Link),
		"limit":   numeral(why.Limit),
		"least":   duration(approvals.MinValidity),
		"most":    duration(why.Max),
		"status":  statusOf(why),
		"request": text(string(why.Request)),
		"typed":   quoted(why.Text, maxTyped),
		"ref":     text(why.Ref),
	}
}

// whoOf is the person a refusal is about: as found, or as named.
func whoOf(why *approvals.Refusal, as voice) spans {
	if why.Person != (approvals.Person{}) {
		return as.person(why.Person)
	}
	return namedOnRecord(why.Named)
}

func statusOf(why *approvals.Refusal) spans {
	if why.Code == approvals.IsInactive {
		return statusWord(why.Status).in(nil)
	}
	return text(strconv.Itoa(why.Status))
}
