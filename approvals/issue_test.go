package approvals

import (
	"errors"
	"testing"
	"time"
)

// codeOf is the code of a refusal, "" for any other error or none.
func codeOf(err error) RefusalCode {
	if why, ok := errors.AsType[*Refusal](err); ok {
		return why.Code
	}
	return ""
}

// TestAButtonWorksForItsAttemptOnly (invariant 4).
func TestAButtonWorksForItsAttemptOnly(t *testing.T) {
	now := t0.Add(2 * time.Minute)
	issued := at(Issued)
	used := issued
	used.Attempt, used.Wanted = MaxCodes, MaxCodes
	wanted := issued
	wanted.Wanted = 2
	tests := []struct {
		name    string
		r       Request
		by      string
		attempt int
		now     time.Time
		want    RefusalCode
	}{
		{"the first", at(Approved), joe.Slack, 1, now, ""},
		{"the next", issued, joe.Slack, 2, now, ""},
		{"after unknown", at(Unknown), joe.Slack, 2, now, ""},
		{"one that is over", issued, joe.Slack, 1, now, OldButton},
		{"one that skips", issued, joe.Slack, 3, now, NoneLeft},
		{"one that never was", issued, joe.Slack, 0, now, OldButton},
		{"pressed twice", wanted, joe.Slack, 2, now, InTheWork},
		{"while being made", at(Issuing), joe.Slack, 2, now, InTheWork},
		{"all used up", used, joe.Slack, MaxCodes + 1, now, NoneLeft},
		{"at the last moment", issued, joe.Slack, 2, issued.ClaimUntil.Add(-1), ""},
		{"when the window ends", issued, joe.Slack, 2, issued.ClaimUntil, NoneLeft},
		{"somebody else's", issued, maria.Slack, 2, now, NotYours},
		{"before the approval", at(Pending), joe.Slack, 1, now, TooLate},
		{"after the end", at(Closed), joe.Slack, 2, now, TooLate},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := tt.r.RequestCode(tt.by, tt.attempt, tt.now)
			if codeOf(err) != tt.want || (tt.want == "") != !c.Zero() {
				t.Fatalf("Want(%d): %v, change %v; want refusal %q", tt.attempt, err, !c.Zero(), tt.want)
			}
			if tt.want != "" {
				return
			}
			if c.Request.Wanted != tt.attempt || !c.Request.WantedAt.Equal(tt.now) || !c.Request.Making(tt.now) || c.Request.Auto {
				t.Errorf("not being made: %+v", c.Request)
			}
			if !hasJob(c, JobIssue, tt.now) {
				t.Error("nobody makes the code")
			}
			if c.Request.State != tt.r.State {
				t.Errorf("state went to %q before the fresh check", c.Request.State)
			}
		})
	}
}

func hasJob(c Change, kind JobKind, at time.Time) bool {
	for _, j := range c.Jobs {
		if j.Kind == kind && j.RunAt.Equal(at) {
			return true
		}
	}
	return false
}

func TestApprovalGivesTheRightToCodes(t *testing.T) {
	now := t0.Add(time.Minute)
	c, err := at(Pending).Approve(maria.Slack, rules, now)
	if err != nil {
		t.Fatal(err)
	}
	r := c.Request
	if r.DecidedBy.Slack != maria.Slack || !r.DecidedAt.Equal(now) || !r.ClaimUntil.Equal(now.Add(rules.ClaimWindow)) {
		t.Errorf("the decision is not kept: %+v", r)
	}
	if !r.Auto || r.Wanted != 1 || !r.WantedAt.Equal(now) || !hasJob(c, JobIssue, now) || !hasJob(c, JobLapse, r.ClaimUntil) {
		t.Errorf("auto delivery does not begin: %+v", c)
	}
	if got := r.CodesLeft(now); got != MaxCodes {
		t.Errorf("%d codes left, want %d", got, MaxCodes)
	}
	claim := rules
	claim.Delivery = DeliverClaim
	c, err = at(Pending).Approve(maria.Slack, claim, now)
	if err != nil || c.Request.Wanted != 0 || hasJob(c, JobIssue, now) {
		t.Errorf("delivery claim does not wait for Show code: %+v, %v", c, err)
	}
}

func TestAnAwayAgentIsWaitedFor(t *testing.T) {
	now := t0.Add(2 * time.Minute)
	r := at(Approved)
	r.Wanted, r.Auto = 1, true
	c, err := r.DeferToAgent(Away, now)
	if err != nil || c.Zero() || c.Request.Making(now) || c.Request.Auto || c.Event.Kind != EventAgentAway {
		t.Fatalf("%+v, %v", c, err)
	}
	if _, err := c.Request.RequestCode(joe.Slack, 1, now); err != nil {
		t.Errorf("Show code does not work afterwards: %v", err)
	}
	for name, r := range map[string]Request{
		"pressed":        {ID: "OTP-7F3K-9QXM", State: Approved, Wanted: 1},
		"nothing wanted": {ID: "OTP-7F3K-9QXM", State: Approved, Auto: true},
		"issuing":        {ID: "OTP-7F3K-9QXM", State: Issuing, Auto: true, Wanted: 2, Attempt: 1},
	} {
		if c, err := r.DeferToAgent(Away, now); err != nil || !c.Zero() {
			t.Errorf("%s: %+v, %v; want no change", name, c, err)
		}
	}
}

func TestTheIntentBoundsWhatACodeCanDo(t *testing.T) {
	now := t0.Add(2 * time.Minute)
	r := at(Approved)
	r.Wanted = 1
	c, _ := r.StartIssuing(now)
	if got := c.Request; got.Attempt != 1 || !got.IssuingAt.Equal(now) || !got.CodeUntil.Equal(now.Add(50*time.Second+r.Validity)) {
		t.Errorf("intent %+v", got)
	}
	for name, change := range map[string]func(*Request){
		"nothing wanted":     func(r *Request) { r.Wanted = 0 },
		"window over":        func(r *Request) { r.ClaimUntil = now },
		"all codes used":     func(r *Request) { r.Attempt, r.Wanted = MaxCodes, MaxCodes+1 },
		"already being made": func(r *Request) { r.State = Issuing },
	} {
		r := at(Approved)
		r.Wanted = 1
		change(&r)
		if c, err := r.StartIssuing(now); err != nil || !c.Zero() {
			t.Errorf("%s: %+v, %v; want no change", name, c, err)
		}
	}
}

// TestAnAnswerCountsForItsAttemptOnly: a worker that lost its lease changes nothing.
func TestAnAnswerCountsForItsAttemptOnly(t *testing.T) {
	now := t0.Add(3 * time.Minute)
	r := at(Issuing)
	r.Attempt = 2
	if c, err := r.Issued(1, Grant{Until: now}, now); codeOf(err) != TooLate || !c.Zero() {
		t.Errorf("issued: %+v, %v", c, err)
	}
	for name, do := range map[string]func() (Change, error){
		"lost":     func() (Change, error) { return r.OutcomeUnknown(1, now) },
		"not sent": func() (Change, error) { return r.NotSent(3, DelayBusy, now, now) },
		"fail":     func() (Change, error) { return r.Fail(1, &Refusal{}, now, now) },
		"tell":     func() (Change, error) { return at(Issued).RecordDelivery(2, Shown, now) },
	} {
		if c, err := do(); err != nil || !c.Zero() {
			t.Errorf("%s: %+v, %v; want no change", name, c, err)
		}
	}
}

func TestUntilWhenACodeMayWork(t *testing.T) {
	now := t0.Add(3 * time.Minute)
	known := t0.Add(30 * time.Minute)
	soon := t0.Add(8 * time.Minute)
	r := at(Issuing)
	r.KnownUntil, r.CodeUntil = known, known

	issued, _ := r.Issued(1, Grant{Until: soon}, now)
	lost, _ := r.OutcomeUnknown(1, now)
	failed, _ := r.Fail(1, &Refusal{Code: CodeWider}, t0.Add(time.Hour), now)
	refused, _ := r.Fail(1, &Refusal{Code: CodeRefused}, time.Time{}, now)
	notSent, _ := r.NotSent(1, DelayBusy, soon, now)
	for name, tt := range map[string]struct {
		c    Change
		want time.Time
	}{
		"an earlier code lives longer": {issued, known},
		"unknown":                      {lost, known},
		"wider":                        {failed, t0.Add(time.Hour)},
		"refused by OneLogin":          {refused, known},
		"not sent":                     {notSent, known},
	} {
		if !tt.c.Request.CodeUntil.Equal(tt.want) {
			t.Errorf("%s: code until %v, want %v", name, tt.c.Request.CodeUntil, tt.want)
		}
	}
	if !hasJob(issued, JobClose, known) || !hasJob(lost, JobClose, known) {
		t.Error("the request is not closed when the last code has ended")
	}
	if !hasJob(notSent, JobIssue, soon) || !hasJob(notSent, JobLapse, r.ClaimUntil) || notSent.Request.Attempt != 0 || notSent.Request.Wanted != 1 {
		t.Errorf("not sent is not tried again: %+v", notSent)
	}
	if !issued.Event.Until.Equal(soon) || !failed.Event.Until.Equal(t0.Add(time.Hour)) {
		t.Error("the events do not say until when")
	}
	ended := failed.Request
	ended.CodeUntil = now
	if !ended.liveUntil(now).IsZero() {
		t.Error("a code that has ended is called alive")
	}
}

// A wait that OneLogin did not ask for is no reason to end the request before its time.
func TestOnlyAWaitThatOneLoginAsksForEndsARequest(t *testing.T) {
	now := t0.Add(3 * time.Minute)
	r := at(Issuing)
	for after, want := range map[time.Duration]State{
		0: Approved, r.ClaimUntil.Sub(now) - 1: Approved, r.ClaimUntil.Sub(now): Failed, time.Hour: Failed,
	} {
		wait := time.Second
		if after == 0 {
			wait = time.Hour
		}
		c, err := r.notIssued(1, &NotIssuedError{Retry: true, Cause: DelayBusy, After: after}, wait, now)
		if err != nil || c.Request.State != want {
			t.Errorf("after %v: %s, %v", after, c.Request.State, err)
		}
	}
}

// TestDisownedWhileBeingMade: the step that ends the making throws the code away.
func TestDisownedWhileBeingMade(t *testing.T) {
	now := t0.Add(3 * time.Minute)
	c, err := at(Issuing).Disown(ana.Slack, now)
	if err != nil || c.Request.State != Issuing || !c.Request.DisownedAt.Equal(now) || c.Event.Kind != EventDisowned {
		t.Fatalf("%+v, %v", c, err)
	}
	if _, err := c.Request.Disown(ana.Slack, now); codeOf(err) != DisownedBefore {
		t.Errorf("disowned twice: %v", err)
	}
	r := c.Request
	for name, do := range map[string]func() (Change, error){
		"issued":   func() (Change, error) { return r.Issued(1, Grant{Until: now.Add(time.Minute)}, now) },
		"lost":     func() (Change, error) { return r.OutcomeUnknown(1, now) },
		"not sent": func() (Change, error) { return r.NotSent(1, DelayBusy, now, now) },
		"failed":   func() (Change, error) { return r.Fail(1, &Refusal{}, time.Time{}, now) },
	} {
		c, err := do()
		if err != nil || c.Request.State != Disowned || c.Event.Kind != EventDisowned || c.Event.Actor.Slack != ana.Slack {
			t.Errorf("%s: %+v, %v; want disowned", name, c.Request, err)
		}
		if hasJob(c, JobIssue, now) {
			t.Errorf("%s: tried again", name)
		}
	}
	if c, err := at(Pending).Disown(maria.Slack, now); codeOf(err) != NotYours || !c.Zero() {
		t.Errorf("somebody else disowned: %v", err)
	}
	if _, err := at(Received).Disown(ana.Slack, now); codeOf(err) != NotYours {
		t.Errorf("disowned before the owner is known: %v", err)
	}
}

func TestWhatBecameOfTheMessageIsToldOnce(t *testing.T) {
	now := t0.Add(3 * time.Minute)
	for s, kind := range map[Showing]EventKind{Shown: EventShown, NotShown: EventNotShown} {
		c, err := at(Issued).RecordDelivery(1, s, now)
		if err != nil || c.Event.Kind != kind || c.Request.Showing != s || c.Event.Attempt != 1 {
			t.Fatalf("%+v, %v", c, err)
		}
		if again, err := c.Request.RecordDelivery(1, s, now); err != nil || !again.Zero() {
			t.Errorf("told twice: %+v, %v", again, err)
		}
	}
	if c, err := at(Issuing).RecordDelivery(1, Shown, now); err != nil || !c.Zero() {
		t.Errorf("told while being made: %+v, %v", c, err)
	}
}

func TestWithdrawingEndsWhenACodeIsBeingMade(t *testing.T) {
	now := t0.Add(2 * time.Minute)
	making := at(Approved)
	making.Wanted = 1
	tried := at(Approved)
	tried.Attempt, tried.Wanted = 1, 1
	for name, r := range map[string]Request{"wanted": making, "an earlier attempt": tried} {
		if c, err := r.Withdraw(joe.Slack, now); codeOf(err) != TooLate || !c.Zero() {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := at(Pending).Withdraw(maria.Slack, now); codeOf(err) != NotYours {
		t.Errorf("somebody else withdrew: %v", err)
	}
}

func TestCloseWaitsForTheLaterOfWindowAndCode(t *testing.T) {
	r := at(Issued)
	if !r.CloseAt().Equal(r.ClaimUntil) {
		t.Errorf("closes at %v, want the end of the claim window", r.CloseAt())
	}
	r.CodeUntil = r.ClaimUntil.Add(time.Second)
	if !r.CloseAt().Equal(r.CodeUntil) {
		t.Errorf("closes at %v, want the end of the code", r.CloseAt())
	}
	if c, _ := r.Close(r.CodeUntil.Add(-1)); !c.Zero() {
		t.Error("closed early")
	}
	if c, _ := r.Close(r.CodeUntil); c.Request.State != Closed {
		t.Error("not closed in time")
	}
}
