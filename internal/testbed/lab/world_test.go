package main

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"olbot/internal/testbed/leftout"
)

// Three minutes of all kinds of trouble (invariants 2, 3, 4 and 6).
func TestNothingIsLostDoubledOrUntoldInTheWorld(t *testing.T) {
	leftout.UnlessLong(t)
	t.Parallel()
	c := short(t)
	c.world, c.lasts, c.every, c.burst, c.seed, c.kill = true, 3*time.Minute, 3*time.Second, true, worldSeed, worldKill
	c.bother, c.settle = 45*time.Second, 4*time.Minute
	reconciles(t, c)
}

// worldSeed is one of which three minutes hold as many kinds of trouble as that time has room for.
const worldSeed = 10026

func TestAPlanFollowsFromItsSeed(t *testing.T) {
	draw := func(seed uint64) (names []string, ends []time.Duration) {
		for _, p := range plan(troubles(), rand.New(rand.NewPCG(seed, 3)), time.Hour) {
			names, ends = append(names, p.name), append(ends, p.ends)
		}
		return names, ends
	}
	names, ends := draw(7)
	again, endsAgain := draw(7)
	if !reflect.DeepEqual(names, again) || !reflect.DeepEqual(ends, endsAgain) {
		t.Error("the same seed plans two things")
	}
	if other, _ := draw(8); reflect.DeepEqual(names, other) {
		t.Error("another seed plans the same")
	}
	drawn := map[string]bool{}
	for _, name := range names {
		drawn[name] = true
	}
	for _, tr := range troubles() {
		if !drawn[tr.name] {
			t.Errorf("an hour has no %q", tr.name)
		}
	}
}

func TestWhatTheFeedSaysMayBeMissingIsNotUntold(t *testing.T) {
	const missing = ": they may be missing here. The audit log has them (olbot audit export).\n"
	for _, tt := range []struct {
		text    string
		through int64
		missing int
		wrong   int
	}{
		{"#1 14:00:00 Asked", 1, 0, 0},
		{"#1 14:00:00 Asked\n#2 14:00:00 Approved", 2, 0, 0},
		{"Slack never confirmed #1–#3" + missing + "#4 14:00:00 Approved", 4, 3, 0},
		{"Slack never confirmed #1" + missing + "#2 14:00:00 Approved", 2, 1, 0},
		{"Slack never confirmed #1" + missing + "#3 14:00:00 Approved", 3, 1, 1},
	} {
		got := told{anchors: map[int64]string{}}
		got.read(tt.text)
		if got.through != tt.through || got.missing != tt.missing || len(got.wrong) != tt.wrong {
			t.Errorf("%q: through %d, %d missing, %q", tt.text, got.through, got.missing, got.wrong)
		}
	}
}

func TestAClaimAboutTheWorldHasToBeSo(t *testing.T) {
	at := time.Unix(1_790_000_000, 0)
	of := func(kind, refusal string, after time.Duration) event {
		e := event{Kind: kind, At: at.Add(after)}
		e.Refusal.Code = refusal
		return e
	}
	for _, tt := range []struct {
		event event
		wrong bool
	}{
		{of("feed_lost", "", time.Second), false},
		{of("feed_lost", "", -time.Second), true},
		{of("command_refused", "slack_refuses", 40*time.Second), false},
		{of("command_refused", "slack_refuses", 50*time.Second), true},
		{of("command_refused", "onelogin_refuses", time.Second), true},
		{of("command_refused", "feed_lost", time.Hour), false},
		{of("asked", "", time.Hour), false},
	} {
		r := &report{troubles: []outage{
			{trouble: "feed archived", from: at, to: at.Add(15 * time.Second)}, {trouble: "token revoked", from: at, to: at.Add(15 * time.Second)},
		}}
		if r.reconcileClaims([]event{tt.event}); (len(r.findings) > 0) != tt.wrong {
			t.Errorf("%+v: found %v", tt.event, r.findings)
		}
	}
}
