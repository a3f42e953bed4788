package view

import (
	"slices"
	"strconv"
	"time"

	"olbot/approvals"
	"olbot/bot/text"
)

// How much of what somebody else wrote stands in a line.
const (
	feedReasons  = 300 // characters of a reason
	feedSettings = 12  // settings
)

// feedLine is the line of an event: its number, when, what, which request, and
// the story, as somebody can read it aloud.
func feedLine(e approvals.Event, o Options) spans {
	v := feedValues(e)
	story := join("", feedStory(e).in(v), feedDetails(e, v))
	if alarming(e) && len(o.SecurityContacts) > 0 {
		story = join("", story, phrase(" Please look at this now: {contacts}.").in(contacts(o)))
	}
	return lineForm(e).in(feedHead(e).and(values{"story": sentence(story)}))
}

func lineForm(e approvals.Event) phrase {
	return sayIf(e.Request == "", "*#{number}* {at} {what}: {story}", "*#{number}* {at} {what} {id}: {story}")
}

func feedHead(e approvals.Event) values {
	what := eventWords[e.Kind].what
	title := sentence(what.in(nil))
	if alarming(e) {
		title = phrase("ALARM, {what}").in(values{"what": what.in(nil)})
	}
	return values{
		"number": eventNumber(e), "at": momentSeconds(e.At),
		"what": literal(title.plain(), true), "id": word(string(e.Request)),
	}
}

func eventNumber(e approvals.Event) spans { return word(strconv.FormatInt(e.Number, 10)) }

// alarming says whether the security contacts should look at the event at once:
//   - the owner says it wasn't them, also when it is over, but once only, or it was stopped;
//   - Slack does not take that alarm for one of the contacts;
//   - OneLogin made a code that could do more than was approved;
//   - an approver finds something suspicious, or hears that the owner did not ask;
//   - a security contact blocks an account, pauses all codes, or resumes them;
//   - a block is lifted on olbot's machine, and not by a security contact;
//   - somebody pressed a button that only another person was shown;
//   - the database holds something that no olbot stored, or claims an approval that
//     the trail does not have, or the key was replaced that would tell;
//   - the channel could not be posted to, which is also how one would hide something.
//
// A code of unknown fate is no alarm: nobody has seen it, and it ends by itself.
// A withdrawal of somebody else's request can be a slip in typing an id, and
// asking again, or for another code, is no more than asking.
func alarming(e approvals.Event) bool {
	switch e.Kind {
	case approvals.EventDisowned, approvals.EventStopped, approvals.EventFeedLost, approvals.EventAccountBlocked, approvals.EventPaused, approvals.EventResumed,
		approvals.EventTampered, approvals.EventKeyReplaced:
		return true
	case approvals.EventBlockLifted:
		return e.Actor.Operator != ""
	case approvals.EventRefused:
		return e.Refusal != nil && e.Refusal.Code == approvals.NotInTrail
	case approvals.EventNotReached:
		return e.Contact != approvals.Person{}
	case approvals.EventFailed:
		return e.Refusal != nil && e.Refusal.Code == approvals.CodeWider
	case approvals.EventDenied:
		return e.Denial.Alarms()
	case approvals.EventPressRefused:
		again := e.Refusal != nil && (e.Refusal.Code == approvals.DisownedBefore || e.Refusal.Code == approvals.RecoveryHold)
		asks := e.Button == approvals.ButtonAskAgain || e.Button == approvals.ButtonAnother
		return e.Button != approvals.ButtonWithdraw && !asks && !again
	}
	return false
}

// feedValues are the places that every story may have.
func feedValues(e approvals.Event) values {
	v := values{
		"agent":       nameInTrail(e.Agent),
		"owner":       nameInTrail(e.Owner),
		"actor":       nameInTrail(e.Actor),
		"contact":     nameInTrail(e.Contact),
		"asked":       accountInTrail(e.Asked),
		"approvers":   namesWere(approvals.People(e.Approvers), nameInTrail),
		"names":       namesOf(approvals.People(e.Approvers), nameInTrail),
		"validity":    duration(e.Validity),
		"uses":        uses(e.Reusable),
		"code":        codeName(e.Attempt),
		"max":         numeral(e.Codes),
		"until":       moment(e.Until),
		"settings":    settingsLine(e.Settings),
		"restriction": word(string(e.Restriction)),
		"fact":        factOf(e.Refusal, trailVoice()),
		"nth":         ordinal(e.Count),
		"count":       numeral(e.Count),
		"status":      numeral(e.Revocation.Status),
		"passed":      passReasons[e.Pass.Choice].in(nil),
		"delay":       delayReasons[e.Delay.Cause].in(nil),
		"retry":       moment(e.Delay.Until),
		"version":     untrusted(e.Version, maxName),
		"schema":      word(strconv.FormatInt(e.Schema, 10)),
	}
	if e.Refusal != nil {
		v["request"] = word(string(e.Refusal.Request))
	}
	if e.Owner == (approvals.Person{}) {
		v["owner"] = phrase("the account that was named").in(nil)
	}
	if e.Actor == (approvals.Person{}) {
		v["actor"] = phrase("olbot").in(nil)
	}
	if e.Refusal != nil {
		v["held"] = moment(e.Refusal.Until)
	}
	v["byhand"], v["lookat"] = sayByHand.in(v), sayLookAt.in(v)
	if e.Grant != nil {
		v["grant.uses"] = uses(e.Grant.Reusable)
		v["mayuntil"] = moment(e.Grant.MayWorkUntil())
	}
	return v
}

// feedDetails follow the story: signs, the reason, a code that still works.
func feedDetails(e approvals.Event, v values) spans {
	switch e.Kind {
	case approvals.EventReceived, approvals.EventCommandRefused:
		return join("", callerDetail(e), reasonDetail(e))
	case approvals.EventAsked:
		return join("", linkDetail(e), signsDetail(e), ownerDetail(e), callerDetail(e), reasonDetail(e))
	case approvals.EventAccountBlocked:
		return reasonDetail(e)
	case approvals.EventBlockLifted, approvals.EventResumed:
		if e.Actor.Operator != "" {
			return reasonDetail(e)
		}
	case approvals.EventEscalated, approvals.EventNotReached:
		return linkDetail(e)
	case approvals.EventNobodyElse:
		return nobodyDetail(e)
	case approvals.EventIssued:
		return grantDetail(e).in(v)
	case approvals.EventDenied:
		return theirWords(e.Denial.Text)
	case approvals.EventPassedOn:
		return theirWords(e.Pass.Text)
	case approvals.EventStopped:
		if e.Blocks {
			return phrase(" Requests for {owner} are blocked.").in(v)
		}
	case approvals.EventRefused, approvals.EventLapsed, approvals.EventFailed:
		if !e.Until.IsZero() {
			return sayIf(alarming(e), " It may work until {until}: {byhand}.", " A code may still work until {until}.").in(v)
		}
	}
	return nil
}

func theirWords(words string) spans {
	if text.Clean(words, feedReasons) == "" {
		return nil
	}
	return phrase(" In their words: {reason}.").in(values{"reason": quoted(words, feedReasons)})
}

func reasonDetail(e approvals.Event) spans {
	if text.Clean(e.Reason, feedReasons) == "" {
		return phrase(" No reason was given.").in(nil)
	}
	return phrase(" Reason: {reason}.").in(values{"reason": quoted(e.Reason, feedReasons)})
}

// callerDetail says how the agent made sure who is calling.
func callerDetail(e approvals.Event) spans {
	if e.Verified == "" {
		return phrase(" Caller verified: not said.").in(nil)
	}
	return phrase(" Caller verified: {verified}.").in(values{"verified": verifiedWord(e.Verified).in(nil)})
}

// linkDetail says which link of the chain those who are asked come from.
func linkDetail(e approvals.Event) spans {
	if len(e.Approvers) == 0 {
		return nil
	}
	return phrase(" Link of the chain: {link}.").in(values{"link": untrusted(e.Approvers[0].Link.String(), maxName)})
}

func signsDetail(e approvals.Event) spans {
	each := spansOf(e.RiskSignals, func(s approvals.RiskSignal) spans { return feedSigns[s.Kind].in(values{"nth": ordinal(s.Count)}) })
	signs := join(", ", each...)
	if len(signs) == 0 {
		return nil
	}
	return phrase(" Unusual: {signs}.").in(values{"signs": signs})
}

var feedSigns = map[approvals.RiskSignalKind]phrase{
	approvals.RiskReusable:    "reusable",
	approvals.RiskLong:        "longer than an hour",
	approvals.RiskNthThisWeek: "the {nth} request for this person in seven days",
	approvals.RiskFirst:       "the agent's first request",
	approvals.RiskApprover:    "the owner decides on codes for others",
	approvals.RiskRequester:   "the owner may request codes for others",
	approvals.RiskContact:     "the owner is a security contact",
}

// ownerDetail says what is unusual about the owner.
func ownerDetail(e approvals.Event) spans {
	var guest, untold phrase
	if e.Owner.Guest {
		guest = " The owner is a guest in Slack."
	}
	if e.Owner.Slack == "" {
		untold = " The owner is not in Slack and could not be told."
	}
	return (guest + untold).in(nil)
}

// nobodyDetail says why nobody of the links that were left may decide.
func nobodyDetail(e approvals.Event) spans {
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
	return phrase(" Why: {each}.").in(values{"each": factsOf(why, trailVoice())})
}

// grantDetail says what OneLogin allowed less than was approved, or did not say.
func grantDetail(e approvals.Event) phrase {
	var less, later, unsaid, device phrase
	if e.Grant == nil {
		return ""
	}
	if e.Grant.Narrower {
		less = " That is less than was approved."
	}
	if e.Grant.MayWorkUntil().Sub(e.Grant.Until) >= time.Minute {
		later = " Until {mayuntil} nobody can be sure that it has ended."
	}
	if slices.Contains(e.Grant.Missing, "expires_at") || slices.Contains(e.Grant.Missing, "reusable") {
		unsaid = " OneLogin did not say all of this; what it left out is taken as it was asked for."
	}
	if slices.Contains(e.Grant.Missing, "device_id") {
		device = " OneLogin named no device, so olbot could not ask it to end the code."
	}
	return less + later + unsaid + device
}

func settingsLine(all []approvals.Setting) spans {
	value := func(s string) spans {
		if s == "" {
			return phrase("nothing").in(nil)
		}
		return quoted(s, maxSetting)
	}
	each := spansOf(all[:min(feedSettings, len(all))], func(s approvals.Setting) spans {
		return phrase("{name} from {old} to {new}").in(values{"name": untrusted(s.Name, maxName), "old": value(s.Old), "new": value(s.New)})
	})
	if more := len(all) - feedSettings; more > 0 {
		each = append(each, sayMore.in(values{"n": numeral(more)}))
	}
	return join("; ", each...)
}
