package view

import (
	"cmp"
	"time"

	"olbot/approvals"
)

// approverDecided is an approver's card when there is nothing left to decide: the
// decision, by whom and when, what came of it, and no buttons.
func (c *card) approverDecided(viewer approvals.Person) {
	c.head(cmp.Or(decidedTitles[c.r.State], "Approved"), "{id}: {state}. There is nothing for you to do.")
	decidedHere := c.r.DecidedBy.Same(viewer)
	if c.r.State != approvals.Denied && !c.r.DecidedAt.IsZero() {
		c.say(sayIf(decidedHere, "You approved {decided}.", "Approved by {decider} {decided}."))
	}
	switch {
	case !c.r.DisownedAt.IsZero():
		c.head(sayIf(objectedLate(c.r), "Reported by the owner", "Stopped by the owner"), "{id}: the owner says it wasn't them. There is nothing left to approve.")
		if c.r.State == approvals.Denied {
			c.say(sayIf(decidedHere, "You denied this {decided}{why}.", "Denied by {decider} {decided}{why}."))
		}
		c.say("{owner} said {disowned}: this wasn't me. {codes} The audit channel has the alarm.")
		if c.r.State == approvals.Issuing {
			c.say(sayThrownAway)
		}
		if !c.r.LiftedAt.IsZero() {
			c.say(sayLifted)
		}
		if decidedHere && c.r.State != approvals.Denied && !isOnlyContact(viewer, c.options) {
			c.say("If you did not speak with {owner} yourself before you approved, tell {contacts}.")
		}
	case !c.r.StoppedAt.IsZero():
		c.approverStopped(viewer)
	default:
		c.outcome(viewer)
	}
	if c.r.MayStop() && c.r.WaitsForMore() {
		c.moreAsked(decidedHere)
	}
	if c.r.MayStop() {
		c.say("Something wrong? Press *Stop*.")
		c.offer(ActionStop)
	}
	if c.r.State.Ended() {
		c.lines = append(c.lines, liveCode(c.r, c.now, c.v)...)
	}
}

// moreAsked says that the agent asks for one code more, and lets whoever decided allow it.
func (c *card) moreAsked(decidedHere bool) {
	c.head("Another code is asked for", "{id}: another code is asked for. There is nothing for you to do.")
	if !decidedHere {
		c.say("{agent} can't see {code} and asked {decider} for another {askedmore}.")
		return
	}
	c.notice = "{id}: another code is asked for. Allow one more, or stop it, before {close}."
	c.say("{agent} can't see {code} and asked you for another {askedmore}. Press *Allow one more* before {close} if {owner} still needs it.")
	c.offer(ActionMore).WithConfirm(c.confirm("Allow one more code?",
		"Does {owner} still need it? Ask {owner} yourself first. {agent} then gets one more code, for {validity}.", "Yes, allow it"))
}

// approverStopped says who stopped it, and what that means.
func (c *card) approverStopped(viewer approvals.Person) {
	c.head("Stopped", "{id}: stopped. There is nothing left to approve.")
	c.say(sayIf(c.r.StoppedBy.Same(viewer), "You stopped this {stopped}. {codes} The audit channel has the alarm.",
		"{stopper} stopped this {stopped}. {codes} The audit channel has the alarm."))
	if c.r.State == approvals.Issuing {
		c.say(sayThrownAway)
	}
	switch {
	case c.r.Blocks():
		c.say(sayOwnerBlocked)
	case !c.r.LiftedAt.IsZero():
		c.say(sayLifted)
	}
}

var decidedTitles = map[approvals.State]phrase{
	approvals.Denied:    "Denied",
	approvals.Withdrawn: "Withdrawn",
	approvals.Expired:   "Expired",
	approvals.Lapsed:    "Approved, not used",
	approvals.Refused:   "Refused by olbot",
	approvals.Failed:    "Approved, no code",
	approvals.Stopped:   "Stopped",
	approvals.Closed:    "Over",
}

// outcome says what came of the request.
func (c *card) outcome(viewer approvals.Person) {
	c.v["fact"] = factOf(c.r.Refusal, viewerVoice(viewer))
	switch c.r.State {
	case approvals.Denied:
		form := sayInTheirWords
		if c.r.DecidedBy.Same(viewer) {
			c.say("You denied this {decided}{why}. No code will be made.")
			form = sayInYourWords
		} else {
			c.say("Denied by {decider} {decided}{why}. No code will be made.")
		}
		c.lines = append(c.lines, denialWords(c.r, form))
		if c.r.Denial.Alarms() {
			c.say(sayIf(c.r.Blocks(), "Requests for {owner} are blocked, and security is alerted.", sayLifted))
		}
	case approvals.Withdrawn:
		c.say("{agent} took the request back {ended}. There is nothing to decide.")
	case approvals.Expired:
		c.say("Nobody decided before {expires}. No code will be made.")
	case approvals.Lapsed:
		c.say(sayIf(c.r.Attempt > 0, "No further code was made before {claim}, so the approval has ended.",
			"No code was made before {claim}, so the approval has ended."))
	case approvals.Refused:
		switch {
		case c.r.DecidedAt.IsZero():
			c.say("There is nothing to decide any more: {fact}. No code was made.")
		case startedOver(c.r):
			c.say("Your approval no longer counts: {fact}. {codes}")
		default:
			c.say("The last check before making a code said no: {fact}. {codes}")
		}
	case approvals.Failed:
		c.v["fact"] = sentence(c.v["fact"])
		c.say("{fact}.")
	case approvals.Closed:
		c.say(sayOver)
	default:
		c.codesMade()
	}
}

// codesMade says which codes the approval has led to so far, and to how many it may.
func (c *card) codesMade() {
	c.say(sayIf(c.r.MaxCodes > 1, "{agent} may make up to {max} codes until {claim}; each works {validity}.",
		"{agent} gets one code, to be made before {claim}; it works {validity}."))
	switch c.r.State {
	case approvals.Approved:
		if c.r.Attempt == 0 {
			c.say("No code has been made yet.")
		}
		c.lines = append(c.lines, liveCode(c.r, c.now, c.v)...)
	case approvals.Issuing:
		c.say("{Code} is being made now.")
	case approvals.Issued:
		c.say(sayIf(c.now.Before(c.r.Grant.MayWorkUntil()), "{Code} was made {issuing}. It may work until {mayuntil}.",
			"{Code} was made {issuing}. It ended {mayuntil}."))
		if c.r.Showing == approvals.NotShown {
			c.say("Slack may not have shown it to {agent}.")
		}
	case approvals.Unknown:
		c.say("OneLogin gave no clear answer about {code}. If there is one, nobody has seen it, and it ends {codeuntil} at the latest.")
	}
	if c.r.Attempt > 0 && c.r.CodesLeft(c.now) == 0 && c.r.State != approvals.Issuing && !c.r.WaitsForMore() {
		c.say("{agent} can't make another one alone.")
	}
	c.lines = append(c.lines, ownerUntold(c.r, c.v)...)
}

// passedOnCard is the card of somebody who left the decision to others.
func passedOnCard(r approvals.Request, viewer approvals.Passing, now time.Time, o Options) Message {
	c := newCard(r, now, o)
	c.v["why"] = passReasons[viewer.Why.Choice].in(nil)
	c.head("Passed on", "{id}: you passed this on. There is nothing for you to do.")
	switch {
	case r.State == approvals.Pending:
		c.say("You passed this on{why}. Others decide.")
	case r.Refusal != nil && r.Refusal.Code == approvals.NoApprover:
		c.say("You passed this on{why}. Nobody else could be asked, so it was refused.")
	default:
		c.say("You passed this on{why}. It is settled: {state}.")
	}
	c.about = aboutForApprovers(r, c.v)
	return c.message()
}
