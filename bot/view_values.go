package bot

import (
	"strconv"
	"time"

	"olbot/approvals"
)

// valuesOf are the places that every phrase about a request may have.
func valuesOf(r approvals.Request, now time.Time) values {
	return values{
		"id":         text(string(r.ID)),
		"agent":      nameOf(r.Agent),
		"agent.full": introduced(r.Agent),
		"owner":      nameOf(r.Owner),
		"owner.full": introduced(r.Owner),
		"approvers":  namesOf(r.Approvers, nameOf),
		"decider":    nameOf(r.DecidedBy),
		"validity":   duration(r.Validity),
		"uses":       uses(r.Reusable),
		"grant.uses": uses(r.Grant.Reusable),
		"n":          numeral(r.Attempt),
		"next":       numeral(r.Attempt + 1),
		"max":        numeral(approvals.MaxCodes),
		"left":       plural(r.CodesLeft(now), sayCode, sayCodes),
		"made":       plural(r.Attempt, sayWasMade, sayWereMade),
		"created":    moment(r.CreatedAt),
		"expires":    moment(r.ExpiresAt),
		"decided":    moment(r.DecidedAt),
		"claim":      moment(r.ClaimUntil),
		"issuing":    moment(r.IssuingAt),
		"until":      moment(r.Grant.Until),
		"codeuntil":  moment(r.CodeUntil),
		"disowned":   moment(r.DisownedAt),
		"ended":      moment(r.EndedAt),
		"state":      text(stateWord(r.State).plain(nil)),
	}
}

// ownerOf are the places for the owner as far as known: looked up, or as the agent named them.
func ownerOf(r approvals.Request) values {
	if r.Owner != (approvals.Person{}) {
		return values{"owner": nameOf(r.Owner), "owner.full": introduced(r.Owner)}
	}
	return values{"owner": named(r.Asked), "owner.full": named(r.Asked)}
}

func contacts(o CardOptions) values {
	if len(o.SecurityContacts) == 0 {
		return values{"contacts": saySecurityUnnamed.in(nil)}
	}
	return values{"contacts": mentions(o.SecurityContacts)}
}

func uses(reusable bool) spans {
	if reusable {
		return sayReusable.in(nil)
	}
	return sayOnce.in(nil)
}

func stateWord(s approvals.State) phrase {
	switch s {
	case approvals.Received:
		return sayStateReceived
	case approvals.Pending:
		return sayStatePending
	case approvals.Approved:
		return sayStateApproved
	case approvals.Issuing:
		return sayStateIssuing
	case approvals.Issued:
		return sayStateIssued
	case approvals.Unknown:
		return sayStateUnknown
	case approvals.Refused:
		return sayStateRefused
	case approvals.Denied:
		return sayStateDenied
	case approvals.Withdrawn:
		return sayStateWithdrawn
	case approvals.Expired:
		return sayStateExpired
	case approvals.Lapsed:
		return sayStateLapsed
	case approvals.Failed:
		return sayStateFailed
	case approvals.Disowned:
		return sayStateDisowned
	case approvals.Closed:
		return sayStateClosed
	}
	return phrase(s)
}

// codeLives says whether at now a code of the request may still work.
func codeLives(r approvals.Request, now time.Time) bool { return now.Before(r.CodeUntil) }

// sameAbout is what the request is about, on everybody's card but the owner's.
func requestAbout(r approvals.Request, v values) []spans {
	return []spans{sayEachCode.in(v), reasonOf(r)}
}

func reasonOf(r approvals.Request) spans {
	if clean(r.Reason, maxReason) == "" {
		return sayNoReason.in(nil)
	}
	return sayReason.in(values{"reason": quoted(r.Reason, maxReason)})
}

// factSpans is the fact behind a refusal. you says whether it is told to the
// person it is about; by says how others are named.
func factSpans(why *approvals.Refusal, you bool, by func(approvals.Person) spans) spans {
	if why == nil {
		return nil
	}
	f := factOf(*why)
	p := f.they
	if you {
		p = f.you
	}
	s := p.in(refusalValues(why, by))
	if len(why.Chain) == 0 {
		return s
	}
	var each []spans
	for _, link := range why.Chain {
		each = append(each, factSpans(link, false, by))
	}
	return sayChain.in(values{"fact": s, "each": join("; ", each...)})
}

func refusalValues(why *approvals.Refusal, by func(approvals.Person) spans) values {
	least, most := approvals.MinValidity, why.Max
	return values{
		"who":     whoOf(why, by),
		"by":      by(why.By),
		"link":    untrusted(why.Link, maxName),
		"limit":   numeral(why.Limit),
		"least":   duration(least),
		"most":    duration(most),
		"status":  statusOf(why),
		"request": text(string(why.Request)),
		"typed":   quoted(why.Text, maxTyped),
		"ref":     text(why.Ref),
	}
}

// whoOf is the person a refusal is about: as found, or as named.
func whoOf(why *approvals.Refusal, by func(approvals.Person) spans) spans {
	switch {
	case why.Person != (approvals.Person{}):
		return by(why.Person)
	case why.Named.Slack != "":
		return saySlackUser.in(values{"id": untrusted(why.Named.Slack, maxName)})
	}
	return named(why.Named)
}

func statusOf(why *approvals.Refusal) spans {
	if why.Code == approvals.IsInactive {
		return statusWord(why.Status).in(nil)
	}
	return text(strconv.Itoa(why.Status))
}
