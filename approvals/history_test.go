package approvals

import (
	"slices"
	"testing"
	"time"
)

// past is a request for Ana's account as it ended two minutes after t0, changed.
func past(s State, change func(*Request)) Request {
	r := at(s)
	if change != nil {
		change(&r)
	}
	return r
}

func deniedAs(choice DenialChoice, link string, after time.Duration) Request {
	return past(Denied, func(r *Request) {
		r.DecidedBy.Link, r.DecidedAt, r.Denial = principal(link), t0.Add(after), Denial{Choice: choice, Text: "no"}
	})
}

// TestANoIsHeardForADay: denials, passes and the owner's own, the newest first, of this
// owner alone.
func TestANoIsHeardForADay(t *testing.T) {
	h := history{
		deniedAs(CouldNotReach, "manager", time.Hour),
		past(Pending, func(r *Request) {
			r.PassedOn = []Passing{{AskedPerson{maria, principal("manager")}, Pass{Choice: NotNow, Text: "busy"}, t0.Add(2 * time.Hour)}}
		}),
		past(Closed, func(r *Request) { r.DisownedAt = t0.Add(3 * time.Hour) }),
		past(Denied, func(r *Request) { r.Owner, r.DecidedAt = carol, t0.Add(4*time.Hour) }),
		past(Withdrawn, nil),
	}
	for after, want := range map[time.Duration][]EventKind{
		5 * time.Hour:    {EventDisowned, EventPassedOn, EventDenied},
		25 * time.Hour:   {EventDisowned, EventPassedOn},
		25*time.Hour - 1: {EventDisowned, EventPassedOn, EventDenied},
		27 * time.Hour:   nil,
	} {
		var got []EventKind
		for _, n := range h.noes(ana, t0.Add(after)) {
			got = append(got, n.Kind)
		}
		if !slices.Equal(got, want) {
			t.Errorf("after %v: %v, want %v", after, got, want)
		}
	}
	all := h.noes(ana, t0.Add(5*time.Hour))
	if n := all[1]; n.By != maria || n.Pass.Text != "busy" || n.Request != "OTP-7F3K-9QXM" {
		t.Errorf("%+v", n)
	}
	if n := all[2]; n.By != maria || n.Denial.Choice != CouldNotReach || !n.At.Equal(t0.Add(time.Hour)) {
		t.Errorf("%+v", n)
	}
	for range 9 {
		h = append(h, deniedAs(OtherReason, "U0CAROL", 4*time.Hour))
	}
	if all = h.noes(ana, t0.Add(5*time.Hour)); len(all) != mostNoes || all[0].Denial.Choice != OtherReason {
		t.Errorf("%d are kept, the first %+v", len(all), all[0])
	}
}

// TestTheManagersNoClosesTheFallback for a day, until the manager approves or passes on.
func TestTheManagersNoClosesTheFallback(t *testing.T) {
	approves := func(link string) Request {
		return past(Closed, func(r *Request) { r.DecidedBy.Link, r.DecidedAt = principal(link), t0.Add(2*time.Hour) })
	}
	passes := func(link string) Request {
		return past(Refused, func(r *Request) {
			r.PassedOn = []Passing{{AskedPerson{maria, principal(link)}, Pass{}, t0.Add(2 * time.Hour)}}
		})
	}
	no := deniedAs(OtherReason, "manager", time.Hour)
	for name, tt := range map[string]struct {
		h      history
		after  time.Duration
		closed bool
	}{
		"nothing was said":               {nil, 3 * time.Hour, false},
		"another reason":                 {history{no}, 3 * time.Hour, true},
		"no reason at all":               {history{deniedAs("", "manager", time.Hour)}, 3 * time.Hour, true},
		"until a day later":              {history{no}, 25*time.Hour - 1, true},
		"a day later":                    {history{no}, 25 * time.Hour, false},
		"could not reach":                {history{deniedAs(CouldNotReach, "manager", time.Hour)}, 3 * time.Hour, false},
		"suspicious, and lifted":         {history{deniedAs(Suspicious, "manager", time.Hour)}, 3 * time.Hour, false},
		"said by a fallback":             {history{deniedAs(OtherReason, "U0CAROL", time.Hour)}, 3 * time.Hour, false},
		"the manager has approved since": {history{no, approves("manager")}, 3 * time.Hour, false},
		"the same, in another order":     {history{approves("manager"), no}, 3 * time.Hour, false},
		"a fallback has approved since":  {history{no, approves("U0CAROL")}, 3 * time.Hour, true},
		"the manager has passed on":      {history{no, passes("manager")}, 3 * time.Hour, false},
		"a fallback has passed on":       {history{no, passes("U0CAROL")}, 3 * time.Hour, true},
		"approved before":                {history{approves("manager"), deniedAs(OtherReason, "manager", 3*time.Hour)}, 4 * time.Hour, true},
		"then could not reach":           {history{no, deniedAs(CouldNotReach, "manager", 2*time.Hour)}, 3 * time.Hour, true},
		"of another owner":               {history{past(Denied, func(r *Request) { *r = no; r.Owner = carol })}, 3 * time.Hour, false},
	} {
		why := tt.h.noFallback(ana, t0.Add(tt.after))
		if (why != nil) != tt.closed {
			t.Errorf("%s: %+v", name, why)
		}
		if why != nil && (why.Code != ManagerSaidNo || why.Person != maria || why.Request != no.ID || why.Until.Before(t0.Add(25*time.Hour))) {
			t.Errorf("%s: %+v", name, why)
		}
	}
}

// TestWhoWasLetInIsHeld (invariant 1): after a code, for as long as the hold lasts and the
// code may work; while blocked in any case.
func TestWhoWasLetInIsHeld(t *testing.T) {
	hold := Policy{RecoveryHold: 24 * time.Hour}
	made := past(Closed, func(r *Request) { r.IssuingAt, r.CodeUntil = t0, t0.Add(5*time.Minute) })
	long := past(Closed, func(r *Request) { r.IssuingAt, r.CodeUntil = t0, t0.Add(72*time.Hour) })
	blocked := past(Disowned, func(r *Request) { r.DisownedAt = t0 })
	lifted := past(Disowned, func(r *Request) { r.DisownedAt, r.LiftedAt = t0, t0.Add(time.Minute) })
	byDevice := ana
	byDevice.Slack, byDevice.Email = "U0NEW", "new@example.com"
	for name, tt := range map[string]struct {
		h     history
		who   Person
		p     Policy
		after time.Duration
		want  RefusalCode
		until time.Duration
	}{
		"a code was made":            {history{made}, ana, hold, time.Hour, RecoveryHold, 24 * time.Hour},
		"until the hold ends":        {history{made}, ana, hold, 24*time.Hour - 1, RecoveryHold, 24 * time.Hour},
		"and no longer":              {history{made}, ana, hold, 24 * time.Hour, "", 0},
		"while the code may work":    {history{made, long}, ana, hold, 71 * time.Hour, RecoveryHold, 72 * time.Hour},
		"being made, or not known":   {history{past(Unknown, func(r *Request) { r.IssuingAt = t0 })}, ana, hold, time.Hour, RecoveryHold, 24 * time.Hour},
		"none was made":              {history{past(Denied, nil), past(Lapsed, nil)}, ana, hold, time.Hour, "", 0},
		"for somebody else":          {history{made}, maria, hold, time.Hour, "", 0},
		"by the OneLogin id alone":   {history{made}, byDevice, hold, time.Hour, RecoveryHold, 24 * time.Hour},
		"no hold":                    {history{made}, ana, Policy{}, time.Minute, "", 0},
		"blocked":                    {history{blocked}, ana, hold, time.Hour, OwnAccountBlocked, 0},
		"blocked, without a hold":    {history{blocked}, ana, Policy{}, 100 * time.Hour, OwnAccountBlocked, 0},
		"blocked by an approver":     {history{deniedAs(DidNotAsk, "manager", 0)}, ana, hold, time.Hour, OwnAccountBlocked, 0},
		"lifted":                     {history{lifted}, ana, hold, time.Hour, "", 0},
		"blocked, and a code before": {history{made, blocked}, ana, hold, time.Hour, OwnAccountBlocked, 0},
	} {
		why := tt.h.hold(Approver, tt.who, tt.p, t0.Add(tt.after))
		switch {
		case tt.want == "" && why != nil, tt.want != "" && (why == nil || why.Code != tt.want):
			t.Errorf("%s: %+v, want %q", name, why, tt.want)
		case tt.want == RecoveryHold && !why.Until.Equal(t0.Add(tt.until)):
			t.Errorf("%s: until %v", name, why.Until)
		case why != nil && (why.Role != Approver || why.Person != tt.who):
			t.Errorf("%s: %+v", name, why)
		}
	}
}

// TestOthersAreAskedWhenTheNoIsOver, if the request lasts so long; and at once when the
// manager passes on.
func TestOthersAreAskedWhenTheNoIsOver(t *testing.T) {
	for name, tt := range map[string]struct {
		until time.Time
		want  time.Time
	}{
		"none was said":        {time.Time{}, minutes(10)},
		"over before":          {minutes(5), minutes(10)},
		"over within the time": {minutes(12), minutes(12)},
		"over too late":        {minutes(60), time.Time{}},
	} {
		cast := Participants{Agent: joe, Owner: ana, Approvers: []AskedPerson{{maria, principal("manager")}}}
		if !tt.until.IsZero() {
			cast.NoFallback = &Refusal{Code: ManagerSaidNo, Until: tt.until}
		}
		c, err := at(Received).AskApprovers(cast, nil, twoLinks, t0)
		if err != nil || !c.Request.EscalateAt.Equal(tt.want) {
			t.Errorf("%s: the next link at %v, %v; want %v", name, c.Request.EscalateAt, err, tt.want)
		}
		c, err = c.Request.PassOn(maria.Slack, Pass{}, twoLinks, minutes(2))
		if err != nil || !c.Request.EscalateAt.Equal(minutes(2)) || c.Request.NoFallback != nil {
			t.Errorf("%s: passed on, the next link at %v, %v", name, c.Request.EscalateAt, err)
		}
	}
}
