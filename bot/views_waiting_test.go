package bot

import (
	"time"

	"olbot/approvals"
)

// toms is the link of the chain behind the manager.
func toms() []approvals.AskedPerson { return byLink(principal("S0LEADS"), tomWeber) }

func notMine() approvals.Denial {
	return approvals.Denial{Choice: approvals.NotMyReport, Text: "moved to Tom's team"}
}

func verified(how approvals.Verification) *story {
	return begin().with(func(r *approvals.Request) { r.Verified = how })
}

// waitingScenes are how a decision is waited for.
func waitingScenes() []scene {
	declinedFirst := begin().askedTwo().denied("U0MARIA", notMine())
	last := begin().asked().escalated(toms()...)
	return []scene{
		verified(approvals.VerifiedByVideo).asked().scene("pending-verified-by-video"),
		verified(approvals.VerifiedByCallBack).asked().scene("pending-verified-by-call-back"),
		verified(approvals.VerifiedInPerson).asked().scene("pending-verified-in-person"),
		verified(approvals.NotVerified).asked(approvals.Sign{Kind: approvals.SignFirst}).scene("pending-not-verified"),
		begin().asked().reminded().scene("pending-reminded"),
		begin().asked().reminded().with(func(r *approvals.Request) { r.Reminders = 2 }).scene("pending-reminded-twice"),
		begin().asked().reminded().escalated(toms()...).scene("pending-escalated"),
		last.nobodyElse().scene("pending-nobody-else"),
		declinedFirst.scene("pending-one-declined"),
		begin().asked().denied("U0MARIA", notMine()).scene("pending-all-declined"),
		begin().asked().denied("U0MARIA", notMine()).escalated(toms()...).scene("pending-next-after-declined"),
		begin().asked().escalated(toms()...).approvedBy("U0TOM").scene("approved-by-the-second"),
	}
}

// denialScenes are the ways to say no, and what asking again can mend.
func denialScenes() []scene {
	no := func(why approvals.DenialChoice, text string) *story {
		return begin().askedTwo().denied("U0MARIA", approvals.Denial{Choice: why, Text: text})
	}
	nobody := begin().asked().escalated(toms()...).denied("U0MARIA", notMine()).denied("U0TOM", notMine())
	waited := begin().asked().denied("U0MARIA", notMine()).wait(15 * time.Minute)
	waited.do(waited.r.Expire(waited.now))
	blocked := approvals.Refusal{Code: approvals.OwnerBlocked, Role: approvals.Owner, Person: anaLopes, Request: "OTP-2B5D-8KTN"}
	missing := approvals.Refusal{Code: approvals.NotInOneLogin, Role: approvals.Owner, Named: approvals.Ref{Email: "anna@example.com"}}
	return []scene{
		no(approvals.CouldNotReach, "").scene("denied-could-not-reach"),
		no(approvals.Suspicious, "Ana sits next to me and knows nothing of it").scene("denied-suspicious"),
		no("", "ask me again after lunch").scene("denied-in-their-words"),
		nobody.scene("denied-by-nobody"),
		waited.scene("expired-all-declined"),
		begin().refused(blocked).scene("refused-blocked"),
		begin().refused(missing).scene("refused-not-found"),
	}
}

// blockScenes are what follows This wasn't me.
func blockScenes() []scene {
	pending := begin().askedTwo().disowned()
	live := func() *story {
		return begin().askedTwo().approved(approvals.DeliverAuto).issuing().issued().shown(approvals.Shown)
	}
	ended := func() *story {
		return live().wants().refused(approvals.Refusal{Code: approvals.IsInactive, Role: approvals.Owner, Person: anaLopes, Status: 2})
	}
	return []scene{
		ended().scene("refused-with-a-live-code"),
		ended().disowned().scene("refused-disowned-afterwards"),
		live().disowned().revoked(approvals.RevocationTaken, 0).scene("disowned-revocation-taken"),
		live().disowned().revoked(approvals.RevocationRefused, 404).scene("disowned-revocation-refused"),
		live().disowned().revoked(approvals.RevocationNoAnswer, 0).scene("disowned-revocation-no-answer"),
		live().disowned().revoked(approvals.RevocationNotTried, 0).scene("disowned-revocation-not-tried"),
		live().disowned().wait(10 * time.Minute).scene("disowned-over"),
		pending.lifted().scene("disowned-lifted"),
		begin().askedBy(approvals.Cast{Agent: samGarcia, Owner: anaLopes, Approvers: byLink(principal("S0LEADS"), mariaSilva, tomWeber)}).
			disowned().scene("disowned-contact-involved"),
	}
}
