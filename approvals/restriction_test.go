package approvals

import (
	"errors"
	"slices"
	"testing"
)

func refusedAs(err error) RefusalCode {
	why, _ := errors.AsType[*Refusal](err)
	if why == nil {
		return ""
	}
	return why.Code
}

// trailOf is what holds after the events.
func trailOf(t *testing.T, do ...func(Restrictions) (Event, error)) (all Restrictions) {
	t.Helper()
	var trail []Event
	for _, act := range do {
		e, err := act(all)
		if err != nil {
			t.Fatal(err)
		}
		if e.Restriction == "" || !slices.Contains(RestrictionEvents(), e.Kind) {
			t.Errorf("nothing begins or ends by %+v", e)
		}
		trail = append(trail, e)
		all = ReadRestrictions(trail)
	}
	return all
}

var (
	blocksAna = func(all Restrictions) (Event, error) {
		return all.Block("OTP-1", ana, "calls in her name", carol, true, t0)
	}
	pauses = func(all Restrictions) (Event, error) { return all.PauseCodes("OTP-2", carol, true, t0) }
	lifts  = func(id ID, by Person) func(Restrictions) (Event, error) {
		return func(all Restrictions) (Event, error) { return all.Lift(id, by, true, t0) }
	}
)

func TestARestrictionHoldsUntilItIsLifted(t *testing.T) {
	all := trailOf(t, blocksAna, pauses)
	if r, blocked := all.On(ana.OneLogin); !blocked || r.Owner != ana || r.By != carol || r.Reason != "calls in her name" || r.Pauses() {
		t.Errorf("%+v", r)
	}
	if _, blocked := all.On(joe.OneLogin); blocked {
		t.Error("Joe is blocked")
	}
	if _, blocked := all.On(0); blocked {
		t.Error("nobody is blocked")
	}
	if r, paused := all.Pause(); !paused || r.ID != "OTP-2" {
		t.Errorf("%+v", r)
	}
	if all = trailOf(t, blocksAna, pauses, lifts("OTP-1", maria), lifts("OTP-2", maria)); len(all) > 0 {
		t.Errorf("%+v", all)
	}
	if all = ReadRestrictions([]Event{{Kind: EventPaused, Restriction: "OTP-2"}, {Kind: EventBlockLifted, Request: "OTP-2"}}); len(all) != 1 {
		t.Error("the block of a request was lifted, and a pause ended")
	}
}

// TestWhoMayRestrict: nobody but a security contact, and the owner not for themselves (invariant 1).
func TestWhoMayRestrict(t *testing.T) {
	all := trailOf(t, blocksAna, pauses)
	for name, tt := range map[string]struct {
		err  error
		want RefusalCode
	}{
		"no contact blocks":       {errOf(Restrictions(nil).Block("OTP-3", joe, "", bobby, false, t0)), NotYours},
		"no contact pauses":       {errOf(Restrictions(nil).PauseCodes("OTP-3", bobby, false, t0)), NotYours},
		"no contact lifts":        {errOf(all.Lift("OTP-1", bobby, false, t0)), NotYours},
		"no contact resumes":      {errOf(all.Lift("OTP-2", bobby, false, t0)), NotYours},
		"the owner lifts":         {errOf(all.Lift("OTP-1", Person{Slack: "U0ANA"}, true, t0)), Involved},
		"the owner, by OneLogin":  {errOf(all.Lift("OTP-1", Person{Slack: "U0NEW", OneLogin: ana.OneLogin}, true, t0)), Involved},
		"the owner resumes":       {errOf(all.Lift("OTP-2", ana, true, t0)), ""},
		"who blocked it lifts":    {errOf(all.Lift("OTP-1", carol, true, t0)), ""},
		"the operator lifts":      {errOf(all.Lift("OTP-1", Person{Operator: "root"}, true, t0)), ""},
		"blocked twice":           {errOf(all.Block("OTP-3", ana, "", maria, true, t0)), AlreadyBlocked},
		"paused twice":            {errOf(all.PauseCodes("OTP-3", maria, true, t0)), Paused},
		"nothing is there":        {errOf(all.Lift("OTP-9", maria, true, t0)), NotBlocked},
		"another one is blocked":  {errOf(all.Block("OTP-3", joe, "", maria, true, t0)), ""},
		"nobody can be looked up": {errOf(all.Lift("OTP-1", Person{}, true, t0)), ""},
	} {
		if got := refusedAs(tt.err); got != tt.want || tt.want == "" && tt.err != nil {
			t.Errorf("%s: %v, want %q", name, tt.err, tt.want)
		}
	}
}

var bobby = Person{Slack: "U0BOB", OneLogin: 5}

func errOf(_ Event, err error) error { return err }

func TestALongReasonIsCut(t *testing.T) {
	long := slices.Repeat([]byte("x"), MaxReason+1)
	e, err := Restrictions(nil).Block("OTP-1", ana, string(long), carol, true, t0)
	if err != nil || len(e.Reason) != MaxReason {
		t.Errorf("%d characters, %v", len(e.Reason), err)
	}
}

func TestTheOperatorLiftsWhatNobodyElseCan(t *testing.T) {
	r := at(Disowned)
	root := Person{Operator: "root"}
	if _, err := r.LiftOnMachine(root, "", t0); refusedAs(err) != NotBlocked {
		t.Errorf("nothing is blocked: %v", err)
	}
	r.DisownedAt = t0
	c, err := r.LiftOnMachine(root, "all contacts had a part", t0)
	if err != nil || c.Request.Blocks() || c.Request.LiftedBy != root || c.Event.Kind != EventBlockLifted || c.Event.Actor != root || c.Event.Reason != "all contacts had a part" {
		t.Errorf("%+v, %v", c, err)
	}
	r.State = Issuing
	if _, err := r.LiftOnMachine(root, "", t0); refusedAs(err) != StillMaking {
		t.Errorf("a code is being made: %v", err)
	}
}
