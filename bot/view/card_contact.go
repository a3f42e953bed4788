package view

import (
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
)

// What security contacts read: those of OLBOT_SECURITY_CONTACTS, when the owner of an
// account has said that it wasn't them, an approver that it may not have been, or
// somebody has stopped a request.

// contactCard is what happened, what may still work, what to do, and how to lift
// the block.
func contactCard(r approvals.Request, viewer string, now time.Time, o Options) Message {
	c := newCard(r, now, o)
	if r.DisownedAt.IsZero() {
		c.head("Alarm: somebody may pretend to be the owner", "{id}: an approver fears that somebody pretends to be the owner of an account. Look at the card now.")
		if !r.StoppedAt.IsZero() {
			c.head("Alarm: stopped", "{id}: somebody stopped a request for a code. Look at the card now.")
		}
	} else {
		c.head("Alarm: this wasn't me", "{id}: the owner of an account says that a code was asked for without them. Look at the card now.")
	}
	c.lines = append(c.lines, alarmCause(c, viewer)...)
	if objectedLate(r) {
		c.say("The request had ended {ended}: {state}.")
	}
	c.lines = append(c.lines, alarmFacts(r, now, c.v)...)
	c.about = append(c.v.lines(sayFor, sayAskedBy, sayWhen), aboutLines(r, c.v, sayVerifiedClaim)...)
	if !r.Alarms() {
		c.head("Block lifted", "{id}: the block was lifted. There is nothing for you to do.")
		c.advise(sayIf(r.LiftedBy.HasSlack(viewer), "Lifted by you {lifted}. Codes for {owner} can be asked for again.",
			"Lifted by {lifter} {lifted}. Codes for {owner} can be asked for again."))
		return c.message()
	}
	c.advise(sayIf(mayHaveBeenUsed(r),
		"*Then:* speak with everybody who had a part in it, in person or on a number you already have. Who called whom, and who has heard a code?",
		"*Do this now:* speak with everybody who had a part in it, in person or on a number you already have. Who called whom?"))
	if !r.Blocks() {
		c.advise("The account isn't blocked: a code for {owner} can be asked for again.")
		return c.message()
	}
	c.advise("Nobody can ask for a code for {owner} until the block is lifted.")
	if r.Involves(approvals.Person{Slack: viewer}) {
		c.advise(sayIf(isOnlyContact(approvals.Person{Slack: viewer}, o), "You had a part in this request, and no other security contact is named, so whoever runs olbot has to lift the block, on its machine: olbot block lift {id}",
			"You had a part in this request, so another security contact has to lift the block."))
	} else {
		c.advise("When it is cleared up, press *Lift block*.")
		c.buttons = append(c.buttons, liftButton(c))
	}
	return c.message()
}

// alarmCause says who said or did what, so that the request is an alarm.
func alarmCause(c *card, viewer string) (lines []spans) {
	switch {
	case !c.r.DisownedAt.IsZero():
		lines = c.v.lines("{owner} said {disowned}: this wasn't me. {agent} had asked for a temporary OneLogin code for their account.")
	case !c.r.StoppedAt.IsZero():
		lines = c.v.lines(sayIf(c.r.StoppedBy.HasSlack(viewer), "You stopped this {stopped}. {agent} had asked for a temporary OneLogin code for {owner}.",
			"{stopper} stopped this {stopped}. {agent} had asked for a temporary OneLogin code for {owner}."))
	}
	if c.r.Denial.Alarms() {
		lines = append(lines, c.v.lines("{decider} denied {decided} what {agent} had asked for: a temporary OneLogin code for {owner}. Why{why}.")...)
		lines = append(lines, denialWords(c.r, sayInTheirWords))
	}
	return lines
}

const sayWhen phrase = "*When:* {created}"

// liftButton lifts the block that a request left, after asking once more.
func liftButton(c *card) *slack.ButtonBlockElement {
	return requestButton(ActionLift, c.r).WithConfirm(c.confirm("Lift the block of this account?",
		"Codes for {owner} can then be asked for again. Have you spoken with them yourself, and is it cleared up what happened?",
		"Yes, lift it"))
}

// alarmFacts say who had approved, if anybody had, which codes may work, and how
// to end them by hand.
func alarmFacts(r approvals.Request, now time.Time, v values) []spans {
	decided := !r.DecidedAt.IsZero() && r.State != approvals.Denied
	facts := v.lines(sayIf(decided, "{decider} had approved it {decided}.", "Nobody had approved it."))
	facts = append(facts, v.lines(codesStopped(r, now)...)...)
	if mayHaveBeenUsed(r) {
		v = v.and(values{"byhand": sayByHand.in(v), "lookat": sayLookAt.in(v)})
		facts = append(facts, v.lines(sayIf(codeMayWork(r, now), "*Do this now:* {byhand}, and {lookat}.", "*Do this now:* {lookat}."))...)
	}
	return facts
}

// sayLookAt is where a OneLogin administrator sees what came of a code, as part of a sentence.
const sayLookAt phrase = "look at the events of {owner} since the code was made (Activity, then Events) and at the devices (Users, then the user, then Authentication), and remove those that nobody knows"

// sayByHand is where a OneLogin administrator ends a code, as part of a sentence.
const sayByHand phrase = "revoke the temporary code of {owner} in OneLogin's administration (Users, then the user, then Authentication)"
