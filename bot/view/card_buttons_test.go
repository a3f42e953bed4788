package view

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"olbot/approvals"
)

// pressable are the buttons of a view, as "label (action) value".
func pressable(t *testing.T, view any) string {
	t.Helper()
	var all []string
	walk(t, view, func(_ string, o object) {
		if o["type"] == "button" {
			all = append(all, fmt.Sprintf("%s (%s) %s", textOf(o["text"]), o["action_id"], o["value"]))
		}
	})
	return strings.Join(all, ", ")
}

// TestButtons holds who can press what, when, and what the button carries
// (invariant 7): the request's id, for the code buttons with the next attempt
// (invariant 4), and nothing else.
func TestButtons(t *testing.T) {
	const (
		id       = "OTP-7F3K-9QXM"
		decide   = "Approve (approve) " + id + ", Deny (deny) " + id + ", Pass on (pass_on) " + id
		withdraw = "Withdraw (withdraw) " + id
		disown   = "This wasn't me (this_wasnt_me) " + id
		again    = "Ask again (ask_again) " + id
		change   = "Change and ask again (change_and_ask_again) " + id
		lift     = "Lift block (lift_block) " + id
		show     = "Show code (show_code) " + id + "/1, " + withdraw
		generate = "Generate a new code (generate) " + id + "/"
		another  = "Ask Maria Silva for another code (ask_another) " + id + "/"
		showNext = "Show code (show_code) " + id + "/2"
	)
	agents := map[string]string{"approved-claim": show, "approved-owner-not-reached": show, "approved-for-several": show, "approved-paused": show} // where it is not by the state alone
	for button, names := range map[string]string{
		generate + "2": "issued-not-shown unknown issued-for-several",
		generate + "3": "unknown-second",
		another + "2":  "issued-shown issued-narrower issued-narrower-over issued-missing issued-reusable unknown-claim-over",
		another + "3":  "issued-second",
		another + "4":  "unknown-last",
		showNext:       "issued-another-allowed unknown-another-allowed",
		change: "refused-locked refused-nobody refused-nobody-reached refused-all-passed-on refused-not-found refused-manager-said-no refused-at-recheck refused-second refused-key-replaced refused-with-a-live-code " +
			"failed failed-credentials failed-paused",
		again: "expired expired-looking expired-all-passed-on expired-not-reached expired-held lapsed lapsed-later lapsed-delayed",
	} {
		for _, name := range strings.Fields(names) {
			agents[name] = button
		}
	}
	for _, s := range scenes() {
		deciding := s.r.State == approvals.Pending
		for _, c := range Cards(s.r, s.now, testOptions) {
			want := ""
			gone := slices.ContainsFunc(s.r.PassedOn, func(p approvals.Passing) bool { return c.To == p.Slack })
			stopped := !s.r.DisownedAt.IsZero() || strings.HasSuffix(s.name, "-too-late")
			switch {
			case c.News:
			case c.Key == KeyAgent && (deciding || s.r.State == approvals.Received):
				want = withdraw
			case c.Key == KeyAgent && !s.r.Interrupted():
				want = agents[s.name]
			case strings.HasPrefix(c.Key, keyApprover) && deciding && !gone:
				want = decide
			case strings.HasPrefix(c.Key, keyApprover) && !gone && s.r.MayStop():
				want = "Stop (stop) " + id
				if s.name == "issued-another-asked" {
					want = "Allow one more (allow_more) " + id + "/2, " + want
				}
			case c.Key == keyOwner && !stopped:
				want = disown
			case strings.HasPrefix(c.Key, keyContact) && s.r.Blocks() && s.name != "disowned-contact-involved":
				want = lift
			}
			if got := pressable(t, sentMessage(c.Message)); got != want {
				t.Errorf("%s, %s: %q, want %q", s.name, c.Key, got, want)
			}
		}
	}
}

// TestAnOwnerCanPressWhatWorks, and nothing else: the card says what the press would do.
// Kind: a promise of the screen that the press does not keep.
func TestAnOwnerCanPressWhatWorks(t *testing.T) {
	for _, s := range scenes() {
		if !ownerIsTold(s.r, testOptions) {
			continue
		}
		card := ownerCard(s.r, s.now, testOptions, false)
		if can := len(card.buttons) > 0; can != s.r.MayDisown(s.now) {
			t.Errorf("%s: the button is there: %t, the press works: %t", s.name, can, !can)
		}
		if s.name == "closed-too-late" && !strings.Contains(read(t, sentMessage(card.message())), "No code works any more. If you did not ask") {
			t.Errorf("%s: the card does not say that it is over", s.name)
		}
	}
}

// TestWhatAsksOnce wants a confirm dialog on what lets somebody in, on what stops
// everybody and on what blocks an account, and on nothing else: not on Deny, Pass on and
// Stop, which open forms.
func TestWhatAsksOnce(t *testing.T) {
	for name, view := range allViews() {
		walk(t, view, func(_ string, o object) {
			action, confirms := o["action_id"], o["confirm"] != nil
			want := slices.Contains([]any{string(ActionApprove), string(ActionMore), string(ActionLift), string(ActionDisown), string(ActionPause), string(ActionResume)}, action)
			if o["type"] == "button" && want != confirms {
				t.Errorf("%s: %v has a confirm dialog: %v", name, action, confirms)
			}
		})
	}
}

// TestShowCodeAfterAnEarlierCode covers a code that could not be asked for and
// was given up: the next button is for the attempt after those that count.
func TestShowCodeAfterAnEarlierCode(t *testing.T) {
	s := made().again()
	s.r.State, s.r.Wanted = approvals.Approved, s.r.Attempt
	got := pressable(t, sentMessage(Cards(s.r, s.now, testOptions)[0].Message))
	if got != "Show code (show_code) OTP-7F3K-9QXM/2" {
		t.Errorf("buttons: %q; no Withdraw, because a code was made", got)
	}
}
