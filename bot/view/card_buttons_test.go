package view

import (
	"slices"
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
		again    = "Ask again (ask_again) " + id
		change   = "Change and ask again (change_and_ask_again) " + id
		lift     = "Lift block (lift_block) " + id
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

		"approved-by-the-second":   {"", "", disown},
		"expired":                  {again, "", ""},
		"expired-looking":          {again, "", ""},
		"expired-all-declined":     {again, "", ""},
		"lapsed":                   {again, "", ""},
		"lapsed-later":             {again, "", ""},
		"refused-locked":           {change, "", ""},
		"refused-nobody":           {change, "", ""},
		"refused-not-found":        {change, "", ""},
		"refused-at-recheck":       {change, "", ""},
		"refused-second":           {change, "", disown}, // the first code still works
		"refused-with-a-live-code": {change, "", disown},
		"failed":                   {change, "", ""},
		"failed-credentials":       {change, "", ""},
		"failed-wider":             {"", "", disown}, // the withheld code still works
		"failed-blocked":           {"", "", disown},
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
			switch {
			case c.News:
				which = ""
			case c.Key == KeyAgent:
				which = expected[0]
			case c.Key == keyOwner:
				which = expected[2]
			case strings.HasPrefix(c.Key, keyContact):
				which = pickString(s.r.Blocks() && s.name != "disowned-contact-involved", lift, "")
			case slices.ContainsFunc(s.r.Declined, func(p approvals.AskedPerson) bool { return c.To == p.Slack }):
				which = ""
			}
			if got := pressable(t, c.Message); got != which {
				t.Errorf("%s, %s: %q, want %q", s.name, c.Key, got, which)
			}
		}
	}
}

// TestApproveAndLiftAskOnce wants a confirm dialog on what lets somebody in, and
// on nothing else: not on Deny, which opens a form, and not on what stops.
func TestApproveAndLiftAskOnce(t *testing.T) {
	for _, s := range scenes() {
		for _, c := range Cards(s.r, s.now, testOptions) {
			for _, b := range tree(t, c.Message) {
				if b := b.(map[string]any); b["type"] == "actions" {
					for _, e := range b["elements"].([]any) {
						_, confirms := e.(map[string]any)["confirm"]
						action := e.(map[string]any)["action_id"]
						if want := action == string(ActionApprove) || action == string(ActionLift); want != confirms {
							t.Errorf("%s, %s: %v has a confirm dialog: %v", s.name, c.Key, action, confirms)
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
