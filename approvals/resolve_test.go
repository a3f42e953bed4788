package approvals_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"olbot/approvals"
)

// refused asks and checks why the request was refused.
func (w *world) refused(want approvals.RefusalCode, role approvals.Role, change ...func(*approvals.Submission)) *approvals.Refusal {
	w.t.Helper()
	issues := w.issues
	r := w.asks(change...)
	w.works()
	r = w.stands(r.ID, approvals.Refused)
	if r.Refusal.Code != want || r.Refusal.Role != role {
		w.t.Fatalf("refused with %v, want %s of %s", r.Refusal, want, role)
	}
	if w.issues != issues {
		w.t.Fatal("a code was made")
	}
	return r.Refusal
}

func TestUnfitPeopleAreRefused(t *testing.T) {
	guest := joe
	guest.Slack = &approvals.Account{ID: "U0JOE", Email: "joe@example.com", Membership: approvals.Guest}
	locked := ana
	locked.OneLogin = &approvals.User{ID: 2, Email: "ana@example.com", Status: 3, State: 1}
	tests := []struct {
		name string
		make func(*world)
		code approvals.RefusalCode
		role approvals.Role
	}{
		{"agent not in Slack", func(w *world) { delete(w.people, approvals.Ref{Slack: "U0JOE"}) }, approvals.NotInSlack, approvals.Agent},
		{"agent a guest", func(w *world) { w.knows(guest) }, approvals.IsGuest, approvals.Agent},
		{"agent not listed", func(w *world) { w.Policy.Requesters, w.otherIDs = principals("U0BOB"), true }, approvals.NotARequester, approvals.Agent},
		{"agent ambiguous", func(w *world) { w.failing["U0JOE"] = approvals.ErrAmbiguous }, approvals.Ambiguous, approvals.Agent},
		{"agent without a DM", func(w *world) { w.closedDMs["U0JOE"] = true }, approvals.NoDM, approvals.Agent},
		{"owner in neither", func(w *world) { delete(w.people, approvals.Ref{Slack: "U0ANA"}) }, approvals.NotInOneLogin, approvals.Owner},
		{"owner locked", func(w *world) { w.knows(locked) }, approvals.IsLocked, approvals.Owner},
		{"owner ambiguous", func(w *world) { w.failing["U0ANA"] = approvals.ErrAmbiguous }, approvals.Ambiguous, approvals.Owner},
		{"owner protected", func(w *world) { w.Policy.Protected.Users = []int64{2} }, approvals.IsProtected, approvals.Owner},
		{"both unfit: the agent's is told", func(w *world) { w.knows(guest); w.knows(locked) }, approvals.IsGuest, approvals.Agent},
		{"agent unlisted, owner ambiguous", func(w *world) {
			w.Policy.Requesters, w.otherIDs = nil, true
			w.failing["U0ANA"] = approvals.ErrAmbiguous
		}, approvals.NotARequester, approvals.Agent},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			tt.make(w)
			w.refused(tt.code, tt.role)
		})
	}
	t.Run("agent is owner", func(t *testing.T) {
		why := newWorld(t).refused(approvals.SamePerson, approvals.Agent, func(a *approvals.Submission) { a.Owner.Slack = "U0JOE" })
		if why.Other != approvals.Owner {
			t.Errorf("%+v", why)
		}
	})
}

func TestWhoMayAskByList(t *testing.T) {
	for name, tt := range map[string]struct {
		list []string
		may  bool
	}{
		"by name":      {[]string{"U0BOB", "U0JOE"}, true},
		"everybody":    {[]string{"*"}, true},
		"by group":     {[]string{"S0HELP"}, true},
		"in the other": {[]string{"S0NONE", "S0HELP"}, true},
		"in no group":  {[]string{"S0NONE"}, false},
		"nobody":       {nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(p *approvals.Policy) { p.Requesters = principals(tt.list...) })
			w.groups["S0HELP"] = []string{"U0BOB", "U0JOE"}
			w.groups["S0NONE"] = []string{"U0CAROL"}
			if w.otherIDs = !tt.may; !tt.may { // the lists alone do not tell at the command
				w.refused(approvals.NotARequester, approvals.Agent)
				return
			}
			r := w.asks()
			w.works()
			w.stands(r.ID, approvals.Pending)
		})
	}
}

func TestTheChainIsWalkedToSomebodyEligible(t *testing.T) {
	chain := func(links ...string) func(*approvals.Policy) {
		return func(p *approvals.Policy) { p.Chain = principals(links...) }
	}
	noManager := func(w *world) { w.knows(ana) }
	tests := []struct {
		name  string
		chain func(*approvals.Policy)
		make  func(*world)
		link  string
		asked []string
	}{
		{"the manager", chain("manager", "U0CAROL"), func(*world) {}, "manager", []string{"U0MARIA"}},
		{"no manager", chain("manager", "U0CAROL"), noManager, "U0CAROL", []string{"U0CAROL"}},
		{"manager gone", chain("manager", "U0CAROL"), func(w *world) { delete(w.people, approvals.Ref{OneLogin: 3}) }, "U0CAROL", []string{"U0CAROL"}},
		{"manager ambiguous", chain("manager", "U0CAROL"), func(w *world) { w.failing["3"] = approvals.ErrAmbiguous }, "U0CAROL", []string{"U0CAROL"}},
		{"manager without a DM", chain("manager", "U0CAROL"), func(w *world) { w.closedDMs["U0MARIA"] = true }, "U0CAROL", []string{"U0CAROL"}},
		{"manager is the agent", chain("manager", "U0CAROL"), func(w *world) {
			u := *ana.OneLogin
			u.Manager = 1
			w.knows(approvals.Profile{Slack: ana.Slack, OneLogin: &u})
		}, "U0CAROL", []string{"U0CAROL"}},
		{"a group", chain("S0BOSS"), func(w *world) { w.groups["S0BOSS"] = []string{"U0MARIA", "U0ANA", "U0CAROL", "U0MARIA"} }, "S0BOSS", []string{"U0MARIA", "U0CAROL"}},
		{"ten people", chain("S0BOSS"), func(w *world) {
			w.groups["S0BOSS"] = append(slices.Repeat([]string{"U0ANA"}, 9), "U0CAROL")
		}, "S0BOSS", []string{"U0CAROL"}},
		{"eleven", chain("S0BOSS", "U0CAROL"), func(w *world) {
			w.groups["S0BOSS"] = append(slices.Repeat([]string{"U0ANA"}, 10), "U0MARIA")
		}, "U0CAROL", []string{"U0CAROL"}},
		{"an empty group", chain("S0BOSS", "U0CAROL"), func(*world) {}, "U0CAROL", []string{"U0CAROL"}},
		{"a fallback who may ask", chain("U0BOB", "U0CAROL"), func(*world) {}, "U0CAROL", []string{"U0CAROL"}},
		{"a manager who may ask", chain("manager"), func(w *world) { w.Policy.Requesters = principals("U0JOE", "U0MARIA") }, "manager", []string{"U0MARIA"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, tt.chain)
			tt.make(w)
			r := w.asks()
			w.works()
			r = w.stands(r.ID, approvals.Pending)
			var asked []string
			for _, p := range r.Approvers {
				asked = append(asked, p.Slack)
			}
			if r.Link.String() != tt.link || !slices.Equal(asked, tt.asked) {
				t.Errorf("link %q asks %v, want %q and %v", r.Link, asked, tt.link, tt.asked)
			}
		})
	}
}

func TestWhenNobodyCanApproveEveryLinkSaysWhy(t *testing.T) {
	w := newWorld(t, func(p *approvals.Policy) { p.Chain = principals("manager", "S0BOSS", "S0HUGE", "U0BOB") })
	w.knows(ana) // without a manager
	w.groups["S0HUGE"] = slices.Repeat([]string{"U0CAROL"}, 11)
	why := w.refused(approvals.NoApprover, approvals.Approver)
	var codes []approvals.RefusalCode
	for _, no := range why.Chain {
		codes = append(codes, no.Code)
		if no.Link == (approvals.Principal{}) || no.Role != approvals.Approver {
			t.Errorf("%+v does not name its link", no)
		}
	}
	want := []approvals.RefusalCode{approvals.NoManager, approvals.GroupEmpty, approvals.GroupTooBig, approvals.IsRequester}
	if !slices.Equal(codes, want) {
		t.Errorf("%v, want %v", codes, want)
	}
}

// TestNotBeingAbleToTellIsNotNobody (invariant 8): a link that cannot be checked is not skipped.
func TestNotBeingAbleToTellIsNotNobody(t *testing.T) {
	broken := errors.New("500")
	for name, key := range map[string]string{
		"agent": "U0JOE", "owner": "U0ANA", "manager": "3", "requesters": "S0HELP",
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(p *approvals.Policy) {
				p.Chain, p.Requesters = principals("manager", "U0CAROL"), principals("S0HELP")
			})
			w.groups["S0HELP"] = []string{"U0JOE"}
			w.failing[key] = broken
			r := w.asks()
			w.works()
			w.stands(r.ID, approvals.Received)
			delete(w.failing, key)
			w.passes(time.Second)
			w.works()
			r = w.stands(r.ID, approvals.Pending)
			if r.Link.Kind != approvals.Manager {
				t.Errorf("%s was asked instead", r.Link)
			}
		})
	}
}

// OneLogin is known to refuse good credentials now and then.
func TestCredentialsThatAreRefusedOnceAreTriedAgain(t *testing.T) {
	w := newWorld(t)
	w.failing["U0ANA"] = approvals.ErrCredentials
	r := w.asks()
	w.works()
	w.stands(r.ID, approvals.Received)
	delete(w.failing, "U0ANA")
	w.passes(time.Second)
	w.works()
	w.stands(r.ID, approvals.Pending)
	w.failing["U0ANA"] = approvals.ErrCredentials
	if _, err := w.Approve(t.Context(), approvals.Press{By: "U0MARIA", Request: r.ID}); err != nil {
		t.Fatal(err)
	}
	w.works()
	w.stands(r.ID, approvals.Approved)
	delete(w.failing, "U0ANA")
	w.passes(time.Second)
	w.works()
	w.stands(r.ID, approvals.Issued)
}

// The time that a request waits is no time in which a check failed.
func TestACheckThatFailsAfterALongWaitIsMadeAgain(t *testing.T) {
	w := newWorld(t)
	r := w.asks()
	w.passes(5 * time.Minute)
	for range 3 {
		w.failing["U0ANA"] = errors.New("500")
		w.works()
		w.stands(r.ID, approvals.Received)
		w.passes(5 * time.Second)
	}
	delete(w.failing, "U0ANA")
	w.works()
	w.stands(r.ID, approvals.Pending)
}

func TestLookUpsWaitAsLongAsTheyAreTold(t *testing.T) {
	w := newWorld(t)
	w.failing["U0ANA"] = &approvals.TemporaryError{After: 10 * time.Second, Err: errors.New("429")}
	r := w.asks()
	w.works()
	w.passes(9 * time.Second)
	w.works()
	if w.asked["U0ANA"] != 1 {
		t.Errorf("asked %d times before the time", w.asked["U0ANA"])
	}
	delete(w.failing, "U0ANA")
	w.passes(time.Second)
	w.works()
	w.stands(r.ID, approvals.Pending)
}

func TestNobodyWaitsForALookUpThatIsFarAway(t *testing.T) {
	for after, want := range map[time.Duration]approvals.State{20 * time.Second: approvals.Received, 20*time.Second + 1: approvals.Refused} {
		w := newWorld(t)
		w.failing["U0ANA"] = &approvals.TemporaryError{After: after, Err: errors.New("503")}
		r := w.asks()
		w.works()
		w.stands(r.ID, want)
	}
}

// 150 requests at once take Slack's limits some minutes.
func TestAThrottledCheckWaits(t *testing.T) {
	w := newWorld(t)
	throttled := &approvals.TemporaryError{After: time.Second, NotYet: true, Err: errors.New("429")}
	w.failing["U0ANA"] = throttled
	first := w.asks()
	for range 120 {
		w.works()
		w.passes(time.Second)
	}
	w.failing["U0ANA"] = errors.New("500")
	w.works()
	w.stands(first.ID, approvals.Received) // the first try that failed
	delete(w.failing, "U0ANA")
	w.passes(time.Minute)
	w.works()
	w.stands(first.ID, approvals.Pending)

	w.failing["U0ANA"] = throttled
	second := w.asks()
	w.passes(time.Hour)
	w.works()
	w.stands(second.ID, approvals.Expired)
}

func TestOneOpenRequestForAnOwner(t *testing.T) {
	w := newWorld(t)
	first := w.asks()
	w.works()
	second := w.asks(func(a *approvals.Submission) { a.Agent = "U0BOB"; a.Owner = approvals.Ref{Email: "ana@example.com"} })
	w.works()
	r := w.stands(second.ID, approvals.Refused)
	if r.Refusal.Code != approvals.OwnerBusy || r.Refusal.Request != first.ID {
		t.Errorf("%+v does not point to the first request", r.Refusal)
	}
}

func TestRequestsForAnOwnerAreLimited(t *testing.T) {
	w := newWorld(t, func(p *approvals.Policy) { p.OwnerLimit = 2 })
	for range 2 {
		r := w.asks()
		w.works()
		if _, err := w.Withdraw(t.Context(), approvals.Press{By: "U0JOE", Request: r.ID}); err != nil {
			t.Fatal(err)
		}
		w.passes(time.Hour)
	}
	if why := w.refused(approvals.OwnerLimit, approvals.Owner); why.Limit != 2 {
		t.Errorf("%+v", why)
	}
	w.passes(22*time.Hour + time.Second) // the first is older than 24 hours
	r := w.asks()
	w.works()
	r = w.stands(r.ID, approvals.Pending)
	if want := []approvals.RiskSignal{{Kind: approvals.RiskNthThisWeek, Count: 3}}; !slices.Equal(r.RiskSignals, want) {
		t.Errorf("signs %v, want %v", r.RiskSignals, want)
	}
}

func TestAnOwnerWhoCannotBeToldIsSaid(t *testing.T) {
	for name, change := range map[string]func(*world) approvals.Ref{
		"not in Slack": func(w *world) approvals.Ref {
			u := *ana.OneLogin
			u.Manager = 3
			w.knows(approvals.Profile{OneLogin: &u})
			return approvals.Ref{Email: "ana@example.com"}
		},
		"DM closed": func(w *world) approvals.Ref { w.closedDMs["U0ANA"] = true; return approvals.Ref{Slack: "U0ANA"} },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			ref := change(w)
			r := w.asks(func(a *approvals.Submission) { a.Owner = ref })
			w.works()
			if r = w.stands(r.ID, approvals.Pending); !r.OwnerUntold {
				t.Error("nobody is told that the owner cannot be told")
			}
		})
	}
	w := newWorld(t)
	r := w.asks()
	w.works()
	if r = w.stands(r.ID, approvals.Pending); r.OwnerUntold {
		t.Error("an owner in Slack counts as away")
	}
}
