package view

import (
	"cmp"
	"slices"
	"time"

	"olbot/approvals"
)

// What the owner reads: Ana, whose account it is. Never the reason: it may be
// about her, or made up.

// ownerCard is who asked, when and the id, and a way to stop it. It says the same from
// the moment the approvers are asked, over every code, until those have ended, so that it
// is never out of date and need not be updated; every code is news of its own. stands
// says where the request stands also where the notice does not.
func ownerCard(r approvals.Request, now time.Time, o Options, stands bool) *card {
	c := newCard(r, now, o)
	if !r.DisownedAt.IsZero() {
		c.ownerStopped()
		return c
	}
	if !r.StoppedAt.IsZero() {
		c.ownerSeesStop()
		return c
	}
	c.head("A code for your account", "{id}: a temporary sign-in code for your account was asked for. If that wasn't you, press This wasn't me.")
	c.about = c.v.lines(sayAskedBy, sayWhen)
	if !r.BlockedAt().IsZero() {
		if r.Denial.Choice == approvals.DidNotAsk {
			c.v["why"] = phrase(": you did not ask for it").in(nil)
		}
		c.advise(sayIf(r.Blocks(), "{decider} denied it{why}. Until the block is lifted, nobody can ask for a code for your account. {lift}", sayBlockLifted))
	}
	ended := r.State.Ended() && !codeMayWork(r, now)
	unused := ended && r.State != approvals.Closed
	if stands || unused || !r.MayDisown(now) {
		c.about = append(c.about, ownerState(r, now, c.v)...)
	}
	switch {
	case !r.MayDisown(now):
		c.notice = "{id}: the request for a code for your account is over."
		c.say("A temporary OneLogin code for your account was asked for. That is over.")
		c.advise(sayIf(r.CodeUntil.IsZero(), "No code was made. If you did not ask the helpdesk for this, tell {contacts} all the same.",
			"No code works any more. If you did not ask the helpdesk for this, tell {contacts}."))
		return c
	case unused:
		c.notice = "{id}: the request for a code for your account is over. If it wasn't yours, press This wasn't me."
		c.say("A temporary OneLogin code for your account was asked for. That is over.")
		c.advise(sayIf(r.CodeUntil.IsZero(), "No code was made.", "No code works any more."))
	default:
		c.say("A temporary OneLogin code for your account was asked for. Whoever has it can sign in as you without your phone.")
	}
	if r.State.Ended() && !ended {
		c.notice = "{id}: the request for a code for your account is over, but a code may still work until {codeuntil}. If that wasn't for you, press This wasn't me."
		c.advise(sayLiveUntil)
	}
	c.ownerAsked()
	return c
}

const (
	sayOwnAccountBlocked phrase = "Until the block is lifted, nobody can ask for a code for your account, even if you need one. {lift}"
	sayBlockLifted       phrase = "{lifter} lifted the block of your account {lifted}. Codes for it can be asked for again."
)

// ownerAsked asks the owner whether it was them, and offers to say that it wasn't.
func (c *card) ownerAsked() {
	c.v["window"] = duration(c.r.ObjectionWindow)
	c.adviseDisown()
	if c.r.ObjectionWindow > 0 {
		c.advise("The button works until {window} after the request has ended.")
	}
	c.offerDisown()
}

// adviseDisown says when to press This wasn't me, and what that does.
func (c *card) adviseDisown() {
	c.v["stop"] = sayIf(c.r.State.Ended() || c.r.Interrupted(), "", "stop the request, ").in(nil)
	c.advise("Did you ask the helpdesk for this? Then there is nothing to do.",
		"If not, press *This wasn't me*: we {stop}block new codes for your account and alert security.")
}

// offerDisown offers This wasn't me, after asking once more.
func (c *card) offerDisown() {
	sure := c.confirm("This wasn't you?",
		"Answer Yes if you did not ask the helpdesk for this code. We then {stop}block new codes for your account and alert security.",
		"Yes, it wasn't me")
	sure.Deny = plainText(phrase("Cancel").plain(nil))
	c.offer(ActionDisown).WithConfirm(sure)
}

// ownerState is where the request stands, for whoever looks.
func ownerState(r approvals.Request, now time.Time, v values) []spans {
	state := cmp.Or(ownerStates[r.State], stateWords[r.State]).in(v)
	lines := v.and(values{"state": state}).lines("*State:* {state}")
	if r.State != approvals.Issuing && codeMayWork(r, now) {
		lines = append(lines, v.lines(sayLiveUntil)...)
	}
	return lines
}

// ownerStates are the states with the number of the code, if there is one.
var ownerStates = map[approvals.State]phrase{
	approvals.Issuing: "{code} is being made",
	approvals.Issued:  "{code} was made",
	approvals.Unknown: "{code} may have been made",
}

// ownerSeesStop is the card after somebody else's Stop.
func (c *card) ownerSeesStop() {
	c.head("A code for your account was stopped", "{id}: the request for a code for your account was stopped. If you didn't ask for it, press This wasn't me.")
	c.about = c.v.lines(sayAskedBy, sayWhen)
	c.say("{agent} asked for a temporary OneLogin code for your account. {stopper} stopped that {stopped}.")
	c.say(codesStopped(c.r, c.now)...)
	switch {
	case c.r.Blocks():
		c.say(sayOwnAccountBlocked)
	case !c.r.LiftedAt.IsZero():
		c.say(sayBlockLifted)
	}
	if c.r.MayDisown(c.now) {
		c.adviseDisown()
		c.offerDisown()
		return
	}
	c.notice = "{id}: the request for a code for your account was stopped."
	c.advise("If you did not ask the helpdesk for this, tell {contacts} all the same.")
}

// ownerStopped is the card after This wasn't me.
func (c *card) ownerStopped() {
	c.head("You stopped this", "{id}: you stopped the request.")
	if objectedLate(c.r) {
		c.head("You reported this", "{id}: you said that it wasn't you.")
	}
	unalarmed := nobodyAlarmed(c.r, c.options)
	c.say(sayIf(unalarmed, "You said {disowned}: this wasn't me. The request is over. The alarm is in the audit channel, but Slack did not take it for any security contact.",
		"You said {disowned}: this wasn't me. The request is over, and the alarm is out."))
	c.say(codesStopped(c.r, c.now)...)
	if c.r.Alarms() && (unalarmed || mayHaveBeenUsed(c.r)) {
		c.say("Speak with {contacts} now; do not wait for a call.")
	}
	c.advise(sayIf(c.r.Blocks(), sayOwnAccountBlocked, sayBlockLifted),
		"If anybody asks you for a code or a password, give them none, and tell {contacts}.")
}

// objectedLate says whether the owner said This wasn't me of a request that had ended.
func objectedLate(r approvals.Request) bool {
	return !r.DisownedAt.IsZero() && r.State.Ended() && r.State != approvals.Disowned
}

// mayHaveBeenUsed says whether somebody may have used a code of the request, or still
// may.
func mayHaveBeenUsed(r approvals.Request) bool {
	return r.State != approvals.Issuing && !r.CodeUntil.IsZero()
}

// nobodyAlarmed says whether no security contact who is to have a card has one.
func nobodyAlarmed(r approvals.Request, o Options) bool {
	users := slices.DeleteFunc(slices.Clone(o.SecurityContacts), func(p approvals.Principal) bool { return p.Kind != approvals.SlackUser })
	return r.Alarms() && len(users) > 0 && !slices.ContainsFunc(users, func(p approvals.Principal) bool {
		return !slices.Contains(r.Unalarmed, p.ID) && !slices.Contains(r.Unfit, p.ID)
	})
}

// codesStopped says whether a code of an interrupted request may work, and what came
// of trying to end it. None of it is a proof that the code has ended: OneLogin
// says nothing that would prove it.
func codesStopped(r approvals.Request, now time.Time) []phrase {
	switch {
	case r.State == approvals.Issuing:
		return []phrase{"A code was just being made. It is thrown away and shown to nobody."}
	case r.CodeUntil.IsZero():
		return []phrase{"No code was made."}
	case !codeMayWork(r, now):
		return []phrase{"No code works any more."}
	}
	return []phrase{sayLiveUntil, revocations[r.Revocation.Outcome]}
}

// revocations are what came of trying to end a stopped code that may work.
var revocations = map[approvals.RevocationOutcome]phrase{
	"":                           "olbot is asking OneLogin to end it.",
	approvals.RevocationTaken:    "olbot asked OneLogin to end it, and OneLogin took the call. That is no proof that the code has ended.",
	approvals.RevocationRefused:  "olbot asked OneLogin to end it, and OneLogin refused.",
	approvals.RevocationNoAnswer: "olbot asked OneLogin to end it, and got no clear answer.",
	approvals.RevocationNotTried: "olbot could not ask OneLogin to end it.",
}
