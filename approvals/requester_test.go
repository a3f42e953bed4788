package approvals_test

import (
	"context"
	"testing"
	"time"

	"olbot/approvals"
)

// helpdesk makes a user group those who may ask, read so long ago.
func helpdesk(age time.Duration) func(*world) {
	return func(w *world) {
		w.groups["S0HELP"] = []string{"U0JOE"}
		w.listed = map[string]time.Time{"S0HELP": w.clock.Add(-age)}
	}
}

// Who may not ask is told so at the command, by the list that is kept: nobody is
// looked up for them. What the list cannot tell is found out with the people.
func TestWhoMayNotAskCostsNoLookUp(t *testing.T) {
	for name, tt := range map[string]struct {
		by      string
		age     time.Duration
		joins   bool // carol, after the list was read
		failing bool // reading it again
		enter   bool // people may have another Slack id
		want    approvals.RefusalCode
		reads   int
	}{
		"on the list":                   {by: "U0JOE", age: 5 * time.Minute},
		"not on a new list":             {by: "U0CAROL", age: 5 * time.Second, want: approvals.NotARequester},
		"not on an older list":          {by: "U0CAROL", age: 30 * time.Second, want: approvals.NotARequester, reads: 1},
		"added since":                   {by: "U0CAROL", age: 30 * time.Second, joins: true, reads: 1},
		"the list cannot be read":       {by: "U0CAROL", age: 30 * time.Second, failing: true, reads: 1},
		"the list is too old":           {by: "U0CAROL", age: 11 * time.Minute},
		"perhaps under another id":      {by: "U0CAROL", age: 5 * time.Second, enter: true},
		"on the list by another member": {by: "U0BOB", age: 5 * time.Second, want: approvals.NotARequester},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(p *approvals.Policy) { p.Requesters = principals("S0HELP") })
			helpdesk(tt.age)(w)
			w.otherIDs = tt.enter
			w.whenAsked = func(string) {
				w.mu.Lock()
				defer w.mu.Unlock()
				if tt.joins {
					w.groups["S0HELP"] = []string{"U0JOE", "U0CAROL"}
				}
				if tt.failing {
					w.failing["S0HELP"] = context.DeadlineExceeded
				}
			}
			_, err := w.Submit(t.Context(), approvals.Submission{Agent: tt.by, Owner: approvals.Ref{Slack: "U0ANA"}})
			if codeOf(err) != tt.want {
				t.Errorf("refused with %q, want %q", codeOf(err), tt.want)
			}
			if n := w.asked["S0HELP"]; n != tt.reads {
				t.Errorf("the list was read %d times, want %d", n, tt.reads)
			}
			if len(w.asked) > tt.reads {
				t.Errorf("somebody was looked up: %v", w.asked)
			}
			if want := map[bool]approvals.EventKind{true: approvals.EventReceived, false: approvals.EventCommandRefused}[tt.want == ""]; w.last().Kind != want {
				t.Errorf("the trail says %s", w.last().Kind)
			}
		})
	}
}

// Nobody fills the trail by themselves: what is too much is counted in one event.
func TestTooManyCommandsAreOneEventWithACount(t *testing.T) {
	w := newWorld(t)
	codes := map[approvals.RefusalCode]int{}
	for range 30 {
		_, err := w.Submit(t.Context(), approvals.Submission{Agent: "U0CAROL", Owner: approvals.Ref{Slack: "U0ANA"}})
		codes[codeOf(err)]++
	}
	if codes[approvals.NotARequester] != 10 || codes[approvals.TooMany] != 20 {
		t.Errorf("refused with %v", codes)
	}
	w.asks() // somebody else
	w.passes(time.Minute)
	for range 7 {
		w.Submit(t.Context(), approvals.Submission{Agent: "U0CAROL", Owner: approvals.Ref{Slack: "U0ANA"}})
	}
	w.stopsAfterStart()
	if n := w.count(approvals.EventCommandRefused); n != 10+6 {
		t.Errorf("%d refused commands are in the trail", n)
	}
	if e := w.lastOf(approvals.EventTooMany); w.count(approvals.EventTooMany) != 1 || e.Count != 21 || e.Actor.Slack != "U0CAROL" {
		t.Errorf("%+v", e)
	}
}

// The same holds for presses of buttons that are not theirs; what they may do always
// counts.
func TestTooManyRefusedPressesAreOneEventWithACount(t *testing.T) {
	w := newWorld(t)
	r := w.asks()
	w.works()
	for range 30 {
		if _, err := w.Approve(t.Context(), approvals.Press{By: "U0ANA", Request: r.ID}); codeOf(err) != approvals.NotYours {
			t.Fatal(err)
		}
	}
	if _, err := w.Disown(t.Context(), approvals.Press{By: "U0ANA", Request: r.ID}); err != nil {
		t.Errorf("This wasn't me after too many presses: %v", err)
	}
	w.stopsAfterStart()
	if n := w.count(approvals.EventPressRefused); n != 10 {
		t.Errorf("%d refused presses are in the trail", n)
	}
	if e := w.lastOf(approvals.EventTooMany); e.Count != 20 || e.Actor.Slack != "U0ANA" {
		t.Errorf("%+v", e)
	}
	w.stands(r.ID, approvals.Disowned)
}

// A command that was taken is no new one when Slack delivers it again, whatever its agent has sent since.
func TestACommandThatWasTakenStaysTakenBeyondTheAllowance(t *testing.T) {
	for name, again := range map[string]func(*approvals.Submission){
		"delivered again": func(*approvals.Submission) {},
		"a form that was sent again": func(a *approvals.Submission) {
			a.IdempotencyKeys = []string{"envelope:2"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			a := approvals.Submission{Agent: "U0JOE", Owner: approvals.Ref{Slack: "U0ANA"}, IdempotencyKeys: []string{"envelope:1"}, AcceptanceKey: "form:1"}
			taken, err := w.Submit(t.Context(), a)
			if err != nil {
				t.Fatal(err)
			}
			for w.Allow("U0JOE") == nil {
			}
			again(&a)
			if r, err := w.Submit(t.Context(), a); err != nil || r.ID != taken.ID {
				t.Errorf("%q, %v", r.ID, err)
			}
			a.IdempotencyKeys, a.AcceptanceKey = []string{"envelope:3"}, "form:3"
			if _, err := w.Submit(t.Context(), a); codeOf(err) != approvals.TooMany {
				t.Errorf("a new one: %v", err)
			}
		})
	}
}

// As many requests as may be open may be asked for at once.
func TestTheAllowanceIsNoLessThanTheLimitOfOpenRequests(t *testing.T) {
	const limit = 300
	w := newWorld(t, func(p *approvals.Policy) { p.AgentLimit = limit })
	for n := range limit {
		if why := w.Allow("U0JOE"); why != nil {
			t.Fatalf("%s after %d", why.Code, n)
		}
	}
	if w.Allow("U0JOE") == nil {
		t.Error("there is no end to it")
	}
}

// A slowRecord has no time for events of those who sent too much.
type slowRecord struct {
	approvals.Store
	ends []time.Time // of the time that it was given
}

func (s *slowRecord) Record(ctx context.Context, keys []string, e approvals.Event) error {
	if e.Kind != approvals.EventTooMany {
		return s.Store.Record(ctx, keys, e)
	}
	end, _ := ctx.Deadline()
	s.ends = append(s.ends, end)
	return context.DeadlineExceeded
}

// What the trail is told at the end has a bound, however many people it is about: a database that
// hangs does not keep olbot from stopping.
func TestTheLastWordsHaveOneDeadline(t *testing.T) {
	w := newWorld(t)
	w.asks()
	store := &slowRecord{Store: w.store}
	w.Store = store
	for _, who := range []string{"U0JOE", "U0BOB", "U0CAROL"} {
		for w.Allow(who) == nil {
		}
	}
	w.stopsAfterStart()
	if len(store.ends) != 3 {
		t.Fatalf("%d events", len(store.ends))
	}
	for _, end := range store.ends {
		if end.IsZero() || !end.Equal(store.ends[0]) {
			t.Errorf("the times end at %v", store.ends)
		}
	}
}

// stopsAfterStart starts the Service and stops it: what is left to tell is told.
func (w *world) stopsAfterStart() {
	w.t.Helper()
	stop := w.running()
	w.until("the feed is told", func() bool {
		known := len(w.trail())
		w.mu.Lock()
		defer w.mu.Unlock()
		return len(w.told) == known
	})
	stop()
}
