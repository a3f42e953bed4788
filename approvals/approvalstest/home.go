package approvalstest

import (
	"slices"
	"testing"
	"time"

	"olbot/approvals"
)

func idsOf(all []approvals.Request) (found []approvals.ID) {
	for _, r := range all {
		found = append(found, r.ID)
	}
	return found
}

var homePromises = []promise{
	{"lists what is not open any more: under which codes may be made, then the last to end", func(t *testing.T, s *subject) {
		create(t, s, "OTP-0000-0001", joe.Slack, "open")
		ended(t, s, "OTP-0000-0002", start)
		ended(t, s, "OTP-0000-0003", start.Add(time.Minute))
		createAt(t, s, "OTP-0000-0004", joe.Slack, start, "issued")
		update(t, s, "OTP-0000-0004", append([]step{ask(joe, ana, start), approve(start)}, issued(start)...)...)
		create(t, s, "OTP-0000-0005", maria.Slack, "of somebody else")
		for _, agent := range []string{joe.Slack, joe.SlackOrg} {
			for limit, want := range map[int][]approvals.ID{
				5: {"OTP-0000-0004", "OTP-0000-0003", "OTP-0000-0002"}, 2: {"OTP-0000-0004", "OTP-0000-0003"}, 0: nil,
			} {
				last, err := s.LastRequests(t.Context(), agent, limit)
				if err != nil || !slices.Equal(idsOf(last), want) {
					t.Errorf("the last %d of %s: %v, %v; want %v", limit, agent, idsOf(last), err, want)
				}
			}
		}
		if last, err := s.LastRequests(t.Context(), "", 5); err != nil || len(last) > 0 {
			t.Errorf("the last of nobody: %v, %v", idsOf(last), err)
		}
	}},
	{"lists what is for somebody's own account, by any id, until a time after its end", func(t *testing.T, s *subject) {
		owned := func(what, owner string, after time.Time, want ...approvals.ID) {
			t.Helper()
			got, err := s.OwnedRequests(t.Context(), owner, after)
			named(t, what+", for "+owner, got, err, want...)
		}
		create(t, s, "OTP-0000-0001", joe.Slack)
		owned("nobody looked up", ana.Slack, start)
		owned("nobody looked up", "", start)
		update(t, s, "OTP-0000-0001", ask(joe, ana, start))
		createAt(t, s, "OTP-0000-0002", joe.Slack, start.Add(time.Minute))
		update(t, s, "OTP-0000-0002", ask(joe, ana, start), disown)
		createAt(t, s, "OTP-0000-0003", maria.Slack, start)
		update(t, s, "OTP-0000-0003", ask(maria, joe, start))
		owned("before the end", ana.Slack, start.Add(-1), "OTP-0000-0001", "OTP-0000-0002")
		owned("after the end", ana.Slack, start, "OTP-0000-0001")
		s.reopen(t)
		owned("after a restart", ana.Slack, start.Add(-1), "OTP-0000-0001", "OTP-0000-0002")
		for _, owner := range []string{joe.Slack, joe.SlackOrg} {
			owned("of somebody with two ids", owner, start, "OTP-0000-0003")
		}
		owned("of nobody", "", start)
	}},
}

// issued are the steps from the approval to a code that works five minutes.
func issued(at time.Time) []step {
	return []step{
		func(r approvals.Request) (approvals.Change, error) { return r.RequestCode(joe.Slack, 1, at) },
		func(r approvals.Request) (approvals.Change, error) { return r.StartIssuing(at) },
		func(r approvals.Request) (approvals.Change, error) {
			return r.Issued(1, approvals.Grant{Until: at.Add(5 * time.Minute)}, at)
		},
	}
}
