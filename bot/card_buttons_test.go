package bot

import (
	"strings"
	"testing"

	"olbot/approvals"
)

// pressable are the buttons on a card, as "label (action) value".
func pressable(t *testing.T, m Message) string {
	t.Helper()
	var all []string
	for _, b := range tree(t, m) {
		if b := b.(map[string]any); b["type"] == "actions" {
			for _, e := range b["elements"].([]any) {
				e := e.(map[string]any)
				all = append(all, e["text"].(map[string]any)["text"].(string)+" ("+e["action_id"].(string)+") "+e["value"].(string))
			}
		}
	}
	return strings.Join(all, ", ")
}

// TestButtons holds who can press what, when, and what the button carries
// (invariant 7): the request's id, for the code buttons with the next attempt
// (invariant 4), and nothing else.
func TestButtons(t *testing.T) {
	const (
		id       = "OTP-7F3K-9QXM"
		decide   = "Approve (approve) " + id + ", Deny (deny) " + id
		withdraw = "Withdraw (withdraw) " + id
		disown   = "This wasn't me (this_wasnt_me) " + id
	)
	generate := func(attempt string) string { return "Generate a new code (generate) " + id + "/" + attempt }
	want := map[string][3]string{ // agent, approvers, owner
		"received":          {withdraw, "", ""},
		"received-email":    {withdraw, "", ""},
		"approved-auto":     {"", "", disown},
		"approved-claim":    {"Show code (show_code) " + id + "/1, " + withdraw, "", disown},
		"approved-claimed":  {"", "", disown},
		"approved-retry":    {"", "", disown},
		"issuing":           {"", "", disown},
		"issuing-second":    {"", "", disown},
		"issued":            {generate("2"), "", disown},
		"issued-shown":      {generate("2"), "", disown},
		"issued-not-shown":  {generate("2"), "", disown},
		"issued-narrower":   {generate("2"), "", disown},
		"issued-missing":    {generate("2"), "", disown},
		"issued-reusable":   {generate("2"), "", disown},
		"issued-second":     {generate("3"), "", disown},
		"issued-wanted":     {"", "", disown},
		"issued-last":       {"", "", disown},
		"issued-claim-over": {"", "", disown},
		"unknown":           {generate("2"), "", disown},
		"unknown-second":    {generate("3"), "", disown},
		"unknown-last":      {"", "", disown},
		"issuing-disowned":  {"", "", ""},
		"pending":           {withdraw, decide, disown},
	}
	for _, s := range scenes() {
		expected, ok := want[s.name]
		switch {
		case s.r.State == approvals.Pending:
			expected = want["pending"]
		case !ok && !s.r.State.Ended():
			t.Errorf("%s: nothing is said of its buttons", s.name)
		}
		for _, c := range Cards(s.r, s.now, testOptions) {
			which := expected[1]
			switch c.Key {
			case keyAgent:
				which = expected[0]
			case keyOwner:
				which = expected[2]
			}
			if c.News {
				which = ""
			}
			if got := pressable(t, c.Message); got != which {
				t.Errorf("%s, %s: %q, want %q", s.name, c.Key, got, which)
			}
		}
	}
}

// TestApproveAsksOnce wants a confirm dialog on Approve, and on nothing else.
func TestApproveAsksOnce(t *testing.T) {
	for _, s := range scenes() {
		for _, c := range Cards(s.r, s.now, testOptions) {
			for _, b := range tree(t, c.Message) {
				if b := b.(map[string]any); b["type"] == "actions" {
					for _, e := range b["elements"].([]any) {
						_, confirms := e.(map[string]any)["confirm"]
						if approve := e.(map[string]any)["action_id"] == ActionApprove; approve != confirms {
							t.Errorf("%s, %s: %v has a confirm dialog: %v", s.name, c.Key, e.(map[string]any)["action_id"], confirms)
						}
					}
				}
			}
		}
	}
}

// TestShowCodeAfterAnEarlierCode covers a code that could not be asked for and
// was given up: the next button is for the attempt after those that count.
func TestShowCodeAfterAnEarlierCode(t *testing.T) {
	s := made()
	s.r.State, s.r.Wanted = approvals.Approved, s.r.Attempt
	got := pressable(t, Cards(s.r, s.now, testOptions)[0].Message)
	if got != "Show code (show_code) OTP-7F3K-9QXM/2" {
		t.Errorf("buttons: %q; no Withdraw, because a code was made", got)
	}
}
