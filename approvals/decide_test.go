package approvals_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"olbot/approvals"
)

var (
	lea = profile("U0LEA", 6, "Lea Moe", "lea@example.com")
	tom = profile("U0TOM", 7, "Tom Noe", "tom@example.com")
)

// newChainWorld has the links manager, the leads Lea and Tom, and Carol.
func newChainWorld(t *testing.T, change ...func(*approvals.Policy)) *world {
	t.Helper()
	w := newWorld(t, append([]func(*approvals.Policy){func(p *approvals.Policy) {
		p.Chain = principals("manager", "S0LEADS", "U0CAROL")
		p.ApprovalTimeout = time.Hour
		p.RemindAfter, p.EscalateAfter = 5*time.Minute, 10*time.Minute
	}}, change...)...)
	w.knows(lea)
	w.knows(tom)
	w.groups["S0LEADS"] = []string{"U0LEA", "U0MARIA", "U0TOM"}
	return w
}

// pending is Joe's request as its approvers were asked.
func (w *world) pending() approvals.Request {
	w.t.Helper()
	r := w.asks()
	w.works()
	return w.stands(r.ID, approvals.Pending)
}

// passesOn is an approver's Pass on, and the work that follows.
func (w *world) passesOn(r approvals.Request, by string) {
	w.t.Helper()
	_, err := w.PassOn(w.t.Context(), approvals.Press{By: by, Request: r.ID}, approvals.Pass{Choice: approvals.NotMyReport})
	if err != nil {
		w.t.Fatal(err)
	}
	w.works()
}

func slackIDs(asked []approvals.AskedPerson) (ids []string) {
	for _, p := range asked {
		ids = append(ids, p.Slack)
	}
	return ids
}

// askedAre checks who is asked, by Slack id.
func (w *world) askedAre(id approvals.ID, want ...string) approvals.Request {
	w.t.Helper()
	r := w.stands(id, approvals.Pending)
	if got := slackIDs(r.Approvers); !slices.Equal(got, want) {
		w.t.Fatalf("asked are %v, want %v", got, want)
	}
	return r
}

func TestPassingOnGoesDownTheChainAndEndsTheRequest(t *testing.T) {
	w := newChainWorld(t)
	r := w.pending()
	w.passesOn(r, "U0MARIA")
	w.askedAre(r.ID, "U0LEA", "U0TOM") // Maria, who is a lead too, is not asked again
	w.passesOn(r, "U0LEA")
	w.askedAre(r.ID, "U0TOM")
	w.passesOn(r, "U0TOM")
	w.askedAre(r.ID, "U0CAROL")
	w.passesOn(r, "U0CAROL")
	r = w.stands(r.ID, approvals.Refused)
	if r.Refusal.Code != approvals.NoApprover || len(r.Refusal.Chain) != 4 || r.Refusal.Chain[3].Code != approvals.PassedOn || r.Refusal.Chain[3].Person.Slack != "U0CAROL" {
		t.Errorf("%+v", r.Refusal)
	}
	want := []approvals.EventKind{
		approvals.EventReceived, approvals.EventAsked, approvals.EventPassedOn, approvals.EventEscalated,
		approvals.EventPassedOn, approvals.EventPassedOn, approvals.EventEscalated, approvals.EventPassedOn, approvals.EventRefused,
	}
	if got := w.trail(); !slices.Equal(got, want) {
		t.Errorf("trail %v, want %v", got, want)
	}
}

func TestALinkWithNobodyLeftIsPassedOver(t *testing.T) {
	w := newChainWorld(t)
	w.groups["S0LEADS"] = []string{"U0MARIA"}
	r := w.pending()
	w.passesOn(r, "U0MARIA")
	w.askedAre(r.ID, "U0CAROL")
}

func TestWhenNobodyIsLeftInTheWholeChainTheRequestIsRefused(t *testing.T) {
	w := newChainWorld(t)
	w.groups["S0LEADS"] = nil
	w.closedDMs["U0CAROL"] = true
	r := w.pending()
	w.passesOn(r, "U0MARIA")
	if r = w.stands(r.ID, approvals.Refused); r.Refusal.Code != approvals.NoApprover || r.Refusal.Chain[0].Code != approvals.PassedOn || r.Refusal.Chain[0].Person.Slack != "U0MARIA" {
		t.Errorf("%+v", r.Refusal)
	}
}

func TestEscalationAddsAndAnybodyAskedDecides(t *testing.T) {
	for _, decider := range []approvals.Profile{maria, lea, tom} {
		w := newChainWorld(t)
		r := w.pending()
		w.passes(10*time.Minute - 1)
		w.works()
		w.askedAre(r.ID, "U0MARIA")
		w.passes(1)
		w.works()
		r = w.askedAre(r.ID, "U0MARIA", "U0LEA", "U0TOM")
		if e := w.lastOf(approvals.EventEscalated); !slices.Equal(slackIDs(e.Approvers), []string{"U0LEA", "U0TOM"}) {
			t.Errorf("the event tells of %v", slackIDs(e.Approvers))
		}
		if _, err := w.Approve(t.Context(), approvals.Press{By: decider.Slack.ID, Request: r.ID}); err != nil {
			t.Fatal(err)
		}
		w.works()
		w.stands(r.ID, approvals.Issued)
		w.passes(10 * time.Minute)
		w.works()
		if n := w.count(approvals.EventEscalated); n != 1 {
			t.Errorf("escalated %d times, and decided after the first", n)
		}
	}
}

func TestEscalationGoesOnToTheEndOfTheChain(t *testing.T) {
	w := newChainWorld(t)
	r := w.pending()
	for range 3 {
		w.passes(10 * time.Minute)
		w.works()
	}
	r = w.askedAre(r.ID, "U0MARIA", "U0LEA", "U0TOM", "U0CAROL")
	if !r.EscalateAt.IsZero() {
		t.Errorf("one more escalation at %v", r.EscalateAt)
	}
	for _, p := range r.Approvers {
		want := map[string]string{"U0MARIA": "manager", "U0CAROL": "U0CAROL"}[p.Slack]
		if want != "" && p.Link.String() != want || want == "" && p.Link.ID != "S0LEADS" {
			t.Errorf("%s comes from %s", p.Slack, p.Link)
		}
	}
}

func TestThatNobodyElseMayDecideIsSaidOnceAndTheOthersStillCan(t *testing.T) {
	w := newChainWorld(t)
	w.groups["S0LEADS"] = nil
	w.Policy.Requesters = append(w.Policy.Requesters, principals("U0CAROL")...)
	r := w.pending()
	for range 3 {
		w.passes(10 * time.Minute)
		w.works()
	}
	said, e := w.count(approvals.EventNobodyElse), w.lastOf(approvals.EventNobodyElse)
	if said != 1 || e.Refusal == nil || e.Refusal.Code != approvals.NoApprover || len(e.Refusal.Chain) != 2 {
		t.Errorf("said %d times, %+v", said, e.Refusal)
	}
	if _, err := w.Approve(t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID}); err != nil {
		t.Error(err)
	}
}

// TestWhoCannotBeCheckedIsNotPassedOver (invariant 8), and those who are asked go on being asked.
func TestWhoCannotBeCheckedIsNotPassedOver(t *testing.T) {
	for name, key := range map[string]string{"the owner": "U0ANA", "the group": "S0LEADS", "a lead": "U0LEA"} {
		w := newChainWorld(t)
		r := w.pending()
		w.failing[key] = errors.New("500")
		w.passes(10 * time.Minute)
		w.works()
		w.askedAre(r.ID, "U0MARIA")
		delete(w.failing, key)
		w.passes(time.Minute)
		w.works()
		w.askedAre(r.ID, "U0MARIA", "U0LEA", "U0TOM")
		if w.count(approvals.EventNobodyElse) != 0 {
			t.Errorf("%s could not be checked, and it is said that there is nobody", name)
		}
	}
}

func TestAnOwnerWhoIsAnotherNowHasNoFurtherApprovers(t *testing.T) {
	w := newChainWorld(t)
	r := w.pending()
	a := *ana.Slack
	a.Email = "other@example.com"
	w.knows(approvals.Profile{Slack: &a, OneLogin: ana.OneLogin})
	w.passes(10 * time.Minute)
	w.works()
	w.askedAre(r.ID, "U0MARIA")
	if e := w.lastOf(approvals.EventNobodyElse); e.Refusal == nil || e.Refusal.Code != approvals.Changed || e.Refusal.Role != approvals.Owner {
		t.Errorf("%+v", e)
	}
}

// TestAPassWhileTheNextLinkIsLookedUpIsNotLost: whoever passed it on is not asked again.
func TestAPassWhileTheNextLinkIsLookedUpIsNotLost(t *testing.T) {
	w := newChainWorld(t)
	r := w.pending()
	w.passes(10 * time.Minute)
	var once sync.Once
	w.whenAsked = func(who string) {
		if who == "S0LEADS" {
			once.Do(func() {
				if _, err := w.PassOn(t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID}, approvals.Pass{Choice: approvals.NotNow}); err != nil {
					t.Error(err)
				}
			})
		}
	}
	w.works()
	w.passes(time.Second)
	w.works()
	w.askedAre(r.ID, "U0LEA", "U0TOM")
}

// TestAnApprovalWhileTheNextLinkIsLookedUpStands (invariant 3).
func TestAnApprovalWhileTheNextLinkIsLookedUpStands(t *testing.T) {
	w := newChainWorld(t)
	r := w.pending()
	w.passes(10 * time.Minute)
	w.whenAsked = func(who string) {
		if who == "S0LEADS" {
			_, _ = w.Approve(t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID})
		}
	}
	w.works()
	r = w.stands(r.ID, approvals.Issued)
	if len(r.Approvers) != 1 || w.count(approvals.EventEscalated) != 0 {
		t.Errorf("others were asked after the decision: %v", slackIDs(r.Approvers))
	}
}

// TestTheDecidersOwnLinkIsChecked (invariant 1): the group they came from, not the link that was asked last.
func TestTheDecidersOwnLinkIsChecked(t *testing.T) {
	for name, tt := range map[string]struct {
		decider string
		change  func(*world)
		want    approvals.State
	}{
		"a lead who still is one":      {"U0LEA", func(*world) {}, approvals.Issued},
		"a lead who is none any more":  {"U0LEA", func(w *world) { w.groups["S0LEADS"] = []string{"U0TOM"} }, approvals.Refused},
		"the manager, leads are gone":  {"U0MARIA", func(w *world) { w.groups["S0LEADS"] = nil }, approvals.Issued},
		"the manager is another":       {"U0MARIA", func(w *world) { w.manager(4) }, approvals.Refused},
		"a lead, manager is another":   {"U0LEA", func(w *world) { w.manager(4) }, approvals.Issued},
		"a lead, the link is not used": {"U0LEA", func(w *world) { w.Policy.Chain = principals("manager", "U0CAROL") }, approvals.Refused},
	} {
		t.Run(name, func(t *testing.T) {
			w := newChainWorld(t)
			r := w.pending()
			for range 2 { // so that the link asked last is Carol
				w.passes(10 * time.Minute)
				w.works()
			}
			if _, err := w.Approve(t.Context(), approvals.Press{By: tt.decider, Request: r.ID}); err != nil {
				t.Fatal(err)
			}
			tt.change(w)
			w.works()
			r = w.stands(r.ID, tt.want)
			if tt.want == approvals.Refused && (r.Refusal.Code != approvals.Changed || r.Refusal.Role != approvals.Approver || r.Refusal.Link != r.DecidedBy.Link) {
				t.Errorf("%+v", r.Refusal)
			}
		})
	}
}

func TestTheApproversAreRemindedAndThenLeftAlone(t *testing.T) {
	w := newChainWorld(t, func(p *approvals.Policy) { p.Chain = principals("manager") })
	r := w.pending()
	var at []time.Duration
	for minute := range 40 {
		w.passes(time.Minute)
		painted := len(w.painted)
		n := w.request(r.ID).Reminders
		w.works()
		if w.request(r.ID).Reminders > n {
			at = append(at, time.Duration(minute+1))
			if len(w.painted) == painted {
				t.Error("nobody is shown the reminder")
			}
		}
	}
	if want := []time.Duration{5, 15, 35}; !slices.Equal(at, want) {
		t.Errorf("reminded after %d minutes, want %d", at, want)
	}
	if _, err := w.Deny(t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID}, approvals.Denial{Choice: approvals.Suspicious}); err != nil {
		t.Fatal(err)
	}
	events := len(w.trail())
	w.passes(time.Hour)
	w.works()
	if len(w.trail()) != events {
		t.Errorf("something happened after the denial: %v", w.trail()[events:])
	}
}
