package approvals

import (
	"testing"
	"time"
)

// walk takes an approved request through attempts: s was shown, n was not shown, u is
// not known, x was surely not made; and a: another was asked for and allowed.
func walk(t *testing.T, maxCodes int, steps string) Request {
	t.Helper()
	now := t0.Add(2 * time.Minute)
	r := at(Approved)
	r.MaxCodes = maxCodes
	do := func(c Change, err error) {
		t.Helper()
		if err != nil || c.Zero() {
			t.Fatalf("%q of %d codes: %+v, %v", steps, maxCodes, c.Request, err)
		}
		checkChange(t, c)
		r = c.Request
	}
	for _, step := range steps {
		if step == 'a' {
			do(r.AskAnother(joe.Slack, r.Attempt+1, now))
			p := rules
			p.Delivery = DeliverClaim
			do(r.AllowMore(maria.Slack, r.Attempt+1, p, now))
			continue
		}
		do(r.RequestCode(joe.Slack, r.Attempt+1, now))
		do(r.StartIssuing(now))
		switch step {
		case 'u':
			do(r.OutcomeUnknown(r.Attempt, now))
		case 'x':
			do(r.NotSent(r.Attempt, DelayBusy, now, now))
			r.Wanted = r.Attempt
		default:
			do(r.Issued(r.Attempt, Grant{Until: now.Add(5 * time.Minute)}, now))
			do(r.RecordDelivery(r.Attempt, map[rune]Showing{'s': Shown, 'n': NotShown}[step], now))
		}
	}
	return r
}

// TestWhatIsLeftToMake: codes count that somebody may have seen, and three attempts.
func TestWhatIsLeftToMake(t *testing.T) {
	now := t0.Add(2 * time.Minute)
	for _, tt := range []struct {
		maxCodes int
		steps    string
		left     int
		mayAsk   bool
	}{
		{1, "", 1, false}, {1, "s", 0, true}, {1, "n", 1, false}, {1, "u", 1, false}, {1, "x", 1, false}, {1, "xxxxs", 0, true},
		{1, "nu", 1, false}, {1, "us", 0, true}, {1, "uuu", 0, true}, {1, "nnn", 0, true}, {1, "unn", 0, true},
		{1, "sa", 1, false}, {1, "sas", 0, true}, {1, "sau", 1, false}, {1, "saun", 1, false}, {1, "saunu", 0, true}, {1, "sasa", 1, false}, {1, "sasas", 0, false},
		{1, "uuua", 2 - 1, false}, {1, "uuuas", 0, true}, {1, "uuuau", 0, true},
		{2, "s", 1, false}, {2, "ss", 0, true}, {2, "ssa", 1, false}, {2, "ssas", 0, false}, {2, "un", 1, false},
		{3, "s", 2, false}, {3, "sss", 0, false}, {3, "ssu", 0, true}, {3, "uuu", 0, true}, {3, "uuuauau", 0, false},
	} {
		r := walk(t, tt.maxCodes, tt.steps)
		if got := r.CodesLeft(now); got != tt.left {
			t.Errorf("%q of %d codes: %d left, want %d", tt.steps, tt.maxCodes, got, tt.left)
		}
		if got := r.MayAskAnother(now); got != tt.mayAsk {
			t.Errorf("%q of %d codes: may ask %t, want %t", tt.steps, tt.maxCodes, got, tt.mayAsk)
		}
		if r.CodesLeft(r.ClaimUntil) != 0 {
			t.Errorf("%q of %d codes: some are left after the claim window", tt.steps, tt.maxCodes)
		}
	}
}

// TestAnotherCodeIsAskedForAndAllowedOnce (invariants 3 and 4), by those whose buttons
// these are, and within the request's time.
func TestAnotherCodeIsAskedForAndAllowedOnce(t *testing.T) {
	now := t0.Add(3 * time.Minute)
	shown := walk(t, 1, "s")
	c, err := shown.AskAnother(joe.Slack, 2, now)
	if e := c.Event; err != nil || e.Kind != EventAnotherAsked || e.Actor != joe || e.Attempt != 2 || !c.Request.WaitsForMore() || !e.Until.Equal(shown.CloseAt()) {
		t.Fatalf("%+v, %v", c, err)
	}
	asked := c.Request
	c, err = asked.AllowMore(maria.Slack, 2, rules, now)
	r := c.Request
	if e := c.Event; err != nil || e.Kind != EventAllowedMore || e.Actor != maria || e.Codes != 2 || !e.Until.Equal(now.Add(rules.ClaimWindow)) || !r.ClaimUntil.Equal(e.Until) {
		t.Fatalf("%+v, %v", c, err)
	}
	if !r.Making(now) || !r.Auto || r.Wanted != 2 || due(c, JobIssue).IsZero() || !due(c, JobLapse).Equal(r.ClaimUntil) || !due(c, JobClose).Equal(r.CloseAt()) {
		t.Errorf("%+v, %v", r, c.Jobs)
	}
	late := asked.CloseAt()
	unknown := walk(t, 1, "u")
	for name, tt := range map[string]struct {
		do   func() (Change, error)
		want RefusalCode
	}{
		"asked by another":             {func() (Change, error) { return shown.AskAnother(carol.Slack, 2, now) }, NotYours},
		"asked for another attempt":    {func() (Change, error) { return shown.AskAnother(joe.Slack, 1, now) }, OldButton},
		"asked twice":                  {func() (Change, error) { return asked.AskAnother(joe.Slack, 2, now) }, AskedMore},
		"asked when one is left":       {func() (Change, error) { return unknown.AskAnother(joe.Slack, 2, now) }, OldButton},
		"asked when it is made":        {func() (Change, error) { return r.AskAnother(joe.Slack, 2, now) }, InTheWork},
		"asked for a fourth":           {func() (Change, error) { return walk(t, 1, "sasas").AskAnother(joe.Slack, 4, now) }, NoneLeft},
		"asked too late":               {func() (Change, error) { return shown.AskAnother(joe.Slack, 2, late) }, TooLate},
		"asked of an unknown too late": {func() (Change, error) { return unknown.AskAnother(joe.Slack, 2, unknown.CloseAt()) }, TooLate},
		"asked before a code":          {func() (Change, error) { return at(Approved).AskAnother(joe.Slack, 1, now) }, TooLate},
		"allowed by another":           {func() (Change, error) { return asked.AllowMore(carol.Slack, 2, rules, now) }, NotYours},
		"allowed on an old card":       {func() (Change, error) { return asked.AllowMore(maria.Slack, 1, rules, now) }, OldButton},
		"allowed unasked":              {func() (Change, error) { return shown.AllowMore(maria.Slack, 2, rules, now) }, NotAsked},
		"allowed twice":                {func() (Change, error) { return r.AllowMore(maria.Slack, 2, rules, now) }, NotAsked},
		"allowed too late":             {func() (Change, error) { return asked.AllowMore(maria.Slack, 2, rules, late) }, TooLate},
	} {
		c, err := tt.do()
		if codeOf(err) != tt.want || !c.Zero() {
			t.Errorf("%s: %+v, %v", name, c.Event, err)
		}
		if tt.want == TooLate && name[len(name)-4:] == "late" && err.(*Refusal).State != Closed {
			t.Errorf("%s: %+v", name, err)
		}
	}
	if _, err := asked.AllowMore(maria.Slack, 2, rules, late.Add(-1)); err != nil {
		t.Errorf("just before the close: %v", err)
	}
}

// TestWhoJustAskedIsThere: no presence is asked for two minutes after the agent typed or
// pressed something.
func TestWhoJustAskedIsThere(t *testing.T) {
	now := t0.Add(14 * time.Minute)
	asked := walk(t, 1, "s")
	asked.CodeUntil = t0.Add(time.Hour)
	c, err := asked.AskAnother(joe.Slack, 2, now)
	if err != nil {
		t.Fatal(err)
	}
	for wait, want := range map[time.Duration]bool{0: false, agentHere - 1: false, agentHere: true} {
		c, err := c.Request.AllowMore(maria.Slack, 2, rules, now.Add(wait))
		if err != nil || c.Request.AsksPresence(now.Add(wait)) != want {
			t.Errorf("after %s: %t, %v", wait, c.Request.AsksPresence(now.Add(wait)), err)
		}
		gone, err := c.Request.DeferToAgent(Away, now.Add(wait))
		if r := gone.Request; err != nil || r.State != Issued || r.Making(now.Add(wait)) || r.CodesLeft(now.Add(wait)) != 1 || gone.Event.Kind != EventAgentAway {
			t.Errorf("away: %+v, %v", gone, err)
		}
	}
}

// TestAnApprovalKeepsWhatItWasFor, whatever the settings say later.
func TestAnApprovalKeepsWhatItWasFor(t *testing.T) {
	for set, want := range map[int]int{0: 1, 1: 1, 2: 2, 3: 3, 7: 3} {
		p := rules
		p.MaxCodes = set
		c, err := at(Pending).Approve(maria.Slack, p, t0.Add(time.Minute))
		if err != nil || c.Request.MaxCodes != want || c.Event.Codes != want {
			t.Errorf("set to %d: %d, told %d, %v", set, c.Request.MaxCodes, c.Event.Codes, err)
		}
	}
}
