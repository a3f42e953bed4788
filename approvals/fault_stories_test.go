//go:build !mutation

package approvals_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"olbot/approvals"
	"olbot/internal/testbed/leftout"
)

// A faultStory is what happens while something fails, in the life of one process.
// Together the stories make every kind of change that is stored.
type faultStory struct {
	name  string
	calls int      // that it makes at least, if nothing fails
	let   []string // calls that do not fail in it, because they do in the first story
	lives func(context.Context, *faultWorld)
}

// machinery is what every story needs and does alike.
var machinery = []string{"Claim", "Finish", "Events", "Cursor", "MoveCursor", "Send", "Show", "ShowHome", "HomeOpened", "LastRequests", "OpenRequests", "OwnedRequests"}

var faultStories = []faultStory{
	{"approved", 100, nil, func(ctx context.Context, w *faultWorld) {
		r := w.submits(ctx, approvals.EventReceived)
		w.presses("U0MARIA", r, approvals.EventApproved, onlyErr(ctx, w.Approve))
		w.presses("U0JOE", r, approvals.EventCodeWanted, onlyErr(ctx, w.Claim))
	}},
	{"delivered twice, and denied", 12, machinery, func(ctx context.Context, w *faultWorld) {
		r := w.submits(ctx, approvals.EventReceived)
		_, _ = w.Submit(ctx, approvals.Submission{Agent: "U0JOE", Owner: approvals.Ref{Slack: "U0ANA"}, IdempotencyKeys: []string{fmt.Sprint("envelope:", w.envelopes)}})
		w.presses("U0MARIA", r, approvals.EventDenied, func(p approvals.Press) error {
			_, err := w.Deny(ctx, p, approvals.Denial{})
			return err
		})
	}},
	{"decided by the next link", 45, machinery, func(ctx context.Context, w *faultWorld) {
		r := w.submits(ctx, approvals.EventReceived)
		w.waits(5 * time.Minute) // Maria is reminded
		w.presses("U0MARIA", r, approvals.EventPassedOn, func(p approvals.Press) error {
			_, err := w.PassOn(ctx, p, approvals.Pass{Choice: approvals.NotMyReport})
			return err
		}) // the leads are asked
		w.waits(10 * time.Minute) // they are reminded, and Carol is asked
		w.presses("U0LEA", r, approvals.EventApproved, onlyErr(ctx, w.Approve))
	}},
	{"Slack takes no card for the manager and the owner", 60, []string{"Claim", "Events", "Cursor", "MoveCursor", "Send"}, func(ctx context.Context, w *faultWorld) {
		w.closedDMs["U0MARIA"], w.closedDMs["U0ANA"] = true, true
		r := w.submits(ctx, approvals.EventReceived) // the leads are asked
		w.promised[approvals.EventNotReached] = 2 * len(w.requests)
		w.waits(5 * time.Minute)
		w.presses("U0LEA", r, approvals.EventApproved, onlyErr(ctx, w.Approve))
	}},
	{"disowned, blocked, lifted", 40, machinery, func(ctx context.Context, w *faultWorld) {
		r := w.submits(ctx, approvals.EventReceived)
		w.presses("U0MARIA", r, approvals.EventApproved, onlyErr(ctx, w.Approve))
		w.presses("U0ANA", r, approvals.EventDisowned, onlyErr(ctx, w.Disown))
		w.submits(ctx, "") // refused, because of the block
		w.presses("U0CAROL", r, approvals.EventBlockLifted, onlyErr(ctx, w.Lift))
	}},
	{"paused, resumed, and an account blocked", 30, machinery, func(ctx context.Context, w *faultWorld) {
		r := w.submits(ctx, approvals.EventReceived)
		w.presses("U0CAROL", "", approvals.EventPaused, func(p approvals.Press) error { return w.PauseCodes(ctx, p) })
		w.presses("U0MARIA", r, approvals.EventApproved, onlyErr(ctx, w.Approve)) // and the code is held
		all, _ := w.store.Restrictions(context.Background())
		pause, paused := all.Pause()
		if paused {
			w.presses("U0CAROL", pause.ID, approvals.EventResumed, func(p approvals.Press) error { return w.Resume(ctx, p) })
		}
		w.presses("U0CAROL", "", approvals.EventAccountBlocked, func(p approvals.Press) error {
			return w.BlockAccount(ctx, p, approvals.Ref{Slack: "U0ANA"}, "calls in her name")
		})
		w.presses("U0JOE", r, "", onlyErr(ctx, w.Claim)) // refused, because of the block
	}},
	{"stopped and blocked, lifted", 40, machinery, func(ctx context.Context, w *faultWorld) {
		r := w.submits(ctx, approvals.EventReceived)
		w.presses("U0MARIA", r, approvals.EventApproved, onlyErr(ctx, w.Approve))
		w.presses("U0MARIA", r, approvals.EventStopped, func(p approvals.Press) error { _, err := w.Stop(ctx, p, true); return err })
		w.submits(ctx, "") // refused, because of the block
		w.presses("U0CAROL", r, approvals.EventBlockLifted, onlyErr(ctx, w.Lift))
	}},
	{"another code asked for, and allowed", 40, machinery, func(ctx context.Context, w *faultWorld) {
		w.Policy.MaxCodes = 0
		r := w.submits(ctx, approvals.EventReceived)
		w.presses("U0MARIA", r, approvals.EventApproved, onlyErr(ctx, w.Approve))
		w.presses("U0JOE", r, approvals.EventAnotherAsked, onlyErr(ctx, w.AskAnother))
		w.presses("U0MARIA", r, approvals.EventAllowedMore, onlyErr(ctx, w.AllowMore))
	}},
	{"stopped by a contact", 30, machinery, func(ctx context.Context, w *faultWorld) {
		_ = w.OpenHome(ctx, "U0CAROL")
		r := w.submits(ctx, approvals.EventReceived)
		w.presses("U0MARIA", r, approvals.EventApproved, onlyErr(ctx, w.Approve))
		w.presses("U0CAROL", r, approvals.EventStopped, func(p approvals.Press) error { _, err := w.Stop(ctx, p, false); return err })
	}},
	{"denied as suspicious, lifted, and disowned late", 25, machinery, func(ctx context.Context, w *faultWorld) {
		w.Policy.ObjectionWindow = 24 * time.Hour
		r := w.submits(ctx, approvals.EventReceived)
		w.presses("U0MARIA", r, approvals.EventDenied, func(p approvals.Press) error {
			_, err := w.Deny(ctx, p, approvals.Denial{Choice: approvals.Suspicious})
			return err
		})
		w.submits(ctx, "") // refused, because of the block
		w.presses("U0CAROL", r, approvals.EventBlockLifted, onlyErr(ctx, w.Lift))
		w.presses("U0ANA", r, approvals.EventDisowned, onlyErr(ctx, w.Disown))
	}},
	{"expired, and asked again", 25, machinery, func(ctx context.Context, w *faultWorld) {
		w.Policy.Chain, w.Policy.RemindAfter = principals("manager"), 0
		if id, err := w.KeepDraft(ctx, approvals.Submission{Agent: "U0JOE", Reason: "lost her phone"}); err == nil {
			_, _ = w.Draft(ctx, "U0JOE", id)
		}
		_ = w.OpenHome(ctx, "U0MARIA")
		r := w.submits(ctx, approvals.EventReceived)
		w.waits(time.Hour)
		for range 2 {
			w.presses("U0JOE", r, "", func(p approvals.Press) error {
				again, err := w.AskAgain(ctx, p)
				if err == nil {
					w.again = append(w.again, again.ID)
				}
				return err
			})
		}
	}},
}

func onlyErr(ctx context.Context, press func(context.Context, approvals.Press) (approvals.Request, error)) func(approvals.Press) error {
	return func(p approvals.Press) error { _, err := press(ctx, p); return err }
}

// A faultWorld is a world while something fails in it, and what its people were told.
type faultWorld struct {
	*world
	envelopes int
	requests  []approvals.ID // that were accepted
	again     []approvals.ID // what Ask again made
	promised  map[approvals.EventKind]int
}

func (w *faultWorld) envelope() []string {
	w.envelopes++
	return []string{fmt.Sprint("envelope:", w.envelopes)}
}

// submits is Joe's request for Ana. An answer that it was accepted promises an
// event of the kind, if one is named.
func (w *faultWorld) submits(ctx context.Context, kind approvals.EventKind) approvals.ID {
	before := len(w.trail())
	r, err := w.Submit(ctx, approvals.Submission{Agent: "U0JOE", Owner: approvals.Ref{Slack: "U0ANA"}, IdempotencyKeys: w.envelope()})
	if err == nil {
		w.requests = append(w.requests, r.ID)
		w.promised[kind]++
	}
	if after := len(w.trail()); errors.Is(err, errFault) && after != before {
		w.t.Errorf("the answer was that nothing happened, and %d events are stored", after-before)
	}
	w.turns()
	return r.ID
}

// presses is a press, and what follows. A good answer promises an event of the kind.
func (w *faultWorld) presses(by string, r approvals.ID, kind approvals.EventKind, press func(approvals.Press) error) {
	if press(approvals.Press{By: by, Request: r, Attempt: 2, IdempotencyKeys: w.envelope()}) == nil {
		w.promised[kind]++
	}
	w.turns()
}

func (w *faultWorld) waits(d time.Duration) {
	for range d / (5 * time.Minute) {
		w.passes(5 * time.Minute)
		w.turns()
	}
}

// turns turns the crank while calls fail.
func (w *world) turns() {
	for range 80 {
		if worked, err := w.Step(w.t.Context()); !worked && err == nil {
			return
		}
	}
}

// TestAFaultAtEveryCall goes through each story once for every call that it
// makes to the store or to the outside, makes that call fail in each way, and
// checks what the next process makes of it (invariants 2, 4 and 6). A call that
// is added to a story is covered without anybody remembering it.
//
// With the race detector, which makes everything ten times as slow, every 17th call fails, and in a plain go test every
// 41st.
func TestAFaultAtEveryCall(t *testing.T) {
	stride := leftout.Sample(41)
	if leftout.Race {
		stride = max(stride, 17)
	}
	for _, mode := range []struct {
		name          string
		after, deadly bool
	}{
		{"not done, and the process dies", false, true}, {"done, and the process dies", true, true},
		{"not done", false, false}, {"done, but not known", true, false},
	} {
		for _, story := range faultStories {
			t.Run(story.name+"/"+mode.name, func(t *testing.T) {
				t.Parallel()
				covered := map[string]int{}
				for at := 1; ; at += stride {
					g := &faultInjector{at: at, let: story.let, after: mode.after, deadly: mode.deadly}
					playFault(t, story, g)
					if g.name == "" {
						t.Logf("%d faults: %v", at-1, covered)
						if at < story.calls {
							t.Errorf("the story makes only %d calls: is it complete?", at-1)
						}
						return
					}
					covered[g.name]++
					if t.Failed() {
						t.Fatalf("after a fault at call %d, %s", at, g.name)
					}
				}
			})
		}
	}
}

// playFault plays a story with a fault somewhere in it, and lets the next process
// go on until nothing is left to do.
func playFault(t *testing.T, story faultStory, g *faultInjector) {
	w := &faultWorld{world: newChainWorld(t, withContacts("S0SEC")), promised: map[approvals.EventKind]int{}}
	w.groups["S0SEC"] = []string{"U0CAROL"}
	w.injectFaults(g)
	var living sync.WaitGroup
	living.Go(func() {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		story.lives(ctx, w)
	})
	living.Wait()

	w.reload()
	for range 8 {
		w.works()
		w.passes(11 * time.Minute)
	}
	w.works()
	checkAftermath(t, w)
}

// checkAftermath checks what every fault has to leave.
func checkAftermath(t *testing.T, w *faultWorld) {
	t.Helper()
	events, err := w.store.Events(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range slices.Concat(w.requests, w.again) {
		if r := w.world.request(id); !r.State.Ended() {
			t.Errorf("request %s is %s and does not end", id, r.State)
		}
	}
	counts, reminders := map[approvals.EventKind]int{}, map[approvals.ID]int{}
	var blocked, code bool // by the last alarm
	for _, e := range events {
		counts[e.Kind]++
		switch e.Kind {
		case approvals.EventReminded:
			if reminders[e.Request]++; e.Count != reminders[e.Request] {
				t.Errorf("reminder %d is the %dth", e.Count, reminders[e.Request])
			}
		case approvals.EventDisowned:
			blocked, code = true, !e.Until.IsZero()
		case approvals.EventStopped:
			blocked, code = blocked || e.Blocks, !e.Until.IsZero()
		case approvals.EventDenied:
			blocked = blocked || e.Denial.Alarms()
		case approvals.EventBlockLifted:
			blocked = false
		case approvals.EventIssuing, approvals.EventAsked:
			if blocked {
				t.Errorf("%s for an account that is blocked", e.Kind)
			}
		}
	}
	for kind, n := range w.promised {
		if counts[kind] < n && kind != "" {
			t.Errorf("%d events of %s, and %d were answered well: %v", counts[kind], kind, n, w.trail())
		}
	}
	checkCodes(t, w, counts)
	checkBlock(t, w, blocked)
	if revoked := counts[approvals.EventRevocation]; code != (revoked == 1) {
		t.Errorf("a code was disowned or stopped: %t; what came of ending it was told %d times", code, revoked)
	}
	if len(slices.Compact(slices.Clone(w.again))) > 1 || counts[approvals.EventReceived] > 2 {
		t.Errorf("Ask again made %v", w.again)
	}
	heard := map[int64]bool{}
	for _, e := range w.told {
		heard[e.Number] = true
	}
	if want := len(w.trail()); len(heard) != want {
		t.Errorf("the feed told %d of %d events: %v", len(heard), want, w.trail())
	}
}

// checkCodes: none without an intent, none shown that was not made (invariant 4).
func checkCodes(t *testing.T, w *faultWorld, counts map[approvals.EventKind]int) {
	t.Helper()
	if intents := counts[approvals.EventIssuing]; w.issues > intents {
		t.Errorf("OneLogin was asked %d times with %d intents", w.issues, intents)
	}
	if w.shows > w.issues {
		t.Errorf("%d tries to show %d codes", w.shows, w.issues)
	}
}

// checkBlock: who was told that an account is blocked can rely on it until it is lifted.
func checkBlock(t *testing.T, w *faultWorld, blocked bool) {
	t.Helper()
	standing, err := w.store.Blocking(t.Context())
	if err != nil || len(standing) > 0 != blocked {
		t.Errorf("%d blocks, %v; blocked by the trail: %t", len(standing), err, blocked)
	}
	if blocked {
		w.refused(approvals.OwnerBlocked, approvals.Owner)
	}
}
