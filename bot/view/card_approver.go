package view

import (
	"slices"
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
	"olbot/bot/text"
)

// What approvers read before the decision: Maria, who decides, and whoever was
// asked with her.

// approverCard is what one of the approvers sees: before the decision all that
// it takes to decide, after it what became of it.
func approverCard(r approvals.Request, viewer approvals.AskedPerson, now time.Time, o Options) Message {
	c := newCard(r, now, o)
	c.about = aboutForApprovers(r, c.v)
	if r.State == approvals.Pending {
		c.approverAsked(viewer)
	} else {
		c.approverDecided(viewer.Person)
	}
	return c.message()
}

func aboutForApprovers(r approvals.Request, v values) []spans {
	return append(v.lines(sayAskedBy, sayFor), aboutLines(r, v, sayVerifiedClaim)...)
}

func (c *card) approverAsked(viewer approvals.AskedPerson) {
	c.v["window"], c.v["max"] = duration(c.options.ClaimWindow), numeral(c.options.MaxCodes)
	many := c.options.MaxCodes > 1
	c.head("Your decision is needed", "{id}: a temporary code waits for your decision until {expires}. Read the card before you approve or deny.")
	c.lines = append(c.lines, saidBefore(c.r)...)
	c.say("{agent} wants a temporary OneLogin code for {owner}. Whoever has the code can sign in as {owner} without their phone.")
	c.about = append(append(c.about, whyAsked(c.r, viewer, c.v)), notDeciding(c.r)...)
	c.note, c.notes = "*Unusual:*", unusual(c.r, c.v)
	c.advise(
		"*Before you approve:* reach {owner} yourself, in person or on a number you already have, and hear from them that they asked. Never use a number from this message.",
		"You cannot reach them, they did not ask, or something is odd? Press *Deny* and say so.",
		"They are not your report, or you can't decide now? Press *Pass on*: somebody else is asked.",
		sayIf(many, "*If you approve:* {agent} may make up to {max} codes within {window}. You will be told of every code after the first.",
			"*If you approve:* {agent} gets one code, to be made within {window}. If it gets lost, {agent} has to ask you for another."),
		"*Until:* {expires}. Then the request expires.")
	c.offer(ActionApprove).WithConfirm(c.confirm("Approve a code for this person?",
		sayIf(many, "Have you spoken with {owner} yourself, in person or on a number you already had? {agent} may then make up to {max} codes, each for {validity}.",
			"Have you spoken with {owner} yourself, in person or on a number you already had? {agent} then gets one code, for {validity}."),
		"Yes, approve"))
	c.offer(ActionDeny)
	c.offer(ActionPassOn)
}

// saidBefore is what was said against earlier requests for the owner, in the last day.
func saidBefore(r approvals.Request) []spans {
	return spansOf(r.Noes, func(n approvals.No) spans {
		v := values{"by": nameOf(n.By), "owner": nameOf(r.Owner), "at": moment(n.At), "request": word(string(n.Request))}
		said, words := phrase("*Reported before:* {by} said {at}: this wasn't me ({request})."), ""
		switch n.Kind {
		case approvals.EventDenied:
			said, words = "*Denied before:* {by} denied {request} {at}{why}.", n.Denial.Text
			v["why"] = denialReasons[n.Denial.Choice].in(v)
		case approvals.EventPassedOn:
			said, words = "*Passed on before:* {by} passed on {request} {at}{why}.", n.Pass.Text
			v["why"] = passReasons[n.Pass.Choice].in(v)
		case approvals.EventStopped:
			said = "*Stopped before:* {by} stopped {request} {at}."
		}
		if text.Clean(words, maxTyped) == "" {
			return said.in(v)
		}
		return phrase("{said} {words}").in(values{"said": said.in(v), "words": quoted(words, maxTyped)})
	})
}

// confirm asks once more. It proves nothing to olbot; it makes a slip of the hand
// harmless. Names in the question are cut, so that two of them fit.
func (c *card) confirm(title, question, yes phrase) *slack.ConfirmationBlockObject {
	v := c.v.and(values{"agent": shortName(c.r.Agent), "owner": shortName(c.r.Owner)})
	return confirmation(title, question, yes, v)
}

// shortName is a name that fits into a button or a question.
func shortName(p approvals.Person) spans { return word(text.Cut(nameOf(p).plain(), maxConfirmName)) }

// whyAsked says why this approver is asked, and who else is or was.
func whyAsked(r approvals.Request, viewer approvals.AskedPerson, v values) spans {
	why := phrase("*Why you:* whoever runs olbot has named you as one who may approve")
	switch {
	case viewer.Link.Kind == approvals.Manager:
		why = "*Why you:* you are the manager of {owner} in OneLogin"
	case viewer.Link.Kind == approvals.SlackGroup:
		why = "*Why you:* you are in the user group {link}, which may approve"
		v = v.and(values{"link": mention(viewer.Link)})
	}
	others := slices.DeleteFunc(slices.Clone(r.Approvers), func(p approvals.AskedPerson) bool { return p.Same(viewer.Person) })
	if len(others) == 0 {
		return why.in(v)
	}
	each := spansOf(rounds(others), func(round []approvals.AskedPerson) spans {
		asked := sayIf(round[0].Link == viewer.Link, "{were} asked too", "{were} asked {asked}")
		return asked.in(values{"were": namesWere(approvals.People(round), nameOf), "asked": moment(r.AskedAt(round[0]))})
	})
	return phrase("{why}; {others}, and the first to answer decides").in(values{"why": why.in(v), "others": join("; ", each...)})
}

// unusual lists what an approver should notice.
func unusual(r approvals.Request, v values) (notes []spans) {
	if r.Verified == approvals.NotVerified {
		notes = v.lines("{agent} has not verified who is calling.")
	}
	for _, s := range r.RiskSignals {
		if p := signPhrases[s.Kind]; p != "" {
			notes = append(notes, p.in(v.and(values{"nth": ordinal(s.Count)})))
		}
	}
	if r.Owner.Guest {
		notes = append(notes, v.lines("{owner} is a guest in Slack.")...)
	}
	return append(notes, ownerUntold(r, v)...)
}

var signPhrases = map[approvals.RiskSignalKind]phrase{
	approvals.RiskReusable:    "The code is reusable: it works as often as wanted until it ends.",
	approvals.RiskLong:        "The code works longer than an hour: {validity}.",
	approvals.RiskNthThisWeek: "This is the {nth} request for {owner} in seven days.",
	approvals.RiskFirst:       "{agent} has never asked for a code before.",
	approvals.RiskApprover:    "{owner} decides on codes for others.",
	approvals.RiskRequester:   "{owner} may request codes for others.",
	approvals.RiskContact:     "{owner} is a security contact.",
}

// ownerUntold says that the owner could not be told, if that is so.
func ownerUntold(r approvals.Request, v values) []spans {
	switch {
	case r.Owner.Slack == "":
		return v.lines(sayOwnerNotThere)
	case r.OwnerUntold:
		return v.lines(sayOwnerNotTold)
	}
	return nil
}
