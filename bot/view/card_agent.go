package view

import (
	"slices"
	"time"

	"olbot/approvals"
	"olbot/bot/text"
)

// What the agent reads: Joe, who asked.

// agentCard is where the request stands, what happens next and when, at every moment.
func agentCard(r approvals.Request, now time.Time, o Options) *card {
	c := newCard(r, now, o)
	switch {
	case !r.DisownedAt.IsZero() || r.State == approvals.Disowned:
		c.agentDisowned()
	case !r.StoppedAt.IsZero() || r.State == approvals.Stopped:
		c.agentStopped()
	case r.State == approvals.Received:
		c.head("Looking people up", "{id}: request received. We'll update you here.")
		c.say("Looking up {owner} in Slack and OneLogin, and who has to approve. This takes a few seconds.")
		c.offer(ActionWithdraw)
	case r.State == approvals.Pending:
		c.agentPending()
	case r.State == approvals.Approved:
		c.agentApproved()
	case r.State == approvals.Issuing:
		c.head("Making the code", "{id}: OneLogin is being asked for {code}.")
		c.say("OneLogin is being asked for {code}. This takes up to 30 seconds.")
	case r.State == approvals.Issued:
		c.agentIssued()
	case r.State == approvals.Unknown:
		c.agentUnknown()
	default:
		c.agentEnd()
	}
	if wasAsked(r) && !r.Interrupted() && !r.State.Ended() {
		c.lines = append(c.lines, ownerUntold(r, c.v)...)
	}
	c.about = append([]spans{sayFor.in(c.v)}, aboutLines(r, c.v, sayVerified)...)
	return c
}

// agentPending says who is asked and since when, and what happens next and when
// if nobody decides.
func (c *card) agentPending() {
	c.head("Waiting for approval", "{id}: waiting for approval until {expires}.")
	c.lines = append(notDeciding(c.r), askedLines(c.r, c.v)...)
	if c.r.Reminders > 0 {
		c.say(sayIf(c.r.Reminders == 1, "A reminder went out {reminded}.", "{reminders} reminders went out, the last {reminded}."))
	}
	c.say("You will be told here what was decided.")
	c.note, c.notes = sayIfNobody, nextSteps(c.r, c.v, c.options)
	c.offer(ActionWithdraw)
}

const sayIfNobody phrase = "*If nobody decides:*"

// askedLines name those who may decide, link by link, since when.
func askedLines(r approvals.Request, v values) (lines []spans) {
	if len(r.Approvers) == 0 {
		return v.lines("The next in line to approve is being looked up.")
	}
	for _, round := range rounds(r.Approvers) {
		manager := round[0].Link.Kind == approvals.Manager && len(round) == 1
		asked := sayIf(manager, "{were} asked {asked}, as the manager of {owner} in OneLogin.", "{were} asked {asked}.")
		lines = append(lines, asked.in(v.and(values{
			"were": namesWere(approvals.People(round), nameOf), "asked": moment(r.AskedAt(round[0])),
		})))
	}
	if len(r.Approvers) > 1 {
		lines = append(lines, v.lines("The first to answer decides.")...)
	}
	return lines
}

// rounds are those who are asked, together if they are of one link, in the order
// in which the links were asked.
func rounds(asked []approvals.AskedPerson) (all [][]approvals.AskedPerson) {
	for _, p := range asked {
		i := slices.IndexFunc(all, func(round []approvals.AskedPerson) bool { return round[0].Link == p.Link })
		if i < 0 {
			all = append(all, nil)
			i = len(all) - 1
		}
		all[i] = append(all[i], p)
	}
	return all
}

// notDeciding names those who do not decide: their own account keeps them from it, only
// the manager is asked, they passed it on, or were not reached.
func notDeciding(r approvals.Request) (lines []spans) {
	for _, why := range r.Held {
		held := sayIf(r.State == approvals.Pending, "{fact}. Others are asked instead.", "{fact}.")
		lines = append(lines, held.in(values{"fact": sentence(factOf(why, agentVoice(why)))}))
	}
	if why := r.NoFallback; why != nil && r.State == approvals.Pending {
		lines = append(lines, phrase("{fact}.").in(values{"fact": sentence(factOf(why, agentVoice(why)))}))
	}
	for _, p := range r.PassedOn {
		lines = append(lines, passedOn(p))
	}
	if len(r.Unreached) > 0 {
		lines = append(lines, values{"who": namesOf(approvals.People(r.Unreached), nameOf)}.lines(sayNotReached)...)
	}
	return lines
}

// passedOn says who passed a request on, and why.
func passedOn(p approvals.Passing) spans {
	v := values{"who": nameOf(p.Person), "why": passReasons[p.Why.Choice].in(nil), "words": quoted(p.Why.Text, maxReason)}
	return sayIf(text.Clean(p.Why.Text, maxReason) == "", "{who} passed this on{why}.", "{who} passed this on{why}. {words}").in(v)
}

// nextSteps are what happens if nobody decides, in the order in which it does.
func nextSteps(r approvals.Request, v values, o Options) []spans {
	type step struct {
		at   time.Time
		what phrase
	}
	steps := []step{{r.ExpiresAt, "{expires}: the request expires"}}
	if !r.RemindAt.IsZero() {
		steps = append(steps, step{r.RemindAt, "{remind}: a reminder goes out"})
	}
	if !r.EscalateAt.IsZero() && len(r.Approvers) > 0 {
		v = v.and(values{"next": nextLink(r, v, o)})
		steps = append(steps, step{r.EscalateAt, "{escalate}: {next} is asked as well"})
	}
	slices.SortStableFunc(steps, func(a, b step) int { return a.at.Compare(b.at) })
	return spansOf(steps, func(s step) spans { return s.what.in(v) })
}

// nextLink names the link of the chain that is asked next. If it has nobody who
// may decide, the one behind it is asked instead.
func nextLink(r approvals.Request, v values, o Options) spans {
	next := slices.Index(o.Chain, r.Link) + 1
	switch {
	case next == 0 || next >= len(o.Chain):
		return phrase("somebody else").in(nil)
	case o.Chain[next].Kind == approvals.Manager:
		return phrase("the manager of {owner}").in(v)
	case o.Chain[next].Kind == approvals.SlackGroup:
		return phrase("the user group {link}").in(values{"link": mention(o.Chain[next])})
	}
	return mention(o.Chain[next])
}

func (c *card) agentApproved() {
	c.title = "Approved"
	c.say("{decider} approved {decided}.")
	making := c.r.Making(c.now)
	switch {
	case making && c.r.Delay.Cause != "":
		c.notice = "{id}: approved. No code yet; olbot tries again until {claim}."
		c.say(delays[c.r.Delay.Cause])
	case making && c.r.IssuingAt.IsZero():
		c.notice = "{id}: approved. The code is being made now."
		c.say("The code is being made now.")
	case making:
		c.notice = "{id}: approved. The code is being made now."
		c.say(sayNextMaking)
	case c.r.CodesLeft(c.now) == 0:
		c.notice = sayLapsedNotice
		c.say(sayClaimOver)
	case c.r.Delay.Cause == approvals.DelayPaused:
		c.notice = "{id}: approved. All codes were paused; press Show code before {claim}."
		c.say("All codes were paused, so none was made. Press *Show code* before {claim}, once a security contact has resumed them.")
		c.offer(ActionShowCode)
	default:
		c.notice = "{id}: approved. Press Show code on the card before {claim}."
		c.say("Press *Show code* when {owner} is there to hear it. The code then works {validity}.",
			sayIf(c.r.MaxCodes > 1, "You may make up to {max} codes until {claim}.", "You have until {claim}."))
		c.offer(ActionShowCode)
	}
	if !making && c.r.Attempt == 0 {
		c.offer(ActionWithdraw)
	}
	c.lines = append(c.lines, liveCode(c.r, c.now, c.v)...)
}

// delays are why a code that is wanted is not made yet, and what happens next.
var delays = map[approvals.DelayCause]phrase{
	approvals.DelayBusy:        "OneLogin allows no more calls right now. olbot tries again {retry}, and from then on until {claim}.",
	approvals.DelayUnreachable: "OneLogin cannot be reached. olbot tries again until {claim}.",
	approvals.DelayRejected:    "OneLogin did not accept olbot's credentials. That can pass, so olbot tries a few more times.",
	approvals.DelaySlow:        "Checking everybody once more took too long. olbot checks again.",
}

const (
	sayNextMaking   phrase = "{Nextcode} is being made now."
	sayClaimOver    phrase = "The time to make codes ended {claim}."
	sayLapsedNotice phrase = "{id}: lapsed. The time to make a code is over."
)

func (c *card) agentIssued() {
	c.head("Code made", "{id}: {code} was made and shown to you alone. It works until {until}.")
	switch c.r.Showing {
	case approvals.Shown:
		c.say("{Code} was shown to you in this conversation. Only you could see it.")
	case approvals.NotShown:
		c.notice = "{id}: {code} was made, but may not have been shown."
		c.say("{Code} was made, but Slack may not have shown it to you.")
	default:
		c.say("{Code} is being shown to you in this conversation. Only you can see it.")
	}
	switch {
	case c.now.Before(c.r.Grant.Until):
		c.say("It works until {until} ({grant.uses}).")
	case c.now.Before(c.r.Grant.MayWorkUntil()):
		c.notice = "{id}: {code} was made and shown to you alone. Don't use it any more."
		c.say("Don't use it any more: it was to end {until}. Keep it to yourself all the same: it may work until {mayuntil}.")
	default:
		c.notice = "{id}: {code} was made and shown to you alone. It has ended."
		c.say("It ended {until}.")
	}
	if c.r.Grant.Narrower {
		c.say("That is less than was approved: OneLogin allowed no more.")
	}
	c.agentAnother()
}

func (c *card) agentUnknown() {
	c.head("Not known whether a code was made", "{id}: it is not known whether {code} was made.")
	c.say("OneLogin gave no clear answer about {code}. If there is one, nobody has seen it, and it ends {codeuntil} at the latest.")
	c.agentAnother()
}

// agentAnother says whether and until when another code can be had, and how. Alone, the
// agent makes one only if nobody has seen the last, or if it was allowed.
func (c *card) agentAnother() {
	switch {
	case c.r.Making(c.now):
		c.say(sayNextMaking)
	case c.r.AllowedNext(c.now):
		c.say(sayAllowedMore)
		c.offer(ActionShowCode)
	case c.r.CodesLeft(c.now) > 0:
		c.say(sayIf(c.r.Showing == approvals.Shown, "Can't see it? Press *Generate a new code* before {claim}, and use only the newest.",
			"Press *Generate a new code* before {claim}, and use only the newest."))
		c.offer(ActionGenerate)
	case c.r.WaitsForMore():
		c.say(sayAskedMore)
	case c.r.MayAskAnother(c.now):
		c.say(sayIf(c.r.Showing == approvals.Shown, "Can't see it? Press *Ask {decider.short} for another code*.", "Press *Ask {decider.short} for another code*."))
		c.offer(ActionAnother)
	case c.r.State == approvals.Unknown:
		c.say("No more codes can be made under this approval. After {close} you can ask again for this account.")
	case c.r.Showing != "":
		c.say("No more codes can be made under this approval. For another one, ask again.")
	}
}

const (
	sayAllowedMore phrase = "{decider} allowed one more code. Press *Show code* when {owner} is there to hear it, before {claim}."
	sayAskedMore   phrase = "You asked {decider} for another code {askedmore}."
)
