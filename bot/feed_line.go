package bot

import (
	"strconv"
	"strings"

	"olbot/approvals"
)

// feedSpans is the line of an event: its number, when, what, which request, and
// the story, as somebody can read it aloud.
func feedSpans(e approvals.Event, o CardOptions) spans {
	v := feedValues(e)
	story := join("", feedStory(e).in(v), feedMore(e, v))
	if alarming(e) && len(o.SecurityContacts) > 0 {
		story = join("", story, feedLook.in(contacts(o)))
	}
	return feedForm(e).in(feedHead(e).and(values{"story": sentence(story)}))
}

func feedForm(e approvals.Event) phrase {
	if e.Request == "" {
		return feedBare
	}
	return feedLine
}

func feedHead(e approvals.Event) values {
	return values{
		"number": eventNumber(e), "at": momentSeconds(e.At),
		"what": literal(feedTitle(e).plain(), true), "id": text(string(e.Request)),
	}
}

func feedTitle(e approvals.Event) spans {
	what := sentence(feedWhat(e.Kind).in(nil))
	if alarming(e) {
		return feedAlarmMark.in(values{"what": feedWhat(e.Kind).in(nil)})
	}
	return what
}

// alarming says whether the security contacts should look at the event at once:
// the owner says it wasn't them; OneLogin made a code that could do more than
// was approved; somebody pressed a button that only another person was shown; an
// approver finds something suspicious; the owner says it wasn't them when it is
// over, unless they have said so before; the channel could not be posted to, which is also how one would hide
// something. A code of unknown fate is no alarm: nobody has seen it, and it ends
// by itself. A withdrawal of somebody else's request can be a slip in typing an
// id, and asking again is no more than asking.
func alarming(e approvals.Event) bool {
	switch e.Kind {
	case approvals.EventDisowned, approvals.EventFeedLost:
		return true
	case approvals.EventFailed:
		return e.Refusal != nil && e.Refusal.Code == approvals.CodeWider
	case approvals.EventDenied:
		return e.Denial.Choice == approvals.Suspicious
	case approvals.EventPressRefused:
		again := e.Button == approvals.ButtonDisown && e.State == approvals.Disowned
		return e.Button != approvals.ButtonWithdraw && e.Button != approvals.ButtonAskAgain && !again
	}
	return false
}

func feedValues(e approvals.Event) values {
	v := values{
		"agent": onRecord(e.Agent), "owner": feedOwner(e), "actor": actorOf(e),
		"asked":     namedOnRecord(e.Asked),
		"approvers": were(approvals.People(e.Approvers), onRecord),
		"validity":  duration(e.Validity), "uses": uses(e.Reusable),
		"n": numeral(e.Attempt), "max": numeral(approvals.MaxCodes),
		"until":    moment(e.Until),
		"settings": settings(e.Settings),
		"fact":     factSpans(e.Refusal, trailVoice()),
		"nth":      ordinal(e.Count),
		"status":   numeral(e.Revocation.Status),
	}
	v["byhand"] = sayByHand.in(v)
	if e.Grant != nil {
		v["grant.uses"] = uses(e.Grant.Reusable)
	}
	return v
}

// feedMore is what follows the story: signs, the reason, a code that still works.
func feedMore(e approvals.Event, v values) spans {
	var more spans
	switch e.Kind {
	case approvals.EventAsked:
		if s := signsOnRecord(e.Signs); len(s) > 0 {
			more = feedSigns.in(values{"signs": s})
		}
		if e.Owner.Guest {
			more = append(more, feedGuest.in(nil)...)
		}
		switch {
		case e.Owner.Slack == "":
			more = append(more, feedNoSlack.in(nil)...)
		case e.OwnerUntold:
			more = append(more, feedNoDM.in(nil)...)
		}
		more = join("", feedLinkOf(e), more, feedVerified(e.Verified), feedReasonOf(e))
	case approvals.EventEscalated:
		more = feedLinkOf(e)
	case approvals.EventNobodyElse:
		more = feedNobodyWhy(e)
	case approvals.EventReceived, approvals.EventCommandRefused:
		more = join("", feedVerified(e.Verified), feedReasonOf(e))
	case approvals.EventIssued:
		if e.Grant != nil && e.Grant.Narrower {
			more = feedNarrower.in(nil)
		}
		if e.Grant != nil && len(e.Grant.Missing) > 0 {
			more = append(more, feedMissing.in(nil)...)
		}
	case approvals.EventDenied, approvals.EventDeclined:
		if clean(e.Denial.Text, feedReasons) != "" {
			more = feedInTheirWords.in(values{"reason": quoted(e.Denial.Text, feedReasons)})
		}
	case approvals.EventRefused, approvals.EventLapsed, approvals.EventFailed:
		if !e.Until.IsZero() {
			more = pick(alarming(e), feedWithheld, feedLive).in(v)
		}
	}
	return more
}

func feedReasonOf(e approvals.Event) spans {
	if clean(e.Reason, feedReasons) == "" {
		return feedNoReason.in(nil)
	}
	return feedReason.in(values{"reason": quoted(e.Reason, feedReasons)})
}

// feedLinkOf says which link of the chain those who are asked come from.
func feedLinkOf(e approvals.Event) spans {
	if len(e.Approvers) == 0 {
		return nil
	}
	return feedLink.in(values{"link": untrusted(e.Approvers[0].Link.String(), maxName)})
}

// feedNobodyWhy says why nobody of the links that were left may decide.
func feedNobodyWhy(e approvals.Event) spans {
	if e.Refusal == nil {
		return nil
	}
	why := e.Refusal.Chain
	if e.Refusal.Code != approvals.NoApprover {
		why = []*approvals.Refusal{e.Refusal}
	}
	if len(why) == 0 {
		return nil
	}
	return feedWhyNobody.in(values{"each": factsSpans(why, trailVoice())})
}

// feedVerified says how the agent made sure who is calling.
func feedVerified(v approvals.Verification) spans {
	if v == "" {
		return feedCallerUnsaid.in(nil)
	}
	return feedCaller.in(values{"verified": verifiedWord(v).in(nil)})
}

func signsOnRecord(signs []approvals.Sign) spans {
	var each []spans
	for _, s := range signs {
		if p := feedSign(s.Kind); p != "" {
			each = append(each, p.in(values{"nth": ordinal(s.Count)}))
		}
	}
	return join(", ", each...)
}

func feedSign(kind approvals.SignKind) phrase {
	switch kind {
	case approvals.SignReusable:
		return feedSignReusable
	case approvals.SignLong:
		return feedSignLong
	case approvals.SignNthThisWeek:
		return feedSignNth
	case approvals.SignFirst:
		return feedSignFirst
	}
	return ""
}

func actorOf(e approvals.Event) spans {
	if e.Actor == (approvals.Person{}) {
		return feedOlbot.in(nil)
	}
	return onRecord(e.Actor)
}

func settings(all []approvals.Setting) spans {
	var each []spans
	for _, s := range all[:min(feedSettings, len(all))] {
		each = append(each, feedSetting.in(values{
			"name": untrusted(s.Name, maxName), "old": settingValue(s.Old), "new": settingValue(s.New),
		}))
	}
	if more := len(all) - feedSettings; more > 0 {
		each = append(each, sayMore.in(values{"n": numeral(more)}))
	}
	return join("; ", each...)
}

// feedOwner is whose account it is, as far as it was looked up.
func feedOwner(e approvals.Event) spans {
	if e.Owner == (approvals.Person{}) {
		return feedAccount.in(nil)
	}
	return onRecord(e.Owner)
}

func settingValue(s string) spans {
	if s == "" {
		return feedUnset.in(nil)
	}
	return quoted(s, maxSetting)
}

func eventNumber(e approvals.Event) spans { return text(strconv.FormatInt(e.Number, 10)) }

// shortHash is the part of a hash that a person can compare.
func shortHash(hash string) string {
	const digits = 12
	return strings.ToLower(hash[:min(digits, len(hash))])
}
