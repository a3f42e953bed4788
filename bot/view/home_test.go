package view

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"olbot/approvals"
)

// A homeScene is somebody's Home tab at a moment.
type homeScene struct {
	h      approvals.Home
	viewer string
	now    time.Time
}

func (s homeScene) view() slack.HomeTabViewRequest {
	return HomeView(s.h, s.viewer, s.now, testOptions)
}

// allHomes are Home tabs of everybody, by name.
func allHomes() map[string]homeScene {
	numbered := func(s *story, n int) approvals.Request {
		s.r.ID = approvals.ID(fmt.Sprintf("OTP-0000-%04d", n))
		return s.r
	}
	denied := begin().askedTwo()
	denied.do(denied.r.Deny("U0MARIA", approvals.Denial{}, denied.now))
	open := []approvals.Request{
		numbered(begin(), 1), numbered(begin().asked(), 2), numbered(begin().asked().approved(approvals.DeliverAuto), 3),
		numbered(begin().asked().approved(approvals.DeliverClaim), 4),
		numbered(begin().asked().approved(approvals.DeliverAuto).issuing(), 5),
		numbered(begin().asked().approved(approvals.DeliverAuto).issuing().lost(), 6),
	}
	last := []approvals.Request{numbered(made(), 7), numbered(denied, 8), numbered(begin().refused(approvals.Refusal{Code: approvals.IsLocked}), 9)}
	disowned := begin().asked().disowned()
	suspicious := begin().askedTwo().denied("U0MARIA", approvals.Denial{Choice: approvals.Suspicious, Text: "her voice was odd"})
	return map[string]homeScene{
		"home-nobody":       {approvals.Home{}, "U0TOM", start},
		"home-agent-first":  {approvals.Home{MayAsk: true}, "U0JOE", start},
		"home-agent":        {approvals.Home{MayAsk: true, Open: open, Last: last}, "U0JOE", after(2 * time.Minute)},
		"home-agent-later":  {approvals.Home{MayAsk: true, Open: open[3:4], Last: last[:1]}, "U0JOE", after(time.Hour)},
		"home-agent-former": {approvals.Home{Last: last[1:]}, "U0JOE", start},
		"home-approver":     {approvals.Home{Waiting: []approvals.Request{numbered(begin().askedTwo(), 1), numbered(begin().asked(), 2)}}, "U0MARIA", start},
		"home-owner":        {approvals.Home{Owned: []approvals.Request{numbered(begin().asked(), 1), numbered(made(), 2)}}, "U0ANA", after(2 * time.Minute)},
		"home-contact":      {approvals.Home{Blocks: []approvals.Request{disowned.r}}, "U0SEC", start},
		"home-contact-part": {approvals.Home{Blocks: []approvals.Request{disowned.r}}, "U0JOE", start},
		"home-contact-stops": {approvals.Home{Granted: []approvals.Request{
			numbered(made().wait(16*time.Minute), 3), numbered(made(), 2), numbered(begin().asked().approved(approvals.DeliverClaim), 1),
		}, Blocks: []approvals.Request{made().stopped(samGarcia, true).r}}, "U0SEC", after(2 * time.Minute)},
		"home-security":       {approvals.Home{Contact: true, Restrictions: restrictions()[:1]}, "U0SEC", start},
		"home-paused":         {approvals.Home{Contact: true, Restrictions: restrictions()[1:]}, "U0SEC", start},
		"home-agent-paused":   {approvals.Home{MayAsk: true, Restrictions: restrictions()[1:]}, "U0JOE", start},
		"home-owner-later":    {approvals.Home{Owned: []approvals.Request{numbered(over(), 1), numbered(begin().askedTwo().denied("U0MARIA", approvals.Denial{}), 2)}}, "U0ANA", after(24 * time.Hour)},
		"home-contact-denied": {approvals.Home{Blocks: []approvals.Request{suspicious.r}}, "U0SEC", start},
		"home-full":           fullHome(),
	}
}

// restrictions are a blocked account and a pause.
func restrictions() approvals.Restrictions {
	return approvals.Restrictions{
		{ID: "OTP-2B5D-8KTN", Owner: anaLopes, By: samGarcia, At: start, Reason: "somebody calls in her name"},
		{ID: "OTP-5W1T-0HQZ", By: samGarcia, At: start},
	}
}

// fullHome has as much of everything, and as long, as there can be.
func fullHome() homeScene {
	waiting := oddScenes()[0].r
	approved := waiting
	approved.State = approvals.Issued
	withdrawable := waiting
	withdrawable.Agent = approvals.Person{}
	var h approvals.Home
	h.MayAsk = true
	for range 30 {
		h.Waiting, h.Open, h.Blocks = append(h.Waiting, waiting), append(h.Open, withdrawable), append(h.Blocks, waiting)
		h.Granted = append(h.Granted, approved)
		h.Last, h.Owned = append(h.Last, approved), append(h.Owned, approved)
	}
	h.Contact = true
	for range 30 {
		h.Restrictions = append(h.Restrictions, approvals.Restriction{ID: waiting.ID, Owner: waiting.Owner, By: waiting.Agent, At: start, Reason: waiting.Reason})
	}
	h.Restrictions = append(h.Restrictions, approvals.Restriction{ID: waiting.ID, By: waiting.Agent, At: start})
	ended := waiting
	ended.State = approvals.Denied
	for range 5 {
		h.Last = append(h.Last, ended)
	}
	return homeScene{h, "U0MARIA", start}
}

// TestHomeButtons holds what can be pressed at home, and what the buttons carry
// (invariant 7): the same as on the cards.
func TestHomeButtons(t *testing.T) {
	const decide = "Approve (approve) %[1]s, Deny (deny) %[1]s, Pass on (pass_on) %[1]s"
	withdraws := func(id string) string { return "Withdraw (withdraw) " + id }
	for name, want := range map[string][]string{
		"home-nobody":      nil,
		"home-agent-first": {"Request a code (request) -"},
		"home-agent": {"Request a code (request) -", withdraws("OTP-0000-0001"), withdraws("OTP-0000-0002"),
			"Show code (show_code) OTP-0000-0004/1", withdraws("OTP-0000-0004"),
			"Generate a new code (generate) OTP-0000-0006/2", "Ask Maria Silva for another code (ask_another) OTP-0000-0007/2"},
		"home-agent-former": nil,
		"home-approver": {fmt.Sprintf(decide, "OTP-0000-0001"),
			fmt.Sprintf(decide, "OTP-0000-0002")},
		"home-owner":          {"This wasn't me (this_wasnt_me) OTP-0000-0001", "This wasn't me (this_wasnt_me) OTP-0000-0002"},
		"home-contact":        {"Lift block (lift_block) OTP-7F3K-9QXM"},
		"home-contact-part":   nil,
		"home-contact-stops":  {"Stop (stop) OTP-0000-0003", "Stop (stop) OTP-0000-0002", "Stop (stop) OTP-0000-0001", "Lift block (lift_block) OTP-7F3K-9QXM"},
		"home-security":       {"Lift block (lift_block) OTP-2B5D-8KTN", "Block an account (block_account) -", "Pause all codes (pause_codes) -"},
		"home-paused":         {"Resume (resume_codes) OTP-5W1T-0HQZ", "Block an account (block_account) -"},
		"home-agent-paused":   {"Request a code (request) -"},
		"home-owner-later":    {"This wasn't me (this_wasnt_me) OTP-0000-0001", "This wasn't me (this_wasnt_me) OTP-0000-0002"},
		"home-contact-denied": {"Lift block (lift_block) OTP-7F3K-9QXM"},
	} {
		if got := pressable(t, allHomes()[name].view()); got != strings.Join(want, ", ") {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// TestOwnersAreToldNothingAtHome with OLBOT_NOTIFY_OWNER=false.
func TestOwnersAreToldNothingAtHome(t *testing.T) {
	s, quiet := allHomes()["home-owner"], testOptions
	quiet.NotifyOwner = false
	home := HomeView(s.h, s.viewer, s.now, quiet)
	if got := pressable(t, home); got != "" {
		t.Errorf("an owner can press %q", got)
	}
	if got, want := read(t, home), read(t, allHomes()["home-nobody"].view()); got != want { // Slack takes no empty tab
		t.Errorf("an owner reads %q, want what somebody reads for whom there is nothing: %q", got, want)
	}
}

// TestAtHomeOneReadsWhatTheCardSays: whoever approves there has read the same.
func TestAtHomeOneReadsWhatTheCardSays(t *testing.T) {
	s := allHomes()["home-approver"]
	home := read(t, s.view())
	for _, r := range s.h.Waiting {
		p, _ := r.Approver(s.viewer)
		for _, line := range strings.Split(read(t, approverCard(r, p, s.now, testOptions)), "\n")[1:] {
			if !strings.Contains(home, line) {
				t.Errorf("the card says %q, and the Home tab does not", line)
			}
		}
	}
}
