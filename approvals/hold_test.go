package approvals_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"olbot/approvals"
)

// newHoldWorld has the chain manager, leads and Carol, and a hold of a day.
func newHoldWorld(t *testing.T, change ...func(*approvals.Policy)) *world {
	return newChainWorld(t, append([]func(*approvals.Policy){withContacts("U0CAROL", "U0TOM"), func(p *approvals.Policy) { p.RecoveryHold = 24 * time.Hour }}, change...)...)
}

// recovers has a code made for somebody's account, as far as anybody knows: OneLogin
// gives no clear answer. Lea approves.
func (w *world) recovers(agent, owner string) {
	w.t.Helper()
	before := w.issue
	w.issue = func(int) (approvals.Token, approvals.Answer, error) {
		return approvals.Token{}, approvals.Answer{}, errors.New("cut")
	}
	r := w.asks(func(a *approvals.Submission) { a.Agent, a.Owner.Slack = agent, owner })
	w.works()
	if _, err := w.Approve(w.t.Context(), approvals.Press{By: "U0LEA", Request: r.ID}); err != nil {
		w.t.Fatal(err)
	}
	w.works()
	w.stands(r.ID, approvals.Unknown)
	w.issue = before
}

// TestARecoveredAccountIsNotASecondPerson (invariant 1): whoever was just let into the
// manager's account is not asked, and who is asked instead is told why.
func TestARecoveredAccountIsNotASecondPerson(t *testing.T) {
	w := newHoldWorld(t)
	w.recovers("U0BOB", "U0MARIA")
	made := w.now()
	r := w.askedAre(w.pending().ID, "U0LEA", "U0TOM")
	if len(r.Held) != 1 || r.Held[0].Code != approvals.RecoveryHold || r.Held[0].Person.Slack != "U0MARIA" || !r.Held[0].Until.Equal(made.Add(24*time.Hour)) {
		t.Errorf("held are %+v", r.Held)
	}
	if _, err := w.Withdraw(t.Context(), approvals.Press{By: "U0JOE", Request: r.ID}); err != nil {
		t.Fatal(err)
	}
	w.passes(24 * time.Hour)
	w.works()
	w.askedAre(w.pending().ID, "U0MARIA")
}

// TestWithNobodyElseToAskTheHoldIsSaid.
func TestWithNobodyElseToAskTheHoldIsSaid(t *testing.T) {
	w := newHoldWorld(t)
	w.recovers("U0BOB", "U0MARIA")
	w.Policy.Chain = principals("manager")
	why := w.refused(approvals.NoApprover, approvals.Approver)
	if len(why.Chain) != 1 || why.Chain[0].Code != approvals.RecoveryHold || why.Chain[0].Person.Slack != "U0MARIA" {
		t.Errorf("%+v", why.Chain)
	}
}

// TestWhoIsHeldSkippedWhenTheNextLinkIsAsked: an escalation meets the same rule.
func TestWhoIsHeldIsSkippedWhenTheNextLinkIsAsked(t *testing.T) {
	w := newHoldWorld(t)
	w.groups["S0LEADS"] = []string{"U0LEA", "U0CAROL"}
	w.recovers("U0BOB", "U0CAROL")
	r := w.pending()
	w.passes(10 * time.Minute)
	w.works()
	r = w.askedAre(r.ID, "U0MARIA", "U0LEA")
	if len(r.Held) != 1 || r.Held[0].Person.Slack != "U0CAROL" {
		t.Errorf("held are %+v", r.Held)
	}
}

// TestAHoldThatBeginsLater refuses the approval at the press, and the code at the fresh
// check; a no is never refused by it.
func TestAHoldThatBeginsLater(t *testing.T) {
	press := func(by string, r approvals.Request) approvals.Press { return approvals.Press{By: by, Request: r.ID} }
	t.Run("at the press", func(t *testing.T) {
		for name, no := range map[string]func(*world, approvals.Request) error{
			"deny": func(w *world, r approvals.Request) error {
				_, err := w.Deny(t.Context(), press("U0MARIA", r), approvals.Denial{})
				return err
			},
			"pass on": func(w *world, r approvals.Request) error {
				_, err := w.PassOn(t.Context(), press("U0MARIA", r), approvals.Pass{})
				return err
			},
		} {
			w := newHoldWorld(t)
			r := w.pending()
			w.recovers("U0BOB", "U0MARIA")
			_, err := w.Approve(t.Context(), press("U0MARIA", r))
			if codeOf(err) != approvals.RecoveryHold {
				t.Errorf("approved: %v", err)
			}
			if e := w.lastOf(approvals.EventPressRefused); e.Button != approvals.ButtonApprove || e.Refusal.Code != approvals.RecoveryHold {
				t.Errorf("no word of it in the trail: %+v", e)
			}
			w.stands(r.ID, approvals.Pending)
			if err := no(w, r); err != nil {
				t.Errorf("%s is refused: %v", name, err)
			}
		}
	})
	for name, tt := range map[string]struct {
		owner string
		role  approvals.Role
	}{"the approver's": {"U0MARIA", approvals.Approver}, "the agent's": {"U0JOE", approvals.Agent}} {
		t.Run("at the fresh check, "+name, func(t *testing.T) {
			w := newHoldWorld(t)
			tries := 0
			w.reserve = func() error {
				if tries++; tries == 1 { // the first is for Joe's code
					return &approvals.TemporaryError{After: time.Minute, NotYet: true, Err: errors.New("no room")}
				}
				return nil
			}
			r := w.approved()
			w.works()
			w.recovers("U0BOB", tt.owner)
			w.passes(time.Minute)
			w.works()
			r = w.stands(r.ID, approvals.Refused)
			if r.Refusal.Code != approvals.RecoveryHold || r.Refusal.Role != tt.role || len(w.codes) != 0 {
				t.Errorf("%+v, %d codes", r.Refusal, len(w.codes))
			}
		})
	}
}

// TestWhoIsHeldGetsNoCodeAndAllowsNone, and the request waits for somebody to press.
func TestWhoIsHeldGetsNoCodeAndAllowsNone(t *testing.T) {
	press := func(by string, attempt int, r approvals.Request) approvals.Press {
		return approvals.Press{By: by, Request: r.ID, Attempt: attempt}
	}
	for name, tt := range map[string]struct {
		owner string
		shown int // codes before
		want  func(*world, approvals.Request) error
	}{
		"Show code": {"U0JOE", 0, func(w *world, r approvals.Request) error {
			_, err := w.Claim(t.Context(), press("U0JOE", 1, r))
			return err
		}},
		"Ask for another code": {"U0JOE", 1, func(w *world, r approvals.Request) error { return w.wantsMore(r.ID) }},
		"Allow one more":       {"U0MARIA", 1, func(w *world, r approvals.Request) error { return w.allows(r.ID) }},
	} {
		t.Run(name, func(t *testing.T) {
			w := newHoldWorld(t, oneCode, func(p *approvals.Policy) { p.Delivery = approvals.DeliverClaim })
			r := w.approved()
			w.works()
			if tt.shown > 0 {
				w.presses(r, 1)
			}
			if tt.owner == "U0MARIA" {
				w.must(w.wantsMore(r.ID))
			}
			w.Policy.Delivery = approvals.DeliverAuto
			w.recovers("U0BOB", tt.owner)
			before := w.request(r.ID)
			if err := tt.want(w, r); codeOf(err) != approvals.RecoveryHold {
				t.Errorf("it is %v", err)
			}
			if after := w.request(r.ID); after.Version != before.Version || len(w.codes) != tt.shown {
				t.Errorf("it became %s, %d codes shown", after.State, len(w.codes))
			}
		})
	}
}

// TestWhoIsHeldNeitherAsksNorLifts, and This wasn't me always counts.
func TestWhoIsHeldNeitherAsksNorLifts(t *testing.T) {
	w := newHoldWorld(t)
	w.recovers("U0BOB", "U0JOE")
	if why := w.refused(approvals.RecoveryHold, approvals.Agent); why.Person.Slack != "U0JOE" || why.Until.IsZero() {
		t.Errorf("%+v", why)
	}
	w = newHoldWorld(t)
	r := w.approved()
	w.works()
	w.recovers("U0BOB", "U0CAROL")
	w.disowns(r.ID)
	if err := w.lifts("U0CAROL", r.ID); codeOf(err) != approvals.RecoveryHold || !w.request(r.ID).Blocks() {
		t.Errorf("Carol lifts the block: %v", err)
	}
	w.passes(24 * time.Hour)
	if err := w.lifts("U0CAROL", r.ID); err != nil {
		t.Errorf("a day later: %v", err)
	}
}

// TestWhoseAccountIsBlockedIsHeld, with no hold set too.
func TestWhoseAccountIsBlockedIsHeld(t *testing.T) {
	w := newHoldWorld(t, func(p *approvals.Policy) { p.RecoveryHold = 0 })
	r := w.asks(func(a *approvals.Submission) { a.Agent, a.Owner.Slack = "U0BOB", "U0MARIA" })
	w.works()
	if _, err := w.Deny(t.Context(), approvals.Press{By: "U0LEA", Request: r.ID}, approvals.Denial{Choice: approvals.DidNotAsk}); err != nil {
		t.Fatal(err)
	}
	of := w.askedAre(w.pending().ID, "U0LEA", "U0TOM")
	if len(of.Held) != 1 || of.Held[0].Code != approvals.OwnAccountBlocked || of.Held[0].Request != r.ID {
		t.Errorf("held are %+v", of.Held)
	}
	if err := w.lifts("U0CAROL", r.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Withdraw(t.Context(), approvals.Press{By: "U0JOE", Request: of.ID}); err != nil {
		t.Fatal(err)
	}
	w.askedAre(w.pending().ID, "U0MARIA")
}

// TestAHoldThatBeginsWhileThePeopleAreLookedUp is met within the transaction.
func TestAHoldThatBeginsWhileThePeopleAreLookedUp(t *testing.T) {
	w := newHoldWorld(t)
	other := w.asks(func(a *approvals.Submission) { a.Agent, a.Owner.Slack = "U0BOB", "U0MARIA" })
	w.works()
	w.Policy.Chain, w.Policy.SecurityContacts = principals("manager", "U0CAROL"), principals("S0SEC")
	blocked := false
	w.whenAsked = func(who string) { // when Maria was found fit
		if who == "S0SEC" && !blocked {
			blocked = true
			if _, err := w.store.Update(t.Context(), other.ID, nil, func(_ approvals.View, r approvals.Request) (approvals.Change, error) {
				return r.Deny("U0LEA", approvals.Denial{Choice: approvals.Suspicious}, w.now())
			}); err != nil {
				t.Error(err)
			}
		}
	}
	r := w.asks()
	w.works()
	w.passes(time.Second)
	w.works()
	w.askedAre(r.ID, "U0CAROL")
}

// TestAfterTheManagersNoNobodyElseIsAsked for a day: not at once, not by escalation, not
// when the manager cannot be reached; but as soon as the manager passes on.
func TestAfterTheManagersNoNobodyElseIsAsked(t *testing.T) {
	no := func(t *testing.T) *world {
		w := newHoldWorld(t)
		r := w.pending()
		if _, err := w.Deny(t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID}, approvals.Denial{Choice: approvals.OtherReason, Text: "not today"}); err != nil {
			t.Fatal(err)
		}
		w.works()
		return w
	}
	says := func(t *testing.T, why *approvals.Refusal) {
		t.Helper()
		if !slices.ContainsFunc(why.Chain, func(link *approvals.Refusal) bool {
			return link.Code == approvals.ManagerSaidNo && link.Person.Slack == "U0MARIA"
		}) {
			t.Errorf("refused with %+v", why.Chain)
		}
	}
	t.Run("the manager alone is asked, and told what was said", func(t *testing.T) {
		w := no(t)
		r := w.askedAre(w.pending().ID, "U0MARIA")
		w.passes(30 * time.Minute)
		w.works()
		r = w.askedAre(r.ID, "U0MARIA")
		if len(r.Noes) != 1 || r.Noes[0].Denial.Text != "not today" || r.NoFallback == nil {
			t.Errorf("%+v, %+v", r.Noes, r.NoFallback)
		}
		w.passesOn(r, "U0MARIA")
		w.askedAre(r.ID, "U0LEA", "U0TOM")
	})
	t.Run("without a manager it is refused", func(t *testing.T) {
		w := no(t)
		w.manager(99)
		says(t, w.refused(approvals.NoApprover, approvals.Approver))
	})
	t.Run("a manager who is not reached", func(t *testing.T) {
		w := no(t)
		w.closedDMs["U0MARIA"] = true
		says(t, w.refused(approvals.NoApprover, approvals.Approver))
	})
	t.Run("a day later", func(t *testing.T) {
		w := no(t)
		w.manager(99)
		w.passes(24 * time.Hour)
		w.askedAre(w.pending().ID, "U0LEA", "U0MARIA", "U0TOM") // she is a lead too
	})
}

// TestWhatTheOwnerMayDoIsARiskSignal: who takes over such an account takes that over too.
func TestWhatTheOwnerMayDoIsARiskSignal(t *testing.T) {
	signals := func(r approvals.Request) (kinds []approvals.RiskSignalKind) {
		for _, s := range r.RiskSignals {
			kinds = append(kinds, s.Kind)
		}
		return slices.DeleteFunc(kinds, func(k approvals.RiskSignalKind) bool { return k == approvals.RiskFirst })
	}
	for owner, want := range map[string][]approvals.RiskSignalKind{
		"U0ANA":   nil,
		"U0BOB":   {approvals.RiskRequester},
		"U0TOM":   {approvals.RiskApprover, approvals.RiskContact},
		"U0CAROL": {approvals.RiskApprover, approvals.RiskContact},
	} {
		w := newHoldWorld(t)
		r := w.asks(func(a *approvals.Submission) { a.Owner.Slack = owner })
		w.works()
		if got := signals(w.stands(r.ID, approvals.Pending)); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", owner, got, want)
		}
	}
	w := newHoldWorld(t)
	maria := func() approvals.Request {
		r := w.asks(func(a *approvals.Submission) { a.Agent, a.Owner.Slack = "U0BOB", "U0MARIA" })
		w.works()
		return w.stands(r.ID, approvals.Pending)
	}
	w.groups["S0LEADS"] = []string{"U0LEA"}
	r := maria()
	if got := signals(r); len(got) != 0 {
		t.Errorf("before Maria was ever asked: %v", got)
	}
	if _, err := w.Withdraw(t.Context(), approvals.Press{By: "U0BOB", Request: r.ID}); err != nil {
		t.Fatal(err)
	}
	asked := w.pending()
	if _, err := w.Withdraw(t.Context(), approvals.Press{By: "U0JOE", Request: asked.ID}); err != nil {
		t.Fatal(err)
	}
	if got := signals(maria()); !slices.Equal(got, []approvals.RiskSignalKind{approvals.RiskNthThisWeek, approvals.RiskApprover}) {
		t.Errorf("after Maria was asked: %v", got)
	}
}

// TestAContactHasToBeFitToLift: as an approver has to be, by what Slack and OneLogin say
// now.
func TestAContactHasToBeFitToLift(t *testing.T) {
	guest, gone := *carol.Slack, *carol.OneLogin
	guest.Membership, gone.Status = approvals.Guest, 2
	for name, tt := range map[string]struct {
		now  approvals.Profile
		want approvals.RefusalCode
	}{
		"a guest":                 {approvals.Profile{Slack: &guest, OneLogin: carol.OneLogin}, approvals.IsGuest},
		"not active in OneLogin":  {approvals.Profile{Slack: carol.Slack, OneLogin: &gone}, approvals.IsInactive},
		"in OneLogin not at all":  {approvals.Profile{Slack: carol.Slack}, approvals.NotInOneLogin},
		"deactivated, or unknown": {approvals.Profile{Slack: &approvals.Account{ID: "U0CAROL", Email: "carol@example.com", Membership: approvals.Deactivated}}, approvals.IsDeactivated},
	} {
		w := newWorld(t, withContacts("U0CAROL"))
		r := w.disowned()
		w.people[approvals.Ref{Slack: "U0CAROL"}] = tt.now
		err := w.lifts("U0CAROL", r.ID)
		if codeOf(err) != tt.want || !w.request(r.ID).Blocks() || w.lastOf(approvals.EventPressRefused).Request != r.ID {
			t.Errorf("%s: %v, told as %+v", name, err, w.lastOf(approvals.EventPressRefused))
		}
		w.knows(carol)
		if err := w.lifts("U0CAROL", r.ID); err != nil {
			t.Errorf("%s, and fit again: %v", name, err)
		}
	}
}

// TestAlarmsGoToFullMembersAlone, and who is none is said once; whom Slack does not speak
// of gets theirs.
func TestAlarmsGoToFullMembersAlone(t *testing.T) {
	guest := *carol.Slack
	guest.Membership = approvals.Guest
	w := newWorld(t, withContacts("U0CAROL", "U0TOM", "U0LEA", "S0SEC"))
	w.knows(approvals.Profile{Slack: &guest, OneLogin: carol.OneLogin})
	w.knows(lea)
	w.failing["account:U0TOM"] = errors.New("500")
	w.opens("U0CAROL")
	r := w.disowned()
	if err := w.Refresh(t.Context(), r.ID); err != nil {
		t.Fatal(err)
	}
	w.works()
	if r = w.request(r.ID); !slices.Equal(r.Unfit, []string{"U0CAROL"}) {
		t.Errorf("without an alarm are %v", r.Unfit)
	}
	if e := w.lastOf(approvals.EventNotReached); w.count(approvals.EventNotReached) != 1 || e.Contact.Slack != "U0CAROL" || e.Refusal.Code != approvals.IsGuest {
		t.Errorf("%+v, %d times", e, w.count(approvals.EventNotReached))
	}
	if h := w.opens("U0CAROL"); h.Blocks != nil {
		t.Errorf("a guest's Home shows the blocks %v", ids(h.Blocks))
	}
}
