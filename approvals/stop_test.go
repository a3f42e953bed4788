package approvals

import (
	"testing"
	"time"
)

// TestStopIsForThoseWithAPart (invariant 10): who decided, who was asked, and contacts.
func TestStopIsForThoseWithAPart(t *testing.T) {
	now := t0.Add(2 * time.Minute)
	tom := Person{Slack: "U0TOM", SlackOrg: "W0TOM", OneLogin: 9}
	r := at(Issued)
	r.Approvers = []AskedPerson{{carol, principal("S0LEADS")}, {tom, principal("S0LEADS")}}
	r.PassedOn = []Passing{{AskedPerson: AskedPerson{Person{Slack: "U0DEC"}, principal("manager")}}}
	for name, tt := range map[string]struct {
		by      Person
		contact bool
		as      Person // "" if refused
	}{
		"decided":                 {Person{Slack: maria.Slack}, false, maria},
		"asked too":               {Person{Slack: "U0TOM"}, false, tom},
		"by the other id":         {Person{Slack: "W0TOM"}, false, tom},
		"a contact":               {Person{Slack: "U0SEC", Name: "Sam"}, true, Person{Slack: "U0SEC", Name: "Sam"}},
		"a contact who was asked": {Person{Slack: "U0TOM"}, true, tom},
		"passed on":               {Person{Slack: "U0DEC"}, false, Person{}},
		"agent":                   {joe, false, Person{}},
		"owner":                   {ana, false, Person{}},
		"nobody":                  {Person{}, false, Person{}},
	} {
		c, err := r.Stop(tt.by, tt.contact, false, now)
		if tt.as == (Person{}) {
			if codeOf(err) != NotYours || err.(*Refusal).Role != Approver {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || c.Request.State != Stopped || c.Request.StoppedBy != tt.as || c.Event.Actor != tt.as || c.Event.Kind != EventStopped {
			t.Errorf("%s: %+v, %v", name, c.Event, err)
		}
	}
}

// TestAStopBlocksOnlyIfItSaysSo, and tries to end a code that may work.
func TestAStopBlocksOnlyIfItSaysSo(t *testing.T) {
	now := t0.Add(2 * time.Minute)
	for _, s := range []State{Approved, Issued, Unknown} {
		for _, block := range []bool{false, true} {
			c, err := at(s).Stop(carol, true, block, now)
			live := s != Approved
			if err != nil || c.Request.Blocks() != block || c.Event.Blocks != block || c.Event.Until.IsZero() == live || due(c, JobRevoke).IsZero() == live {
				t.Errorf("%s, block %t: %+v, %v, %v", s, block, c.Event, c.Jobs, err)
			}
			if !c.Request.Alarms() || c.Request.CodesLeft(now) != 0 || c.Request.Making(now) {
				t.Errorf("%s: alarms %t, %d codes left", s, c.Request.Alarms(), c.Request.CodesLeft(now))
			}
		}
	}
}

// TestWhoCameFirstEndsTheMaking (invariants 3 and 10), however OneLogin answers.
func TestWhoCameFirstEndsTheMaking(t *testing.T) {
	now := t0.Add(2 * time.Minute)
	stop := func(r Request) (Change, error) { return r.Stop(maria, false, false, now) }
	disown := func(r Request) (Change, error) { return r.Disown(ana.Slack, now) }
	for name, tt := range map[string]struct {
		first, second func(Request) (Change, error)
		refused       RefusalCode
		want          State
		kind          EventKind
		blocks        bool
	}{
		"stopped":               {stop, nil, "", Stopped, EventStopped, false},
		"stopped twice":         {stop, stop, TooLate, Stopped, EventStopped, false},
		"stopped, disowned":     {stop, disown, "", Stopped, EventStopped, true},
		"disowned, not stopped": {disown, stop, TooLate, Disowned, EventDisowned, true},
	} {
		c, err := tt.first(at(Issuing))
		if err != nil || c.Request.State != Issuing || !due(c, JobRevoke).IsZero() {
			t.Fatalf("%s: %+v, %v", name, c, err)
		}
		r := c.Request
		if tt.second != nil {
			c, err := tt.second(r)
			if codeOf(err) != tt.refused {
				t.Fatalf("%s: %v", name, err)
			}
			if err == nil {
				r = c.Request
			} else if err.(*Refusal).State != tt.want {
				t.Errorf("%s: refused with %+v", name, err)
			}
		}
		for answer, end := range map[string]func(Request) (Change, error){
			"made":      func(r Request) (Change, error) { return r.Issued(1, Grant{Until: now.Add(time.Minute)}, now) },
			"not known": func(r Request) (Change, error) { return r.OutcomeUnknown(1, now) },
			"wider": func(r Request) (Change, error) {
				return r.Fail(1, &Refusal{Code: CodeWider}, now.Add(time.Minute), now)
			},
			"not made": func(r Request) (Change, error) { return r.Fail(1, &Refusal{}, time.Time{}, now) },
			"not sent": func(r Request) (Change, error) { return r.NotSent(1, DelayBusy, now, now) },
		} {
			c, err := end(r)
			if err != nil || c.Request.State != tt.want || c.Event.Kind != tt.kind || c.Request.Blocks() != tt.blocks {
				t.Errorf("%s, %s: %s, %+v, %v", name, answer, c.Request.State, c.Event, err)
			}
			if lives := answer[:3] != "not" || answer == "not known"; !due(c, JobRevoke).IsZero() != lives {
				t.Errorf("%s, %s: %v", name, answer, c.Jobs)
			}
		}
	}
}

// TestAnOwnerMayDisownWhatWasStopped: that adds the block, also after one was lifted.
func TestAnOwnerMayDisownWhatWasStopped(t *testing.T) {
	now := t0.Add(2 * time.Minute)
	for _, block := range []bool{false, true} {
		c, err := at(Issued).Stop(maria, false, block, now)
		if err != nil {
			t.Fatal(err)
		}
		r := c.Request
		if block {
			if c, err = r.Lift(carol, true, now); err != nil || c.Request.Blocks() || c.Request.Alarms() {
				t.Fatalf("%+v, %v", c.Request, err)
			}
			r = c.Request
		}
		r.Unfit, r.Unalarmed = []string{"U0GUS"}, []string{"U0CAROL"}
		c, err = r.Disown(ana.Slack, now.Add(time.Minute))
		if len(c.Request.Unfit)+len(c.Request.Unalarmed) > 0 {
			t.Error("who was not told of the stop counts as not told of the alarm")
		}
		if err != nil || c.Request.State != Stopped || !c.Request.Blocks() || c.Event.Kind != EventDisowned || c.Event.Until.IsZero() {
			t.Errorf("block %t: %+v, %v", block, c, err)
		}
	}
}
