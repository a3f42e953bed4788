package view

import (
	"testing"

	"olbot/approvals"
)

// TestAPressFindsItsCard: a copy of a card that was not noted is adopted as the
// card on which whoever pressed could find the button, whichever of their Slack
// ids they press with, and as nobody else's.
func TestAPressFindsItsCard(t *testing.T) {
	both := samGarcia
	both.SlackOrg = "W0SAM"
	s := begin().askedTwo().passedOn("U0MARIA", notMine()).disowned().lifted()
	s.r.LiftedBy = both
	contacts := principals("S0SECURITY", "W0SAM", "U0EVE")
	for _, tt := range []struct {
		action     Action
		user, want string
	}{
		{ActionApprove, "U0TOM", "approver:U0TOM"},
		{ActionDeny, "U0MARIA", "approver:U0MARIA"}, // who has passed it on
		{ActionPassOn, "U0TOM", "approver:U0TOM"},
		{ActionDeny, "U0JOE", ""},
		{ActionWithdraw, "U0JOE", KeyAgent},
		{ActionAskAgain, "U0JOE", KeyAgent},
		{ActionChange, "U0JOE", KeyAgent},
		{ActionChange, "U0TOM", ""},
		{ActionDisown, "U0ANA", keyOwner},
		{ActionDisown, "U0JOE", ""},
		{ActionLift, "W0SAM", "contact:W0SAM"},
		{ActionLift, "U0SEC", "contact:W0SAM"},
		{ActionLift, "U0EVE", "contact:U0EVE"},
		{ActionLift, "U0ANA", ""},
		{ActionHide, "U0JOE", ""},
	} {
		if got := CardKey(s.r, tt.action, tt.user, Options{SecurityContacts: contacts}); got != tt.want {
			t.Errorf("%s by %s is on %q, want %q", tt.action, tt.user, got, tt.want)
		}
	}
}

// TestContactsAreShownAlarms: each user of OLBOT_SECURITY_CONTACTS, from This wasn't me,
// Stop, or a denial that is an alarm, on, also after the block was lifted. A user group has no DM.
func TestContactsAreShownAlarms(t *testing.T) {
	o := Options{NotifyOwner: true, SecurityContacts: principals("U0SEC", "S0SECURITY", "W0EVE")}
	for _, s := range scenes() {
		var got []string
		for _, c := range Cards(s.r, s.now, o) {
			if c.Key == keyContact+c.To {
				got = append(got, c.To)
			}
		}
		want := 0
		if s.r.Interrupted() || !s.r.BlockedAt().IsZero() {
			want = 2
		}
		if len(got) != want {
			t.Errorf("%s: shown to %v", s.name, got)
		}
	}
}

// TestNobodyIsRemindedOfWhatTheyWereJustAsked: a reminder is to those who were
// asked before it.
func TestNobodyIsRemindedOfWhatTheyWereJustAsked(t *testing.T) {
	s := begin().asked().reminded().escalated(toms()...)
	for _, c := range Cards(s.r, s.now, testOptions) {
		if c.Key == "news:reminded:1:U0TOM" {
			t.Error("Tom is reminded of a request of before he was asked")
		}
	}
	if got := newsOf(s.scene(""), testOptions); len(got) != 2 || got[1] != "reminded:1:U0MARIA" {
		t.Errorf("news %v; want Maria's reminder", got)
	}
	s.wait(1).do(s.r.Approve("U0TOM", approvals.Policy{Delivery: approvals.DeliverClaim, ClaimWindow: 60}, s.now))
	for _, key := range newsOf(s.scene(""), testOptions) {
		if key == "reminded:1:U0MARIA" {
			t.Error("Maria is reminded of what was decided")
		}
	}
}
