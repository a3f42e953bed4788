package approvalstest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"olbot/approvals"
)

// carol comes in when the first link did not decide.
var carol = approvals.Person{Slack: "U0CAROL", SlackOrg: "W0CAROL", OneLogin: 44, Name: "Carol Contact", Email: "carol@example.com"}

// chain has a second link, asked when nobody of the first decided.
var chain = approvals.Policy{Chain: []approvals.Principal{manager, {Kind: approvals.SlackUser, ID: carol.Slack}}, EscalateAfter: time.Minute, ClaimWindow: 15 * time.Minute}

func askBy(chain approvals.Policy, at time.Time) step {
	return func(r approvals.Request) (approvals.Change, error) {
		cast := approvals.Participants{Agent: joe, Owner: ana, Approvers: []approvals.AskedPerson{{Person: maria, Link: manager}}}
		return r.AskApprovers(cast, nil, chain, at)
	}
}

// escalate asks Carol too, once it is due.
func escalate(r approvals.Request) (approvals.Change, error) {
	return r.Escalate([]approvals.AskedPerson{{Person: carol, Link: chain.Chain[1]}}, chain, r.EscalateAt)
}

// passOn is Maria's Pass on.
func passOn(r approvals.Request) (approvals.Change, error) {
	return r.PassOn(maria.Slack, approvals.Pass{Choice: approvals.NotMyReport, Text: "moved to Tom's team"}, chain, start)
}

// lift is Carol's Lift block.
func lift(r approvals.Request) (approvals.Change, error) { return r.Lift(carol, true, start) }

// named checks which requests were read, in order.
func named(t *testing.T, what string, requests []approvals.Request, err error, want ...approvals.ID) {
	t.Helper()
	var got []approvals.ID
	for _, r := range requests {
		got = append(got, r.ID)
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%s: %v, %v, want %v", what, got, err, want)
	}
}

var waitingPromises = []promise{
	{"says what waits for an approver, by any id, while they are asked", func(t *testing.T, s *subject) {
		waiting := func(what, approver string, want ...approvals.ID) {
			t.Helper()
			got, err := s.WaitingFor(t.Context(), approver)
			named(t, what+", for "+approver, got, err, want...)
		}
		const id = "OTP-0000-0001"
		create(t, s, id, joe.Slack)
		waiting("received", maria.Slack)
		update(t, s, id, askBy(chain, start))
		waiting("asked", maria.Slack, id)
		waiting("asked", joe.Slack)
		waiting("asked", "")
		waiting("not asked yet", carol.Slack)
		update(t, s, id, escalate)
		for _, who := range []string{maria.Slack, carol.Slack, carol.SlackOrg} {
			waiting("escalated", who, id)
		}
		s.reopen(t)
		waiting("after a restart", carol.SlackOrg, id)
		update(t, s, id, passOn)
		waiting("passed on", maria.Slack)
		waiting("passed on by another", carol.Slack, id)
		update(t, s, id, func(r approvals.Request) (approvals.Change, error) { return r.Approve(carol.Slack, chain, start) })
		for _, who := range []string{maria.Slack, carol.Slack, carol.SlackOrg} {
			waiting("approved", who)
		}
	}},
	{"says what waits for an approver, oldest first", func(t *testing.T, s *subject) {
		for i, id := range []approvals.ID{"OTP-0000-0003", "OTP-0000-0001", "OTP-0000-0002"} {
			createAt(t, s, id, joe.Slack, start.Add(time.Duration(i)))
			update(t, s, id, ask(joe, ana, start))
		}
		got, err := s.WaitingFor(t.Context(), maria.Slack)
		named(t, "waiting", got, err, "OTP-0000-0003", "OTP-0000-0001", "OTP-0000-0002")
	}},
	{"reads a whole request for a Home", func(t *testing.T, s *subject) {
		create(t, s, "OTP-0000-0001", joe.Slack)
		want := update(t, s, "OTP-0000-0001", askBy(chain, start), escalate, passOn)
		got, err := s.WaitingFor(t.Context(), carol.Slack)
		if err != nil || len(got) != 1 || !reflect.DeepEqual(got[0], want) {
			t.Errorf("%+v, %v, want %+v", got, err, want)
		}
	}},
}

var blockPromises = []promise{
	{"lists what was granted, newest first", func(t *testing.T, s *subject) {
		wants := func(r approvals.Request) (approvals.Change, error) {
			r.Wanted = r.Attempt + 1
			return r.StartIssuing(start)
		}
		for i, steps := range [][]step{
			{}, {ask(joe, ana, start)}, {ask(joe, ana, start), approve(start)}, {ask(joe, ana, start), deny(start)},
			{ask(joe, ana, start), approve(start), wants},
			{ask(joe, ana, start), approve(start), wants, func(r approvals.Request) (approvals.Change, error) {
				return r.Issued(1, approvals.Grant{Until: start.Add(time.Minute)}, start)
			}},
			{ask(joe, ana, start), approve(start), wants, func(r approvals.Request) (approvals.Change, error) { return r.OutcomeUnknown(1, start) }},
			{ask(joe, ana, start), approve(start), stop},
		} {
			id := approvals.ID(fmt.Sprintf("OTP-0000-%04d", i))
			createAt(t, s, id, joe.Slack, start.Add(time.Duration(i)))
			update(t, s, id, steps...)
		}
		got, err := s.Granted(t.Context())
		named(t, "granted", got, err, "OTP-0000-0006", "OTP-0000-0005", "OTP-0000-0004", "OTP-0000-0002")
	}},
	{"knows which requests block an account until they are lifted", func(t *testing.T, s *subject) {
		blockedBy := func(owner int64) approvals.ID {
			return look(t, s, func(v approvals.View) (approvals.ID, error) { return v.BlockedBy(owner) })
		}
		blocking := func(what string, want ...approvals.ID) {
			t.Helper()
			got, err := s.Blocking(t.Context())
			named(t, what, got, err, want...)
			first := approvals.ID("")
			if len(want) > 0 {
				first = want[0]
			}
			check(t, what+", in the view", blockedBy(ana.OneLogin), first)
			check(t, what+", of another", blockedBy(maria.OneLogin), "")
			check(t, what+", of nobody", blockedBy(0), "")
		}
		for i, id := range []approvals.ID{"OTP-0000-0002", "OTP-0000-0001"} {
			createAt(t, s, id, joe.Slack, start.Add(time.Duration(i)))
			update(t, s, id, ask(joe, ana, start))
		}
		blocking("nothing disowned")
		update(t, s, "OTP-0000-0001", disown)
		blocking("the newer", "OTP-0000-0001")
		update(t, s, "OTP-0000-0002", disown)
		blocking("both", "OTP-0000-0002", "OTP-0000-0001")
		s.reopen(t)
		update(t, s, "OTP-0000-0002", lift)
		blocking("the older is lifted", "OTP-0000-0001")
		update(t, s, "OTP-0000-0001", lift)
		blocking("both are lifted")
	}},
	{"knows of a block before its request has ended", func(t *testing.T, s *subject) {
		create(t, s, "OTP-0000-0001", joe.Slack)
		r := update(t, s, "OTP-0000-0001", ask(joe, ana, start), approve(start), func(r approvals.Request) (approvals.Change, error) {
			r.Wanted = 1
			return r.StartIssuing(start)
		}, disown)
		check(t, "state", r.State, approvals.Issuing)
		check(t, "blocked by", look(t, s, func(v approvals.View) (approvals.ID, error) { return v.BlockedBy(ana.OneLogin) }), r.ID)
	}},
	{"keeps what blocks an account, however old", func(t *testing.T, s *subject) {
		create(t, s, "OTP-0000-0001", joe.Slack)
		update(t, s, "OTP-0000-0001", ask(joe, ana, start), disown)
		ended(t, s, "OTP-0000-0002", start)
		prune(t, s, start.AddDate(10, 0, 0), 10, 1)
		got, err := s.Blocking(t.Context())
		named(t, "blocking", got, err, "OTP-0000-0001")
		update(t, s, "OTP-0000-0001", lift)
		prune(t, s, start.AddDate(10, 0, 0), 10, 1)
	}},
	{"removes no request before no time", func(t *testing.T, s *subject) {
		ended(t, s, "OTP-0000-0001", start)
		prune(t, s, time.Time{}, 10, 0)
	}},
}

var draftPromises = []promise{
	{"keeps a draft as it is, but for what names its delivery", func(t *testing.T, s *subject) {
		typed := approvals.Submission{
			Agent: joe.Slack, Owner: approvals.Ref{Email: ana.Email}, Validity: 7*time.Second + 1, Reusable: true,
			Reason: "lost \x00 \u202e her phone", Verified: approvals.VerifiedInPerson,
		}
		sent := typed
		sent.IdempotencyKeys, sent.AcceptanceKey = []string{"envelope 1"}, "form 1"
		if err := s.KeepDraft(t.Context(), "OTP-0000-0001", sent); err != nil {
			t.Fatal(err)
		}
		s.reopen(t)
		if got, err := s.Draft(t.Context(), "OTP-0000-0001"); err != nil || !reflect.DeepEqual(got, typed) {
			t.Errorf("%+v, %v, want %+v", got, err, typed)
		}
		if _, err := s.Delivered(t.Context(), "envelope 1"); !errors.Is(err, approvals.ErrNotFound) {
			t.Errorf("a key was stored: %v", err)
		}
		check(t, "events", len(events(t, s)), 0)
	}},
	{"does not find a draft that is not there", func(t *testing.T, s *subject) {
		create(t, s, "OTP-0000-0001", joe.Slack) // a request is none
		if _, err := s.Draft(t.Context(), "OTP-0000-0001"); !errors.Is(err, approvals.ErrNotFound) {
			t.Errorf("%v, want ErrNotFound", err)
		}
	}},
	{"keeps the first draft of an id", func(t *testing.T, s *subject) {
		for i, want := range []error{nil, approvals.ErrIDTaken} {
			err := s.KeepDraft(t.Context(), "OTP-0000-0001", approvals.Submission{Agent: fmt.Sprint("U", i)})
			if !errors.Is(err, want) {
				t.Errorf("draft %d: %v, want %v", i, err, want)
			}
		}
		if got, err := s.Draft(t.Context(), "OTP-0000-0001"); err != nil || got.Agent != "U0" {
			t.Errorf("%+v, %v", got, err)
		}
	}},
}
