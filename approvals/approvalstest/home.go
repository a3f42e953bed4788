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
