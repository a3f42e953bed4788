package approvals

import (
	"os"
	"regexp"
	"slices"
	"testing"
	"time"
)

var (
	t0    = time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	joe   = Person{Slack: "U0JOE", OneLogin: 1, Name: "Joe Doe", Email: "joe@example.com"}
	ana   = Person{Slack: "U0ANA", OneLogin: 2, Name: "Ana Diaz", Email: "ana@example.com"}
	maria = Person{Slack: "U0MARIA", OneLogin: 3, Name: "Maria Roe", Email: "maria@example.com"}
	carol = Person{Slack: "U0CAROL", OneLogin: 4, Name: "Carol Poe", Email: "carol@example.com"}
	rules = Policy{
		Requesters: principals("U0JOE"), Chain: principals("manager"),
		DefaultValidity: 5 * time.Minute, MaxValidity: time.Hour, AllowReusable: true,
		ApprovalTimeout: 15 * time.Minute, ClaimWindow: 15 * time.Minute, MaxCodes: 3, Delivery: DeliverAuto,
	}
	twoLinks = func() Policy {
		p := rules
		p.Chain = principals("manager", "U0CAROL")
		p.RemindAfter, p.EscalateAfter = 5*time.Minute, 10*time.Minute
		return p
	}()
)

// at makes a request that stands in the state, two minutes after t0.
func at(s State) Request {
	r := Request{
		ID: "OTP-7F3K-9QXM", State: s, Version: 7,
		Asked: Ref{Slack: ana.Slack}, Validity: 5 * time.Minute,
		Agent: joe, Owner: ana, Approvers: []AskedPerson{{maria, principal("manager")}}, Link: principal("manager"),
		CreatedAt: t0, ExpiresAt: t0.Add(15 * time.Minute),
	}
	switch s {
	case Received:
		r.Agent, r.Owner, r.Approvers = Person{Slack: joe.Slack}, Person{}, nil
	case Approved, Issuing, Issued, Unknown, Failed, Closed, Lapsed:
		r.DecidedBy, r.DecidedAt, r.ClaimUntil = AskedPerson{maria, principal("manager")}, t0.Add(time.Minute), t0.Add(16*time.Minute)
		r.MaxCodes = rules.MaxCodes
	case Denied:
		r.DecidedBy, r.DecidedAt = AskedPerson{maria, principal("manager")}, t0.Add(time.Minute)
	}
	switch s {
	case Issuing, Issued, Unknown, Failed, Closed:
		r.Attempt, r.Wanted, r.IssuingAt = 1, 1, t0.Add(2*time.Minute)
		r.CodeUntil = t0.Add(7*time.Minute + 30*time.Second)
	}
	if s.Ended() {
		r.EndedAt = t0.Add(2 * time.Minute)
	}
	return r
}

func TestEveryTransitionFromEveryState(t *testing.T) {
	now := t0.Add(2 * time.Minute)
	late := t0.Add(20 * time.Minute)
	const nothing = "" // no change and no refusal
	tests := []struct {
		name string
		do   func(Request) (Change, error)
		goes map[State]State // the states it leads from and to
		rest RefusalCode     // what it says everywhere else
	}{
		{"ask", func(r Request) (Change, error) {
			return r.AskApprovers(Participants{Agent: joe, Owner: ana, Approvers: []AskedPerson{{maria, principal("manager")}}}, nil, rules, now)
		}, map[State]State{Received: Pending}, TooLate},
		{"refuse", func(r Request) (Change, error) { return r.Refuse(&Refusal{Code: NoApprover}, now) },
			map[State]State{Received: Refused, Pending: Refused, Approved: Refused, Issued: Refused, Unknown: Refused}, TooLate},
		{"approve", func(r Request) (Change, error) {
			r.Approvers = []AskedPerson{{maria, principal("manager")}}
			return r.Approve(maria.Slack, rules, now)
		}, map[State]State{Pending: Approved}, TooLate},
		{"deny", func(r Request) (Change, error) {
			r.Approvers = []AskedPerson{{maria, principal("manager")}}
			return r.Deny(maria.Slack, Denial{}, now)
		}, map[State]State{Pending: Denied}, TooLate},
		{"pass on, with a further link", func(r Request) (Change, error) {
			r.Approvers = []AskedPerson{{maria, principal("manager")}}
			return r.PassOn(maria.Slack, Pass{Choice: NotMyReport}, twoLinks, now)
		}, map[State]State{Pending: Pending}, TooLate},
		{"pass on, without a further link", func(r Request) (Change, error) {
			r.Approvers = []AskedPerson{{maria, principal("manager")}}
			return r.PassOn(maria.Slack, Pass{}, rules, now)
		}, map[State]State{Pending: Pending}, TooLate},
		{"deny too late", func(r Request) (Change, error) {
			r.Approvers = []AskedPerson{{maria, principal("manager")}}
			return r.Deny(maria.Slack, Denial{Choice: Suspicious}, late)
		}, map[State]State{Pending: Expired}, TooLate},
		{"pass on too late", func(r Request) (Change, error) {
			r.Approvers = []AskedPerson{{maria, principal("manager")}}
			return r.PassOn(maria.Slack, Pass{Choice: NotMyReport}, twoLinks, late)
		}, map[State]State{Pending: Expired}, TooLate},
		{"pass on twice", func(r Request) (Change, error) {
			r.Approvers, r.PassedOn = nil, []Passing{{AskedPerson: AskedPerson{maria, principal("manager")}}}
			return r.PassOn(maria.Slack, Pass{Choice: NotMyReport}, twoLinks, now)
		}, nil, PassedBefore},
		{"remind in time", func(r Request) (Change, error) {
			r.RemindAt = now
			return r.Remind(twoLinks, now)
		}, map[State]State{Pending: Pending}, nothing},
		{"remind early", func(r Request) (Change, error) {
			r.RemindAt = now.Add(1)
			return r.Remind(twoLinks, now)
		}, nil, nothing},
		{"ask more in time", func(r Request) (Change, error) {
			r.EscalateAt = now
			return r.Escalate([]AskedPerson{{carol, principal("U0CAROL")}}, twoLinks, now)
		}, map[State]State{Pending: Pending}, nothing},
		{"ask more early", func(r Request) (Change, error) {
			r.EscalateAt = now.Add(1)
			return r.Escalate([]AskedPerson{{carol, principal("U0CAROL")}}, twoLinks, now)
		}, nil, nothing},
		{"nobody else, and somebody is asked", func(r Request) (Change, error) {
			r.EscalateAt, r.Approvers = now, []AskedPerson{{maria, principal("manager")}}
			return r.NobodyElse(&Refusal{Code: NoApprover}, now)
		}, map[State]State{Pending: Pending}, nothing},
		{"nobody else, and nobody is asked", func(r Request) (Change, error) {
			r.EscalateAt, r.Approvers, r.PassedOn = now, nil, []Passing{{AskedPerson: AskedPerson{maria, principal("manager")}}}
			return r.NobodyElse(&Refusal{Code: NoApprover}, now)
		}, map[State]State{Pending: Refused}, nothing},
		{"nobody else, and nobody was reached", func(r Request) (Change, error) {
			r.EscalateAt, r.Approvers, r.Unreached = now, nil, []AskedPerson{{maria, principal("manager")}}
			return r.NobodyElse(&Refusal{Code: NoApprover}, now)
		}, map[State]State{Pending: Refused}, nothing},
		{"nobody else, early", func(r Request) (Change, error) {
			r.EscalateAt = now.Add(1)
			return r.NobodyElse(&Refusal{Code: NoApprover}, now)
		}, nil, nothing},
		{"approve too late", func(r Request) (Change, error) {
			r.Approvers = []AskedPerson{{maria, principal("manager")}}
			return r.Approve(maria.Slack, rules, late)
		}, map[State]State{Pending: Expired}, TooLate},
		{"agent not reached", func(r Request) (Change, error) { return r.NotReached(joe.Slack, now) },
			map[State]State{Pending: Refused, Approved: Refused}, nothing},
		{"owner not reached", func(r Request) (Change, error) { return r.NotReached(ana.Slack, now) },
			inPlace(Pending, Approved, Issuing, Issued, Unknown), nothing},
		{"owner not reached, again", func(r Request) (Change, error) {
			r.OwnerUntold = true
			return r.NotReached(ana.Slack, now)
		}, nil, nothing},
		{"approver not reached", func(r Request) (Change, error) { return r.NotReached(maria.Slack, now) },
			inPlace(Pending), nothing},
		{"approver not reached too late", func(r Request) (Change, error) { return r.NotReached(maria.Slack, late) },
			map[State]State{Pending: Expired}, nothing},
		{"somebody else not reached", func(r Request) (Change, error) { return r.NotReached(carol.Slack, now) }, nil, nothing},
		{"approve by one who was not reached", func(r Request) (Change, error) {
			r.Approvers, r.Unreached = nil, []AskedPerson{{maria, principal("manager")}}
			return r.Approve(maria.Slack, rules, now)
		}, nil, NotReached},
		{"withdraw", func(r Request) (Change, error) { return r.Withdraw(joe.Slack, now) },
			map[State]State{Received: Withdrawn, Pending: Withdrawn, Approved: Withdrawn}, TooLate},
		{"expire in time", func(r Request) (Change, error) { return r.Expire(late) },
			map[State]State{Received: Expired, Pending: Expired}, nothing},
		{"expire early", func(r Request) (Change, error) { return r.Expire(now) }, nil, nothing},
		{"lapse in time", func(r Request) (Change, error) { return r.Lapse(late) },
			map[State]State{Approved: Lapsed}, nothing},
		{"lapse early", func(r Request) (Change, error) { return r.Lapse(now) }, nil, nothing},
		{"close in time", func(r Request) (Change, error) { return r.Close(late) },
			map[State]State{Issued: Closed, Unknown: Closed}, nothing},
		{"close early", func(r Request) (Change, error) { return r.Close(now) }, nil, nothing},
		{"disown", func(r Request) (Change, error) {
			r.Owner = ana
			return r.Disown(ana.Slack, now)
		}, map[State]State{Pending: Disowned, Approved: Disowned, Issuing: Issuing, Issued: Disowned, Unknown: Disowned,
			Failed: Failed, Closed: Closed}, ObjectionOver},
		{"disown, and no code works any more", func(r Request) (Change, error) {
			r.Owner = ana
			return r.Disown(ana.Slack, late)
		}, map[State]State{Pending: Disowned, Approved: Disowned, Issuing: Issuing, Issued: Disowned, Unknown: Disowned}, ObjectionOver},
		{"disown within the objection window", func(r Request) (Change, error) {
			r.Owner, r.ObjectionWindow = ana, time.Hour
			return r.Disown(ana.Slack, late)
		}, map[State]State{Pending: Disowned, Approved: Disowned, Issuing: Issuing, Issued: Disowned, Unknown: Disowned,
			Refused: Refused, Denied: Denied, Withdrawn: Withdrawn, Expired: Expired, Lapsed: Lapsed, Failed: Failed, Disowned: Disowned, Stopped: Stopped, Closed: Closed}, ObjectionOver},
		{"disown twice", func(r Request) (Change, error) {
			r.Owner, r.DisownedAt, r.ObjectionWindow = ana, t0, time.Hour
			return r.Disown(ana.Slack, now)
		}, nil, DisownedBefore},
		{"disown what was stopped", func(r Request) (Change, error) {
			r.Owner, r.StoppedAt = ana, t0
			return r.Disown(ana.Slack, now)
		}, map[State]State{Pending: Disowned, Approved: Disowned, Issuing: Issuing, Issued: Disowned, Unknown: Disowned,
			Failed: Failed, Closed: Closed}, ObjectionOver},
		{"stop", func(r Request) (Change, error) {
			r.Approvers = []AskedPerson{{maria, principal("manager")}}
			return r.Stop(maria, false, false, now)
		}, map[State]State{Approved: Stopped, Issuing: Issuing, Issued: Stopped, Unknown: Stopped}, TooLate},
		{"stop and block, by a contact", func(r Request) (Change, error) { return r.Stop(carol, true, true, late) },
			map[State]State{Approved: Stopped, Issuing: Issuing, Issued: Stopped, Unknown: Stopped}, TooLate},
		{"stop, by somebody else", func(r Request) (Change, error) { return r.Stop(carol, false, true, now) }, nil, NotYours},
		{"stop twice", func(r Request) (Change, error) {
			r.StoppedAt = t0
			return r.Stop(carol, true, false, now)
		}, nil, TooLate},
		{"stop what was disowned", func(r Request) (Change, error) {
			r.DisownedAt = t0
			return r.Stop(carol, true, false, now)
		}, nil, TooLate},
		{"revoked, and stopped", func(r Request) (Change, error) {
			r.StoppedAt = t0
			return r.Revoked(Revocation{Outcome: RevocationTaken}, now)
		}, inPlace(States()...), nothing},
		{"revoked", func(r Request) (Change, error) {
			r.DisownedAt = t0
			return r.Revoked(Revocation{Outcome: RevocationTaken}, now)
		}, inPlace(States()...), nothing},
		{"revoked, and not disowned", func(r Request) (Change, error) {
			return r.Revoked(Revocation{Outcome: RevocationTaken}, now)
		}, nil, nothing},
		{"lift", func(r Request) (Change, error) {
			r.DisownedAt = t0
			return r.Lift(carol, true, now)
		}, inPlace(without(States(), Issuing)...), StillMaking},
		{"lift, and not disowned", func(r Request) (Change, error) { return r.Lift(carol, true, now) }, nil, NotBlocked},
		{"start issuing", func(r Request) (Change, error) {
			r.Wanted = r.Attempt + 1
			return r.StartIssuing(now)
		}, map[State]State{Approved: Issuing, Issued: Issuing, Unknown: Issuing}, nothing},
		{"a contact is unfit", func(r Request) (Change, error) {
			r.DisownedAt = t0
			return r.AlarmNotFor(carol.Slack, &Refusal{Code: IsGuest}, now)
		}, inPlace(States()...), nothing},
		{"a contact is unfit, again", func(r Request) (Change, error) {
			r.DisownedAt, r.Unfit = t0, []string{carol.Slack}
			return r.AlarmNotFor(carol.Slack, &Refusal{Code: IsGuest}, now)
		}, nil, nothing},
		{"a contact is unfit, and nothing is blocked", func(r Request) (Change, error) {
			return r.AlarmNotFor(carol.Slack, &Refusal{Code: IsGuest}, now)
		}, nil, nothing},
		{"hold", func(r Request) (Change, error) {
			r.Wanted = r.Attempt + 1
			return r.HoldCode(now)
		}, inPlace(Approved, Issued, Unknown), nothing},
		{"hold, and no code is wanted", func(r Request) (Change, error) { return r.HoldCode(now) }, nil, nothing},
		{"lift on the machine", func(r Request) (Change, error) {
			r.DisownedAt = t0
			return r.LiftOnMachine(Person{Operator: "root"}, "", now)
		}, inPlace(without(States(), Issuing)...), StillMaking},
		{"issued", func(r Request) (Change, error) { return r.Issued(1, Grant{Until: late}, now) },
			map[State]State{Issuing: Issued}, TooLate},
		{"not sent", func(r Request) (Change, error) { return r.NotSent(1, DelayBusy, late, now) },
			map[State]State{Issuing: Approved}, nothing},
		{"lost", func(r Request) (Change, error) { return r.OutcomeUnknown(1, now) },
			map[State]State{Issuing: Unknown}, nothing},
		{"fail", func(r Request) (Change, error) { return r.Fail(1, &Refusal{Code: CodeRefused}, time.Time{}, now) },
			map[State]State{Issuing: Failed}, nothing},
	}
	for _, tt := range tests {
		for _, s := range States() {
			t.Run(tt.name+"/"+string(s), func(t *testing.T) {
				before := at(s)
				c, err := tt.do(before)
				want, goes := tt.goes[s]
				switch {
				case goes:
					if err != nil || c.Request.State != want {
						t.Fatalf("state %q, error %v; want %q", c.Request.State, err, want)
					}
					checkChange(t, c)
				case tt.rest == nothing:
					if err != nil || !c.Zero() {
						t.Fatalf("change to %q, error %v; want neither", c.Request.State, err)
					}
				default:
					why, ok := err.(*Refusal)
					if !ok || why.Code != tt.rest || !c.Zero() {
						t.Fatalf("change to %q, error %v; want only a refusal %q", c.Request.State, err, tt.rest)
					}
				}
			})
		}
	}
}

// inPlace leads from each of the states to itself.
func inPlace(states ...State) map[State]State {
	goes := map[State]State{}
	for _, s := range states {
		goes[s] = s
	}
	return goes
}

func without(states []State, out State) []State {
	return slices.DeleteFunc(states, func(s State) bool { return s == out })
}

// checkChange checks what every Change promises.
func checkChange(t *testing.T, c Change) {
	t.Helper()
	if c.Event.Kind == "" || c.Event.At.IsZero() || c.Event.Request != c.Request.ID || c.Event.State != c.Request.State {
		t.Errorf("event does not tell of the change: %+v", c.Event)
	}
	if !slices.ContainsFunc(c.Jobs, func(j Job) bool { return j.Kind == JobShow && j.RunAt.Equal(c.Event.At) }) {
		t.Error("nobody is shown the change")
	}
	for _, j := range c.Jobs {
		if j.Request != c.Request.ID || j.RunAt.IsZero() {
			t.Errorf("job %+v is not about the request", j)
		}
	}
	if c.Request.State.Ended() != !c.Request.EndedAt.IsZero() {
		t.Errorf("state %q, ended at %v", c.Request.State, c.Request.EndedAt)
	}
}

func TestTheDrawingHasTheArrowsOfTheTable(t *testing.T) {
	doc, err := os.ReadFile("../docs/states.md")
	if err != nil {
		t.Fatal(err)
	}
	drawn := map[State][]State{}
	for _, m := range regexp.MustCompile(`(?m)^ +(\w+) --> (\w+):`).FindAllStringSubmatch(string(doc), -1) {
		drawn[State(m[1])] = append(drawn[State(m[1])], State(m[2]))
	}
	for _, s := range States() {
		want, got := s.Next(), drawn[s]
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(want, got) {
			t.Errorf("from %s: drawn %v, table %v", s, got, want)
		}
	}
}

func TestOpenStatesBlockAnotherRequest(t *testing.T) {
	var open []State
	for _, s := range States() {
		if s.Open() {
			open = append(open, s)
		}
	}
	if want := []State{Received, Pending, Approved, Issuing, Unknown}; !slices.Equal(open, want) {
		t.Errorf("open states %v, want %v", open, want)
	}
}
