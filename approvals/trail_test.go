package approvals_test

import (
	"slices"
	"testing"
	"time"

	"olbot/approvals"
)

// TestTheDoorAsksTheTrail (invariant 11): the row is the same each time, and says that a
// code may be made. What else stands in the trail decides.
func TestTheDoorAsksTheTrail(t *testing.T) {
	attempt := func(n int, ends ...approvals.EventKind) (all []approvals.Event) {
		for _, kind := range append([]approvals.EventKind{approvals.EventIssuing}, ends...) {
			all = append(all, approvals.Event{Kind: kind, Attempt: n})
		}
		return all
	}
	times := func(n int, events []approvals.Event) (all []approvals.Event) {
		for range n {
			all = append(all, events...)
		}
		return all
	}
	approval := func(change func(*approvals.Event)) []approvals.Event {
		e := approvals.Event{Kind: approvals.EventApproved, Actor: maria.Person(), Agent: joe.Person(), Owner: ana.Person(), Validity: 5 * time.Minute, Codes: 3}
		change(&e)
		return []approvals.Event{e}
	}
	for _, c := range []struct {
		name   string
		events []approvals.Event
		want   approvals.RefusalCode // "" if a code is made
	}{
		{"nothing more", nil, ""},
		{"an end", []approvals.Event{{Kind: approvals.EventClosed, State: approvals.Closed}}, approvals.NotInTrail},
		{"This wasn't me, while a code was made", []approvals.Event{{Kind: approvals.EventDisowned, State: approvals.Issuing}}, approvals.NotInTrail},
		{"the same approval", approval(func(*approvals.Event) {}), ""},
		{"an approval by somebody who was not asked", approval(func(e *approvals.Event) { e.Actor = carol.Person() }), approvals.NotInTrail},
		{"an approval by somebody unnamed", approval(func(e *approvals.Event) { e.Actor = approvals.Person{} }), approvals.NotInTrail},
		{"an approval for longer", approval(func(e *approvals.Event) { e.Validity++ }), approvals.NotInTrail},
		{"an approval for more than one use", approval(func(e *approvals.Event) { e.Reusable = true }), approvals.NotInTrail},
		{"an approval for another owner", approval(func(e *approvals.Event) { e.Owner = bob.Person() }), approvals.NotInTrail},
		{"an approval for another agent", approval(func(e *approvals.Event) { e.Agent = bob.Person() }), approvals.NotInTrail},
		{"an approval for one code, and that one was made", append(approval(func(e *approvals.Event) { e.Codes = 1 }),
			attempt(1, approvals.EventIssued, approvals.EventShown)...), approvals.NoneLeft},
		{"an approval for one code, and one more allowed", append(append(approval(func(e *approvals.Event) { e.Codes = 1 }),
			attempt(1, approvals.EventIssued, approvals.EventShown)...), approvals.Event{Kind: approvals.EventAllowedMore, Actor: maria.Person(), Codes: 2}), ""},
		{"an approval for nothing", approval(func(e *approvals.Event) { e.Codes = 0 }), approvals.NoneLeft},
		{"two codes", times(2, attempt(1, approvals.EventIssued, approvals.EventShown)), ""},
		{"three codes", times(3, attempt(1, approvals.EventIssued, approvals.EventShown)), approvals.NoneLeft},
		{"three codes of which one was not shown", append(times(2, attempt(1, approvals.EventIssued, approvals.EventShown)),
			attempt(1, approvals.EventIssued, approvals.EventNotShown)...), approvals.NoneLeft},
		{"three codes and one more allowed", append(times(3, attempt(1, approvals.EventIssued, approvals.EventShown)),
			approvals.Event{Kind: approvals.EventAllowedMore, Actor: maria.Person(), Codes: 4}), ""},
		{"three codes and one more allowed by somebody else", append(times(3, attempt(1, approvals.EventIssued, approvals.EventShown)),
			approvals.Event{Kind: approvals.EventAllowedMore, Actor: carol.Person(), Codes: 4}), approvals.NoneLeft},
		{"one code of three, and one more allowed that was made", slices.Concat(attempt(1, approvals.EventIssued, approvals.EventShown),
			[]approvals.Event{{Kind: approvals.EventAllowedMore, Actor: maria.Person(), Codes: 2}}, attempt(2, approvals.EventIssued, approvals.EventShown)), approvals.NoneLeft},
		{"a stop", []approvals.Event{{Kind: approvals.EventStopped, State: approvals.Issuing}}, approvals.NotInTrail},
		{"two that nobody knows of", times(2, attempt(1, approvals.EventUnknown)), ""},
		{"three that nobody knows of", times(3, attempt(1, approvals.EventUnknown)), approvals.NoneLeft},
		{"many that were not sent", times(9, attempt(1, approvals.EventNotSent)), ""},
		{"many that were not sent, two of three told twice", times(9, attempt(1, approvals.EventNotSent, approvals.EventNotSent)), ""},
		{"not sent told twice takes no code back that was made", append(times(3, attempt(1, approvals.EventIssued, approvals.EventShown)),
			attempt(1, approvals.EventNotSent, approvals.EventNotSent, approvals.EventNotSent)...), approvals.NoneLeft},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, func(p *approvals.Policy) { p.Delivery = approvals.DeliverClaim })
			r := w.approved()
			for _, e := range c.events {
				e.At, e.Request = w.now(), r.ID
				if err := w.store.Record(t.Context(), nil, e); err != nil {
					t.Fatal(err)
				}
			}
			w.presses(r, 1)
			r = w.request(r.ID)
			var got approvals.RefusalCode
			if r.Refusal != nil {
				got = r.Refusal.Code
			}
			if c.want != "" && (got != c.want || r.State != approvals.Refused) || c.want == "" && r.State != approvals.Issued {
				t.Errorf("it is %s (%s)", r.State, got)
			}
			if made := map[bool]int{true: 1}[c.want == ""]; w.issues != made {
				t.Errorf("OneLogin was asked %d times", w.issues)
			}
		})
	}
}

// TestARowThatIsNotWhatTheTrailSaysGetsNoCode (invariant 11): here it was olbot that
// stored both, so that no MAC is false.
func TestARowThatIsNotWhatTheTrailSaysGetsNoCode(t *testing.T) {
	for name, change := range map[string]func(*approvals.Request, *approvals.Event){
		"approved for longer than was asked": func(r *approvals.Request, e *approvals.Event) { r.Validity, e.Validity = time.Hour, time.Hour },
		"approved by somebody who was not asked": func(r *approvals.Request, e *approvals.Event) {
			r.DecidedBy.SlackName = "Maria" // whom nobody asked under that name, and who is still found
			e.Actor = r.DecidedBy.Person
		},
		"approved by another who was asked": func(r *approvals.Request, _ *approvals.Event) { r.DecidedBy = r.Approvers[1] },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(p *approvals.Policy) { p.Delivery, p.Chain = approvals.DeliverClaim, principals("S0BOSS") })
			w.groups["S0BOSS"] = []string{"U0MARIA", "U0CAROL"}
			r := w.approved()
			_, err := w.store.Update(t.Context(), r.ID, nil, func(_ approvals.View, r approvals.Request) (approvals.Change, error) {
				e := approvals.Event{
					At: w.now(), Kind: approvals.EventApproved, Request: r.ID, State: r.State, Agent: r.Agent, Owner: r.Owner,
					Actor: r.DecidedBy.Person, Validity: r.Validity, Reusable: r.Reusable, Codes: r.MaxCodes,
				}
				change(&r, &e)
				return approvals.Change{Request: r, Event: e}, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			w.presses(r, 1)
			if r := w.stands(r.ID, approvals.Refused); r.Refusal.Code != approvals.NotInTrail || w.issues != 0 {
				t.Errorf("refused as %s, OneLogin was asked %d times", r.Refusal.Code, w.issues)
			}
		})
	}
}

// TestAReplayKnowsEveryWay: whatever a request goes through, its events tell of it.
func TestAReplayKnowsEveryWay(t *testing.T) {
	for _, c := range []struct {
		name   string
		events []approvals.Event
		ok     bool
	}{
		{"a request", []approvals.Event{{Kind: approvals.EventReceived, State: approvals.Received}, {Kind: approvals.EventAsked, State: approvals.Pending}}, true},
		{"from nowhere", []approvals.Event{{Kind: approvals.EventApproved, State: approvals.Approved}}, false},
		{"approved from the start", []approvals.Event{{Kind: approvals.EventReceived, State: approvals.Approved}}, false},
		{"approved without being asked", []approvals.Event{{Kind: approvals.EventReceived, State: approvals.Received}, {Kind: approvals.EventApproved, State: approvals.Approved}}, false},
		{"back from an end", []approvals.Event{{Kind: approvals.EventReceived, State: approvals.Received},
			{Kind: approvals.EventExpired, State: approvals.Expired}, {Kind: approvals.EventApproved, State: approvals.Approved}}, false},
		{"what changes nothing", []approvals.Event{{Kind: approvals.EventReceived, State: approvals.Received},
			{Kind: approvals.EventPressRefused, State: approvals.Received}, {Kind: approvals.EventTampered}}, true},
	} {
		var p approvals.Replay
		all := true
		for _, e := range c.events {
			var ok bool
			p, ok = p.After(e)
			all = all && ok
		}
		if all != c.ok {
			t.Errorf("%s: %v", c.name, all)
		}
	}
}

// TestAReplayKnowsWhatAStopBlocks: it is told at the press, and again when a code that is being made has ended.
func TestAReplayKnowsWhatAStopBlocks(t *testing.T) {
	for _, blocks := range []bool{true, false} {
		p := approvals.Replay{State: approvals.Issuing, Version: 5}
		for _, state := range []approvals.State{approvals.Issuing, approvals.Stopped} {
			var ok bool
			if p, ok = p.After(approvals.Event{Kind: approvals.EventStopped, State: state, Blocks: blocks}); !ok || p.Blocks != blocks {
				t.Errorf("a stop that blocks %v, told in %s: follows %v, blocks %v", blocks, state, ok, p.Blocks)
			}
		}
		if p, _ = p.After(approvals.Event{Kind: approvals.EventBlockLifted, State: approvals.Stopped}); p.Blocks {
			t.Error("a block that was lifted")
		}
	}
}
