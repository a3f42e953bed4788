package approvals

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// asked is a request for which Maria was asked at t0, with an hour to decide.
func asked(t *testing.T, p Policy) Change {
	t.Helper()
	r := at(Received)
	r.ExpiresAt = t0.Add(time.Hour)
	c, err := r.AskApprovers(Participants{Agent: joe, Owner: ana, Approvers: []AskedPerson{{maria, principal("manager")}}}, nil, p, t0)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// due is when the Change makes a job of the kind run, zero if it does not.
func due(c Change, kind JobKind) time.Time {
	for _, j := range c.Jobs {
		if j.Kind == kind {
			return j.RunAt
		}
	}
	return time.Time{}
}

func minutes(n float64) time.Time { return t0.Add(time.Duration(n * float64(time.Minute))) }

func TestRemindersBackOffAndEndBeforeTheTimeToDecide(t *testing.T) {
	c := asked(t, twoLinks)
	for i, at := range []float64{5, 15, 35} {
		if !c.Request.RemindAt.Equal(minutes(at)) || !due(c, JobRemind).Equal(minutes(at)) {
			t.Fatalf("reminder %d is set for %v, its job for %v", i+1, c.Request.RemindAt, due(c, JobRemind))
		}
		var err error
		if c, err = c.Request.Remind(twoLinks, minutes(at)); err != nil {
			t.Fatal(err)
		}
		if e := c.Event; e.Kind != EventReminded || e.Count != i+1 || len(e.Approvers) != 1 || !e.Until.Equal(c.Request.ExpiresAt) || c.Request.Reminders != i+1 {
			t.Errorf("reminder %d: %+v", i+1, e)
		}
	}
	if !c.Request.RemindAt.IsZero() || !due(c, JobRemind).IsZero() {
		t.Errorf("one more reminder at %v, when nobody can decide", c.Request.RemindAt)
	}
	if c, err := c.Request.Remind(twoLinks, minutes(59)); err != nil || !c.Zero() {
		t.Errorf("reminded when it is not due: %+v, %v", c.Event, err)
	}
}

func TestNobodyIsRemindedInTheInstantThatTheRequestExpires(t *testing.T) {
	r := asked(t, twoLinks).Request
	r.RemindAt = r.ExpiresAt
	if c, err := r.Remind(twoLinks, r.ExpiresAt); err != nil || !c.Zero() {
		t.Errorf("%+v, %v", c.Event, err)
	}
}

func TestRemindersComeAsLongAsAFewDays(t *testing.T) {
	p := twoLinks
	p.RemindAfter = 72 * time.Hour
	r := asked(t, p).Request
	r.ExpiresAt, r.RemindAt, r.Reminders = t0.Add(100*365*24*time.Hour), t0, 60
	c, err := r.Remind(p, t0)
	if err != nil || !c.Request.RemindAt.After(t0.Add(365*24*time.Hour)) {
		t.Errorf("the 61st reminder leads to one at %v, %v", c.Request.RemindAt, err)
	}
}

func TestWhatIsNotWantedOrNotPossibleIsNotSet(t *testing.T) {
	for name, tt := range map[string]struct {
		change          func(*Policy)
		remind, further time.Time
	}{
		"as set":                {func(*Policy) {}, minutes(5), minutes(10)},
		"no reminders":          {func(p *Policy) { p.RemindAfter = 0 }, time.Time{}, minutes(10)},
		"no escalation":         {func(p *Policy) { p.EscalateAfter = 0 }, minutes(5), time.Time{}},
		"no further link":       {func(p *Policy) { p.Chain = principals("U0CAROL", "manager") }, minutes(5), time.Time{}},
		"the link is not there": {func(p *Policy) { p.Chain = principals("U0CAROL") }, minutes(5), time.Time{}},
		"at the end":            {func(p *Policy) { p.RemindAfter, p.EscalateAfter = time.Hour, time.Hour }, time.Time{}, time.Time{}},
		"just before the end": {func(p *Policy) { p.RemindAfter, p.EscalateAfter = time.Hour-1, time.Hour-1 },
			minutes(60).Add(-1), minutes(60).Add(-1)},
	} {
		p := twoLinks
		tt.change(&p)
		c := asked(t, p)
		if r := c.Request; !r.RemindAt.Equal(tt.remind) || !r.EscalateAt.Equal(tt.further) {
			t.Errorf("%s: reminder %v, further link %v", name, r.RemindAt, r.EscalateAt)
		}
		if !due(c, JobRemind).Equal(tt.remind) || !due(c, JobEscalate).Equal(tt.further) {
			t.Errorf("%s: job of the reminder %v, of the further link %v", name, due(c, JobRemind), due(c, JobEscalate))
		}
	}
}

func TestAskingMoreAddsAndWaitsAnew(t *testing.T) {
	p := twoLinks
	p.Chain = principals("manager", "S0LEADS", "U0CAROL")
	c := asked(t, p)
	bob := AskedPerson{Person{Slack: "U0BOB", OneLogin: 5}, principal("S0LEADS")}
	r := c.Request
	c, err := r.Escalate([]AskedPerson{bob}, p, minutes(10))
	if err != nil {
		t.Fatal(err)
	}
	if want := []AskedPerson{{maria, principal("manager")}, bob}; !slices.Equal(c.Request.Approvers, want) || c.Request.Link.ID != "S0LEADS" {
		t.Errorf("asked are %v of %s", c.Request.Approvers, c.Request.Link)
	}
	if e := c.Event; e.Kind != EventEscalated || !slices.Equal(e.Approvers, []AskedPerson{bob}) || !e.Until.Equal(r.ExpiresAt) {
		t.Errorf("%+v", e)
	}
	if len(r.Approvers) != 1 {
		t.Error("the request that was changed has changed")
	}
	if !c.Request.RemindAt.Equal(minutes(15)) || !due(c, JobRemind).Equal(minutes(15)) ||
		!c.Request.EscalateAt.Equal(minutes(20)) || !due(c, JobEscalate).Equal(minutes(20)) {
		t.Errorf("reminder %v, next link %v; jobs %v", c.Request.RemindAt, c.Request.EscalateAt, c.Jobs)
	}
	c, err = c.Request.Escalate([]AskedPerson{{carol, principal("U0CAROL")}}, p, minutes(20))
	if err != nil || !c.Request.EscalateAt.IsZero() || !due(c, JobEscalate).IsZero() || len(c.Request.Approvers) != 3 {
		t.Errorf("after the last link: %+v, %v", c.Request, err)
	}
	for _, who := range []Person{maria, bob.Person, carol} {
		c, err := c.Request.Approve(who.Slack, p, minutes(21))
		if err != nil || c.Request.DecidedBy.Person != who || c.Request.DecidedBy.Link == (Principal{}) {
			t.Errorf("%s cannot decide: %v", who.Slack, err)
		}
	}
}

func TestPassingOnTakesOneOutAndLeavesTheOthers(t *testing.T) {
	r := asked(t, twoLinks).Request
	r.Approvers = append(r.Approvers, AskedPerson{Person{Slack: "U0TOM", SlackOrg: "W0TOM"}, principal("manager")})
	c, err := r.PassOn("W0TOM", Pass{Choice: NotMyReport, Text: "she left my team"}, twoLinks, minutes(2))
	if err != nil {
		t.Fatal(err)
	}
	after := c.Request
	if len(after.Approvers) != 1 || after.Approvers[0].Slack != maria.Slack || len(after.PassedOn) != 1 || after.PassedOn[0].Slack != "U0TOM" || !after.PassedOn[0].At.Equal(minutes(2)) {
		t.Errorf("asked %v, passed on by %v", after.Approvers, after.PassedOn)
	}
	if e := c.Event; e.Kind != EventPassedOn || e.Actor.Slack != "U0TOM" || e.Pass.Text != "she left my team" {
		t.Errorf("%+v", e)
	}
	if !after.RemindAt.Equal(r.RemindAt) || !after.EscalateAt.Equal(r.EscalateAt) || !due(c, JobEscalate).IsZero() {
		t.Errorf("who is left waits differently: %v, %v", after.RemindAt, after.EscalateAt)
	}
	if after.Denial != (Denial{}) || after.DecidedBy != (AskedPerson{}) {
		t.Error("it counts as a decision")
	}
	for _, id := range []string{"U0TOM", "W0TOM"} {
		_, err := after.Approve(id, twoLinks, minutes(3))
		if why, ok := errors.AsType[*Refusal](err); !ok || why.Code != PassedBefore {
			t.Errorf("%s decides after all: %v", id, err)
		}
	}
	if len(r.Approvers) != 2 || r.PassedOn != nil {
		t.Error("the request that was changed has changed")
	}
}

func TestWhenAllPassItOnTheNextLinkIsAskedAtOnce(t *testing.T) {
	r := asked(t, twoLinks).Request
	c, err := r.PassOn(maria.Slack, Pass{Choice: NotNow}, twoLinks, minutes(2))
	if err != nil {
		t.Fatal(err)
	}
	if r = c.Request; r.State != Pending || !r.EscalateAt.Equal(minutes(2)) || !due(c, JobEscalate).Equal(minutes(2)) {
		t.Errorf("%s, next link at %v, jobs %v", r.State, r.EscalateAt, c.Jobs)
	}
	if !r.RemindAt.IsZero() {
		t.Errorf("nobody is reminded at %v", r.RemindAt)
	}
	c, err = r.Escalate([]AskedPerson{{carol, principal("U0CAROL")}}, twoLinks, minutes(3))
	if err != nil || !c.Request.RemindAt.Equal(minutes(8)) || !c.Request.EscalateAt.IsZero() {
		t.Errorf("reminder %v, next link %v, %v", c.Request.RemindAt, c.Request.EscalateAt, err)
	}
	c, err = c.Request.PassOn(carol.Slack, Pass{Choice: NotMyReport}, twoLinks, minutes(4))
	if r := c.Request; err != nil || !due(c, JobEscalate).Equal(minutes(4)) || len(r.PassedOn) != 2 {
		t.Fatalf("%+v, %v", c.Request, err)
	}
	c, err = c.Request.NobodyElse(&Refusal{Code: NoApprover}, minutes(4))
	if r := c.Request; err != nil || r.State != Refused || r.DecidedBy != (AskedPerson{}) || len(r.Refusal.Chain) != 2 || r.Refusal.Chain[1].Person != carol {
		t.Errorf("%+v, %v", c.Request, err)
	}
}

// TestWhoPassesOnAloneOfTheLastLinkHasTheNextAsked though others of earlier links are left,
// unless there is none.
func TestWhoPassesOnAloneOfTheLastLinkHasTheNextAsked(t *testing.T) {
	three := twoLinks
	three.Chain = principals("manager", "U0CAROL", "U0TOM")
	for name, tt := range map[string]struct {
		policy Policy
		by     Person
		asks   bool
	}{
		"the last link, another behind it": {three, carol, true},
		"the last link, none behind it":    {twoLinks, carol, false},
		"an earlier link":                  {three, maria, false},
	} {
		r := asked(t, tt.policy).Request
		c, err := r.Escalate([]AskedPerson{{carol, principal("U0CAROL")}}, tt.policy, minutes(10))
		if err != nil {
			t.Fatal(err)
		}
		c, err = c.Request.PassOn(tt.by.Slack, Pass{}, tt.policy, minutes(12))
		if asks := due(c, JobEscalate).Equal(minutes(12)); err != nil || asks != tt.asks || len(c.Request.Approvers) != 1 {
			t.Errorf("%s: the next link is asked at once: %t, %v", name, asks, err)
		}
	}
}

// TestADenialThatAlarmsBlocks, and no other does; a block that was lifted stands again when
// the owner says the same.
func TestADenialThatAlarmsBlocks(t *testing.T) {
	for choice, blocks := range map[DenialChoice]bool{CouldNotReach: false, DidNotAsk: true, Suspicious: true, OtherReason: false, "": false} {
		r := asked(t, twoLinks).Request
		r.ObjectionWindow = time.Hour
		c, err := r.Deny(maria.Slack, Denial{Choice: choice}, minutes(2))
		if err != nil || c.Request.Blocks() != blocks || c.Request.BlockedAt().IsZero() == blocks {
			t.Fatalf("%q: blocks %t, %v", choice, c.Request.Blocks(), err)
		}
		if blocks {
			if c, err = c.Request.Lift(Person{Slack: "U0TOM"}, true, minutes(3)); err != nil || c.Request.Blocks() {
				t.Fatalf("%q: lifted, and blocks %t, %v", choice, c.Request.Blocks(), err)
			}
		}
		if c, err = c.Request.Disown(ana.Slack, minutes(4)); err != nil || !c.Request.Blocks() || !c.Request.BlockedAt().Equal(minutes(4)) {
			t.Errorf("%q, and the owner says so too: blocks %t, %v", choice, c.Request.Blocks(), err)
		}
	}
}

func TestNobodyElseIsSaidOnceAndRefusesOnlyWhenNobodyIsLeft(t *testing.T) {
	r := asked(t, twoLinks).Request
	why := &Refusal{Code: NoApprover}
	c, err := r.NobodyElse(why, minutes(10))
	if err != nil || c.Event.Kind != EventNobodyElse || c.Event.Refusal != why || !c.Event.Until.Equal(r.ExpiresAt) || !c.Request.EscalateAt.IsZero() {
		t.Fatalf("%+v, %v", c.Event, err)
	}
	if again, err := c.Request.NobodyElse(why, minutes(11)); err != nil || !again.Zero() {
		t.Errorf("said twice: %+v, %v", again.Event, err)
	}
	// Somebody may have come into the chain since: it is looked at once more.
	c, err = c.Request.PassOn(maria.Slack, Pass{Choice: NotMyReport, Text: "no"}, twoLinks, minutes(12))
	if err != nil || c.Request.State != Pending || due(c, JobEscalate).IsZero() {
		t.Fatalf("%+v, %v", c.Request, err)
	}
	c, err = c.Request.NobodyElse(why, minutes(13))
	if r := c.Request; err != nil || r.State != Refused || r.Refusal.Chain[0].Code != PassedOn || r.Refusal.Chain[0].Person != maria {
		t.Errorf("%+v, %v", c.Request, err)
	}
}

func TestADenialSaysWhyAndIsKeptShort(t *testing.T) {
	r := asked(t, twoLinks).Request
	text := strings.Repeat("ä", MaxReason+1)
	c, err := r.Deny(maria.Slack, Denial{Choice: Suspicious, Text: text}, minutes(2))
	want := Denial{Choice: Suspicious, Text: text[:2*MaxReason]}
	if r := c.Request; err != nil || r.State != Denied || r.Denial != want || c.Event.Denial != want || r.DecidedBy.Person != maria || !r.DecidedAt.Equal(minutes(2)) {
		t.Errorf("%+v, %v", r, err)
	}
	if c, err := r.Deny(joe.Slack, Denial{}, minutes(2)); err == nil {
		t.Errorf("somebody who is not asked: %+v", c.Event)
	}
}
