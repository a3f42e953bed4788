package slacksim_test

import (
	"net/url"
	"testing"
	"time"

	"olbot/internal/testbed/slacksim"
)

func TestReadsMessagesAsPeopleDo(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)
	s := begin(t, func(o *slacksim.Options) { o.Now = func() time.Time { return now } })
	vera := s.AddUser(slacksim.User{ID: "U0VERA", Name: "vera", TZ: "Europe/Berlin"})
	s.AddChannel(slacksim.Channel{ID: "C0AUDIT", Name: "audit"})
	for name, c := range map[string]struct{ text, blocks, want string }{
		"plain":          {"hello", "", "hello"},
		"marks":          {"*bold* _slanted_ ~struck~ `code` snake_case 2*3*4", "", "bold slanted struck code snake_case 2*3*4"},
		"entities":       {"a &lt;b&gt; &amp; c", "", "a <b> & c"},
		"mentions":       {"<@U0VERA> <@U0VERA|old> <@U0NOBODY> <#C0AUDIT> <!here>", "", "@vera @vera @U0NOBODY #audit @here"},
		"links":          {"<https://example.com|the page> <https://example.com> <mailto:a@b.c|a@b.c>", "", "the page https://example.com a@b.c"},
		"emoji":          {":lock: and :unknown_one:", "", "🔒 and :unknown_one:"},
		"date":           {"<!date^1795340400^{date_short} at {time}|later>", "", "Nov 22, 2026 at 10:40"},
		"pretty date":    {"<!date^1795340400^{date_pretty}, {ago}|later>", "", "today, in 10 minutes"},
		"bad date":       {"<!date^x^{date}|later> <!date^1795340400^{era}|then>", "", "later then"},
		"blocks only":    {"fallback", section("*shown*"), "shown"},
		"fields":         {"f", `{"type":"section","text":{"type":"plain_text","text":"t"},"fields":[{"type":"mrkdwn","text":"*For*\nAna"}]}`, "t\nFor\nAna"},
		"emoji on":       {"f", `{"type":"header","text":{"type":"plain_text","text":":lock: closed"}}`, "🔒 closed"},
		"emoji off":      {"f", `{"type":"header","text":{"type":"plain_text","text":":lock: <@U0VERA> *x*","emoji":false}}`, ":lock: <@U0VERA> *x*"},
		"context":        {"f", `{"type":"context","elements":[{"type":"mrkdwn","text":"a"},{"type":"plain_text","text":"b"}]}`, "a b"},
		"two buttons":    {"f", `{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"Approve"}},{"type":"button","text":{"type":"plain_text","text":"Deny"}}]}`, "[Approve] [Deny]"},
		"rich literally": {"f", rich(`{"type":"text","text":"<@U0VERA> :lock: *x* &amp; "},{"type":"user","user_id":"U0VERA"},{"type":"emoji","name":"lock"}`), "<@U0VERA> :lock: *x* &amp; @vera🔒"},
		"rich date":      {"f", rich(`{"type":"date","timestamp":1795340400,"format":"{time}","fallback":"later"}`), "10:40"},
		"rich list":      {"f", `{"type":"rich_text","elements":[{"type":"rich_text_list","style":"ordered","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"a"}]},{"type":"rich_text_section","elements":[{"type":"text","text":"b"}]}]}]}`, "1. a\n2. b"},
		"preformatted":   {"f", `{"type":"rich_text","elements":[{"type":"rich_text_preformatted","elements":[{"type":"text","text":"123456"}]}]}`, "123456"},
		"image":          {"f", `{"type":"image","image_url":"https://example.com/a.png","alt_text":"a chart"}`, "(a chart)"},
		"divider":        {"f", `{"type":"divider"}`, "---"},
		"several blocks": {"f", section("a") + "," + section("b"), "a\nb"},
	} {
		args := url.Values{"channel": {vera.ID()}, "text": {c.text}}
		if c.blocks != "" {
			args.Set("blocks", "["+c.blocks+"]")
		}
		grants(t, call(t, s, "chat.postMessage", args))
		dm := vera.DM()
		if got := dm[len(dm)-1].Words(); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestSendsTypedNamesAsSlackDoes(t *testing.T) {
	s := begin(t)
	s.AddUser(slacksim.User{ID: "W0GRID", Name: "grid"})
	s.AddUser(slacksim.User{ID: "U0FOREIGN", Name: "foreign", TeamID: "T0THEIRS"})
	s.AddUser(slacksim.User{ID: "U0TWO", OtherID: "W0TWO", Name: "two"})
	group := s.AddUserGroup("helpdesk")
	s.AddChannel(slacksim.Channel{ID: "C0PRIV", Name: "priv", Private: true})
	ana := s.Person("ana").ID()
	app := connect(t, s)
	for typed, forms := range map[string][]string{
		"@ana 300":         {"<@" + ana + "> 300", "<@" + ana + "|ana> 300"},
		"@grid":            {"<@W0GRID>", "<@W0GRID|grid>"},
		"@foreign":         {"<@U0FOREIGN>", "<@U0FOREIGN|foreign>"},
		"@two":             {"<@U0TWO>", "<@U0TWO|two>", "<@W0TWO>", "<@W0TWO|two>"},
		"@nobody x":        {"@nobody x"},
		"@helpdesk":        {"<!subteam^" + group + "|@helpdesk>"},
		"#priv":            {"<#C0PRIV|>"},
		"ana@example.com":  {"ana@example.com", "<mailto:ana@example.com|ana@example.com>"},
		"<@U0RAW> as is":   {"<@U0RAW> as is"},
		"a <b> & @channel": {"a &lt;b&gt; &amp; <!channel>"},
		"https://x.y/z":    {"<https://x.y/z>"},
		"(@ana), ok":       {"(<@" + ana + ">), ok", "(<@" + ana + "|ana>), ok"},
		"@ana, ok":         {"<@" + ana + ">, ok", "<@" + ana + "|ana>, ok"},
	} {
		seen := map[string]bool{}
		for range 80 { // each form comes one time in four at least
			s.Person("joe").Sends("/tempotp " + typed)
			f := app.next()
			app.ack(f)
			seen[f.Payload["text"].(string)] = true
		}
		for _, form := range forms {
			if !seen[form] {
				t.Errorf("%q was never sent as %q", typed, form)
			}
			delete(seen, form)
		}
		if len(seen) > 0 {
			t.Errorf("%q was sent as %v", typed, seen)
		}
	}
}
