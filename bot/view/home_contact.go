package view

import (
	"slices"
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
	"olbot/bot/text"
)

// What security contacts have on their Home tab besides everybody's: the accounts that
// are blocked, and what they can stop without a request.

// homeBlocked shows a security contact the accounts that are blocked, by what a request
// left and without one, and Lift block.
func homeBlocked(h approvals.Home, viewer string, now time.Time, o Options) []slack.Block {
	blocked := h.Blocks
	if len(blocked)+len(accountBlocks(h)) == 0 {
		return nil
	}
	blocks := []slack.Block{heading("Blocked accounts")}
	for _, r := range blocked[:min(mostBlocked, len(blocked))] {
		c := newCard(r, now, o)
		c.lines = alarmCause(c, viewer)
		c.lines = append(c.lines, alarmFacts(r, now, c.v)...)
		c.say(sayFor, sayAskedBy)
		if r.Involves(approvals.Person{Slack: viewer}) {
			c.say(sayIf(isOnlyContact(approvals.Person{Slack: viewer}, o), "Nobody can ask for a code for {owner} until the block is lifted. You had a part in the request, and no other security contact is named, so whoever runs olbot has to do that, on its machine: olbot block lift {id}",
				"Nobody can ask for a code for {owner} until the block is lifted. You had a part in the request, so another security contact has to do that."))
			blocks = append(blocks, paragraph(c.lines...))
		} else {
			c.say("Nobody can ask for a code for {owner} until the block is lifted. When it is cleared up, press *Lift block*.")
			blocks = append(blocks, paragraph(c.lines...), buttonRow(liftButton(c)))
		}
		blocks = append(blocks, footnote(sayRequestID.in(c.v)))
	}
	blocks = append(blocks, homeMore(len(blocked)-mostBlocked, sayHomeMoreHere)...)
	return append(blocks, homeAccountBlocks(accountBlocks(h))...)
}

// mostAccountBlocks is how many accounts that were blocked without a request a tab shows.
const mostAccountBlocks = 2

func accountBlocks(h approvals.Home) []approvals.Restriction {
	return slices.DeleteFunc(slices.Clone(h.Restrictions), approvals.Restriction.Pauses)
}

func homeAccountBlocks(all []approvals.Restriction) (blocks []slack.Block) {
	for _, r := range all[:min(mostAccountBlocks, len(all))] {
		v := restrictionValues(r)
		lines := v.lines("{by} blocked {owner.full} {since}. No code is made for the account until the block is lifted.", "*Reason:* {reason}")
		blocks = append(blocks, paragraph(lines...), buttonRow(liftAccountButton(r, v)), footnote(phrase("Block {id}").in(v)))
	}
	return append(blocks, homeMore(len(all)-mostAccountBlocks, sayHomeMoreHere)...)
}

func liftAccountButton(r approvals.Restriction, v values) *slack.ButtonBlockElement {
	return button(ActionLift, string(r.ID)).WithConfirm(confirmation("Lift the block of this account?",
		"Codes for {owner} can then be asked for again. Is it cleared up why the account was blocked?", "Yes, lift it", v))
}

// homeSecurity is what a security contact can stop without a request.
func homeSecurity(h approvals.Home) []slack.Block {
	if !h.Contact {
		return nil
	}
	blocks := []slack.Block{heading("Security")}
	block := button(ActionBlock, aboutNothing)
	pause, paused := h.Restrictions.Pause()
	if !paused {
		stop := button(ActionPause, aboutNothing).WithConfirm(confirmation("Pause all codes?",
			"No code is made for anybody, and no request is taken, until a security contact resumes them.", "Yes, pause them", nil))
		return append(blocks, buttonRow(block, stop))
	}
	v := restrictionValues(pause)
	resume := button(ActionResume, string(pause.ID)).WithConfirm(confirmation("Resume all codes?",
		"Requests are taken again, and codes are made. Is it cleared up why they were paused?", "Yes, resume them", nil))
	return append(blocks, paragraph(sayPausedBy.in(v), phrase("No request is taken and no code is made. Who was approved meanwhile has to press *Show code* in time.").in(v)), buttonRow(resume, block))
}

const sayPausedBy phrase = "*All codes are paused:* by {by}, {since}."

func restrictionValues(r approvals.Restriction) values {
	return values{
		"id": word(string(r.ID)), "by": nameOf(r.By), "since": moment(r.At), "owner": word(text.Cut(nameOf(r.Owner).plain(), maxConfirmName)),
		"owner.full": introduction(r.Owner), "reason": quoted(r.Reason, maxReason),
	}
}

// confirmation asks once more before a button counts.
func confirmation(title, question, yes phrase, v values) *slack.ConfirmationBlockObject {
	return slack.NewConfirmationBlockObject(plainText(title.plain(nil)), plainText(text.Cut(question.plain(v), maxConfirmText)),
		plainText(yes.plain(nil)), plainText("Not yet"))
}
