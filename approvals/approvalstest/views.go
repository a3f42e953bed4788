package approvalstest

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"olbot/approvals"
)

var viewPromises = []promise{
	{"names the open request for an owner", func(t *testing.T, s *subject) {
		openFor := func(owner int64) approvals.ID {
			return look(t, s, func(v approvals.View) (approvals.ID, error) { return v.OpenFor(owner) })
		}
		create(t, s, "OTP-0000-0001", joe.Slack)
		check(t, "before the owner is looked up", openFor(ana.OneLogin), "")
		check(t, "of no owner", openFor(0), "")
		update(t, s, "OTP-0000-0001", ask(joe, ana, start))
		check(t, "pending", openFor(ana.OneLogin), "OTP-0000-0001")
		check(t, "of another owner", openFor(maria.OneLogin), "")
		update(t, s, "OTP-0000-0001", approve(start))
		check(t, "approved", openFor(ana.OneLogin), "OTP-0000-0001")
		update(t, s, "OTP-0000-0001", disown)
		check(t, "disowned", openFor(ana.OneLogin), "")
	}},
	{"follows every state", func(t *testing.T, s *subject) {
		for i, state := range approvals.States() {
			owner := int64(1000 + i)
			c := received(approvals.ID(fmt.Sprint("OTP-", state)), fmt.Sprint("U", state), start)
			c.Request.State, c.Request.Owner.OneLogin = state, owner
			if state.Ended() {
				c.Request.EndedAt = start
			}
			if _, err := s.Create(t.Context(), nil, making(c)); err != nil {
				t.Fatalf("create %s: %v", state, err)
			}
			want, open := c.Request.ID, 1
			if !state.Open() {
				want, open = "", 0
			}
			check(t, string(state), look(t, s, func(v approvals.View) (approvals.ID, error) { return v.OpenFor(owner) }), want)
			check(t, string(state), look(t, s, func(v approvals.View) (int, error) { return v.OpenOf(c.Request.Agent.Slack) }), open)
		}
	}},
	{"counts the open requests of an agent", func(t *testing.T, s *subject) {
		openOf := func(agent string) int {
			return look(t, s, func(v approvals.View) (int, error) { return v.OpenOf(agent) })
		}
		check(t, "at first", openOf(joe.Slack), 0)
		create(t, s, "OTP-0000-0001", joe.Slack)
		create(t, s, "OTP-0000-0002", joe.Slack)
		create(t, s, "OTP-0000-0003", "U0OTHER")
		check(t, "received", openOf(joe.Slack), 2)
		update(t, s, "OTP-0000-0001", ask(joe, ana, start))
		check(t, "by the organisation's id", openOf(joe.SlackOrg), 1)
		check(t, "one pending", openOf(joe.Slack), 2)
		update(t, s, "OTP-0000-0001", deny(start))
		check(t, "one denied", openOf(joe.Slack), 1)
		check(t, "of nobody", openOf(""), 0)
	}},
	{"counts what was asked for an owner since a time", func(t *testing.T, s *subject) {
		askedFor := func(owner int64, since time.Time) int {
			return look(t, s, func(v approvals.View) (int, error) { return v.AskedFor(owner, since) })
		}
		for i := range 3 {
			id := approvals.ID(fmt.Sprintf("OTP-0000-%04d", i))
			create(t, s, id, joe.Slack)
			update(t, s, id, ask(joe, ana, start.Add(time.Duration(i)*time.Hour)), deny(start))
		}
		create(t, s, "OTP-0000-0009", joe.Slack)
		update(t, s, "OTP-0000-0009", refuse)
		check(t, "ever", askedFor(ana.OneLogin, time.Time{}), 3)
		check(t, "since the first", askedFor(ana.OneLogin, start), 3)
		check(t, "since just after the first", askedFor(ana.OneLogin, start.Add(1)), 2)
		check(t, "since the last", askedFor(ana.OneLogin, start.Add(2*time.Hour)), 1)
		check(t, "since after the last", askedFor(ana.OneLogin, start.Add(2*time.Hour+1)), 0)
		check(t, "for another", askedFor(maria.OneLogin, time.Time{}), 0)
		check(t, "for nobody", askedFor(0, time.Time{}), 0)
	}},
	{"counts a request from when its approvers were asked, whatever comes after", func(t *testing.T, s *subject) {
		create(t, s, "OTP-0000-0001", joe.Slack)
		update(t, s, "OTP-0000-0001", ask(joe, ana, start), approve(start.Add(time.Minute)), disown)
		n := look(t, s, func(v approvals.View) (int, error) { return v.AskedFor(ana.OneLogin, start.Add(1)) })
		check(t, "asked since just after", n, 0)
	}},
	{"says whether an agent ever asked, by any id", func(t *testing.T, s *subject) {
		askedBy := func(p approvals.Person) bool {
			return look(t, s, func(v approvals.View) (bool, error) { return v.AskedBy(p) })
		}
		create(t, s, "OTP-0000-0001", joe.Slack)
		check(t, "before anybody was asked", askedBy(joe), false)
		update(t, s, "OTP-0000-0001", ask(joe, ana, start), deny(start))
		create(t, s, "OTP-0000-0002", "U0OTHER")
		update(t, s, "OTP-0000-0002", ask(approvals.Person{Slack: "U0OTHER"}, ana, start))
		for name, p := range map[string]approvals.Person{
			"by all":                   joe,
			"by Slack id":              {Slack: joe.Slack},
			"by the organisation's id": {SlackOrg: joe.SlackOrg},
			"the ids the other way":    {Slack: joe.SlackOrg},
			"by OneLogin id":           {Slack: "U0NEW", OneLogin: joe.OneLogin},
		} {
			check(t, name, askedBy(p), true)
		}
		check(t, "by somebody else", askedBy(maria), false)
		check(t, "by nobody", askedBy(approvals.Person{}), false)
	}},
	{"lists requests for accounts that block, have not ended, or ended since", func(t *testing.T, s *subject) {
		requestsFor := func(what string, since time.Time, owners []int64, want ...approvals.ID) {
			t.Helper()
			got := look(t, s, func(v approvals.View) ([]approvals.Request, error) { return v.RequestsFor(owners, since) })
			named(t, what+", in the view", got, nil, want...)
			got, err := s.RequestsFor(t.Context(), owners, since)
			named(t, what, got, err, want...)
		}
		anas := []int64{ana.OneLogin}
		for i := range 4 {
			createAt(t, s, approvals.ID(fmt.Sprintf("OTP-0000-%04d", 4-i)), joe.Slack, start.Add(time.Duration(i)))
		}
		requestsFor("nobody was asked", time.Time{}, anas)
		update(t, s, "OTP-0000-0004", ask(joe, ana, start), deny(start))
		update(t, s, "OTP-0000-0003", ask(joe, ana, start), disown)
		update(t, s, "OTP-0000-0002", ask(joe, ana, start))
		update(t, s, "OTP-0000-0001", ask(joe, maria, start))
		requestsFor("ever", time.Time{}, anas, "OTP-0000-0004", "OTP-0000-0003", "OTP-0000-0002")
		requestsFor("since the end", start, anas, "OTP-0000-0004", "OTP-0000-0003", "OTP-0000-0002")
		requestsFor("since just after", start.Add(1), anas, "OTP-0000-0003", "OTP-0000-0002")
		s.reopen(t)
		update(t, s, "OTP-0000-0003", lift)
		requestsFor("the block is lifted", start.Add(1), anas, "OTP-0000-0002")
		requestsFor("for two", start.Add(1), []int64{maria.OneLogin, 0, ana.OneLogin, ana.OneLogin}, "OTP-0000-0002", "OTP-0000-0001")
		requestsFor("for another", time.Time{}, []int64{joe.OneLogin})
		requestsFor("for nobody", time.Time{}, []int64{0})
		requestsFor("for none", time.Time{}, nil)
		create(t, s, "OTP-0000-0009", joe.Slack)
		update(t, s, "OTP-0000-0009", refuse)
		requestsFor("refused before anybody was asked", start.Add(1), anas, "OTP-0000-0002")
		update(t, s, "OTP-0000-0004", disownLate, lift)
		requestsFor("disowned long after the end, and lifted", start.Add(1), anas, "OTP-0000-0004", "OTP-0000-0002")
	}},
	{"says whether somebody was ever asked to approve, by either id", func(t *testing.T, s *subject) {
		asked := func(p approvals.Person) bool {
			return look(t, s, func(v approvals.View) (bool, error) { return v.AskedToApprove(p) })
		}
		create(t, s, "OTP-0000-0001", joe.Slack)
		check(t, "nobody was", asked(maria), false)
		update(t, s, "OTP-0000-0001", askBy(chain, start), escalate)
		check(t, "while the request waits", asked(maria), true)
		update(t, s, "OTP-0000-0001", deny(start))
		s.reopen(t)
		for name, p := range map[string]approvals.Person{
			"the manager": maria, "by one id": {Slack: carol.Slack}, "by the other": {SlackOrg: carol.SlackOrg}, "the ids the other way": {Slack: carol.SlackOrg},
		} {
			check(t, name, asked(p), true)
		}
		check(t, "the agent", asked(joe), false)
		check(t, "somebody only OneLogin knows", asked(approvals.Person{OneLogin: maria.OneLogin}), false)
		prune(t, s, start.AddDate(1, 0, 0), 10, 1)
		check(t, "when the request is gone", asked(maria), false)
	}},
	{"says whether the feed is lost", func(t *testing.T, s *subject) {
		lost := func() bool { return look(t, s, approvals.View.FeedLost) }
		check(t, "at first", lost(), false)
		loseFeed(t, s, true)
		check(t, "lost", lost(), true)
		loseFeed(t, s, false)
		check(t, "found again", lost(), false)
	}},
	{"lets one of many at once open a request for an owner", func(t *testing.T, s *subject) {
		const n = 30
		for i := range n {
			create(t, s, approvals.ID(fmt.Sprintf("OTP-0000-%04d", i)), fmt.Sprint("U", i))
		}
		stores := s.replicas(t)
		var opened, refused atomic.Int64
		together(n, func(i int) {
			id := approvals.ID(fmt.Sprintf("OTP-0000-%04d", i))
			_, err := stores[i%len(stores)].Update(t.Context(), id, nil, func(v approvals.View, r approvals.Request) (approvals.Change, error) {
				busy, err := v.OpenFor(ana.OneLogin)
				if err != nil {
					return approvals.Change{}, err
				}
				if busy != "" {
					return approvals.Change{}, &approvals.Refusal{Code: approvals.OwnerBusy, Request: busy}
				}
				return ask(approvals.Person{Slack: r.Agent.Slack}, ana, start)(r)
			})
			if _, no := errors.AsType[*approvals.Refusal](err); no {
				refused.Add(1)
			} else if err == nil {
				opened.Add(1)
			} else {
				t.Error(err)
			}
		})
		check(t, "opened", opened.Load(), 1)
		check(t, "refused", refused.Load(), n-1)
	}},
	{"holds an agent to a limit over many at once", func(t *testing.T, s *subject) {
		const n, limit = 30, 5
		stores := s.replicas(t)
		var opened atomic.Int64
		together(n, func(i int) {
			id := approvals.ID(fmt.Sprintf("OTP-0000-%04d", i))
			_, err := stores[i%len(stores)].Create(t.Context(), nil, func(v approvals.View) (approvals.Change, error) {
				open, err := v.OpenOf(joe.Slack)
				if err == nil && open >= limit {
					err = &approvals.Refusal{Code: approvals.AgentLimit}
				}
				return received(id, joe.Slack, start), err
			})
			if err == nil {
				opened.Add(1)
			}
		})
		check(t, "opened", opened.Load(), limit)
	}},
}

// disown is the owner's This wasn't me.
func disown(r approvals.Request) (approvals.Change, error) { return r.Disown(ana.Slack, start) }

// disownLate is the owner's This wasn't me after the end.
func disownLate(r approvals.Request) (approvals.Change, error) {
	r.ObjectionWindow = time.Hour
	return r.Disown(ana.Slack, start.Add(time.Minute))
}

// refuse ends a request before anybody was asked.
func refuse(r approvals.Request) (approvals.Change, error) {
	r.Owner = ana
	return r.Refuse(&approvals.Refusal{Code: approvals.NoManager}, start)
}
