package view

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"olbot/approvals"
	"olbot/bot/command"
	"olbot/bot/text"
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

// TestUntrustedTextStaysText is invariant 9: whatever names, addresses and
// reasons hold, they are shown as literal text, change nothing about the blocks
// around them, and are in no notification.
func TestUntrustedTextStaysText(t *testing.T) {
	all := slices.Concat(slices.Collect(maps.Values(oneOfEachState())), waitingScenes(), denialScenes(), blockScenes())
	for _, s := range all {
		friendly := Cards(hostile(s.r, "Nemo"), s.now, testOptions)
		for _, bad := range hostileTexts {
			r := hostile(s.r, bad)
			for i, c := range Cards(r, s.now, testOptions) {
				sameShape(t, c.Message, friendly[i].Message)
			}
			if r.State == approvals.Issued {
				onlyText(t, CodeMessage(r, "25992782", s.now))
			}
		}
	}
	for _, e := range trail() {
		friendly, _ := FeedMessage([]approvals.Event{hostileEvent(e, "Nemo")}, testOptions)
		for _, bad := range hostileTexts {
			m, _ := FeedMessage([]approvals.Event{hostileEvent(e, bad)}, testOptions)
			sameShape(t, m, friendly)
			if lines := strings.Split(read(t, m), "\n"); len(lines) != 2 {
				t.Errorf("event %d with %q is %d lines", e.Number, bad, len(lines))
			}
		}
	}
	for _, bad := range hostileTexts {
		onlyText(t, ReplyTo(&approvals.Refusal{Code: approvals.BadRequestID, Text: bad}))
		onlyText(t, ReplyToCommand(&command.Error{Problem: command.WhoUnknown, Word: bad, Corrected: bad}, "/tempotp"))
	}
}

// TestUntrustedTextIsInNoNotification is invariants 5 and 9: the text of a
// message, which leaves Slack in notifications, names nobody and gives no reason.
func TestUntrustedTextIsInNoNotification(t *testing.T) {
	const mark = "Nemo"
	for _, s := range scenes() {
		for _, c := range Cards(hostile(s.r, mark), s.now, testOptions) {
			if strings.Contains(c.Message.Text, mark) {
				t.Errorf("%s %s: %q", s.name, c.Key, c.Message.Text)
			}
		}
	}
	for _, e := range trail() {
		if m, _ := FeedMessage([]approvals.Event{hostileEvent(e, mark)}, testOptions); strings.Contains(m.Text, mark) {
			t.Errorf("event %d: %q", e.Number, m.Text)
		}
	}
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
	f.Fuzz(func(t *testing.T, name, reason string) {
		s := begin().asked()
		r := hostile(s.r, name)
		r.Reason = reason
		friendly := Cards(hostile(s.r, "Nemo"), s.now, testOptions)
		for i, c := range Cards(r, s.now, testOptions) {
			sameShape(t, c.Message, friendly[i].Message)
		}
		e := hostileEvent(s.last(), name)
		e.Reason = reason
		m, _ := FeedMessage([]approvals.Event{e}, testOptions)
		sameShape(t, m, m)
	})
}

// oneOfEachState is the last of the moments of each state.
func oneOfEachState() map[approvals.State]scene {
	all := map[approvals.State]scene{}
	for _, s := range append(codeScenes(), endScenes()...) {
		all[s.r.State] = s
	}
	for _, s := range openScenes() {
		all[s.r.State] = s
	}
	return all
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
	r.Declined = slices.Clone(r.Declined)
	for i := range r.Declined {
		r.Declined[i].Person = hostilePerson(r.Declined[i].Person, bad)
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
	e.Settings = slices.Clone(e.Settings)
	for i := range e.Settings {
		e.Settings[i].Old, e.Settings[i].New = bad, bad
	}
	return e
}

// allowedMentions are the ids that may be mentioned: those that the operator has
// named, and the person a command is about, to whoever typed it.
var allowedMentions = []string{"U0SEC", "S0SECURITY", "S0LEADS", "U0ANA"}

// onlyText checks that the message is within Slack's limits and has nothing in
// it that olbot would not put there: rich_text of texts, dates and allowed
// mentions, plain_text, buttons.
func onlyText(t *testing.T, m Message) {
	t.Helper()
	checkLimits(t, m)
	for _, b := range tree(t, m) {
		if b := b.(map[string]any); b["type"] == "rich_text" {
			onlyRichText(t, b)
		}
	}
	for _, line := range strings.Split(read(t, m), "\n") {
		if strings.ContainsFunc(line, func(c rune) bool { return c != ' ' && c != '\u2003' && text.Separates(c) }) {
			t.Errorf("more than text in %q", line)
		}
	}
}

func onlyRichText(t *testing.T, e map[string]any) {
	t.Helper()
	elements, _ := e["elements"].([]any)
	for _, part := range elements {
		onlyRichText(t, part.(map[string]any))
	}
	switch e["type"] {
	case "rich_text", "rich_text_section", "rich_text_list", "rich_text_preformatted", "date":
	case "text":
		if s := e["text"].(string); s != "\n" && strings.ContainsAny(s, "\n\r\u2028\u2029") {
			t.Errorf("a line end inside %q", s)
		}
	case "user":
		allowed(t, e["user_id"])
	case "usergroup":
		allowed(t, e["usergroup_id"])
	default:
		t.Errorf("an element of type %v", e["type"])
	}
}

func allowed(t *testing.T, id any) {
	t.Helper()
	for _, one := range allowedMentions {
		if id == one {
			return
		}
	}
	t.Errorf("a mention of %v", id)
}

// sameShape checks that m has only text in it, and the blocks, lines and buttons
// that friendly has.
func sameShape(t *testing.T, m, friendly Message) {
	t.Helper()
	onlyText(t, m)
	got, want := shape(t, m), shape(t, friendly)
	if got != want {
		t.Errorf("the shape depends on somebody else's text:\n%s\nwant\n%s\ntext:\n%s", got, want, read(t, m))
	}
	if m.Text != friendly.Text {
		t.Errorf("the notification depends on somebody else's text: %q, %q", m.Text, friendly.Text)
	}
}

// shape is what a message is made of, without its texts.
func shape(t *testing.T, m Message) string {
	t.Helper()
	var lines []string
	for _, b := range tree(t, m) {
		b := b.(map[string]any)
		line := fmt.Sprint(b["type"], " ", len(readBlock(b)))
		if b["type"] == "actions" {
			for _, e := range b["elements"].([]any) {
				line += fmt.Sprint(" ", e.(map[string]any)["action_id"], "=", e.(map[string]any)["value"])
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
