package view

import (
	"strconv"
	"time"

	"olbot/approvals"
)

// News is what somebody should not have to look for: a card that is repainted
// makes no sound. Each line has a key of its own, so that it is told once; it is
// of the present state, so that nothing is told that has been overtaken.
//
// The approvers' cards and the owner's notice are new messages themselves when
// approval is asked for; only the agent, whose card was there before, gets a line.

// newsItem is one line for one person.
type newsItem struct {
	what         string // names the happening in the key; "" if there is no news
	number       int    // of the code or the reminder that it is about, 0 if none
	line, notice phrase
}

func news(r approvals.Request, now time.Time, o Options) (all []Card) {
	v := valuesOf(r, now).and(contactsOf(r, o))
	v["fact"] = factOf(r.Refusal, agentVoice(r.Refusal))
	tell := func(to approvals.Person, n newsItem) {
		if n.what != "" {
			all = append(all, Card{Key: newsKey(n, to.Slack), To: to.Slack, News: true, Message: oneLine(n.notice, n.line, v)})
		}
	}
	tell(r.Agent, agentNews(r, now))
	if len(all) > 0 && r.Interrupted() {
		all[0].Urgency = UrgencyAlarm // they may be reading a code out
	}
	for _, p := range r.Approvers {
		tell(p.Person, approverNews(r, p))
	}
	if ownerIsTold(r, o) {
		tell(r.Owner, ownerNews(r))
	}
	return append(all, contactNews(r, o, v)...)
}

func newsKey(n newsItem, to string) string {
	key := "news:" + n.what + ":"
	if n.number > 0 {
		key += strconv.Itoa(n.number) + ":"
	}
	return key + to
}

// agentNews is what the agent is told: everything but what they did themselves.
func agentNews(r approvals.Request, now time.Time) newsItem {
	if !r.DisownedAt.IsZero() {
		return newsItem{"disowned", 0, "Your request {id}: {owner} says it wasn't them. Stop, and read out no code.",
			"{id}: the owner says it wasn't them. Stop, and read out no code."}
	}
	if !r.StoppedAt.IsZero() {
		return newsItem{"stopped", 0, "Your request {id} for {owner}: {stopper} stopped it. Read out no code.", "{id}: stopped. Read out no code."}
	}
	switch r.State {
	case approvals.Pending:
		if len(r.Approvers) == 0 {
			return newsItem{}
		}
		return newsItem{"asked", 0, "Your request {id} for {owner} waits for {approvers}, until {expires}.", "{id}: waiting for approval until {expires}."}
	case approvals.Approved, approvals.Issuing:
		return approvedNews(r, now)
	case approvals.Issued, approvals.Unknown:
		if r.AllowedNext(now) {
			return newsItem{"allowed_more", r.AllowedMore, sayIf(r.Making(now), "Your request {id} for {owner}: {decider} allowed one more code. It is being made.",
				"Your request {id} for {owner}: {decider} allowed one more code. Press *Show code* on the card when you can read it out, before {claim}."),
				"{id}: one more code is allowed, until {claim}."}
		}
		if r.State == approvals.Issued {
			return notShownNews(r, now)
		}
		return newsItem{"unknown", r.Attempt, sayIf(r.CodesLeft(now) > 0,
			"Your request {id} for {owner}: it is not known whether {code} was made. Nobody has seen it. Press *Generate a new code* on the card, before {claim}.",
			"Your request {id} for {owner}: it is not known whether {code} was made. Nobody has seen it."),
			"{id}: it is not known whether {code} was made."}
	case approvals.Denied:
		return newsItem{"denied", 0, "Your request {id} for {owner}: {decider} denied it{why}. No code was made.", "{id}: denied. No code was made."}
	case approvals.Refused:
		return newsItem{"refused", 0, "Your request {id} for {owner} was refused: {fact}.", "{id}: refused."}
	case approvals.Expired:
		return newsItem{"expired", 0, sayIf(wasAsked(r), "Your request {id} for {owner} expired: nobody decided in time. No code was made.",
			"Your request {id} for {owner} expired: the people could not be looked up in time. No code was made."), "{id}: expired. No code was made."}
	case approvals.Lapsed:
		return newsItem{"lapsed", 0, "Your request {id} for {owner} lapsed: no code was made before {claim}.", "{id}: lapsed. No code was made in time."}
	case approvals.Failed:
		return newsItem{"failed", 0, "Your request {id} for {owner} failed: {fact}.", "{id}: no code."}
	}
	return newsItem{}
}

// approvedNews is told until the first code is made. Of a later one that could not
// be asked for yet the card speaks.
func approvedNews(r approvals.Request, now time.Time) newsItem {
	switch {
	case r.State == approvals.Issuing && r.Attempt == 1, r.Attempt == 0 && r.Making(now):
		return newsItem{"approved", 0, "Your request {id} for {owner}: {decider} approved. The code is being made.",
			"{id}: approved. The code is being made."}
	case r.Attempt == 0 && r.CodesLeft(now) > 0:
		return newsItem{"show_code", 0, "Your request {id} for {owner}: {decider} approved. Press *Show code* on the card when you can read the code out, before {claim}.",
			"{id}: approved. Press Show code on the card before {claim}."}
	}
	return newsItem{}
}

// notShownNews is told of a code alone that the agent may not see: after one that is
// there, nothing may push it off the screen.
func notShownNews(r approvals.Request, now time.Time) newsItem {
	if r.Showing != approvals.NotShown {
		return newsItem{}
	}
	return newsItem{"not_shown", r.Attempt, sayIf(r.CodesLeft(now) > 0,
		"Your request {id} for {owner}: {code} was made, but may not have been shown. Press *Generate a new code* on the card, before {claim}.",
		"Your request {id} for {owner}: {code} was made, but may not have been shown."),
		"{id}: {code} may not have been shown."}
}

// approverNews is what an approver is told after the card: that they are still
// waited for, each time they are reminded; that nobody decided in time; that the
// owner stopped it, or, to whoever approved, somebody else; and to them every code
// after the first.
func approverNews(r approvals.Request, p approvals.AskedPerson) newsItem {
	const codeNotice = "{id}: {code} was asked for under your approval."
	switch {
	case !r.DisownedAt.IsZero():
		return newsItem{"disowned", 0, "Request {id} by {agent}: {owner} says it wasn't them. {codes}",
			"{id}: the owner says it wasn't them. There is nothing left to approve."}
	case !r.StoppedAt.IsZero():
		if r.DecidedBy.Same(p.Person) && !r.StoppedBy.Same(p.Person) {
			return newsItem{"stopped", 0, "Request {id} by {agent} for {owner}, which you approved: {stopper} stopped it. {codes}", "{id}: stopped. There is nothing left to approve."}
		}
	case r.State == approvals.Pending && !r.AskedAt(p).After(r.RemindedAt):
		return newsItem{"reminded", r.Reminders, "Reminder: {agent} still waits for your decision on a code for {owner}. The card of {id} is above; the request expires {expires}.",
			"{id}: still waits for your decision, until {expires}."}
	case r.State == approvals.Expired:
		return newsItem{"expired", 0, "Request {id} by {agent} for {owner} expired: nobody decided in time. There is nothing left to do.",
			"{id}: expired. There is nothing left to do."}
	case r.WaitsForMore() && r.MayStop() && r.DecidedBy.Same(p.Person):
		return newsItem{"another", r.AskedMore, "{agent} can't see {code} for {owner} and asks you for another (request {id}). Press *Allow one more* or *Stop* on the card.",
			"{id}: another code is asked for. Press Allow one more or Stop on the card."}
	case r.Attempt < 2 || !r.DecidedBy.Same(p.Person):
	case r.State == approvals.Issued:
		return newsItem{"code", r.Attempt, "{agent} made {code} for {owner} under request {id}, which you approved.", codeNotice}
	case r.State == approvals.Unknown:
		return newsItem{"code", r.Attempt, "{agent} asked for {code} for {owner} under request {id}, which you approved. It is not known whether it was made.", codeNotice}
	}
	return newsItem{}
}

// ownerNews is what the owner is told after the notice: every code, the first
// too, because that is the moment from which somebody can sign in as them; and
// that the block they made was lifted.
func ownerNews(r approvals.Request) newsItem {
	const codeNotice = "{id}: {code} for your account was asked for. If that wasn't for you, press This wasn't me on the card."
	lifted := 0
	if !r.DisownedAt.IsZero() && (r.StopBlocks || r.Denial.Alarms()) {
		lifted = 1 // the block that others had left may have been lifted, and told, before
	}
	switch {
	case !r.LiftedAt.IsZero():
		return newsItem{"lifted", lifted, "{lifter} lifted the block of your account, which request {id} had left. Codes for it can be asked for again.",
			"{id}: the block of your account was lifted."}
	case !r.DisownedAt.IsZero():
	case r.State == approvals.Issued:
		return newsItem{"code", r.Attempt, "{Code} for your account was made for {agent} under request {id}. If that wasn't for you, press *This wasn't me* on the card.", codeNotice}
	case r.State == approvals.Unknown:
		return newsItem{"code", r.Attempt, "{Code} for your account may have been made for {agent} under request {id}. If that wasn't for you, press *This wasn't me* on the card.", codeNotice}
	}
	return newsItem{}
}

// contactNews tells security contacts whose card of a stop, or of a denial that alarms,
// stands already that the owner, too, says it wasn't them.
func contactNews(r approvals.Request, o Options, v values) (all []Card) {
	if r.DisownedAt.IsZero() || !r.Alarms() || r.StoppedAt.IsZero() && !r.Denial.Alarms() {
		return nil
	}
	n := newsItem{"disowned_too", 0, "Alarm: {owner} says of {id}: this wasn't me. Requests for the account are blocked. Look at the card.",
		"{id}: the owner, too, says it wasn't them. Look at the card now."}
	for _, contact := range o.SecurityContacts {
		if isTold(r, contact) {
			all = append(all, Card{Key: newsKey(n, contact.ID), To: contact.ID, News: true, Urgency: UrgencyAlarm, Message: oneLine(n.notice, n.line, v)})
		}
	}
	return all
}
