package bot

import (
	"time"

	"olbot/approvals"
	"olbot/bot/text"
)

// valuesOf are the places that every phrase about a request may have.
func valuesOf(r approvals.Request, now time.Time) values {
	return values{
		"id":         word(string(r.ID)),
		"agent":      nameOf(r.Agent),
		"agent.full": introduced(r.Agent),
		"owner":      nameOf(r.Owner),
		"owner.full": introduced(r.Owner),
		"approvers":  namesOf(approvals.People(r.Approvers), nameOf),
		"decider":    nameOf(r.DecidedBy.Person),
		"validity":   duration(r.Validity),
		"uses":       uses(r.Reusable),
		"grant.uses": uses(r.Grant.Reusable),
		"n":          numeral(r.Attempt),
		"next":       numeral(r.Attempt + 1),
		"max":        numeral(approvals.MaxCodes),
		"left":       numeral(r.CodesLeft(now)),
		"codes":      codesAfter(r),
		"created":    moment(r.CreatedAt),
		"expires":    moment(r.ExpiresAt),
		"decided":    moment(r.DecidedAt),
		"claim":      moment(r.ClaimUntil),
		"issuing":    moment(r.IssuingAt),
		"until":      moment(r.Grant.Until),
		"codeuntil":  moment(r.CodeUntil),
		"close":      moment(r.CloseAt()),
		"disowned":   moment(r.DisownedAt),
		"ended":      moment(r.EndedAt),
		"remind":     moment(r.RemindAt),
		"reminded":   moment(r.RemindedAt),
		"reminders":  numeral(r.Reminders),
		"escalate":   moment(r.EscalateAt),
		"lifted":     moment(r.LiftedAt),
		"lifter":     nameOf(r.LiftedBy),
		"why":        denialReason(r),
		"state":      stateWord(r.State).in(nil),
	}
}

// ownerOf are the places for the owner as far as known: looked up, or as the agent named them.
func ownerOf(r approvals.Request) values {
	if r.Owner != (approvals.Person{}) {
		return values{"owner": nameOf(r.Owner), "owner.full": introduced(r.Owner)}
	}
	return values{"owner": named(r.Asked), "owner.full": named(r.Asked)}
}

// contacts are the places for those who look into alarms and lift blocks.
func contacts(o CardOptions) values {
	if len(o.SecurityContacts) == 0 {
		return values{"contacts": saySecurityUnnamed.in(nil), "lift": sayLiftNobody.in(nil)}
	}
	named := values{"contacts": mentions(o.SecurityContacts)}
	return named.and(values{"lift": sayLiftedBy.in(named)})
}

// verifiedWord is how the agent says to have made sure who is calling.
func verifiedWord(v approvals.Verification) phrase {
	switch v {
	case approvals.VerifiedByVideo:
		return sayVerifiedVideo
	case approvals.VerifiedByCallBack:
		return sayVerifiedCallBack
	case approvals.VerifiedInPerson:
		return sayVerifiedInPerson
	case approvals.NotVerified:
		return sayNotVerified
	}
	return sayVerifiedUnsaid
}

// denialReason is why a request was denied, to go on with behind that it was.
func denialReason(r approvals.Request) spans {
	switch r.Denial.Choice {
	case approvals.CouldNotReach:
		return sayCouldNotReach.in(values{"owner": nameOf(r.Owner)})
	case approvals.Suspicious:
		return saySuspicious.in(nil)
	}
	return nil
}

// inTheirWords is what whoever denied wrote, if they did.
func inTheirWords(r approvals.Request, words phrase) spans {
	if text.Clean(r.Denial.Text, maxReason) == "" {
		return nil
	}
	return words.in(values{"words": quoted(r.Denial.Text, maxReason)})
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
	return ""
}

// codeLives says whether at now a code of the request may still work.
func codeLives(r approvals.Request, now time.Time) bool { return now.Before(r.CodeUntil) }

// codesAfter says, of a request that is stopped, what that means for codes.
func codesAfter(r approvals.Request) spans {
	if r.CodeUntil.IsZero() {
		return sayNoCodeMade.in(nil)
	}
	return sayNoMoreCodes.in(nil)
}

// stillOut says that a code may still work, if one may.
func stillOut(r approvals.Request, now time.Time, v values) []spans {
	switch {
	case !codeLives(r, now):
		return nil
	case withheld(r):
		return []spans{sayWithheldUntil.in(v)}
	}
	return []spans{sayLiveUntil.in(v)}
}

// requestAbout is what the request is about, on everybody's card but the owner's.
// said is how it is told how the caller was verified, if that was said.
func requestAbout(r approvals.Request, v values, said phrase) []spans {
	if r.Verified == "" || r.Verified == approvals.NotVerified {
		said = sayVerified
	}
	how := said.in(v.and(values{"verified": verifiedWord(r.Verified).in(nil)}))
	return []spans{sayEachCode.in(v), how, reasonOf(r)}
}

func reasonOf(r approvals.Request) spans {
	if text.Clean(r.Reason, maxReason) == "" {
		return sayNoReason.in(nil)
	}
	return sayReason.in(values{"reason": quoted(r.Reason, maxReason)})
}

// withheld says whether a code was made that nobody may see.
func withheld(r approvals.Request) bool {
	return r.State == approvals.Failed && r.Refusal != nil &&
		(r.Refusal.Code == approvals.CodeWider || r.Refusal.Code == approvals.OwnerBlocked)
}
