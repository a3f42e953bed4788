package view

import (
	"encoding/json"
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
	denied.do(denied.r.Deny("U0MARIA", approvals.Denial{}, testPolicy, denied.now))
	open := []approvals.Request{
		numbered(begin(), 1), numbered(begin().asked(), 2), numbered(begin().asked().approved(approvals.DeliverAuto), 3),
		numbered(begin().asked().approved(approvals.DeliverClaim), 4),
		numbered(begin().asked().approved(approvals.DeliverAuto).issuing(), 5),
		numbered(begin().asked().approved(approvals.DeliverAuto).issuing().lost(), 6),
	}
	last := []approvals.Request{numbered(made(), 7), numbered(denied, 8), numbered(begin().refused(approvals.Refusal{Code: approvals.IsLocked}), 9)}
	disowned := begin().asked().disowned()
	return map[string]homeScene{
		"home-nobody":       {approvals.Home{}, "U0TOM", start},
		"home-agent-first":  {approvals.Home{MayAsk: true}, "U0JOE", start},
		"home-agent":        {approvals.Home{MayAsk: true, Open: open, Last: last}, "U0JOE", after(2 * time.Minute)},
		"home-agent-later":  {approvals.Home{MayAsk: true, Open: open[3:4], Last: last[:1]}, "U0JOE", after(time.Hour)},
		"home-agent-former": {approvals.Home{Last: last[1:]}, "U0JOE", start},
		"home-approver":     {approvals.Home{Waiting: []approvals.Request{numbered(begin().askedTwo(), 1), numbered(begin().asked(), 2)}}, "U0MARIA", start},
		"home-contact":      {approvals.Home{Blocks: []approvals.Request{disowned.r}}, "U0SEC", start},
		"home-contact-part": {approvals.Home{Blocks: []approvals.Request{disowned.r}}, "U0MARIA", start},
		"home-full":         fullHome(),
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
		h.Last = append(h.Last, approved)
	}
	ended := waiting
	ended.State = approvals.Denied
	for range 5 {
		h.Last = append(h.Last, ended)
	}
	return homeScene{h, "U0MARIA", start}
}

// TestHomesAreWithinSlacksLimits: 100 blocks, 250 kB, and each block as in a message.
func TestHomesAreWithinSlacksLimits(t *testing.T) {
	for name, s := range allHomes() {
		v := s.view()
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		atMost(t, name+": blocks", len(v.Blocks.BlockSet), 100)
		atMost(t, name+": bytes", len(raw), 250_000)
		plainOnly(t, name, v)
		for i, b := range tree(t, homeMessage(v)) {
			if b := b.(map[string]any); b["type"] != "divider" {
				checkBlock(t, fmt.Sprintf("%s: block %d", name, i), b)
			}
		}
	}
}

// homeMessage is a Home tab to be looked at as a message is; Slack has no
// notification for it.
func homeMessage(v slack.HomeTabViewRequest) Message {
	m := Message{Text: "-"}
	for _, b := range v.Blocks.BlockSet {
		if _, divides := b.(*slack.DividerBlock); !divides {
			m.Blocks = append(m.Blocks, b)
		}
	}
	return m
}

// TestUntrustedTextAtHome is invariant 9.
func TestUntrustedTextAtHome(t *testing.T) {
	for name, s := range allHomes() {
		if name == "home-full" {
			continue
		}
		friendly := shape(t, homeMessage(hostileHome(s, "Nemo").view()))
		for _, bad := range hostileTexts {
			m := homeMessage(hostileHome(s, bad).view())
			for _, b := range tree(t, m) {
				if b := b.(map[string]any); b["type"] == "rich_text" {
					onlyRichText(t, b)
				}
			}
			if got := shape(t, m); got != friendly {
				t.Errorf("%s: the shape depends on %q:\n%s\nwant\n%s", name, bad, got, friendly)
			}
		}
	}
}

func hostileHome(s homeScene, bad string) homeScene {
	all := func(rs []approvals.Request) (hostiles []approvals.Request) {
		for _, r := range rs {
			hostiles = append(hostiles, hostile(r, bad))
		}
		return hostiles
	}
	s.h.Waiting, s.h.Open, s.h.Last, s.h.Blocks = all(s.h.Waiting), all(s.h.Open), all(s.h.Last), all(s.h.Blocks)
	return s
}

// TestHomeButtons holds what can be pressed at home, and what the buttons carry
// (invariant 7): the same as on the cards.
func TestHomeButtons(t *testing.T) {
	const decide = "Approve (approve) %s, Deny (deny) %s"
	withdraws := func(id string) string { return "Withdraw (withdraw) " + id }
	for name, want := range map[string][]string{
		"home-nobody":       nil,
		"home-agent-first":  {"Request a code (request) -"},
		"home-agent":        {"Request a code (request) -", withdraws("OTP-0000-0001"), withdraws("OTP-0000-0002"), withdraws("OTP-0000-0004")},
		"home-agent-former": nil,
		"home-approver": {fmt.Sprintf(decide, "OTP-0000-0001", "OTP-0000-0001"),
			fmt.Sprintf(decide, "OTP-0000-0002", "OTP-0000-0002")},
		"home-contact":      {"Lift block (lift_block) OTP-7F3K-9QXM"},
		"home-contact-part": nil,
	} {
		if got := pressable(t, homeMessage(allHomes()[name].view())); got != strings.Join(want, ", ") {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// TestAtHomeOneReadsWhatTheCardSays: whoever approves there has read the same.
func TestAtHomeOneReadsWhatTheCardSays(t *testing.T) {
	s := allHomes()["home-approver"]
	home := read(t, homeMessage(s.view()))
	for _, r := range s.h.Waiting {
		p, _ := r.Approver(s.viewer)
		for _, line := range strings.Split(read(t, approverCard(r, p, s.now, testOptions)), "\n")[1:] {
			if !strings.Contains(home, line) {
				t.Errorf("the card says %q, and the Home tab does not", line)
			}
		}
	}
}
