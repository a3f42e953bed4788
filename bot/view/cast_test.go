package view

import (
	"strings"
	"time"

	"olbot/approvals"
)

// The people of all examples.
var (
	joeFisher  = approvals.Person{Slack: "U0JOE", SlackName: "joe", OneLogin: 101, Name: "Joe Fisher", Email: "joe@example.com"}
	anaLopes   = approvals.Person{Slack: "U0ANA", SlackName: "ana", OneLogin: 102, Name: "Ana Lopes", Email: "ana@example.com"}
	mariaSilva = approvals.Person{Slack: "U0MARIA", SlackName: "Maria Silva", OneLogin: 103, Name: "Maria Silva", Email: "maria@example.com"}
	samGarcia  = approvals.Person{Slack: "U0SEC", SlackName: "sam", OneLogin: 105, Name: "Sam Garcia", Email: "sam@example.com"}
	tomWeber   = approvals.Person{Slack: "U0TOM", SlackName: "tom", OneLogin: 104, Name: "Tom Weber", Email: "tom@example.com"}
)

// start is when all examples begin: 14:17 UTC.
var start = time.Date(2026, 11, 23, 14, 17, 0, 0, time.UTC)

func after(d time.Duration) time.Time { return start.Add(d) }

// testChain has a manager and a group behind another link.
var testChain = principals("U0MARIA", "manager", "S0LEADS")

var testOptions = Options{NotifyOwner: true, SecurityContacts: principals("U0SEC", "S0SECURITY"), Chain: testChain, ClaimWindow: 15 * time.Minute}

var testPolicy = approvals.Policy{
	DefaultValidity: 5 * time.Minute, MaxValidity: time.Hour, AllowReusable: true,
	ApprovalTimeout: 15 * time.Minute, ClaimWindow: 15 * time.Minute, Delivery: approvals.DeliverAuto,
	Chain: testChain, RemindAfter: 5 * time.Minute, EscalateAfter: 10 * time.Minute,
	SecurityContacts: testOptions.SecurityContacts,
}

// A scene is a request at a moment.
type scene struct {
	name string
	r    approvals.Request
	now  time.Time
}

// story walks a request through its transitions, as the service does.
type story struct {
	r      approvals.Request
	now    time.Time
	events []approvals.Event
}

func begin() *story {
	return &story{now: start, r: approvals.Request{
		ID: "OTP-7F3K-9QXM", State: approvals.Received, Version: 1,
		Asked: approvals.Ref{Slack: "U0ANA"}, Validity: 5 * time.Minute, Reason: "lost her phone, INC-4711",
		Agent: approvals.Person{Slack: "U0JOE"}, CreatedAt: start, ExpiresAt: after(15 * time.Minute), ObjectionWindow: 7 * 24 * time.Hour,
	}}
}

// do takes one transition, a few seconds after the last one.
func (s *story) do(change approvals.Change, err error) *story {
	if err != nil {
		panic(err)
	}
	if !change.Zero() {
		version := s.r.Version
		s.r = change.Request
		s.r.Version = version + 1
		s.events = append(s.events, change.Event)
	}
	s.now = s.now.Add(5 * time.Second)
	return s
}

func (s *story) wait(d time.Duration) *story { s.now = s.now.Add(d); return s }

func (s *story) with(change func(*approvals.Request)) *story { change(&s.r); return s }

func (s *story) last() approvals.Event { return s.events[len(s.events)-1] }

func (s *story) scene(name string) scene { return scene{name, s.r, s.now} }

func (s *story) asked(signs ...approvals.RiskSignal) *story {
	return s.askedBy(approvals.Participants{Agent: joeFisher, Owner: anaLopes, Approvers: byLink(principal("manager"), mariaSilva)}, signs...)
}

func (s *story) askedTwo() *story {
	return s.askedBy(approvals.Participants{Agent: joeFisher, Owner: anaLopes, Approvers: byLink(principal("S0LEADS"), mariaSilva, tomWeber)})
}

// principal is whom a setting names so.
func principal(name string) approvals.Principal { return principals(name)[0] }

func principals(names ...string) (all []approvals.Principal) {
	for _, name := range names {
		p, err := approvals.ParsePrincipal(name)
		if err != nil {
			panic(err)
		}
		all = append(all, p)
	}
	return all
}

func byLink(link approvals.Principal, people ...approvals.Person) (asked []approvals.AskedPerson) {
	for _, p := range people {
		asked = append(asked, approvals.AskedPerson{Person: p, Link: link})
	}
	return asked
}

func (s *story) askedBy(c approvals.Participants, signs ...approvals.RiskSignal) *story {
	return s.do(s.r.AskApprovers(c, signs, testPolicy, s.now))
}

func (s *story) reminded() *story {
	s.now = s.r.RemindAt
	return s.do(s.r.Remind(testPolicy, s.now))
}

func (s *story) denied(by string, why approvals.Denial) *story {
	return s.do(s.r.Deny(by, why, s.now))
}

func (s *story) passedOn(by string, why approvals.Pass) *story {
	return s.do(s.r.PassOn(by, why, testPolicy, s.now))
}

// escalated asks the next link of the chain when its time has come.
func (s *story) escalated(more ...approvals.AskedPerson) *story {
	if s.now.Before(s.r.EscalateAt) {
		s.now = s.r.EscalateAt
	}
	return s.do(s.r.Escalate(more, testPolicy, s.now))
}

// nobodyElse finds nobody in the next link of the chain.
func (s *story) nobodyElse() *story {
	if s.now.Before(s.r.EscalateAt) {
		s.now = s.r.EscalateAt
	}
	return s.do(s.r.NobodyElse(&approvals.Refusal{Code: approvals.NoApprover, Role: approvals.Approver, Chain: []*approvals.Refusal{
		{Code: approvals.GroupEmpty, Role: approvals.Approver, Link: principal("S0LEADS")},
	}}, s.now))
}

func (s *story) notReached(slackID string) *story { return s.do(s.r.NotReached(slackID, s.now)) }

func (s *story) unalarmed(slackID string) *story { return s.do(s.r.AlarmNotReached(slackID, s.now)) }

func (s *story) unfit(slackID string) *story {
	why := approvals.Refusal{Code: approvals.IsGuest, Role: approvals.Contact, Person: approvals.Person{Slack: slackID, SlackName: "Sec"}}
	return s.do(s.r.AlarmNotFor(slackID, &why, s.now))
}

func (s *story) revoked(came approvals.RevocationOutcome, status int) *story {
	return s.do(s.r.Revoked(approvals.Revocation{Outcome: came, Status: status}, s.now))
}

func (s *story) lifted() *story { return s.do(s.r.Lift(samGarcia, true, s.now)) }

func (s *story) approved(d approvals.Delivery) *story {
	p := testPolicy
	p.Delivery = d
	return s.wait(time.Minute).do(s.r.Approve("U0MARIA", p, s.now))
}

func (s *story) approvedBy(slackID string) *story {
	return s.do(s.r.Approve(slackID, testPolicy, s.now))
}

func (s *story) issuing() *story { return s.do(s.r.StartIssuing(s.now)) }

func (s *story) wants() *story { return s.do(s.r.RequestCode("U0JOE", s.r.Attempt+1, s.now)) }

// again is another code that Joe asks for and Maria allows.
func (s *story) again() *story { return s.asksMore().allowed(approvals.DeliverAuto) }

func (s *story) asksMore() *story { return s.do(s.r.AskAnother("U0JOE", s.r.Attempt+1, s.now)) }

func (s *story) allowed(d approvals.Delivery) *story {
	p := testPolicy
	p.Delivery = d
	return s.do(s.r.AllowMore("U0MARIA", s.r.Attempt+1, p, s.now))
}

func (s *story) issued() *story { return s.issuedAs(s.grant()) }

func (s *story) grant() approvals.Grant {
	return approvals.Grant{Until: s.now.Add(s.r.Validity), Reusable: s.r.Reusable}
}

func (s *story) issuedAs(g approvals.Grant) *story { return s.do(s.r.Issued(s.r.Attempt, g, s.now)) }

func (s *story) shown(as approvals.Showing) *story {
	return s.do(s.r.RecordDelivery(s.r.Attempt, as, s.now))
}

func (s *story) lost() *story { return s.do(s.r.OutcomeUnknown(s.r.Attempt, s.now)) }

func (s *story) disowned() *story { return s.do(s.r.Disown("U0ANA", s.now)) }

func (s *story) stopped(by approvals.Person, block bool) *story {
	return s.do(s.r.Stop(by, by.Same(samGarcia), block, s.now))
}

func (s *story) refused(why approvals.Refusal) *story { return s.do(s.r.Refuse(&why, s.now)) }

func (s *story) failed(why approvals.Refusal, until time.Time) *story {
	return s.do(s.r.Fail(s.r.Attempt, &why, until, s.now))
}

// made is a request under which a code was made and shown.
func made() *story {
	return begin().asked().approved(approvals.DeliverAuto).issuing().issued().shown(approvals.Shown)
}

// long is a text as long as its field can be, in characters that take the most bytes.
func long(s string, characters int) string {
	return string([]rune(strings.Repeat(s, characters))[:characters])
}
