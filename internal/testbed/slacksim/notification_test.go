package slacksim_test

import (
	"net/url"
	"testing"

	"olbot/internal/testbed/slacksim"
)

func TestNotifiesWithTheTextAlone(t *testing.T) {
	s := begin(t)
	joe := s.Person("joe")
	grants(t, call(t, s, "chat.postMessage", url.Values{"channel": {joe.ID()}, "text": {"Your code is ready"}, "blocks": {"[" + section("123456") + "]"}}))
	grants(t, call(t, s, "chat.postMessage", url.Values{"channel": {joe.ID()}, "blocks": {"[" + section("654321") + "]"}}))
	n := joe.Notifications()
	if len(n) != 2 || n[0].Text != "Your code is ready" || n[1].Text != "654321" {
		t.Errorf("notifications %+v", n)
	}
}

func TestUpdatesAndDeletionsNotifyNobody(t *testing.T) {
	s := begin(t)
	joe := s.Person("joe")
	at := card(t, s, joe, "Go", "1")
	at.Set("text", "<@"+joe.ID()+"> changed")
	grants(t, call(t, s, "chat.update", at))
	at.Del("text")
	grants(t, call(t, s, "chat.delete", at))
	if n := joe.Notifications(); len(n) != 1 || n[0].Text != "card" {
		t.Errorf("notifications %+v, want the first post alone", n)
	}
}

func TestChannelNotifiesWhomItMentions(t *testing.T) {
	s := begin(t)
	joe, ana, maria := s.Person("joe"), s.Person("ana"), s.Person("maria")
	room := s.AddChannel(slacksim.Channel{Name: "audit", WithBot: true, Members: []*slacksim.Person{joe, ana, maria}})
	group := s.AddUserGroup("leads", maria)
	ana.GoesAway()
	for _, c := range []struct {
		text, blocks    string
		joe, ana, maria int
	}{
		{"nobody", "", 0, 0, 0},
		{"<@" + joe.ID() + "> look", "", 1, 0, 0},
		{"all: <!channel>", "", 1, 1, 1},
		{"who is there: <!here>", "", 1, 0, 1},
		{"<!subteam^" + group + "|@leads>", "", 0, 0, 1},
		{"x", rich(`{"type":"user","user_id":"` + ana.ID() + `"}`), 0, 1, 0},
		{"x", rich(`{"type":"text","text":"<!channel> <@` + ana.ID() + `>"}`), 0, 0, 0},
		{"x", `{"type":"section","text":{"type":"plain_text","text":"<!channel>"}}`, 0, 0, 0},
		{"x", section("<!channel>"), 1, 1, 1},
	} {
		before := []int{len(joe.Notifications()), len(ana.Notifications()), len(maria.Notifications())}
		args := url.Values{"channel": {room.ID()}, "text": {c.text}}
		if c.blocks != "" {
			args.Set("blocks", "["+c.blocks+"]")
		}
		grants(t, call(t, s, "chat.postMessage", args))
		for i, p := range []*slacksim.Person{joe, ana, maria} {
			if got, want := len(p.Notifications())-before[i], []int{c.joe, c.ana, c.maria}[i]; got != want {
				t.Errorf("%q %s: %d notifications for %s, want %d", c.text, c.blocks, got, p.Name(), want)
			}
		}
	}
}

func TestEphemeralMayNotify(t *testing.T) {
	s := begin(t)
	joe := s.Person("joe")
	grants(t, call(t, s, "chat.postEphemeral", url.Values{"channel": {joe.BotDM().ID()}, "user": {joe.ID()}, "text": {"psst"}}))
	if n := joe.Notifications(); len(n) != 1 || !n[0].Ephemeral || n[0].Text != "psst" {
		t.Errorf("notifications %+v", n)
	}
}
