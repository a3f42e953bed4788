package approvalstest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"olbot/approvals"
)

// An act is what somebody does, or OneLogin answers, to a request that others act on at
// the same time.
type act struct {
	name string
	do   step
}

// acts are those that race: their order is not theirs to choose.
func acts() []act {
	policy := approvals.Policy{ClaimWindow: 15 * time.Minute, Delivery: approvals.DeliverAuto}
	return []act{
		{"stop", func(r approvals.Request) (approvals.Change, error) { return r.Stop(maria, false, true, start) }},
		{"allow", func(r approvals.Request) (approvals.Change, error) {
			return r.AllowMore(maria.Slack, r.Attempt+1, policy, start)
		}},
		{"deny", deny(start)},
		{"disown", disown},
		{"withdraw", func(r approvals.Request) (approvals.Change, error) { return r.Withdraw(joe.Slack, start) }},
		{"intent", func(r approvals.Request) (approvals.Change, error) { return r.StartIssuing(start) }},
		{"answer", func(r approvals.Request) (approvals.Change, error) {
			return r.Issued(r.Attempt, approvals.Grant{Until: start.Add(5 * time.Minute)}, start)
		}},
		{"no answer", func(r approvals.Request) (approvals.Change, error) { return r.OutcomeUnknown(r.Attempt, start) }},
	}
}

// moments are the requests that the acts race for.
func moments() map[string][]step {
	wants := func(r approvals.Request) (approvals.Change, error) {
		return r.RequestCode(joe.Slack, r.Attempt+1, start)
	}
	intent := func(r approvals.Request) (approvals.Change, error) { return r.StartIssuing(start) }
	issued := func(r approvals.Request) (approvals.Change, error) {
		return r.Issued(r.Attempt, approvals.Grant{Until: start.Add(5 * time.Minute)}, start)
	}
	shown := func(r approvals.Request) (approvals.Change, error) {
		return r.RecordDelivery(r.Attempt, approvals.Shown, start)
	}
	asks := func(r approvals.Request) (approvals.Change, error) {
		return r.AskAnother(joe.Slack, r.Attempt+1, start)
	}
	pending := []step{ask(joe, ana, start)}
	wanted := append(slices.Clone(pending), approve(start), wants)
	issuing := append(slices.Clone(wanted), intent)
	return map[string][]step{
		"pending": pending, "wanted": wanted, "issuing": issuing,
		"asked": append(slices.Clone(issuing), issued, shown, asks),
	}
}

// orders are all orders of up to three of n.
func orders(n int) (all [][]int) {
	for i := range n {
		for j := range n {
			for k := range n {
				if i != j && j != k && i != k {
					all = append(all, []int{i, j, k}) // the pairs are in them
				}
			}
		}
	}
	return all
}

var racePromises = []promise{
	{"comes to one end, in whatever order people press and OneLogin answers", func(t *testing.T, s *subject) {
		var runs sync.WaitGroup
		busy, all := make(chan struct{}, 64), acts()
		for moment, steps := range moments() {
			for n, order := range orders(len(all)) {
				id := approvals.ID(fmt.Sprintf("OTP-%s-%04d", strings.ToUpper(moment[:4]), n))
				busy <- struct{}{}
				runs.Go(func() {
					defer func() { <-busy }()
					createAt(t, s, id, joe.Slack, start)
					update(t, s, id, steps...)
					var race []act
					for _, i := range order {
						race = append(race, all[i])
					}
					runRace(t, s, id, moment, race)
				})
			}
		}
		runs.Wait()
	}},
}

// runRace lets the acts come one after the other, and checks after each what has to hold.
func runRace(t *testing.T, s approvals.Store, id approvals.ID, moment string, race []act) {
	var done []string
	stopped := false
	for _, a := range race {
		done = append(done, a.name)
		var before approvals.Request
		changed := false
		r, err := s.Update(t.Context(), id, nil, func(_ approvals.View, r approvals.Request) (approvals.Change, error) {
			c, err := a.do(r)
			before, changed = r, err == nil && !c.Zero()
			return c, err
		})
		why, refused := errors.AsType[*approvals.Refusal](err)
		switch {
		case err != nil && !refused:
			t.Errorf("%s, %v: %v", moment, done, err)
			return
		case refused && why.Code == "":
			t.Errorf("%s, %v: an empty refusal", moment, done)
		case !refused && !changed && a.name != "intent" && a.name != "no answer":
			t.Errorf("%s, %v: a press is answered with nothing", moment, done)
		case refused && (a.name == "stop" && before.MayStop() || a.name == "disown" && before.MayDisown(start)):
			t.Errorf("%s, %v: refused with %s", moment, done, why.Code)
		}
		if refused {
			continue
		}
		if before.State.Ended() && (r.State != before.State || !r.EndedAt.Equal(before.EndedAt)) {
			t.Errorf("%s, %v: it ended as %s, and then as %s", moment, done, before.State, r.State)
		}
		if stopped && (r.State == approvals.Issued || a.name == "intent" && changed || r.Making(start) && r.State != approvals.Issuing) {
			t.Errorf("%s, %v: a code after it was stopped: %s", moment, done, r.State)
		}
		stopped = stopped || changed && (a.name == "stop" || a.name == "disown")
		if stopped && !r.State.Ended() && r.State != approvals.Issuing {
			t.Errorf("%s, %v: it goes on as %s", moment, done, r.State)
		}
	}
}
