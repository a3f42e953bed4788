package bot

import (
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
	"olbot/bot/text"
)

// contactCard is what a security contact sees of a request that was disowned: what
// happened, what may still work, what to do, and how to lift the block.
func contactCard(r approvals.Request, viewer string, now time.Time, o CardOptions) Message {
	v := valuesOf(r, now).and(contacts(o))
	c := card{
		notice: sayContactNotice.notice(v), title: sayContactTitle,
		lines: []spans{sayContactWhat.in(v), contactDecision(r).in(v)},
		about: append([]spans{sayFor.in(v), sayAskedBy.in(v), sayContactWhen.in(v)}, requestAbout(r, v, sayVerifiedClaim)...),
	}
	c.lines = append(c.lines, contactCodes(r, now, v)...)
	speak := pick(codeLives(r, now) && r.State != approvals.Issuing, sayContactSpeakThen, sayContactSpeak).in(v)
	switch {
	case !r.Blocks():
		c.notice, c.title = sayContactLiftedNotice.notice(v), sayContactLiftedTitle
		c.steps = []spans{pick(r.LiftedBy.HasSlack(viewer), sayContactLiftedByYou, sayContactLifted).in(v)}
	case r.Involves(approvals.Person{Slack: viewer}):
		c.steps = []spans{speak, sayContactBlocked.in(v), sayContactInvolved.in(v)}
	default:
		c.steps = []spans{speak, sayContactBlocked.in(v), sayContactLift.in(v)}
		c.buttons = []*slack.ButtonBlockElement{LiftButton(r)}
	}
	return c.message(r)
}

// LiftButton lifts the block that r left, after asking once more.
func LiftButton(r approvals.Request) *slack.ButtonBlockElement {
	v := values{"owner": word(text.Cut(nameOf(r.Owner).plain(), maxConfirmName))}
	return requestButton(ActionLift, sayLift, r).WithStyle(slack.StyleDanger).WithConfirm(slack.NewConfirmationBlockObject(
		plainText(sayLiftTitle.plain(nil)), plainText(text.Cut(sayLiftConfirm.plain(v), maxConfirmText)),
		plainText(sayLiftYes.plain(nil)), plainText(sayConfirmNo.plain(nil))))
}

// contactDecision says who had approved, if anybody had.
func contactDecision(r approvals.Request) phrase {
	if r.DecidedAt.IsZero() || r.State == approvals.Denied {
		return sayContactUndecided
	}
	return sayContactApproved
}

// contactCodes says which codes may work and what came of trying to end them.
func contactCodes(r approvals.Request, now time.Time, v values) []spans {
	switch {
	case r.State == approvals.Issuing:
		return []spans{sayOwnerStoppedMaking.in(v)}
	case r.CodeUntil.IsZero():
		return []spans{sayOwnerStoppedClean.in(v)}
	case !codeLives(r, now):
		return []spans{sayOwnerStoppedOver.in(v)}
	}
	return []spans{sayLiveUntil.in(v), revocation(r).in(v), sayContactByHand.in(values{"byhand": sayByHand.in(v)})}
}

// revocation says what came of trying to end a disowned code that may work. None
// of it is a proof that the code has ended.
func revocation(r approvals.Request) phrase {
	switch r.Revocation.Outcome {
	case "":
		return sayRevoking
	case approvals.RevocationTaken:
		return sayRevocationTaken
	case approvals.RevocationRefused:
		return sayRevocationRefused
	case approvals.RevocationNoAnswer:
		return sayRevocationNoAnswer
	}
	return sayRevocationNotTried
}
