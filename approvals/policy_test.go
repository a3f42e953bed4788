package approvals

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestWhatACommandMayAsk(t *testing.T) {
	strict := rules
	strict.AllowReusable, strict.RequireReason = false, true
	tests := []struct {
		name string
		p    Policy
		a    Submission
		want RefusalCode
	}{
		{"the default", rules, Submission{}, ""},
		{"the shortest", rules, Submission{Validity: MinValidity}, ""},
		{"too short", rules, Submission{Validity: MinValidity - 1}, ValidityRange},
		{"negative", rules, Submission{Validity: -1}, ValidityRange},
		{"the longest", rules, Submission{Validity: time.Hour}, ""},
		{"too long", rules, Submission{Validity: time.Hour + 1}, ValidityRange},
		{"reusable", rules, Submission{Reusable: true}, ""},
		{"reusable switched off", strict, Submission{Reusable: true, Reason: "x"}, NoReusable},
		{"no reason", strict, Submission{}, ReasonRequired},
		{"a reason", strict, Submission{Reason: "x"}, ""},
		{"the longest reason", rules, Submission{Reason: strings.Repeat("ä", MaxReason)}, ""},
		{"too long a reason", rules, Submission{Reason: strings.Repeat("ä", MaxReason+1)}, ReasonTooLong},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got RefusalCode
			if why := tt.p.MaySubmit(tt.a); why != nil {
				got = why.Code
			}
			if got != tt.want {
				t.Errorf("refusal %q, want %q", got, tt.want)
			}
		})
	}
	if why := rules.MaySubmit(Submission{Validity: 2 * time.Hour}); why.Max != time.Hour {
		t.Error("the refusal does not say what is allowed")
	}
}

func TestTheRulesOfNowHoldForAnAcceptedRequest(t *testing.T) {
	r := at(Approved)
	if why := rules.stillAllowed(r); why != nil {
		t.Errorf("refused: %v", why)
	}
	r.Reusable = true
	p := rules
	p.AllowReusable = false
	if why := p.stillAllowed(r); why == nil || why.Code != NoReusable {
		t.Errorf("reusable: %v", why)
	}
	r = at(Approved)
	for validity, refused := range map[time.Duration]bool{
		MinValidity - 1: true, MinValidity: false, rules.MaxValidity: false, rules.MaxValidity + 1: true,
	} {
		r.Validity = validity
		if why := rules.stillAllowed(r); (why != nil) != refused {
			t.Errorf("validity %v: %v", validity, why)
		}
	}
}

func TestWhatIsUnusual(t *testing.T) {
	r := at(Received)
	tests := []struct {
		name     string
		reusable bool
		validity time.Duration
		thisWeek int
		joeAsked bool
		powers   []RiskSignalKind
		want     []RiskSignal
	}{
		{"nothing", false, time.Hour, 0, true, nil, nil},
		{"reusable", true, time.Hour, 0, true, nil, []RiskSignal{{Kind: RiskReusable}}},
		{"over an hour", false, time.Hour + 1, 0, true, nil, []RiskSignal{{Kind: RiskLong}}},
		{"the second this week", false, time.Hour, 1, true, nil, []RiskSignal{{Kind: RiskNthThisWeek, Count: 2}}},
		{"the agent's first", false, time.Hour, 0, false, nil, []RiskSignal{{Kind: RiskFirst}}},
		{"all", true, 2 * time.Hour, 3, false, []RiskSignalKind{RiskApprover, RiskContact},
			[]RiskSignal{{Kind: RiskReusable}, {Kind: RiskLong}, {Kind: RiskNthThisWeek, Count: 4}, {Kind: RiskFirst}, {Kind: RiskApprover}, {Kind: RiskContact}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r.Reusable, r.Validity = tt.reusable, tt.validity
			if got := riskSignals(r, tt.thisWeek, tt.joeAsked, tt.powers); !slices.Equal(got, tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

// TestWiderIsWithheldNarrowerIsSaid compares answers with what was approved. Kind:
// one value for two opposite needs: what the agent relies on is the earlier of the
// end that was asked for and the one that was said, what can do harm the later, and
// an end at or before the making (OneLogin's own samples lie years back) was not said.
func TestWiderIsWithheldNarrowerIsSaid(t *testing.T) {
	yes, no := true, false
	there := t0.Add(time.Hour) // OneLogin's clock is an hour ahead of ours
	asked := 5 * time.Minute
	answer := func(expires, now time.Time, reusable *bool) Answer {
		return Answer{ExpiresAt: expires, Now: now, Reusable: reusable, Device: "user_temp_otp_2"}
	}
	sample := time.Date(2021, 7, 27, 23, 25, 50, 0, time.UTC)
	tests := []struct {
		name            string
		reusable        bool // approved
		a               Answer
		wider, narrower bool
		until, latest   time.Duration // from now
		missing         []string
	}{
		{"as asked", false, answer(there.Add(asked), there, &no), false, false, asked, asked, nil},
		{"reusable as asked", true, answer(there.Add(asked), there, &yes), false, false, asked, asked, nil},
		{"reusable unasked", false, answer(there.Add(asked), there, &yes), true, false, asked, asked, nil},
		{"single use instead", true, answer(there.Add(asked), there, &no), false, true, asked, asked, nil},
		{"a minute longer", false, answer(there.Add(asked+time.Minute), there, &no), false, false, asked, asked + time.Minute, nil},
		{"longer", false, answer(there.Add(asked+time.Minute+1), there, &no), true, false, asked, asked + time.Minute + 1, nil},
		{"a minute shorter", false, answer(there.Add(asked-time.Minute), there, &no), false, false, asked - time.Minute, asked, nil},
		{"shorter", false, answer(there.Add(asked-time.Minute-1), there, &no), false, true, asked - time.Minute - 1, asked, nil},
		{"shortest", false, answer(there.Add(1), there, &no), false, true, 1, asked, nil},
		{"single use and longer", true, answer(there.Add(time.Hour), there, &no), true, true, asked, time.Hour, nil},
		{"without a clock", false, answer(t0.Add(asked), time.Time{}, &no), false, false, asked, asked, nil},
		{"an end that is the making", false, answer(there, there, &no), false, false, asked, asked, []string{"expires_at"}},
		{"an end before the making", false, answer(there.Add(-1), there, &no), false, false, asked, asked, []string{"expires_at"}},
		{"the sample of the documentation", false, answer(sample, there, &no), false, false, asked, asked, []string{"expires_at"}},
		{"the sample, without a clock", false, answer(sample, time.Time{}, &no), false, false, asked, asked, []string{"expires_at"}},
		{"without an end", false, answer(time.Time{}, there, &no), false, false, asked, asked, []string{"expires_at"}},
		{"without an end, reusable unasked", false, answer(time.Time{}, there, &yes), true, false, asked, asked, []string{"expires_at"}},
		{"without reusable", true, answer(there.Add(asked), there, nil), false, false, asked, asked, []string{"reusable"}},
		{"without a device", false, Answer{ExpiresAt: there.Add(asked), Now: there, Reusable: &no}, false, false, asked, asked, []string{"device_id"}},
		{"with nothing", false, Answer{}, false, false, asked, asked, []string{"reusable", "device_id", "expires_at"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := at(Issuing)
			r.Validity, r.Reusable = asked, tt.reusable
			g, wider := compareGrant(r, tt.a, t0)
			if wider != tt.wider || g.Narrower != tt.narrower || !slices.Equal(g.Missing, tt.missing) {
				t.Errorf("wider %v, %+v", wider, g)
			}
			if !g.Until.Equal(t0.Add(tt.until)) || !g.MayWorkUntil().Equal(t0.Add(tt.latest)) {
				t.Errorf("until %v, may work until %v; want %v and %v from now", g.Until, g.MayWorkUntil(), tt.until, tt.latest)
			}
			wantReusable := tt.reusable
			if tt.a.Reusable != nil {
				wantReusable = *tt.a.Reusable
			}
			if g.Reusable != wantReusable {
				t.Errorf("reusable %v, want %v", g.Reusable, wantReusable)
			}
		})
	}
	r := at(Issuing)
	r.Grant.Device = "user_temp_otp_2"
	if g, _ := compareGrant(r, Answer{}, t0); slices.Contains(g.Missing, "device_id") {
		t.Error("a device that an earlier answer named is missing")
	}
}

func TestBackoffGrowsAndEnds(t *testing.T) {
	for attempt, most := range map[int64]time.Duration{
		0: 500 * time.Millisecond, 1: 500 * time.Millisecond, 2: time.Second, 3: 2 * time.Second,
		7: 32 * time.Second, 8: 32 * time.Second, 1000: 32 * time.Second,
	} {
		for range 50 {
			if d := backoff(attempt); d > most || d < most*3/4 {
				t.Fatalf("backoff(%d) = %v, want %v to %v", attempt, d, most*3/4, most)
			}
		}
	}
}
