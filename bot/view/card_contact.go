package view

import (
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
)

// What security contacts read: those of OLBOT_SECURITY_CONTACTS, when the owner of an
// account has said that it wasn't them, or somebody has stopped a request.

// contactCard is what happened, what may still work, what to do, and how to lift
// the block.
func contactCard(r approvals.Request, viewer string, now time.Time, o Options) Message {
	c := newCard(r, now, o)
	if r.DisownedAt.IsZero() {
		c.head("Alarm: stopped", "{id}: somebody stopped a request for a code. Look at the card now.")
		c.say(sayIf(r.StoppedBy.HasSlack(viewer), "You stopped this {stopped}. {agent} had asked for a temporary OneLogin code for {owner}.",
			"{stopper} stopped this {stopped}. {agent} had asked for a temporary OneLogin code for {owner}."))
	} else {
		c.head("Alarm: this wasn't me", "{id}: the owner of an account says that a code was asked for without them. Look at the card now.")
		c.say("{owner} said {disowned}: this wasn't me. {agent} had asked for a temporary OneLogin code for their account.")
	}
	c.lines = append(c.lines, alarmFacts(r, now, c.v)...)
	c.about = append(c.v.lines(sayFor, sayAskedBy, sayWhen), aboutLines(r, c.v, sayVerifiedClaim)...)
	if !r.Alarms() {
		c.head("Block lifted", "{id}: the block was lifted. There is nothing for you to do.")
		c.advise(sayIf(r.LiftedBy.HasSlack(viewer), "Lifted by you {lifted}. Codes for {owner} can be asked for again.",
			"Lifted by {lifter} {lifted}. Codes for {owner} can be asked for again."))
		return c.message()
	}
	c.advise(sayIf(codeMayWork(r, now) && r.State != approvals.Issuing,
		"*Then:* speak with everybody who had a part in it, in person or on a number you already have. Who called whom, and who has heard a code?",
		"*Do this now:* speak with everybody who had a part in it, in person or on a number you already have. Who called whom?"))
	if !r.Blocks() {
		c.advise("The account isn't blocked: a code for {owner} can be asked for again.")
		return c.message()
	}
	c.advise("Nobody can ask for a code for {owner} until the block is lifted.")
	if r.Involves(approvals.Person{Slack: viewer}) {
		c.advise("You had a part in this request, so another security contact has to lift the block.")
	} else {
		c.advise("When it is cleared up, press *Lift block*.")
		c.buttons = append(c.buttons, liftButton(c))
	}
	return c.message()
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
	if r.State != approvals.Issuing && codeMayWork(r, now) {
		v = v.and(values{"byhand": sayByHand.in(v)})
		facts = append(facts, v.lines("*Do this now:* {byhand}. Look there, too, at what was done with the account.")...)
	}
	return facts
}

// sayByHand is where a OneLogin administrator ends a code, as part of a sentence.
const sayByHand phrase = "revoke the temporary code of {owner} in OneLogin's administration (Users, then the user, then Authentication)"
