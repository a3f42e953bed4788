package view

import (
	"slices"
	"strings"
	"testing"

	"olbot/approvals"
)

// newsOf are the keys of the news at a moment.
func newsOf(s scene, o Options) []string {
	keys := []string{}
	for _, c := range Cards(s.r, s.now, o) {
		if c.News {
			keys = append(keys, strings.TrimPrefix(c.Key, "news:"))
		}
	}
	return keys
}

// TestNews holds what is news to whom at each moment: of the present alone, and
// nothing to whoever did it themselves.
func TestNews(t *testing.T) {
	want := map[string]string{
		"received":          "",
		"pending":           "asked:U0JOE",
		"approved-auto":     "approved:U0JOE",
		"approved-claim":    "show_code:U0JOE",
		"approved-claimed":  "approved:U0JOE",
		"issuing":           "approved:U0JOE",
		"issued":            "code:1:U0ANA",
		"issued-shown":      "code:1:U0ANA",
		"issued-not-shown":  "not_shown:1:U0JOE code:1:U0ANA",
		"issued-claim-over": "code:1:U0ANA",
		"issuing-second":    "",
		"issued-second":     "code:2:U0MARIA code:2:U0ANA",
		"issued-last":       "code:3:U0MARIA code:3:U0ANA",
		"unknown":           "unknown:1:U0JOE code:1:U0ANA",
		"unknown-second":    "unknown:2:U0JOE code:2:U0MARIA code:2:U0ANA",
		"refused-locked":    "refused:U0JOE",
		"denied":            "denied:U0JOE",
		"withdrawn":         "",
		"expired":           "expired:U0JOE expired:U0MARIA expired:U0TOM",
		"lapsed":            "lapsed:U0JOE",
		"failed":            "failed:U0JOE",
		"disowned":          "disowned:U0JOE disowned:U0MARIA disowned:U0TOM",
		"issuing-disowned":  "disowned:U0JOE disowned:U0MARIA disowned:U0TOM",
		"closed":            "",

		"pending-reminded":             "asked:U0JOE reminded:1:U0MARIA",
		"pending-reminded-twice":       "asked:U0JOE reminded:2:U0MARIA",
		"pending-all-passed-on":        "",
		"pending-next-after-passed-on": "asked:U0JOE",
		"approved-by-the-second":       "approved:U0JOE",
		"refused-all-passed-on":        "refused:U0JOE",
		"denied-suspicious":            "denied:U0JOE",
		"denied-lifted":                "denied:U0JOE lifted:U0ANA",
		"disowned-issued":              "disowned:U0JOE disowned:U0MARIA disowned:U0TOM",
		"closed-disowned-afterwards":   "disowned:U0JOE disowned:U0MARIA disowned:U0TOM",
		"denied-disowned-afterwards":   "disowned:U0JOE disowned:U0MARIA disowned:U0TOM",
		"refused-disowned-afterwards":  "disowned:U0JOE disowned:U0MARIA disowned:U0TOM",
		"stopped-then-disowned":        "disowned:U0JOE disowned:U0MARIA disowned:U0TOM disowned_too:U0SEC",
		"denied-did-not-ask-disowned":  "disowned:U0JOE disowned:U0MARIA disowned:U0TOM disowned_too:U0SEC",
		"stopped-disowned-lifted":      "disowned:U0JOE disowned:U0MARIA disowned:U0TOM lifted:U0ANA", // nothing to look at any more
		"disowned-lifted":              "disowned:U0JOE disowned:U0MARIA disowned:U0TOM lifted:U0ANA",
	}
	for _, s := range scenes() {
		if expected, ok := want[s.name]; ok {
			if got := strings.Join(newsOf(s, testOptions), " "); got != expected {
				t.Errorf("%s: news %q, want %q", s.name, got, expected)
			}
			delete(want, s.name)
		}
	}
	for name := range want {
		t.Errorf("no moment is called %s", name)
	}
}

// TestCardKeysAreUnique wants one message for each key, and each addressed.
func TestCardKeysAreUnique(t *testing.T) {
	for _, s := range scenes() {
		seen := map[string]bool{}
		for _, c := range Cards(s.r, s.now, testOptions) {
			if seen[c.Key] || c.To == "" || c.News != strings.HasPrefix(c.Key, "news:") {
				t.Errorf("%s: card %q to %q, seen before: %v", s.name, c.Key, c.To, seen[c.Key])
			}
			seen[c.Key] = true
		}
	}
}

// TestMostUrgentComesFirst: the approvers' cards while they are waited for,
// after that the agent's.
func TestMostUrgentComesFirst(t *testing.T) {
	for _, s := range scenes() {
		first := Cards(s.r, s.now, testOptions)[0].Key
		if want := s.r.State == approvals.Pending && len(s.r.Approvers)+len(s.r.PassedOn) > 0; want != strings.HasPrefix(first, keyApprover) {
			t.Errorf("%s: %s comes first", s.name, first)
		}
	}
}

// TestOwnerIsToldIfPossible: after the approvers were asked, if there is a DM,
// and if the operator wants it.
func TestOwnerIsToldIfPossible(t *testing.T) {
	for _, s := range scenes() {
		told := slices.ContainsFunc(Cards(s.r, s.now, testOptions), func(c Card) bool { return c.To == "U0ANA" })
		want := wasAsked(s.r) && !s.r.OwnerUntold
		if told != want {
			t.Errorf("%s: the owner is told: %v, want %v", s.name, told, want)
		}
		quiet := testOptions
		quiet.NotifyOwner = false
		if slices.ContainsFunc(Cards(s.r, s.now, quiet), func(c Card) bool { return c.To == "U0ANA" }) {
			t.Errorf("%s: the owner is told with OLBOT_NOTIFY_OWNER=false", s.name)
		}
	}
}

// TestCardsFollowFromTheRequestAlone is invariant 7: the same request at the same
// time says the same.
func TestCardsFollowFromTheRequestAlone(t *testing.T) {
	again := scenes()
	for i, s := range scenes() {
		one, two := Cards(s.r, s.now, testOptions), Cards(again[i].r, again[i].now, testOptions)
		for j := range one {
			if flatJSON(one[j]) != flatJSON(two[j]) {
				t.Errorf("%s: the card %s differs from itself", s.name, one[j].Key)
			}
		}
	}
}
