package view

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"olbot/approvals"
)

// trail are events of every kind, in variants, numbered and hashed.
func trail() []approvals.Event {
	received := approvals.Event{
		At: start, Kind: approvals.EventReceived, State: approvals.Received, Request: "OTP-7F3K-9QXM",
		Actor: approvals.Person{Slack: "U0JOE"}, Agent: approvals.Person{Slack: "U0JOE"}, Asked: approvals.Ref{Slack: "U0ANA"},
		Validity: 5 * time.Minute, Reason: "lost her phone, INC-4711",
	}
	all := []approvals.Event{received}
	all = append(all, happyEvents()...)
	all = append(all, endEvents()...)
	all = append(all, waitingEvents()...)
	all = append(all, blockEvents()...)
	all = append(all, otherEvents()...)
	for i := range all {
		all[i].Number = int64(i + 1)
		sum := sha256.Sum256([]byte{byte(i)})
		all[i].Hash = hex.EncodeToString(sum[:])
	}
	return all
}

// happyEvents lead from the question to the second code and the end.
func happyEvents() []approvals.Event {
	s := begin().asked().approved(approvals.DeliverAuto)
	s.do(s.r.DeferToAgent(approvals.Away, s.now))
	s.wants()
	s.do(s.r.RepeatCheck(s.now)).issuing()
	s.do(s.r.NotSent(1, approvals.DelayBusy, s.now.Add(time.Second), s.now))
	s.issuing().issued().shown(approvals.Shown).again().issuing().issued().shown(approvals.NotShown).wants().issuing().lost()
	s.wait(20 * time.Minute)
	s.do(s.r.Close(s.now))
	return s.events
}

// endEvents are all other ends.
func endEvents() []approvals.Event {
	var all []approvals.Event
	for _, s := range endScenes() {
		if e, ok := lastEvent[s.r.State]; ok {
			all = append(all, e(s.r))
		}
	}
	old := delayed(approvals.DelayUnreachable).last()
	old.Delay = approvals.Delay{} // as it was stored before delays were
	all = append(all, delayed(approvals.DelayRejected).last(), old)
	for _, s := range []*story{delayed(approvals.DelayUnreachable), checkedAgain()} {
		s.wait(15 * time.Minute)
		all = append(all, s.do(s.r.Lapse(s.now)).last())
	}
	live := made()
	live.disowned()
	unseen := begin().asked().approved(approvals.DeliverAuto)
	unseen.do(unseen.r.DeferToAgent(approvals.PresenceUnknown, unseen.now))
	making := begin().asked().approved(approvals.DeliverAuto).issuing().disowned()
	odd := begin().with(func(r *approvals.Request) { r.Reusable, r.Validity, r.Reason = true, 2*time.Hour, "" })
	odd.askedBy(approvals.Participants{
		Agent: joeFisher, Owner: approvals.Person{OneLogin: 102, Name: "Ana Lopes", Email: "ana@example.com"},
		Approvers: byLink(principal("S0LEADS"), mariaSilva, tomWeber),
	}, approvals.RiskSignal{Kind: approvals.RiskReusable}, approvals.RiskSignal{Kind: approvals.RiskLong},
		approvals.RiskSignal{Kind: approvals.RiskNthThisWeek, Count: 3}, approvals.RiskSignal{Kind: approvals.RiskFirst},
		approvals.RiskSignal{Kind: approvals.RiskApprover}, approvals.RiskSignal{Kind: approvals.RiskRequester}, approvals.RiskSignal{Kind: approvals.RiskContact})
	all = append(all, lesser().events[0])
	return append(all, live.last(), making.last(), odd.last(), lesser().last(), unseen.last())
}

// waitingEvents are what happens while nobody decides, and the denials.
func waitingEvents() []approvals.Event {
	leads := byLink(principal("S0LEADS"), tomWeber)
	all := begin().asked().reminded().escalated(leads...).passedOn("U0MARIA", notMine()).passedOn("U0TOM", approvals.Pass{Choice: approvals.NotNow}).nobodyElse().events[1:]
	all = append(all, begin().askedTwo().passedOn("U0MARIA", approvals.Pass{}).last())
	all = append(all, begin().asked().nobodyElse().last(), begin().asked().notReached("U0MARIA").last(), begin().asked().notReached("U0ANA").last(), begin().asked().disowned().unalarmed("U0SEC").last(),
		begin().asked().disowned().unfit("U0SEC").last())
	for _, why := range approvals.DenialChoices() {
		all = append(all, begin().askedTwo().denied("U0MARIA", approvals.Denial{Choice: why, Text: "Ana knows nothing of it"}).last())
	}
	for _, how := range approvals.Verifications() {
		all = append(all, begin().with(func(r *approvals.Request) { r.Verified = how }).askedBy(approvals.Participants{
			Agent: joeFisher, Owner: anaLopes, Approvers: byLink(principal("manager"), mariaSilva),
		}).last())
	}
	return all
}

// blockEvents are what follows This wasn't me.
func blockEvents() []approvals.Event {
	all := made().disowned().revoked(approvals.RevocationTaken, 0).lifted().events
	all = all[len(all)-2:]
	all = append(all, made().disowned().revoked(approvals.RevocationRefused, 404).last(),
		made().disowned().revoked(approvals.RevocationNoAnswer, 0).last(),
		made().disowned().revoked(approvals.RevocationNotTried, 0).last(),
		made().disowned().wait(time.Hour).revoked(approvals.RevocationNoAnswer, 0).last())
	machine := made().disowned()
	all = append(all, machine.do(machine.r.LiftOnMachine(approvals.Person{Operator: "root"}, "all contacts had a part", machine.now)).last())
	all = append(all, restrictionEvents()...)
	all = append(all, begin().asked().approved(approvals.DeliverClaim).stopped(mariaSilva, false).last(),
		begin().asked().approved(approvals.DeliverAuto).issuing().stopped(samGarcia, false).last(), made().stopped(samGarcia, true).last(),
		made().wait(10*time.Minute).stopped(mariaSilva, false).last())
	all = append(all, over().wait(time.Hour).disowned().last(), refusedByMaria().disowned().last())
	for _, why := range []approvals.Refusal{
		{Code: approvals.RecoveryHold, Role: approvals.Agent, Person: joeFisher, Until: after(9 * time.Hour)},
		{Code: approvals.OwnAccountBlocked, Role: approvals.Agent, Person: joeFisher, Request: "OTP-2B5D-8KTN"},
	} {
		all = append(all, begin().refused(why).last())
	}
	all = append(all, begin().asked().approved(approvals.DeliverAuto).refused(approvals.Refusal{Code: approvals.NotInTrail, Request: "OTP-7F3K-9QXM"}).last())
	return append(all, begin().refused(approvals.Refusal{
		Code: approvals.OwnerBlocked, Role: approvals.Owner, Person: anaLopes, Request: "OTP-2B5D-8KTN",
	}).last())
}

// restrictionEvents are what security contacts do without a request.
func restrictionEvents() []approvals.Event {
	all := restrictions()
	block, pause := all[0].ID, all[1].ID
	held := begin().asked().approved(approvals.DeliverAuto)
	event := func(e approvals.Event, err error) approvals.Event {
		if err != nil {
			panic(err)
		}
		return e
	}
	operator := event(all.Lift(pause, approvals.Person{Operator: "root"}, true, start))
	operator.Reason = "all contacts are away"
	events := []approvals.Event{
		event(approvals.Restrictions{}.Block(block, anaLopes, "somebody calls in her name", samGarcia, true, start)),
		event(approvals.Restrictions{}.PauseCodes(pause, samGarcia, true, start)),
		event(all.Lift(block, samGarcia, true, start)), event(all.Lift(pause, samGarcia, true, start)), operator,
		held.do(held.r.HoldCode(held.now)).last(),
	}
	for _, b := range []approvals.Button{approvals.ButtonBlock, approvals.ButtonPause, approvals.ButtonResume} {
		events = append(events, approvals.Event{At: start, Kind: approvals.EventPressRefused, Actor: tomWeber, Button: b,
			Refusal: &approvals.Refusal{Code: approvals.NotYours, Role: approvals.Contact}})
	}
	for _, why := range []approvals.Refusal{
		{Code: approvals.Involved, Role: approvals.Owner, Request: block}, {Code: approvals.IsLocked, Role: approvals.Contact, Person: samGarcia, Request: block},
	} {
		events = append(events, approvals.Event{At: start, Kind: approvals.EventPressRefused, Actor: samGarcia, Button: approvals.ButtonLift, Refusal: &why})
	}
	return events
}

// lesser is a code for a guest, shorter than approved, about which OneLogin said
// little.
func lesser() *story {
	guest := anaLopes
	guest.Guest = true
	s := begin().askedBy(approvals.Participants{Agent: joeFisher, Owner: guest, Approvers: []approvals.AskedPerson{{Person: mariaSilva, Link: principal("manager")}}})
	s.approved(approvals.DeliverAuto).issuing()
	return s.issuedAs(approvals.Grant{
		Until: s.now.Add(2 * time.Minute), Latest: s.now.Add(s.r.Validity), Narrower: true, Missing: []string{"reusable", "device_id"},
	})
}

// otherEvents belong to no change of a request.
func otherEvents() []approvals.Event {
	press := func(button approvals.Button, by approvals.Person) approvals.Event {
		return approvals.Event{
			At: start, Kind: approvals.EventPressRefused, Request: "OTP-7F3K-9QXM", State: approvals.Pending,
			Agent: joeFisher, Owner: anaLopes, Actor: by, Button: button, Refusal: &approvals.Refusal{Code: approvals.NotYours},
		}
	}
	again := press(approvals.ButtonDisown, anaLopes)
	again.State, again.Refusal = approvals.Closed, &approvals.Refusal{Code: approvals.ObjectionOver, State: approvals.Closed}
	twice := again
	twice.State, twice.Refusal = approvals.Disowned, &approvals.Refusal{Code: approvals.DisownedBefore, State: approvals.Disowned}
	involved := press(approvals.ButtonLift, mariaSilva)
	involved.Refusal = &approvals.Refusal{Code: approvals.Involved}
	held, blocked := press(approvals.ButtonApprove, mariaSilva), press(approvals.ButtonApprove, mariaSilva)
	held.Refusal = &approvals.Refusal{Code: approvals.RecoveryHold, Role: approvals.Approver, Person: mariaSilva, Until: after(9 * time.Hour)}
	blocked.Refusal = &approvals.Refusal{Code: approvals.OwnAccountBlocked, Role: approvals.Approver, Person: mariaSilva, Request: "OTP-2B5D-8KTN"}
	return []approvals.Event{
		{
			At: start, Kind: approvals.EventCommandRefused, Actor: approvals.Person{Slack: "U0JOE"}, Agent: approvals.Person{Slack: "U0JOE"},
			Asked: approvals.Ref{Email: "ana@example.com"}, Validity: 72 * time.Hour,
			Refusal: &approvals.Refusal{Code: approvals.ValidityRange, Max: time.Hour},
		},
		{
			At: start, Kind: approvals.EventCommandRefused, Actor: approvals.Person{Slack: "U0JOE"}, Agent: approvals.Person{Slack: "U0JOE"},
			Asked: approvals.Ref{OneLogin: 102}, Refusal: &approvals.Refusal{Code: approvals.AgentLimit, Limit: 10},
		},
		press(approvals.ButtonApprove, approvals.Person{Slack: "U0EVE"}), press(approvals.ButtonWithdraw, tomWeber),
		press(approvals.ButtonDisown, tomWeber), press(approvals.ButtonGenerate, tomWeber), press(approvals.ButtonAskAgain, tomWeber), press(approvals.ButtonStop, joeFisher),
		press(approvals.ButtonAnother, tomWeber), press(approvals.ButtonMore, tomWeber),
		press(approvals.ButtonLift, tomWeber), involved, again, twice, held, blocked,
		{At: start, Kind: approvals.EventSettings, Settings: []approvals.Setting{
			{Name: "OLBOT_MAX_VALIDITY", Old: "1h", New: "72h"}, {Name: "OLBOT_PROTECTED", Old: "role:7", New: ""},
		}},
		{At: start, Kind: approvals.EventTooMany, Actor: approvals.Person{Slack: "U0JOE"}, Agent: approvals.Person{Slack: "U0JOE"}, Count: 290},
		{At: start, Kind: approvals.EventTampered, Request: "OTP-7F3K-9QXM", Tampering: approvals.TamperedRequest},
		{At: start, Kind: approvals.EventTampered, Request: "OTP-7F3K-9QXM", Tampering: approvals.TamperedTrail},
		{At: start, Kind: approvals.EventTampered, Tampering: approvals.TamperedTrail},
		{At: start, Kind: approvals.EventStarted, Version: "0.1.0", Schema: 1, Count: 1},
		{At: start, Kind: approvals.EventStarted, Version: "0.1.0", Schema: 1, Count: 3},
		{At: start, Kind: approvals.EventShutDown, Version: "0.1.0"},
		{At: start, Kind: approvals.EventKeyReplaced, Count: 3},
		{At: start, Kind: approvals.EventFeedLost}, {At: start, Kind: approvals.EventFeedRestored},
		{At: start, Kind: approvals.EventForeign, Count: 2},
	}
}

// lastEvent makes the event with which a request came to its end.
var lastEvent = map[approvals.State]func(approvals.Request) approvals.Event{
	approvals.Refused:   ending(approvals.EventRefused),
	approvals.Denied:    ending(approvals.EventDenied),
	approvals.Withdrawn: ending(approvals.EventWithdrawn),
	approvals.Expired:   ending(approvals.EventExpired),
	approvals.Lapsed:    ending(approvals.EventLapsed),
	approvals.Failed:    ending(approvals.EventFailed),
	approvals.Disowned:  ending(approvals.EventDisowned),
}

func ending(kind approvals.EventKind) func(approvals.Request) approvals.Event {
	return func(r approvals.Request) approvals.Event {
		e := approvals.Event{
			At: r.EndedAt, Kind: kind, Request: r.ID, State: r.State, Agent: r.Agent, Owner: r.Owner,
			Attempt: r.Attempt, Refusal: r.Refusal,
		}
		switch kind {
		case approvals.EventDenied:
			e.Actor = r.DecidedBy.Person
		case approvals.EventWithdrawn:
			e.Actor = r.Agent
		case approvals.EventDisowned:
			e.Actor = r.Owner
		}
		if r.CodeUntil.After(r.EndedAt) {
			e.Until = r.CodeUntil
		}
		return e
	}
}
