package view

import "olbot/approvals"

// agentEnd is the agent's card when the request is over.
func (c *card) agentEnd() {
	switch c.r.State {
	case approvals.Refused:
		c.head("Refused", "{id}: refused. No code will be made.")
		switch {
		case c.r.DecidedAt.IsZero():
		case startedOver(c.r): // nothing was checked
			c.say("{decider} had approved {decided}.")
		default:
			c.say("{decider} approved {decided}, but the last check before making a code said no.")
		}
		c.agentRefused()
		if c.r.DecidedAt.IsZero() {
			c.lines = append(c.lines, notDeciding(c.r)...)
		}
	case approvals.Denied:
		c.agentDenied()
	case approvals.Withdrawn:
		c.head("Withdrawn", "{id}: withdrawn. No code was made.")
		c.say("You withdrew this {ended}. No code was made.")
	case approvals.Expired:
		c.head("Expired", "{id}: expired. No code was made.")
		c.agentExpired()
		c.offer(ActionAskAgain)
	case approvals.Lapsed:
		c.head("Lapsed", sayLapsedNotice)
		if c.r.HeldUp() {
			c.say("No code could be made before {claim}: {delay}.")
		} else {
			c.say(sayIf(c.r.Attempt > 0, "No further code was made before {claim}.", "{decider} approved {decided}, but no code was made before {claim}."))
		}
		c.say("Is a code still needed? Press *Ask again*: it has to be approved again.")
		c.offer(ActionAskAgain)
	case approvals.Failed:
		c.head("No code", "{id}: no code for you.")
		c.agentRefused()
	case approvals.Closed:
		c.head("Over", "{id}: over. No code of this request works any more.")
		c.say(sayOver)
	}
	c.lines = append(c.lines, liveCode(c.r, c.now, c.v)...)
}

const sayOver phrase = "This request is over. No code of it works any more."

// agentRefused says which check failed and what to do about it, and offers to ask
// once more if that can help.
func (c *card) agentRefused() {
	if why := c.r.Refusal; why != nil {
		c.lines = append(c.lines, refusedLine(why, c.v))
		if askingAgainHelps(why) {
			c.offer(ActionChange)
		}
	}
}

// startedOver says whether the request was refused because the key of the trail was replaced.
func startedOver(r approvals.Request) bool {
	return r.Refusal != nil && r.Refusal.Code == approvals.KeyReplaced
}

// refusedLine says to the agent which check failed and what to do. v has the
// places of contacts.
func refusedLine(why *approvals.Refusal, v values) spans {
	as := agentVoice(why)
	return phrase("{fact}. {advice}").in(values{"fact": sentence(factOf(why, as)), "advice": adviceOn(why, as, v)})
}

// askingAgainHelps says whether the same agent, after a correction or later, can
// come to another answer.
func askingAgainHelps(why *approvals.Refusal) bool {
	switch why.Code {
	case approvals.Changed, approvals.LookupFailed, approvals.LookupUnreliable, approvals.LookupRejected, approvals.FeedLost:
		return true
	case approvals.IsProtected, approvals.OwnerBlocked, approvals.AccountBlocked, approvals.OwnerLimit, approvals.CodeWider, approvals.NotInTrail:
		return false
	}
	return why.Role != approvals.Agent
}

// agentDenied says who denied, and what to do.
func (c *card) agentDenied() {
	c.head("Denied", "{id}: denied. No code was made.")
	const fact phrase = "{decider} denied this {decided}{why}. No code was made."
	next := phrase("Speak with {decider} before you ask again.")
	switch c.r.Denial.Choice {
	case approvals.CouldNotReach:
		next = "See to it that {owner} and {decider} speak with each other, then ask again."
	case approvals.DidNotAsk, approvals.Suspicious:
		if c.r.Blocks() {
			next = "Stop. Speak with {decider} and with {contacts} before you do anything more for whoever called."
		}
	}
	c.lines = append(c.lines, fact.in(c.v), denialWords(c.r, sayInTheirWords), next.in(c.v))
	if c.r.Denial.Alarms() {
		c.say(sayIf(c.r.Blocks(), sayOwnerBlocked, sayLifted))
	}
}

const (
	sayOwnerBlocked phrase = "Requests for {owner} are blocked. {lift}"
	sayLifted       phrase = "{lifter} lifted the block {lifted}. Codes for {owner} can be asked for again."
)

func (c *card) agentExpired() {
	if !wasAsked(c.r) {
		c.say("The people could not be looked up before {expires}. Nobody was asked, and no code was made.",
			"Press *Ask again*. If that does not help, tell whoever runs olbot.")
		return
	}
	c.say("Nobody decided before {expires}. No code was made.")
	c.lines = append(c.lines, notDeciding(c.r)...)
	c.say(sayIf(len(c.r.Approvers) == 0, "Find out who can approve, then press *Ask again*.", "Speak with {approvers}, then press *Ask again*."))
}

// agentDisowned is the card after the owner's This wasn't me, whatever the
// request had come to.
func (c *card) agentDisowned() {
	c.head(sayIf(objectedLate(c.r), "Reported by the owner", "Stopped by the owner"), "{id}: the owner says it wasn't them. Stop, and read out no code.")
	c.say("{owner} said {disowned}: this wasn't me. {codes}")
	if c.r.State == approvals.Issuing {
		c.say(sayThrownAway)
	}
	if c.r.Blocks() {
		c.say(sayIf(c.r.CodeUntil.IsZero(), "Stop. Tell {contacts} now who asked you for it.",
			"Stop. Read out no code. Tell {contacts} now who asked you for it, and whether they have heard a code."))
	}
	c.agentInterrupted()
}

// agentStopped is the card after Stop.
func (c *card) agentStopped() {
	c.head("Stopped", "{id}: stopped. Read out no code.")
	c.say("{stopper} stopped this {stopped}. {codes}")
	if c.r.State == approvals.Issuing {
		c.say(sayThrownAway)
	}
	if c.r.Alarms() {
		c.say(sayIf(c.r.CodeUntil.IsZero(), "Talk to {stopper} before you ask again.",
			"Read out no code. Talk to {stopper} now, and say whether anybody has heard a code."))
	}
	c.agentInterrupted()
}

// agentInterrupted says whether the account is blocked, and whether a code may work.
func (c *card) agentInterrupted() {
	switch {
	case c.r.Blocks():
		c.say(sayOwnerBlocked)
	case !c.r.LiftedAt.IsZero():
		c.say(sayLifted)
	}
	if c.r.State.Ended() {
		c.lines = append(c.lines, liveCode(c.r, c.now, c.v)...)
	}
}

const sayThrownAway phrase = "The code that was being made is thrown away unseen."
