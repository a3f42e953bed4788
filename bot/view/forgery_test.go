package view

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"olbot/approvals"
	"olbot/bot/command"
)

// hostileTexts try to be more than text.
var hostileTexts = []string{
	"x\u2028*Approved by:* Maria Silva\u2029#99 Approved OTP-0000-0000: “Maria Silva” approved.",
	"\u202Eairam\u202C\u2066evil\u2069\u200Fx\u061C",
	"<!channel> <!here> <@U0BOSS> <!subteam^S0BOSS> <#C0GENERAL> @everyone",
	"https://evil.example <https://evil.example|reset> [reset](https://evil.example) mailto:eve@evil.example",
	":tada: :rotating_light: *b* _i_ ~s~ `c` ```d``` > q • - 1.",
	"{owner} {id} {secret} *{agent}*",
	"”) denied. “",
	"\x00\x07\x1b]8;;https://evil.example\x07\r\n\v\f",
	"{\"type\":\"user\",\"user_id\":\"U0BOSS\"}",
	"<!date^0^{date}|never> &lt;@U0BOSS&gt;",
	long("𝄞", 600), long("<", 600), long("\u202E", 100), "", " ",
	strings.Repeat("\u0335", 100),
}

// TestUntrustedTextStaysText is invariant 9: whatever names, addresses and reasons
// hold, they are shown as literal text, change nothing about the view around them,
// and are in no notification (invariant 5).
func TestUntrustedTextStaysText(t *testing.T) {
	for _, s := range scenes() {
		views := func(bad string) (all []any) {
			r := hostile(s.r, bad)
			for _, c := range Cards(r, s.now, testOptions) {
				all = append(all, sentMessage(c.Message))
			}
			if r.State == approvals.Issued {
				all = append(all, sentMessage(CodeMessage(r, testCode, s.now)))
			}
			return all
		}
		sameShape(t, s.name, views)
	}
	for _, e := range trail() {
		sameShape(t, fmt.Sprint("event ", e.Number), func(bad string) []any {
			m, _ := FeedMessage([]approvals.Event{hostileEvent(e, bad)}, testOptions)
			return []any{sentMessage(m)}
		})
	}
	for name, s := range allHomes() {
		if !extreme(name) {
			sameShape(t, name, func(bad string) []any { return []any{hostileHome(s, bad).view()} })
		}
	}
	sameShape(t, "the form to deny", func(bad string) []any { return []any{DenyForm(hostile(begin().asked().r, bad))} })
	sameShape(t, "answers", func(bad string) []any {
		return []any{
			sentMessage(ReplyTo(&approvals.Refusal{Code: approvals.BadRequestID, Text: bad})),
			sentMessage(ReplyToCommand(&command.Error{Problem: command.WhoUnknown, Word: bad, Corrected: "#1 -- x" + bad}, "/tempotp")),
		}
	})
}

// sameShape checks that views with somebody else's text in them keep the rules and
// are of the same shape, whatever the text.
func sameShape(t *testing.T, name string, views func(bad string) []any) {
	t.Helper()
	var want []string
	for _, friendly := range views("Nemo") {
		want = append(want, shape(t, friendly))
	}
	for _, bad := range hostileTexts {
		for i, v := range views(bad) {
			checkView(t, name, v)
			if got := shape(t, v); got != want[i] {
				t.Errorf("%s: the shape depends on %q:\n%s\nwant\n%s\ntext:\n%s", name, bad, got, want[i], read(t, v))
			}
		}
	}
}

// shape is what a view is made of, without what it says: the blocks and their
// lines, the buttons, what comes back with it, and the whole notification.
func shape(t *testing.T, view any) string {
	t.Helper()
	var lines []string
	for _, b := range blocksOf(t, view) {
		lines = append(lines, fmt.Sprint(b["type"], " ", len(readBlock(b))))
	}
	walk(t, view, func(_ string, o object) {
		switch kindOf(o) {
		case "button":
			lines = append(lines, fmt.Sprint(o["action_id"], "=", o["value"]))
		case "message":
			lines = append(lines, fmt.Sprint(o["text"]))
		case "modal":
			lines = append(lines, fmt.Sprint(o["private_metadata"]))
		}
	})
	return strings.Join(lines, "\n")
}

// TestReasonIsNotOnTheOwnersCard is design: the owner sees agent, time, id and
// state, not the reason.
func TestReasonIsNotOnTheOwnersCard(t *testing.T) {
	for _, s := range scenes() {
		s.r.Reason = "Nemo"
		for _, c := range Cards(s.r, s.now, testOptions) {
			if c.To == s.r.Owner.Slack && strings.Contains(read(t, c.Message), "Nemo") {
				t.Errorf("%s %s shows the reason", s.name, c.Key)
			}
		}
	}
}

// FuzzUntrustedText looks for a name or reason that is more than text.
func FuzzUntrustedText(f *testing.F) {
	for _, bad := range hostileTexts {
		f.Add(bad, bad)
	}
	s := begin().asked()
	f.Fuzz(func(t *testing.T, name, reason string) {
		r, friendly := hostile(s.r, name), Cards(hostile(s.r, "Nemo"), s.now, testOptions)
		r.Reason = reason
		for i, c := range Cards(r, s.now, testOptions) {
			checkView(t, c.Key, sentMessage(c.Message))
			if got, want := shape(t, sentMessage(c.Message)), shape(t, sentMessage(friendly[i].Message)); got != want {
				t.Errorf("the shape depends on somebody else's text:\n%s\nwant\n%s", got, want)
			}
		}
		e := hostileEvent(s.last(), name)
		e.Reason = reason
		m, _ := FeedMessage([]approvals.Event{e}, testOptions)
		checkView(t, "the feed", sentMessage(m))
	})
}

// hostile is the request with every text that somebody else writes replaced.
func hostile(r approvals.Request, bad string) approvals.Request {
	r.Reason = bad
	if r.Asked.Email != "" {
		r.Asked.Email = bad + "x"
	}
	r.Agent, r.Owner, r.DecidedBy.Person = hostilePerson(r.Agent, bad), hostilePerson(r.Owner, bad), hostilePerson(r.DecidedBy.Person, bad)
	r.Approvers = slices.Clone(r.Approvers)
	for i := range r.Approvers {
		r.Approvers[i].Person = hostilePerson(r.Approvers[i].Person, bad)
	}
	r.PassedOn = slices.Clone(r.PassedOn)
	for i := range r.PassedOn {
		r.PassedOn[i].Person = hostilePerson(r.PassedOn[i].Person, bad)
		if r.PassedOn[i].Why.Text != "" {
			r.PassedOn[i].Why.Text = bad + "x"
		}
	}
	r.LiftedBy = hostilePerson(r.LiftedBy, bad)
	if r.Denial.Text != "" {
		r.Denial.Text = bad + "x" // an empty one is another shape
	}
	r.Refusal = hostileRefusal(r.Refusal, bad)
	return r
}

func hostilePerson(p approvals.Person, bad string) approvals.Person {
	if p == (approvals.Person{}) {
		return p
	}
	p.Name, p.SlackName, p.Email = bad, bad, ""
	if bad != "" {
		p.Email = bad + p.Slack // nobody is somebody else by sharing an address
	}
	return p
}

func hostileRefusal(why *approvals.Refusal, bad string) *approvals.Refusal {
	if why == nil {
		return nil
	}
	all := *why
	all.Text, all.Person, all.By = bad, hostilePerson(all.Person, bad), hostilePerson(all.By, bad)
	all.Chain = nil
	for _, link := range why.Chain {
		all.Chain = append(all.Chain, hostileRefusal(link, bad))
	}
	return &all
}

func hostileEvent(e approvals.Event, bad string) approvals.Event {
	r := hostile(approvals.Request{
		Reason: e.Reason, Asked: e.Asked, Agent: e.Agent, Owner: e.Owner, DecidedBy: approvals.AskedPerson{Person: e.Actor},
		Approvers: e.Approvers, Refusal: e.Refusal, Denial: e.Denial,
	}, bad)
	e.Reason, e.Asked, e.Agent, e.Owner, e.Actor = r.Reason, r.Asked, r.Agent, r.Owner, r.DecidedBy.Person
	e.Approvers, e.Refusal, e.Denial = r.Approvers, r.Refusal, r.Denial
	if e.Pass.Text != "" {
		e.Pass.Text = bad + "x"
	}
	e.Settings = slices.Clone(e.Settings)
	for i := range e.Settings {
		e.Settings[i].Old, e.Settings[i].New = bad, bad
	}
	return e
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
