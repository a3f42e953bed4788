package view

import (
	"fmt"
	"slices"
	"time"

	"olbot/approvals"
)

// scenes are all moments that people can see of a request.
func scenes() []scene {
	return slices.Concat(openScenes(), waitingScenes(), codeScenes(), endScenes(), denialScenes(), blockScenes(), stopScenes(), oddScenes())
}

func openScenes() []scene {
	guest := anaLopes
	guest.Guest = true
	nobody := approvals.Person{OneLogin: 102, Name: "Ana Lopes", Email: "ana@example.com"}
	cast := approvals.Participants{Agent: joeFisher, Owner: anaLopes, Approvers: byLink(principal("manager"), mariaSilva)}
	with := func(owner approvals.Person) approvals.Participants {
		c := cast
		c.Owner = owner
		return c
	}
	named := cast
	named.Approvers = byLink(principal("U0MARIA"), mariaSilva)
	many := cast
	many.Approvers = byLink(principal("S0LEADS"), mariaSilva)
	for i := range int64(6) {
		many.Approvers = append(many.Approvers, byLink(principal("S0LEADS"), approvals.Person{Slack: fmt.Sprint("U0LEAD", i), OneLogin: 200 + i})...)
	}
	reusable := begin().with(func(r *approvals.Request) { r.Reusable, r.Validity = true, 2*time.Hour })
	unreasoned := begin().with(func(r *approvals.Request) { r.Reason = "" })
	return []scene{
		begin().scene("received"),
		begin().with(func(r *approvals.Request) { r.Asked = approvals.Ref{Email: "ana@example.com"} }).scene("received-email"),
		begin().asked().scene("pending"),
		begin().askedTwo().scene("pending-group"),
		begin().askedBy(named).scene("pending-named"),
		begin().askedBy(many).scene("pending-many"),
		unreasoned.asked().scene("pending-no-reason"),
		begin().askedBy(with(guest)).scene("pending-guest"),
		begin().askedBy(with(nobody)).scene("pending-owner-not-in-slack"),
		begin().asked().notReached("U0ANA").scene("pending-owner-not-reached"),
		begin().asked().approved(approvals.DeliverClaim).notReached("U0ANA").scene("approved-owner-not-reached"),
		reusable.asked(approvals.RiskSignal{Kind: approvals.RiskReusable}, approvals.RiskSignal{Kind: approvals.RiskLong},
			approvals.RiskSignal{Kind: approvals.RiskNthThisWeek, Count: 2}, approvals.RiskSignal{Kind: approvals.RiskFirst}).scene("pending-unusual"),
		heard().scene("pending-said-before"),
		heard().passedOn("U0MARIA", approvals.Pass{Choice: approvals.NotNow}).escalated(toms()...).scene("pending-said-before-passed-on"),
		begin().asked(approvals.RiskSignal{Kind: approvals.RiskApprover}, approvals.RiskSignal{Kind: approvals.RiskRequester},
			approvals.RiskSignal{Kind: approvals.RiskContact}).scene("pending-powers"),
		begin().askedBy(approvals.Participants{Agent: joeFisher, Owner: anaLopes, Approvers: toms(), Held: []*approvals.Refusal{
			{Code: approvals.RecoveryHold, Role: approvals.Approver, Person: mariaSilva, Until: after(9 * time.Hour)}}}).scene("pending-held"),
		begin().askedBy(approvals.Participants{Agent: joeFisher, Owner: anaLopes, Approvers: toms(), Held: []*approvals.Refusal{
			{Code: approvals.OwnAccountBlocked, Role: approvals.Approver, Person: mariaSilva, Request: "OTP-2B5D-8KTN"}}}).scene("pending-blocked-manager"),
		begin().asked().approved(approvals.DeliverAuto).scene("approved-auto"),
		begin().askedTwo().approved(approvals.DeliverClaim).scene("approved-claim"),
		begin().asked().approved(approvals.DeliverClaim).wants().scene("approved-claimed"),
	}
}

func codeScenes() []scene {
	issuing := func() *story { return begin().askedTwo().approved(approvals.DeliverAuto).issuing() }
	narrower := func(s *story) *story {
		return s.issuedAs(approvals.Grant{Until: s.now.Add(2 * time.Minute), Latest: s.now.Add(s.r.Validity), Narrower: true})
	}
	missing := func(s *story) *story {
		g := s.grant()
		g.Missing = []string{"reusable", "device_id", "expires_at"}
		return s.issuedAs(g)
	}
	retry := begin().asked().approved(approvals.DeliverAuto).issuing()
	retry.do(retry.r.NotSent(1, approvals.DelayBusy, retry.now.Add(time.Second), retry.now))
	reusable := begin().with(func(r *approvals.Request) { r.Reusable = true }).asked().approved(approvals.DeliverAuto).issuing()
	return []scene{
		issuing().scene("issuing"),
		issuing().disowned().scene("issuing-disowned"),
		retry.scene("approved-retry"),
		delayed(approvals.DelayUnreachable).scene("approved-unreachable"),
		delayed(approvals.DelayRejected).scene("approved-rejected"),
		checkedAgain().scene("approved-checked-again"),
		issuing().issued().scene("issued"),
		issuing().issued().shown(approvals.Shown).scene("issued-shown"),
		issuing().issued().shown(approvals.NotShown).scene("issued-not-shown"),
		narrower(issuing()).shown(approvals.Shown).scene("issued-narrower"),
		narrower(issuing()).shown(approvals.Shown).wait(3 * time.Minute).scene("issued-narrower-over"),
		missing(issuing()).shown(approvals.Shown).scene("issued-missing"),
		reusable.issued().shown(approvals.Shown).scene("issued-reusable"),
		made().again().scene("issued-wanted"),
		made().again().issuing().scene("issuing-second"),
		made().again().issuing().issued().shown(approvals.Shown).scene("issued-second"),
		made().again().issuing().issued().shown(approvals.Shown).again().issuing().issued().shown(approvals.Shown).scene("issued-last"),
		made().wait(16 * time.Minute).scene("issued-claim-over"),
		made().asksMore().scene("issued-another-asked"),
		made().asksMore().allowed(approvals.DeliverClaim).scene("issued-another-allowed"),
		made().asksMore().stopped(mariaSilva, false).scene("stopped-another-asked"),
		several(begin().askedTwo()).scene("approved-for-several"),
		several(begin().askedTwo()).wants().issuing().issued().shown(approvals.Shown).scene("issued-for-several"),
		lostHour().wait(16 * time.Minute).scene("unknown-claim-over"),
		lostTwiceMore(several(begin().askedTwo()).wants().issuing().lost().wants().issuing().lost().wants().issuing().lost()).scene("unknown-none-left"),
		lostHour().wait(16 * time.Minute).asksMore().allowed(approvals.DeliverClaim).scene("unknown-another-allowed"),
		issuing().lost().scene("unknown"),
		made().again().issuing().lost().scene("unknown-second"),
		issuing().lost().wants().issuing().lost().wants().issuing().lost().scene("unknown-last"),
	}
}

// lostTwiceMore is a request whose approver allowed all they can.
func lostTwiceMore(s *story) *story {
	for range 2 {
		s = s.asksMore().allowed(approvals.DeliverClaim).wants().issuing().lost()
	}
	return s
}

// lostHour is a code of unknown fate that would work for an hour.
func lostHour() *story {
	return begin().with(func(r *approvals.Request) { r.Validity = time.Hour }).askedTwo().approved(approvals.DeliverAuto).issuing().lost()
}

// several is an approval for more than one code.
func several(s *story) *story {
	p := testPolicy
	p.MaxCodes, p.Delivery = 3, approvals.DeliverClaim
	return s.wait(time.Minute).do(s.r.Approve("U0MARIA", p, s.now))
}

// delayed is a request whose first code could not be made yet.
func delayed(cause approvals.DelayCause) *story {
	s := begin().asked().approved(approvals.DeliverAuto).issuing()
	return s.do(s.r.NotSent(1, cause, s.now.Add(time.Second), s.now))
}

// checkedAgain is one whose last check took too long.
func checkedAgain() *story {
	s := begin().asked().approved(approvals.DeliverAuto)
	return s.do(s.r.RepeatCheck(s.now))
}

func endScenes() []scene {
	refusal := func(code approvals.RefusalCode, role approvals.Role, who approvals.Person) approvals.Refusal {
		return approvals.Refusal{Code: code, Role: role, Person: who}
	}
	nobody := approvals.Refusal{Code: approvals.NoApprover, Role: approvals.Approver, Chain: []*approvals.Refusal{
		{Code: approvals.IsDeactivated, Role: approvals.Approver, Person: mariaSilva, Link: principal("manager")},
		{Code: approvals.GroupEmpty, Role: approvals.Approver, Link: principal("S0LEADS")},
	}}
	denied := begin().askedTwo()
	denied.do(denied.r.Deny("U0MARIA", approvals.Denial{}, denied.now))
	withdrawn := begin().askedTwo()
	withdrawn.do(withdrawn.r.Withdraw("U0JOE", withdrawn.now))
	expired := begin().askedTwo().wait(15 * time.Minute)
	expired.do(expired.r.Expire(expired.now))
	unasked := begin().wait(15 * time.Minute)
	unasked.do(unasked.r.Expire(unasked.now))
	later := made().again().issuing()
	later.do(later.r.NotSent(2, approvals.DelayBusy, later.now.Add(time.Second), later.now)).wait(15 * time.Minute)
	later.do(later.r.Lapse(later.now))
	delayedFirst := delayed(approvals.DelayUnreachable).wait(15 * time.Minute)
	delayedFirst.do(delayedFirst.r.Lapse(delayedFirst.now))
	lapsed := begin().askedTwo().approved(approvals.DeliverClaim).wait(15 * time.Minute)
	lapsed.do(lapsed.r.Lapse(lapsed.now))
	issuing := func() *story { return begin().askedTwo().approved(approvals.DeliverAuto).issuing() }
	closed := issuing().issued().shown(approvals.Shown).again().issuing().issued().wait(20 * time.Minute)
	closed.do(closed.r.Close(closed.now))
	return []scene{
		begin().refused(refusal(approvals.IsLocked, approvals.Owner, anaLopes)).scene("refused-locked"),
		begin().refused(refusal(approvals.NotARequester, approvals.Agent, joeFisher)).scene("refused-agent"),
		begin().refused(nobody).scene("refused-nobody"),
		begin().asked().notReached("U0MARIA").nobodyElse().scene("refused-nobody-reached"),
		begin().askedTwo().notReached("U0JOE").scene("refused-agent-not-reached"),
		begin().askedTwo().approved(approvals.DeliverAuto).refused(refusal(approvals.Changed, approvals.Approver, mariaSilva)).scene("refused-at-recheck"),
		made().again().refused(refusal(approvals.IsInactive, approvals.Owner, anaLopes)).scene("refused-second"),
		made().refused(approvals.Refusal{Code: approvals.KeyReplaced}).scene("refused-key-replaced"),
		denied.scene("denied"),
		withdrawn.scene("withdrawn"),
		expired.scene("expired"),
		unasked.scene("expired-looking"),
		lapsed.scene("lapsed"),
		later.scene("lapsed-later"),
		delayedFirst.scene("lapsed-delayed"),
		issuing().failed(approvals.Refusal{Code: approvals.CodeRefused, Status: 422}, time.Time{}).scene("failed"),
		issuing().failed(approvals.Refusal{Code: approvals.CodeCredentials, Status: 401}, time.Time{}).scene("failed-credentials"),
		issuing().failed(approvals.Refusal{Code: approvals.CodeWider}, after(time.Hour)).scene("failed-wider"),
		issuing().failed(approvals.Refusal{
			Code: approvals.OwnerBlocked, Role: approvals.Owner, Person: anaLopes, Request: "OTP-2B5D-8KTN",
		}, after(time.Hour)).scene("failed-blocked"),
		issuing().failed(approvals.Refusal{
			Code: approvals.AccountBlocked, Role: approvals.Owner, Person: anaLopes, Request: "OTP-2B5D-8KTN", By: samGarcia,
		}, after(time.Hour)).scene("failed-account-blocked"),
		issuing().failed(approvals.Refusal{Code: approvals.Paused, Request: "OTP-5W1T-0HQZ", By: samGarcia}, after(time.Hour)).scene("failed-paused"),
		begin().askedTwo().disowned().scene("disowned"),
		issuing().issued().shown(approvals.Shown).disowned().scene("disowned-issued"),
		disownedWhileMaking().scene("disowned-made"),
		closed.scene("closed"),
	}
}

// disownedWhileMaking is a code that was made after the owner had stopped it.
func disownedWhileMaking() *story {
	return begin().askedTwo().approved(approvals.DeliverAuto).issuing().disowned().issued()
}

// oddScenes have texts as long and as strange as they can be.
func oddScenes() []scene {
	huge := approvals.Participants{
		Agent:     approvals.Person{Slack: "U0JOE", SlackName: long("😀 ", 150), OneLogin: 101, Name: long("Joe 👩‍🚒 ", 150), Email: long("j", 240) + "@example.com"},
		Owner:     approvals.Person{Slack: "U0ANA", SlackName: "@channel", OneLogin: 102, Name: "שָׁרָה לוי", Email: "ana@example.com"},
		Approvers: byLink(principal("manager"), mariaSilva),
	}
	huge.Approvers = append(huge.Approvers, byLink(principal("manager"), approvals.Person{Slack: "U0MO", SlackName: "mo", OneLogin: 205, Name: long("محمد ", 150)})...)
	s := begin().with(func(r *approvals.Request) { r.Reason = long("𝄞", 500) })
	forged := begin().with(func(r *approvals.Request) {
		r.Reason = "x\u2028*Reason:* approved by \u202EairaM\u202C <!channel> <@U0BOSS> :tada: ” `*_~ https://evil.example"
	}).asked()
	const many = 10 // a group link asks no more
	crowd := approvals.Participants{Agent: huge.Agent, Owner: huge.Agent}
	crowd.Owner.Slack, crowd.Owner.OneLogin = "U0ANA", 102
	for i := range int64(many) {
		who := approvals.Person{Slack: fmt.Sprint("U0LEAD", i), SlackName: long("😀 ", 150), OneLogin: 300 + i, Name: long("محمد ", 150), Email: long("m", 240) + "@example.com"}
		crowd.Approvers = append(crowd.Approvers, approvals.AskedPerson{Person: who, Link: principal("S0LEADS")})
	}
	more := begin().with(func(r *approvals.Request) { r.Reason, r.Verified = long("𝄞", 500), approvals.NotVerified })
	more.askedBy(approvals.Participants{Agent: crowd.Agent, Owner: crowd.Owner, Approvers: byLink(principal("manager"), mariaSilva)}).escalated(crowd.Approvers...)
	waiting := *more
	for i := range 4 {
		more.passedOn(fmt.Sprint("U0LEAD", i), approvals.Pass{Choice: approvals.NotMyReport, Text: long("𝄞", 500)})
	}
	passed := *more
	more.denied("U0LEAD4", approvals.Denial{Choice: approvals.CouldNotReach, Text: long("𝄞", 500)})
	stopped := begin().with(func(r *approvals.Request) { r.Reason = long("𝄞", 500) }).askedBy(crowd)
	stopped.do(stopped.r.Approve("U0LEAD0", testPolicy, stopped.now)).issuing().issued().disowned().revoked(approvals.RevocationNoAnswer, 0)
	return []scene{
		s.askedBy(huge).scene("pending-long"), forged.scene("pending-forged"),
		waiting.scene("pending-crowd"), passed.scene("pending-crowd-passed-on"), more.scene("denied-crowd"), stopped.scene("disowned-crowd"),
	}
}

// toms is the link of the chain behind the manager.
func toms() []approvals.AskedPerson { return byLink(principal("S0LEADS"), tomWeber) }

func notMine() approvals.Pass {
	return approvals.Pass{Choice: approvals.NotMyReport, Text: "moved to Tom's team"}
}

func verified(how approvals.Verification) *story {
	return begin().with(func(r *approvals.Request) { r.Verified = how })
}

// waitingScenes are how a decision is waited for.
func waitingScenes() []scene {
	passedFirst := begin().askedTwo().passedOn("U0MARIA", notMine())
	last := begin().asked().escalated(toms()...)
	return []scene{
		verified(approvals.VerifiedByVideo).asked().scene("pending-verified-by-video"),
		verified(approvals.VerifiedByCallBack).asked().scene("pending-verified-by-call-back"),
		verified(approvals.VerifiedInPerson).asked().scene("pending-verified-in-person"),
		verified(approvals.NotVerified).asked(approvals.RiskSignal{Kind: approvals.RiskFirst}).scene("pending-not-verified"),
		begin().asked().reminded().scene("pending-reminded"),
		begin().asked().reminded().with(func(r *approvals.Request) { r.Reminders = 2 }).scene("pending-reminded-twice"),
		begin().asked().reminded().escalated(toms()...).scene("pending-escalated"),
		last.nobodyElse().scene("pending-nobody-else"),
		passedFirst.scene("pending-one-passed-on"),
		begin().asked().passedOn("U0MARIA", notMine()).scene("pending-all-passed-on"),
		begin().asked().passedOn("U0MARIA", notMine()).escalated(toms()...).scene("pending-next-after-passed-on"),
		begin().asked().escalated(toms()...).approvedBy("U0TOM").scene("approved-by-the-second"),
		begin().asked().passedOn("U0MARIA", notMine()).escalated(toms()...).approvedBy("U0TOM").scene("approved-after-passed-on"),
		begin().asked().passedOn("U0MARIA", notMine()).escalated(toms()...).notReached("U0JOE").scene("refused-after-passed-on"),
		begin().asked().notReached("U0MARIA").scene("pending-not-reached"),
		begin().asked().notReached("U0MARIA").escalated(toms()...).scene("pending-next-after-not-reached"),
		begin().askedTwo().notReached("U0MARIA").scene("pending-one-not-reached"),
	}
}

// heard is a request whose manager is asked alone, after what was said against others.
func heard() *story {
	return begin().askedBy(approvals.Participants{
		Agent: joeFisher, Owner: anaLopes, Approvers: byLink(principal("manager"), mariaSilva), NoFallback: managersNo(),
		Noes: []approvals.No{
			{Request: "OTP-4M2N-7PQR", Kind: approvals.EventDenied, By: mariaSilva, At: after(-time.Hour), Denial: approvals.Denial{Choice: approvals.OtherReason, Text: "she has to come by in person"}},
			{Request: "OTP-3K1M-6NPQ", Kind: approvals.EventStopped, By: tomWeber, At: after(-90 * time.Minute)},
			{Request: "OTP-6P4Q-9RST", Kind: approvals.EventPassedOn, By: tomWeber, At: after(-2 * time.Hour), Pass: approvals.Pass{Choice: approvals.NotNow}},
			{Request: "OTP-2B5D-8KTN", Kind: approvals.EventDisowned, By: anaLopes, At: after(-3 * time.Hour)},
			{Request: "OTP-2B5D-8KTN", Kind: approvals.EventDenied, By: mariaSilva, At: after(-4 * time.Hour), Denial: approvals.Denial{Choice: approvals.CouldNotReach}},
		},
	})
}

func managersNo() *approvals.Refusal {
	return &approvals.Refusal{Code: approvals.ManagerSaidNo, Role: approvals.Approver, Person: mariaSilva, Request: "OTP-4M2N-7PQR", Until: after(9 * time.Hour)}
}

// over is a request whose code was shown and has ended.
func over() *story {
	s := begin().askedTwo().approved(approvals.DeliverAuto).issuing().issued().shown(approvals.Shown).wait(20 * time.Minute)
	return s.do(s.r.Close(s.now))
}

// refusedByMaria is one that she denied.
func refusedByMaria() *story { return begin().askedTwo().denied("U0MARIA", approvals.Denial{}) }

// denialScenes are the ways to say no, and what asking again can mend.
func denialScenes() []scene {
	no := func(why approvals.DenialChoice, text string) *story {
		return begin().askedTwo().denied("U0MARIA", approvals.Denial{Choice: why, Text: text})
	}
	nobody := begin().asked().escalated(toms()...).passedOn("U0MARIA", notMine()).passedOn("U0TOM", approvals.Pass{Choice: approvals.NotNow}).nobodyElse()
	waited := begin().asked().passedOn("U0MARIA", notMine()).wait(15 * time.Minute)
	waited.do(waited.r.Expire(waited.now))
	unreached := begin().askedTwo().notReached("U0MARIA").wait(15 * time.Minute)
	unreached.do(unreached.r.Expire(unreached.now))
	held := begin().askedBy(approvals.Participants{Agent: joeFisher, Owner: anaLopes, Approvers: toms(), Held: []*approvals.Refusal{
		{Code: approvals.RecoveryHold, Role: approvals.Approver, Person: mariaSilva, Until: after(9 * time.Hour)}}}).wait(15 * time.Minute)
	held.do(held.r.Expire(held.now))
	blocked := approvals.Refusal{Code: approvals.OwnerBlocked, Role: approvals.Owner, Person: anaLopes, Request: "OTP-2B5D-8KTN"}
	missing := approvals.Refusal{Code: approvals.NotInOneLogin, Role: approvals.Owner, Named: approvals.Ref{Email: "anna@example.com"}}
	return []scene{
		no(approvals.CouldNotReach, "").scene("denied-could-not-reach"),
		no(approvals.Suspicious, "Ana sits next to me and knows nothing of it").scene("denied-suspicious"),
		no(approvals.DidNotAsk, "").scene("denied-did-not-ask"),
		no(approvals.DidNotAsk, "").lifted().scene("denied-lifted"),
		no(approvals.DidNotAsk, "she is on holiday").wait(24 * time.Hour).disowned().scene("denied-did-not-ask-disowned"),
		no(approvals.DidNotAsk, "").lifted().disowned().scene("denied-lifted-disowned"),
		no(approvals.OtherReason, "ask me again after lunch").scene("denied-in-their-words"),
		nobody.scene("refused-all-passed-on"),
		waited.scene("expired-all-passed-on"),
		unreached.scene("expired-not-reached"),
		held.scene("expired-held"),
		begin().refused(blocked).scene("refused-blocked"),
		begin().refused(approvals.Refusal{Code: approvals.NoApprover, Role: approvals.Approver, Chain: []*approvals.Refusal{
			{Code: approvals.NoManager, Role: approvals.Approver, Person: anaLopes, Link: principal("manager")}, managersNo(),
		}}).scene("refused-manager-said-no"),
		begin().refused(approvals.Refusal{Code: approvals.RecoveryHold, Role: approvals.Agent, Person: joeFisher, Until: after(9 * time.Hour)}).scene("refused-held"),
		begin().refused(missing).scene("refused-not-found"),
	}
}

// stopScenes are what follows Stop.
func stopScenes() []scene {
	live := func() *story {
		return begin().askedTwo().approved(approvals.DeliverAuto).issuing().issued().shown(approvals.Shown)
	}
	issuing := func() *story { return begin().askedTwo().approved(approvals.DeliverAuto).issuing() }
	return []scene{
		begin().askedTwo().approved(approvals.DeliverClaim).stopped(mariaSilva, false).scene("stopped-before-a-code"),
		issuing().stopped(mariaSilva, false).scene("issuing-stopped"),
		issuing().stopped(tomWeber, true).scene("issuing-stopped-and-blocked"),
		issuing().stopped(tomWeber, false).issued().scene("stopped-while-making"),
		live().stopped(tomWeber, false).scene("stopped-issued"),
		live().stopped(samGarcia, true).revoked(approvals.RevocationTaken, 0).scene("stopped-by-a-contact-and-blocked"),
		live().stopped(samGarcia, true).lifted().scene("stopped-lifted"),
		live().stopped(mariaSilva, false).wait(10 * time.Minute).scene("stopped-over"),
		live().stopped(mariaSilva, false).disowned().scene("stopped-then-disowned"),
		live().stopped(mariaSilva, false).disowned().lifted().scene("stopped-disowned-lifted"),
	}
}

// blockScenes are what follows This wasn't me.
func liftedOnMachine() *story {
	s := begin().askedTwo().disowned()
	return s.do(s.r.LiftOnMachine(approvals.Person{Operator: "root"}, "all contacts had a part", s.now))
}

// heldCode is a code that was wanted while all were paused.
func heldCode() *story {
	s := begin().asked().approved(approvals.DeliverAuto)
	return s.do(s.r.HoldCode(s.now))
}

func blockScenes() []scene {
	pending := begin().askedTwo().disowned()
	live := func() *story {
		return begin().askedTwo().approved(approvals.DeliverAuto).issuing().issued().shown(approvals.Shown)
	}
	ended := func() *story {
		return live().again().refused(approvals.Refusal{Code: approvals.IsInactive, Role: approvals.Owner, Person: anaLopes, Status: 2})
	}
	return []scene{
		ended().scene("refused-with-a-live-code"),
		ended().disowned().scene("refused-disowned-afterwards"),
		live().disowned().revoked(approvals.RevocationTaken, 0).scene("disowned-revocation-taken"),
		live().disowned().revoked(approvals.RevocationRefused, 404).scene("disowned-revocation-refused"),
		live().disowned().revoked(approvals.RevocationNoAnswer, 0).scene("disowned-revocation-no-answer"),
		live().disowned().revoked(approvals.RevocationNotTried, 0).scene("disowned-revocation-not-tried"),
		live().disowned().wait(10 * time.Minute).scene("disowned-over"),
		begin().asked().disowned().unalarmed("U0SEC").scene("disowned-contact-not-reached"),
		over().wait(3 * 24 * time.Hour).disowned().scene("closed-disowned-afterwards"),
		refusedByMaria().wait(3 * 24 * time.Hour).disowned().scene("denied-disowned-afterwards"),
		over().wait(7 * 24 * time.Hour).scene("closed-too-late"),
		refusedByMaria().wait(7 * 24 * time.Hour).scene("denied-too-late"),
		pending.lifted().scene("disowned-lifted"),
		liftedOnMachine().scene("disowned-lifted-on-machine"),
		heldCode().scene("approved-paused"),
		begin().askedBy(approvals.Participants{Agent: samGarcia, Owner: anaLopes, Approvers: byLink(principal("S0LEADS"), mariaSilva, tomWeber)}).
			disowned().scene("disowned-contact-involved"),
	}
}
