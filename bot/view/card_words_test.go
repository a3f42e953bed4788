package view

import (
	"strings"
	"testing"

	"olbot/approvals"
)

// TestCardsSayWhatHolds: a block only while it stands, who decides only while somebody does,
// and of each end what came of it.
func TestCardsSayWhatHolds(t *testing.T) {
	const stop = "we stop the request, block new codes for your account and alert security."
	const block = "we block new codes for your account and alert security."
	for _, tt := range []struct{ scene, key, says, saysNot string }{
		{"failed-account-blocked", KeyAgent, "The withheld code works until", "A code may still work"},
		{"failed-paused", KeyAgent, "The withheld code works until", "A code may still work"},
		{"approved-paused", KeyAgent, "All codes were paused, so none was made. Press Show code before", "All codes are paused"},
		{"pending-held", KeyAgent, "Others are asked instead.", ""},
		{"expired-held", KeyAgent, "can't approve until", "Others are asked instead"},
		{"pending-next-after-passed-on", "approver:U0MARIA", "Others decide.", "settled"},
		{"approved-after-passed-on", "approver:U0MARIA", "You passed this on: not my report. It is settled: approved.", "Others decide"},
		{"refused-after-passed-on", "approver:U0MARIA", "It is settled: refused by olbot.", "Nobody else could be asked"},
		{"refused-all-passed-on", "approver:U0MARIA", "Nobody else could be asked, so it was refused.", "settled"},
		{"denied-suspicious", KeyAgent, "Stop. Speak with Maria Silva and with", "before you ask again"},
		{"denied-lifted", KeyAgent, "Speak with Maria Silva before you ask again.", "Stop."},
		{"denied-did-not-ask", keyOwner, "Maria Silva denied it: you did not ask for it. Until the block is lifted", "stopped it"},
		{"denied-suspicious", keyOwner, "Maria Silva denied it: something looks suspicious. Until the block is lifted", "stopped it"},
		{"pending", keyOwner, stop, block},
		{"denied", keyOwner, block, "we stop the request"},
		{"stopped-issued", keyOwner, block, "we stop the request"},
		{"issuing-stopped", keyOwner, block, "we stop the request"}, // stopped it is already
		{"stopped-by-a-contact-and-blocked", "approver:U0MARIA", "Requests for Ana Lopes are blocked.", "lifted"},
		{"stopped-lifted", "approver:U0MARIA", "Sam Garcia lifted the block", "are blocked"},
		{"stopped-lifted", keyOwner, "Sam Garcia lifted the block of your account", "Until the block is lifted"},
		{"disowned-lifted", "approver:U0MARIA", "Sam Garcia lifted the block", "are blocked"},
		{"disowned-issued", keyOwner, "now; do not wait for a call.", ""},
		{"stopped-disowned-lifted", keyOwner, "Sam Garcia lifted the block", "do not wait for a call"},
	} {
		s := sceneNamed(t, tt.scene)
		got := cardSaid(t, s, tt.key)
		if !strings.Contains(got, tt.says) || tt.saysNot != "" && strings.Contains(got, tt.saysNot) {
			t.Errorf("%s, %s: wants %q and not %q in\n%s", tt.scene, tt.key, tt.says, tt.saysNot, got)
		}
	}
}

func sceneNamed(t *testing.T, name string) scene {
	t.Helper()
	for _, s := range scenes() {
		if s.name == name {
			return s
		}
	}
	t.Fatalf("no moment is called %s", name)
	return scene{}
}

// cardSaid is the card as it is read, with what its buttons ask once more.
func cardSaid(t *testing.T, s scene, key string) string {
	t.Helper()
	for _, c := range Cards(s.r, s.now, testOptions) {
		if c.Key == key {
			return read(t, c.Message) + confirmsOf(c.Message)
		}
	}
	t.Fatalf("%s: no card %s", s.name, key)
	return ""
}

// TestARefusedPressSaysWhatHelps: Pass on to approvers alone whose own account keeps them
// from approving, and of a pause not what a command is told.
func TestARefusedPressSaysWhatHelps(t *testing.T) {
	for _, code := range []approvals.RefusalCode{approvals.RecoveryHold, approvals.OwnAccountBlocked} {
		m := ReplyToPress(ActionApprove, &approvals.Refusal{Code: code, Role: approvals.Approver, Person: mariaSilva, Until: start})
		if got := read(t, m); !strings.HasSuffix(got, "Press Pass on, and somebody else is asked.") {
			t.Errorf("%s: %q", code, got)
		}
	}
	const paused = "Sam Garcia (sam@example.com), a security contact, has paused all codes. Nothing was changed."
	for _, tt := range []struct {
		pressed Action
		why     *approvals.Refusal
		want    string
	}{
		{ActionStop, &approvals.Refusal{Code: approvals.NotYours, Role: approvals.Approver},
			"Only those who were asked to approve, and security contacts, can do this. Nothing was changed."},
		{ActionResume, &approvals.Refusal{Code: approvals.NotBlocked, Request: "OTP-5W1T-0HQZ"},
			"OTP-5W1T-0HQZ blocks no account and pauses nothing. Nothing was changed."},
		{ActionShowCode, pausedBySam(), paused + " Press again when they are resumed."},
		{ActionAskAgain, pausedBySam(), paused + " Press again when they are resumed."},
		{ActionPause, pausedBySam(), paused},
	} {
		if got := read(t, ReplyToPress(tt.pressed, tt.why)); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.pressed, got, tt.want)
		}
	}
}
