package slacksim_test

import (
	"net/url"
	"strings"
	"testing"

	"olbot/internal/testbed/slacksim"
)

func TestPostsWhereTheBotIs(t *testing.T) {
	s := begin(t)
	joe := s.Person("joe")
	add := func(c slacksim.Channel) string { return s.AddChannel(c).ID() }
	closed := s.AddUser(slacksim.User{Name: "closed", DMClosed: true})
	gone := s.AddUser(slacksim.User{Name: "gone", Deleted: true})
	for name, c := range map[string]struct{ channel, want string }{
		"inside":           {add(slacksim.Channel{Name: "audit", WithBot: true}), ""},
		"private, inside":  {add(slacksim.Channel{Name: "p1", Private: true, WithBot: true}), ""},
		"not inside":       {add(slacksim.Channel{Name: "other"}), "not_in_channel"},
		"private, outside": {add(slacksim.Channel{Name: "p2", Private: true}), "channel_not_found"},
		"archived":         {add(slacksim.Channel{Name: "old", WithBot: true, Archived: true}), "is_archived"},
		"unknown":          {"C0NOBODY", "channel_not_found"},
		"by user id":       {joe.ID(), ""},
		"by DM id":         {joe.BotDM().ID(), ""},
		"other people's":   {joe.DMWith(s.Person("ana")).ID(), "channel_not_found"},
		"closed DM":        {closed.ID(), "channel_not_found"},
		"closed DM by id":  {closed.BotDM().ID(), "channel_not_found"},
		"deactivated":      {gone.ID(), "channel_not_found"},
	} {
		out := call(t, s, "chat.postMessage", url.Values{"channel": {c.channel}, "text": {"hello"}})
		if c.want == "" && out["ok"] == true {
			continue
		}
		if c.want == "" || out["error"] != c.want {
			t.Errorf("%s: %v, want %q", name, out, c.want)
		}
	}
}

func TestMessageNeedsWords(t *testing.T) {
	s := begin(t)
	to := s.Person("joe").ID()
	refuses(t, call(t, s, "chat.postMessage", url.Values{"channel": {to}}), "no_text")
	refuses(t, call(t, s, "chat.postMessage", url.Values{"channel": {to}, "blocks": {"[]"}}), "no_text")
	refuses(t, call(t, s, "chat.postMessage", url.Values{"channel": {to}, "blocks": {"{}"}}), "invalid_blocks_format")
	refuses(t, call(t, s, "chat.postMessage", url.Values{"channel": {to}, "text": {"x"}, "markdown_text": {"x"}}), "markdown_text_conflict")
	honest(t, s)
	grants(t, call(t, s, "chat.postMessage", url.Values{"channel": {to}, "blocks": {`[{"type":"divider"}]`}, "metadata": {"{}"}}))
	if len(s.Findings(slacksim.FindingNoText, slacksim.FindingMetadata)) != 2 {
		t.Errorf("findings %v", s.Findings())
	}
}

func TestLongTexts(t *testing.T) {
	s := begin(t)
	to := s.Person("joe").ID()
	out := grants(t, call(t, s, "chat.postMessage", url.Values{"channel": {to}, "text": {strings.Repeat("ü", 40_001)}}))
	if n := len([]rune(s.Person("joe").DM()[0].Text)); n != 40_000 {
		t.Errorf("%d characters were kept, want 40,000", n)
	}
	update := url.Values{"channel": {out["channel"].(string)}, "ts": {out["ts"].(string)}}
	update.Set("text", strings.Repeat("x", 4_001))
	refuses(t, call(t, s, "chat.update", update), "msg_too_long")
	section := `{"type":"section","text":{"type":"mrkdwn","text":"` + strings.Repeat("x", 2_900) + `"}}`
	blocks := "[" + strings.Repeat(section+",", 4) + section + "]"
	refuses(t, call(t, s, "chat.postMessage", url.Values{"channel": {to}, "text": {"x"}, "blocks": {blocks}}), "msg_blocks_too_long")
}

func TestUpdatesAndDeletesOwnMessagesOnly(t *testing.T) {
	s := begin(t)
	joe := s.Person("joe")
	out := grants(t, call(t, s, "chat.postMessage", url.Values{"channel": {joe.ID()}, "text": {"one"}, "blocks": {`[{"type":"divider"}]`}}))
	at := url.Values{"channel": {out["channel"].(string)}, "ts": {out["ts"].(string)}}
	withText := func(text string) url.Values {
		return url.Values{"channel": at["channel"], "ts": at["ts"], "text": {text}}
	}
	grants(t, call(t, s, "chat.update", withText("two")))
	m := joe.DM()[0]
	if m.Words() != "two" || m.Blocks != nil || m.Edits != 1 {
		t.Errorf("after an update without blocks: %q, blocks %s, %d edits", m.Words(), m.Blocks, m.Edits)
	}
	if r := s.Revisions(m); len(r) != 2 || r[0].Words() != "---" {
		t.Errorf("revisions %v", r)
	}
	byUser := withText("three")
	byUser.Set("channel", joe.ID())
	refuses(t, call(t, s, "chat.update", byUser), "channel_not_found")
	grants(t, call(t, s, "chat.delete", at))
	refuses(t, call(t, s, "chat.update", withText("four")), "message_not_found")
	if len(joe.DM()) != 0 {
		t.Error("Joe still sees the deleted message")
	}
}

func TestCannotTouchAnotherOnesMessage(t *testing.T) {
	s := begin(t)
	room := s.AddChannel(slacksim.Channel{Name: "help", WithBot: true, Members: []*slacksim.Person{s.Person("joe")}})
	connectInChannel(t, s, room)
	s.Person("joe").RunsIn(room, "/tempotp help")
	var typed slacksim.Message
	for _, m := range room.Messages() {
		if m.From == s.Person("joe").ID() {
			typed = m
		}
	}
	at := url.Values{"channel": {room.ID()}, "ts": {typed.TS}, "text": {"x"}}
	refuses(t, call(t, s, "chat.update", at), "cant_update_message")
	refuses(t, call(t, s, "chat.delete", url.Values{"channel": {room.ID()}, "ts": {typed.TS}}), "cant_delete_message")
}

// connectInChannel runs an app that answers every command to everybody.
func connectInChannel(t *testing.T, s *slacksim.Server, _ *slacksim.Conversation) {
	t.Helper()
	app := connect(t, s)
	go func() {
		for f := range app.inbox {
			app.send(map[string]any{"envelope_id": f.EnvelopeID, "payload": map[string]any{"text": "hi", "response_type": "in_channel"}})
		}
	}()
}

func TestEphemeralIsSeenByOnePersonAndNeverFoundAgain(t *testing.T) {
	s := begin(t)
	joe, ana := s.Person("joe"), s.Person("ana")
	room := s.AddChannel(slacksim.Channel{Name: "help", WithBot: true, Members: []*slacksim.Person{joe, ana}})
	out := grants(t, call(t, s, "chat.postEphemeral", url.Values{"channel": {room.ID()}, "user": {joe.ID()}, "text": {"psst"}}))
	if !joe.Sees("psst") || ana.Sees("psst") || len(room.Messages()) != 0 {
		t.Error("an ephemeral message is seen by the wrong people")
	}
	ts := out["message_ts"].(string)
	refuses(t, call(t, s, "chat.update", url.Values{"channel": {room.ID()}, "ts": {ts}, "text": {"x"}}), "message_not_found")
	refuses(t, call(t, s, "chat.delete", url.Values{"channel": {room.ID()}, "ts": {ts}}), "message_not_found")
	joe.Reloads()
	if joe.Sees("psst") {
		t.Error("the message survived a reload")
	}
}

func TestEphemeralPostsAreRefused(t *testing.T) {
	s := begin(t)
	joe, ana := s.Person("joe"), s.Person("ana")
	room := s.AddChannel(slacksim.Channel{Name: "help", WithBot: true, Members: []*slacksim.Person{joe}})
	post := func(channel, user string) map[string]any {
		return call(t, s, "chat.postEphemeral", url.Values{"channel": {channel}, "user": {user}, "text": {"psst"}})
	}
	refuses(t, post(room.ID(), ana.ID()), "user_not_in_channel")
	refuses(t, post(joe.ID(), joe.ID()), "channel_not_found")
	refuses(t, post(joe.BotDM().ID(), ana.ID()), "user_not_in_channel")
	refuses(t, post(joe.DMWith(ana).ID(), joe.ID()), "channel_not_found")
	refuses(t, post(s.General().ID(), joe.ID()), "not_in_channel")
	grants(t, post(joe.BotDM().ID(), joe.ID()))
}

func TestEphemeralToSomebodyAwayIsOKAndUnseen(t *testing.T) {
	s := begin(t)
	joe := s.Person("joe")
	joe.GoesAway()
	if out := grants(t, call(t, s, "users.getPresence", url.Values{"user": {joe.ID()}})); out["presence"] != "away" {
		t.Errorf("presence %v", out["presence"])
	}
	grants(t, call(t, s, "chat.postEphemeral", url.Values{"channel": {joe.BotDM().ID()}, "user": {joe.ID()}, "text": {"psst"}}))
	joe.ComesBack()
	if joe.Sees("psst") {
		t.Error("Joe sees what was posted while he was away")
	}
	if all := s.Messages(); len(all) != 1 || !all[0].Unseen {
		t.Errorf("messages %v, want one unseen", all)
	}
}

func TestActingMakesActive(t *testing.T) {
	s := begin(t)
	connect(t, s).ackAll()
	joe := s.Person("joe")
	joe.GoesAway()
	joe.Runs("/tempotp help")
	if joe.User().Away {
		t.Error("Joe runs a command and is away")
	}
}

func TestAddsTheIDsThatSlackAdds(t *testing.T) {
	s := begin(t)
	joe := s.Person("joe")
	grants(t, call(t, s, "chat.postMessage", url.Values{"channel": {joe.ID()}, "text": {"x"}, "blocks": {"[" + button("") + "," + button("") + "]"}}))
	b := joe.DM()[0].Buttons()
	if b[0].BlockID == "" || b[0].BlockID == b[1].BlockID || b[0].ActionID == "" {
		t.Errorf("buttons %+v", b)
	}
}

func TestMessagesTabCanBeOff(t *testing.T) {
	s := begin(t, func(o *slacksim.Options) { o.NoMessagesTab = true })
	joe := s.Person("joe")
	refuses(t, call(t, s, "chat.postMessage", url.Values{"channel": {joe.ID()}, "text": {"x"}}), "messages_tab_disabled")
	refuses(t, call(t, s, "chat.postEphemeral", url.Values{"channel": {joe.BotDM().ID()}, "user": {joe.ID()}, "text": {"x"}}), "messages_tab_disabled")
	grants(t, call(t, s, "conversations.open", url.Values{"users": {joe.ID()}}))
	s.SetMessagesTab(true)
	grants(t, call(t, s, "chat.postMessage", url.Values{"channel": {joe.ID()}, "text": {"x"}}))
}
