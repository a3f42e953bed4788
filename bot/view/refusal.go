package view

import (
	"cmp"
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
	theirs := why != nil && (why.Role == approvals.Agent || why.Role == approvals.Contact || why.Code == approvals.AgentLimit)
	return voice{nameAndEmail, mention, func(approvals.Person) bool { return theirs }}
}

// viewerVoice tells an approver.
func viewerVoice(viewer approvals.Person) voice {
	return voice{nameAndEmail, mention, viewer.Same}
}

// trailVoice tells the trail, which mentions nobody.
func trailVoice() voice {
	group := func(p approvals.Principal) spans { return untrusted(p.String(), maxName) }
	return voice{nameInTrail, group, func(approvals.Person) bool { return false }}
}

// factOf is the fact behind a refusal, as part of a sentence. If nobody of a
// chain may approve, it says why for each.
func factOf(why *approvals.Refusal, as voice) spans {
	if why == nil {
		return nil
	}
	w := wordsOf(*why)
	fact := w.they
	if as.reader(why.Person) {
		fact = cmp.Or(w.you, w.they)
	}
	s := fact.in(refusalValues(why, as))
	if len(why.Chain) == 0 {
		return s
	}
	return phrase("{fact}: {each}").in(values{"fact": s, "each": factsOf(why.Chain, as)})
}

// factsOf is one fact after the other.
func factsOf(chain []*approvals.Refusal, as voice) spans {
	const most = 6
	each := spansOf(chain[:min(most, len(chain))], func(link *approvals.Refusal) spans { return factOf(link, as) })
	if more := len(chain) - most; more > 0 {
		each = append(each, sayMore.in(values{"n": numeral(more)}))
	}
	return join("; ", each...)
}

const sayMore phrase = "{n} more"

// adviceOn is what the agent, or whoever pressed, can do about a refusal. v has
// the places of contacts.
func adviceOn(why *approvals.Refusal, as voice, v values) spans {
	return wordsOf(*why).adviceTo(why.Role).in(v.and(refusalValues(why, as)))
}

func refusalValues(why *approvals.Refusal, as voice) values {
	who := accountInTrail(why.Named)
	if why.Person != (approvals.Person{}) {
		who = as.person(why.Person)
	}
	status := word(strconv.Itoa(why.Status))
	if why.Code == approvals.IsInactive {
		status = cmp.Or(statusWords[why.Status], "unknown status").in(nil)
	}
	return values{
		"who":     who,
		"by":      as.person(why.By),
		"link":    as.group(why.Link),
		"limit":   numeral(why.Limit),
		"least":   duration(approvals.MinValidity),
		"most":    duration(why.Max),
		"status":  status,
		"until":   moment(why.Until),
		"request": word(string(why.Request)),
		"typed":   quoted(why.Text, maxTyped),
		"ref":     word(why.Ref),
	}
}

// statusWords are what OneLogin's status numbers stand for:
// https://developers.onelogin.com/api-docs/2/users/user-resource
var statusWords = map[int]phrase{
	0: "not activated",
	1: "not approved or not licensed",
	2: "suspended",
	3: "locked",
	4: "password expired",
	5: "awaiting a password reset",
	7: "password pending",
	8: "security questions required",
}

// tooLate says what came first, by the state the request is in.
var tooLate = map[approvals.State]phrase{
	approvals.Received:  "the people of {request} are still being looked up",
	approvals.Pending:   "{request} still waits for its approval",
	approvals.Approved:  "{by} has approved {request} already",
	approvals.Issuing:   "a code for {request} is being made at this moment",
	approvals.Issued:    "a code for {request} has been made already, approved by {by}",
	approvals.Unknown:   "a code for {request} may have been made already, approved by {by}",
	approvals.Refused:   "{request} was refused by olbot",
	approvals.Denied:    "{by} has denied {request} already",
	approvals.Withdrawn: "{request} was withdrawn",
	approvals.Expired:   "{request} expired before anybody decided",
	approvals.Lapsed:    "{request} lapsed: no code was made in time",
	approvals.Failed:    "{request} failed: OneLogin made no code that could be handed out",
	approvals.Disowned:  "the owner has stopped {request}",
	approvals.Stopped:   "{by} has stopped {request}",
	approvals.Closed:    "{request} is over: its codes do not work any more",
}
