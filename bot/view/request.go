package view

import (
	"time"

	"olbot/approvals"
	"olbot/bot/text"
)

// valuesOf are the places that every phrase about a request may have.
func valuesOf(r approvals.Request, now time.Time) values {
	owner, full := nameOf(r.Owner), introduction(r.Owner)
	if r.Owner == (approvals.Person{}) { // not looked up yet
		owner, full = account(r.Asked), account(r.Asked)
	}
	return values{
		"id":            word(string(r.ID)),
		"agent":         nameOf(r.Agent),
		"agent.full":    introduction(r.Agent),
		"owner":         owner,
		"owner.full":    full,
		"approvers":     namesOf(approvals.People(r.Approvers), nameOf),
		"decider":       nameOf(r.DecidedBy.Person),
		"validity":      duration(r.Validity),
		"uses":          uses(r.Reusable),
		"grant.uses":    uses(r.Grant.Reusable),
		"n":             numeral(r.Attempt),
		"code":          codeName(r.Attempt),
		"Code":          sentence(codeName(r.Attempt)),
		"Nextcode":      sentence(codeName(r.Attempt + 1)),
		"max":           numeral(r.MaxCodes),
		"codes":         codesAfterStop(r),
		"created":       moment(r.CreatedAt),
		"expires":       moment(r.ExpiresAt),
		"decided":       moment(r.DecidedAt),
		"claim":         moment(r.ClaimUntil),
		"issuing":       moment(r.IssuingAt),
		"until":         moment(r.Grant.Until),
		"mayuntil":      moment(r.Grant.MayWorkUntil()),
		"codeuntil":     moment(r.CodeUntil),
		"close":         moment(r.CloseAt()),
		"askedmore":     moment(r.AskedMoreAt),
		"decider.short": shortName(r.DecidedBy.Person),
		"disowned":      moment(r.DisownedAt),
		"stopped":       moment(r.StoppedAt),
		"stopper":       nameOf(r.StoppedBy),
		"ended":         moment(r.EndedAt),
		"remind":        moment(r.RemindAt),
		"reminded":      moment(r.RemindedAt),
		"reminders":     numeral(r.Reminders),
		"escalate":      moment(r.EscalateAt),
		"lifted":        moment(r.LiftedAt),
		"lifter":        nameOf(r.LiftedBy),
		"why":           denialReasons[r.Denial.Choice].in(values{"owner": nameOf(r.Owner)}),
		"state":         stateWords[r.State].in(nil),
		"retry":         moment(r.Delay.Until),
		"delay":         delayReasons[r.Delay.Cause].in(nil),
	}
}

// codeName is a code by the attempt that made it: numbered from the second on.
func codeName(attempt int) spans {
	return sayIf(attempt > 1, "code {n}", "the code").in(values{"n": numeral(attempt)})
}

// delayReasons are why a code could not be made, as part of a sentence.
var delayReasons = map[approvals.DelayCause]phrase{
	approvals.DelayBusy:        "OneLogin allowed no more calls",
	approvals.DelayUnreachable: "OneLogin could not be reached",
	approvals.DelayRejected:    "OneLogin did not accept olbot's credentials",
	approvals.DelaySlow:        "checking everybody took too long",
	approvals.DelayPaused:      "all codes were paused",
}

// contacts are the places for those who look into alarms and lift blocks.
func contacts(o Options) values {
	if len(o.SecurityContacts) == 0 {
		return values{"contacts": saySecurityUnnamed.in(nil), "lift": sayLiftNobody.in(nil)}
	}
	named := values{"contacts": mentions(o.SecurityContacts)}
	return named.and(values{"lift": sayLiftedBy.in(named)})
}

// contactsOf are those places about a request: its block is not for a contact to lift who had a part in it.
func contactsOf(r approvals.Request, o Options) values {
	v := contacts(o)
	if only, is := onlyContact(o); is && r.Involves(approvals.Person{Slack: only}) {
		v["lift"] = sayLiftMachine.in(nil)
	}
	return v
}

// onlyContact is the security contact, if one person is the only one.
func onlyContact(o Options) (id string, is bool) {
	if len(o.SecurityContacts) != 1 || o.SecurityContacts[0].Kind != approvals.SlackUser {
		return "", false
	}
	return o.SecurityContacts[0].ID, true
}

// isOnlyContact says whether there is nobody else to tell of an alarm.
func isOnlyContact(viewer approvals.Person, o Options) bool {
	only, is := onlyContact(o)
	return is && viewer.HasSlack(only)
}

// sayIf is yes if so, no otherwise.
func sayIf(so bool, yes, no phrase) phrase {
	if so {
		return yes
	}
	return no
}

func uses(reusable bool) spans { return sayIf(reusable, sayReusable, sayOnce).in(nil) }

// aboutLines are what the request is about, on everybody's card but the owner's.
// verified is how it is told how the caller was verified, if that was said.
func aboutLines(r approvals.Request, v values, verified phrase) []spans {
	if r.Verified == "" || r.Verified == approvals.NotVerified {
		verified = sayVerified
	}
	reason := sayNoReason.in(nil)
	if text.Clean(r.Reason, maxReason) != "" {
		reason = sayReason.in(values{"reason": quoted(r.Reason, maxReason)})
	}
	how := verified.in(v.and(values{"verified": verifiedWord(r.Verified).in(nil)}))
	return []spans{sayEachCode.in(v), how, reason}
}

// denialWords are what whoever denied wrote, if they did.
func denialWords(r approvals.Request, form phrase) spans {
	if text.Clean(r.Denial.Text, maxReason) == "" {
		return nil
	}
	return form.in(values{"words": quoted(r.Denial.Text, maxReason)})
}

// codeMayWork says whether at now a code of the request may still work.
func codeMayWork(r approvals.Request, now time.Time) bool { return now.Before(r.CodeUntil) }

// codesAfterStop says, of a request that is stopped, what that means for codes.
func codesAfterStop(r approvals.Request) spans {
	return sayIf(r.CodeUntil.IsZero(), sayNoCodeMade, sayNoMoreCodes).in(nil)
}

// liveCode says that a code may still work, if one may.
func liveCode(r approvals.Request, now time.Time, v values) []spans {
	if !codeMayWork(r, now) {
		return nil
	}
	return v.lines(sayIf(withheld(r), sayWithheldUntil, sayLiveUntil))
}

// withheld says whether a code was made that nobody may see.
func withheld(r approvals.Request) bool {
	if r.State != approvals.Failed || r.Refusal == nil {
		return false
	}
	switch r.Refusal.Code {
	case approvals.CodeWider, approvals.OwnerBlocked, approvals.AccountBlocked, approvals.Paused:
		return true
	}
	return false
}

// wasAsked says whether the people were found and the approvers asked.
func wasAsked(r approvals.Request) bool { return r.Link != (approvals.Principal{}) }
