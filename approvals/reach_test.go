package approvals_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"olbot/approvals"
)

// TestAnApproverWhoWasNotReachedIsNotEligible: the next link is asked at once, and a
// press by them, on a copy that came all the same, is told why.
func TestAnApproverWhoWasNotReachedIsNotEligible(t *testing.T) {
	w := newChainWorld(t)
	w.closedDMs["U0MARIA"] = true
	r := w.pending()
	r = w.askedAre(r.ID, "U0LEA", "U0TOM")
	if e := w.lastOf(approvals.EventNotReached); !slices.Equal(slackIDs(e.Approvers), []string{"U0MARIA"}) || e.OwnerUntold {
		t.Errorf("%+v", e)
	}
	if w.count(approvals.EventNotReached) != 1 || w.count(approvals.EventEscalated) != 1 {
		t.Errorf("trail %v", w.trail())
	}
	if _, err := w.Approve(t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID}); codeOf(err) != approvals.NotReached {
		t.Errorf("a press of who was not reached: %v", err)
	}
	delete(w.closedDMs, "U0MARIA")
	w.passes(20 * time.Minute)
	w.works()
	w.askedAre(r.ID, "U0LEA", "U0TOM", "U0CAROL") // Maria, who is one of the leads too, is not asked again
}

// TestOneOfAGroupWhoWasNotReachedLeavesTheOthers to decide, and to be reminded.
func TestOneOfAGroupWhoWasNotReachedLeavesTheOthers(t *testing.T) {
	w := newChainWorld(t, func(p *approvals.Policy) { p.Chain = principals("S0LEADS", "U0CAROL") })
	w.closedDMs["U0MARIA"], w.closedDMs["U0TOM"] = true, true
	r := w.pending()
	r = w.askedAre(r.ID, "U0LEA")
	if w.count(approvals.EventEscalated) != 0 || r.RemindAt.IsZero() {
		t.Errorf("trail %v, reminder %v", w.trail(), r.RemindAt)
	}
}

// TestALinkOfWhomNobodyWasReachedIsPassedOver though others are asked.
func TestALinkOfWhomNobodyWasReachedIsPassedOver(t *testing.T) {
	w := newChainWorld(t)
	r := w.pending()
	w.closedDMs["U0LEA"], w.closedDMs["U0TOM"] = true, true
	w.passes(10 * time.Minute)
	w.works()
	w.askedAre(r.ID, "U0MARIA", "U0CAROL")

	w = newChainWorld(t, func(p *approvals.Policy) { p.Chain, p.RemindAfter = principals("manager", "S0LEADS"), 20*time.Minute })
	r = w.pending()
	w.closedDMs["U0LEA"], w.closedDMs["U0TOM"] = true, true
	w.passes(10 * time.Minute)
	w.works()
	r = w.askedAre(r.ID, "U0MARIA")
	if w.count(approvals.EventNobodyElse) != 1 || r.RemindAt.IsZero() {
		t.Errorf("Maria is reminded at %v; trail %v", r.RemindAt, w.trail())
	}
}

// TestWhenNobodyIsReachedTheRequestIsRefusedAtOnce, and says of each why.
func TestWhenNobodyIsReachedTheRequestIsRefusedAtOnce(t *testing.T) {
	for name, chain := range map[string][]string{"one link": {"manager"}, "two": {"manager", "U0CAROL"}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(p *approvals.Policy) { p.Chain = principals(chain...) })
			w.closedDMs["U0MARIA"], w.closedDMs["U0CAROL"] = true, true
			why := w.refused(approvals.NoApprover, approvals.Approver)
			var codes []approvals.RefusalCode
			for _, no := range why.Chain {
				codes = append(codes, no.Code)
			}
			if want := slices.Repeat([]approvals.RefusalCode{approvals.NoDM}, len(chain)); !slices.Equal(codes, want) {
				t.Errorf("%v, want %v", codes, want)
			}
		})
	}
}

// TestAnAgentWhoWasNotReachedEndsTheRequest, until a code is being made.
func TestAnAgentWhoWasNotReachedEndsTheRequest(t *testing.T) {
	w := newWorld(t, func(p *approvals.Policy) { p.Delivery = approvals.DeliverClaim })
	r := w.approved()
	w.closedDMs["U0JOE"] = true
	w.works()
	if r = w.stands(r.ID, approvals.Refused); r.Refusal.Code != approvals.NoDM || r.Refusal.Role != approvals.Agent {
		t.Errorf("%+v", r.Refusal)
	}
	w = newWorld(t)
	r = w.approved()
	w.works()
	w.closedDMs["U0JOE"] = true
	if err := w.Refresh(t.Context(), r.ID); err != nil {
		t.Fatal(err)
	}
	w.works()
	w.stands(r.ID, approvals.Issued)
}

// TestAnOwnerWhoWasNotReachedIsSaidOnce, and the request goes on.
func TestAnOwnerWhoWasNotReachedIsSaidOnce(t *testing.T) {
	w := newWorld(t)
	w.closedDMs["U0ANA"] = true
	r := w.approved()
	w.works()
	if r = w.stands(r.ID, approvals.Issued); !r.OwnerUntold || w.count(approvals.EventNotReached) != 1 {
		t.Errorf("owner untold %t, trail %v", r.OwnerUntold, w.trail())
	}
	if e := w.lastOf(approvals.EventNotReached); !e.OwnerUntold || e.Approvers != nil {
		t.Errorf("%+v", e)
	}
}

// TestAContactWhoseAlarmWasNotReachedIsSaidOnce, whatever else they are to the request, and
// not once the block is lifted. Kind: an alarm that nobody knows to be missing.
func TestAContactWhoseAlarmWasNotReachedIsSaidOnce(t *testing.T) {
	w := newWorld(t, withContacts("U0CAROL", "U0MARIA", "U0TOM"))
	w.knows(tom)
	r := w.disowned()
	w.closedDMs["U0CAROL"], w.closedDMs["U0MARIA"] = true, true
	refresh := func() {
		if err := w.Refresh(t.Context(), r.ID); err != nil {
			t.Fatal(err)
		}
		w.works()
	}
	refresh()
	refresh()
	if got := w.stands(r.ID, approvals.Disowned).Unalarmed; !slices.Equal(slices.Sorted(slices.Values(got)), []string{"U0CAROL", "U0MARIA"}) {
		t.Errorf("without an alarm: %v", got)
	}
	if e := w.lastOf(approvals.EventNotReached); w.count(approvals.EventNotReached) != 2 || e.Contact.Slack == "" || e.Approvers != nil || e.OwnerUntold {
		t.Errorf("%+v, trail %v", e, w.trail())
	}
	if err := w.lifts("U0CAROL", r.ID); err != nil {
		t.Fatal(err)
	}
	w.closedDMs["U0TOM"] = true
	refresh()
	if n := w.count(approvals.EventNotReached); n != 2 {
		t.Errorf("%d events after the block was lifted", n)
	}
}

// TestAnOutcomeThatComesLateDoesNothing: the approver was not reached, and somebody
// else has decided meanwhile.
func TestAnOutcomeThatComesLateDoesNothing(t *testing.T) {
	w := newChainWorld(t, func(p *approvals.Policy) { p.Chain = principals("S0LEADS") })
	r := w.pending()
	w.closedDMs["U0TOM"] = true
	if _, err := w.Approve(t.Context(), approvals.Press{By: "U0LEA", Request: r.ID}); err != nil {
		t.Fatal(err)
	}
	w.works()
	if w.stands(r.ID, approvals.Issued); w.count(approvals.EventNotReached) != 0 {
		t.Errorf("trail %v", w.trail())
	}
}

// TestAgentAndGroupsAreLookedUpAtOnce: each call that waits for another one keeps the
// approver's card waiting, and the first after a start as every other.
func TestAgentAndGroupsAreLookedUpAtOnce(t *testing.T) {
	w := newWorld(t, func(p *approvals.Policy) { p.Requesters = principals("S0HELP") })
	w.groups["S0HELP"] = []string{"U0JOE"}
	asked := make(chan struct{})
	var once, wait sync.Once
	w.whenAsked = func(string) { once.Do(func() { close(asked) }) }
	w.lookUp = func(approvals.Ref) {
		wait.Do(func() {
			select {
			case <-asked:
			case <-time.After(10 * time.Second):
				t.Error("the group is looked up after the agent")
			}
		})
	}
	w.pending()
}

// TestTheManagerIsLookedUpWhileTheAgentStillIs, where the owner was found sooner.
func TestTheManagerIsLookedUpWhileTheAgentStillIs(t *testing.T) {
	w := newWorld(t)
	managerAsked := make(chan struct{})
	w.lookUp = func(who approvals.Ref) {
		switch {
		case who.OneLogin == maria.OneLogin.ID:
			close(managerAsked) // once: what was looked up ahead is not looked up again
		case who.Slack == "U0JOE":
			select {
			case <-managerAsked:
			case <-time.After(10 * time.Second):
				t.Error("the manager is looked up after the agent")
			}
		}
	}
	r := w.asks(func(a *approvals.Submission) { a.Owner = approvals.Ref{OneLogin: 2} })
	w.works()
	w.stands(r.ID, approvals.Pending)
}

// TestAnOwnersHomeShowsWhatTheyCanStop, whatever became of the notice.
func TestAnOwnersHomeShowsWhatTheyCanStop(t *testing.T) {
	w := newWorld(t)
	w.closedDMs["U0ANA"] = true
	w.opens("U0ANA")
	r := w.pending()
	if got := ids(w.homes["U0ANA"].Owned); !slices.Equal(got, []approvals.ID{r.ID}) {
		t.Errorf("pending: %v", got)
	}
	if _, err := w.Approve(t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID}); err != nil {
		t.Fatal(err)
	}
	w.works()
	w.passes(16 * time.Minute)
	w.works()
	w.stands(r.ID, approvals.Closed)
	if got := ids(w.homes["U0ANA"].Owned); got != nil {
		t.Errorf("no code works any more: %v", got)
	}
}
