package slacksim

import (
	"slices"
	"unicode/utf8"
)

const maxUpdateText = 4000 // characters of chat.update's text

func (s *Server) chatPostMessage(r *request) (reply, error) {
	room, err := s.roomToPost(r.args["channel"], true)
	if err != nil {
		return nil, err
	}
	p, err := s.content("chat.postMessage", r)
	if err != nil {
		return nil, err
	}
	if utf8.RuneCount(p.blocks) > maxBlocksJSON {
		return nil, fault("msg_blocks_too_long")
	}
	m := s.publish(room, s.bot, p)
	return reply{"channel": room.c.ID, "ts": m.ts, "message": s.messageObject(m)}, nil
}

func (s *Server) chatPostEphemeral(r *request) (reply, error) {
	room, err := s.roomToPost(r.args["channel"], false)
	if err != nil {
		return nil, err
	}
	to := s.people[r.args["user"]]
	if to == nil || !slices.Contains(room.members, to) {
		return nil, fault("user_not_in_channel")
	}
	p, err := s.content("chat.postEphemeral", r)
	if err != nil {
		return nil, err
	}
	return reply{"message_ts": s.whisper(room, s.bot, to, p).ts}, nil
}

func (s *Server) chatUpdate(r *request) (reply, error) {
	m, err := s.ownMessage(r, "cant_update_message")
	if err != nil {
		return nil, err
	}
	if m.room.c.Archived {
		return nil, fault("is_inactive")
	}
	if utf8.RuneCountInString(r.args["text"]) > maxUpdateText {
		return nil, fault("msg_too_long")
	}
	p, err := s.content("chat.update", r)
	if err != nil {
		return nil, err
	}
	s.repaint(m, p)
	return reply{"channel": m.room.c.ID, "ts": m.ts, "text": p.text, "message": s.messageObject(m)}, nil
}

func (s *Server) chatDelete(r *request) (reply, error) {
	m, err := s.ownMessage(r, "cant_delete_message")
	if err != nil {
		return nil, err
	}
	s.erase(m)
	return reply{"channel": m.room.c.ID, "ts": m.ts}, nil
}

func (s *Server) chatGetPermalink(r *request) (reply, error) {
	room, err := s.roomToRead(r.args["channel"])
	if err != nil {
		return nil, err
	}
	m := room.byTS[r.args["message_ts"]]
	if m == nil || m.deleted {
		return nil, fault("message_not_found")
	}
	link := "https://" + s.o.TeamDomain + ".slack.com/archives/" + room.c.ID + "/p" + m.ts[:10] + m.ts[11:]
	return reply{"channel": room.c.ID, "permalink": link}, nil
}

// ownMessage finds a message of the bot by channel and ts. Ephemeral messages cannot be found:
// their message_ts "does not represent an actual message"
// (docs.slack.dev/reference/methods/chat.postEphemeral).
func (s *Server) ownMessage(r *request, notOurs string) (*post, error) {
	room, err := s.roomToRead(r.args["channel"])
	if err != nil {
		return nil, err
	}
	m := room.byTS[r.args["ts"]]
	if m == nil || m.deleted {
		return nil, fault("message_not_found")
	}
	if m.from != s.bot {
		return nil, fault(notOurs)
	}
	return m, nil
}

// roomToPost finds where the bot may post: a channel it is in or a direct message with it. A
// user id stands for the direct message only where byUser says so.
func (s *Server) roomToPost(id string, byUser bool) (*Conversation, error) {
	room := s.rooms[id]
	if p := s.people[id]; room == nil && p != nil && byUser && p.dmProblem() == "" {
		room = s.dmOf(p)
	}
	if room == nil && byUser {
		room = s.channelNamed(id)
	}
	if room == nil || !room.botIn && (room.dm != nil || room.c.Private) {
		return nil, fault("channel_not_found")
	}
	if room.dm != nil && room.other(s.bot).dmProblem() != "" {
		return nil, fault("channel_not_found")
	}
	switch {
	case room.c.Archived:
		return nil, fault("is_archived")
	case !room.botIn:
		return nil, fault("not_in_channel")
	case room.dm != nil && s.o.NoMessagesTab:
		return nil, fault("messages_tab_disabled")
	}
	return room, nil
}

// roomToRead finds a conversation that the bot can see.
func (s *Server) roomToRead(id string) (*Conversation, error) {
	room := s.rooms[id]
	if room == nil || !room.botIn && (room.dm != nil || room.c.Private) {
		return nil, fault("channel_not_found")
	}
	return room, nil
}

// dmProblem is conversations.open's error for somebody the bot may not write to.
func (p *Person) dmProblem() string {
	switch {
	case p.u.Deleted:
		return "user_disabled"
	case p.u.Bot:
		return "invalid_user_combination"
	case p.u.DMClosed || p.u.Invisible || p.u.Stranger:
		return "user_not_visible"
	}
	return ""
}
