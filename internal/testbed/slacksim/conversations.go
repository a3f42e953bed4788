package slacksim

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

// conversationsOpen opens the direct message with one person. Group messages are not simulated.
func (s *Server) conversationsOpen(r *request) (reply, error) {
	if id := r.args["channel"]; id != "" {
		room, err := s.roomToRead(id)
		if err != nil {
			return nil, err
		}
		if room.dm == nil {
			return nil, fault("method_not_supported_for_channel_type")
		}
		return s.opened(room, r), nil
	}
	users := strings.FieldsFunc(r.args["users"], func(c rune) bool { return c == ',' || c == ' ' })
	switch {
	case len(users) == 0:
		return nil, fault("users_list_not_supplied")
	case len(users) > 1:
		return nil, s.missing("mpim:write")
	case !s.granted("im:write"):
		return nil, s.missing("im:write")
	}
	p := s.people[users[0]]
	if p == nil {
		return nil, fault("user_not_found")
	}
	if problem := p.dmProblem(); problem != "" {
		return nil, fault(problem)
	}
	old := p.openDM()
	out := s.opened(s.dmOf(p), r)
	if old != nil {
		out["no_op"], out["already_open"] = true, true
	}
	return out, nil
}

func (s *Server) opened(room *Conversation, r *request) reply {
	channel := map[string]any{"id": room.c.ID}
	if r.args["return_im"] == "true" {
		channel = s.channelObject(room)
	}
	return reply{"channel": channel}
}

func (s *Server) conversationsInfo(r *request) (reply, error) {
	room, err := s.roomToRead(r.args["channel"])
	if err != nil {
		return nil, err
	}
	if scope := room.readScope(); !s.granted(scope) {
		return nil, s.missing(scope)
	}
	channel := s.channelObject(room)
	if r.args["include_num_members"] == "true" {
		channel["num_members"] = len(room.memberIDs())
	}
	return reply{"channel": channel}, nil
}

func (s *Server) conversationsMembers(r *request) (reply, error) {
	room, err := s.roomToRead(r.args["channel"])
	if err != nil {
		return nil, err
	}
	if scope := room.readScope(); !s.granted(scope) {
		return nil, s.missing(scope)
	}
	size := 100
	if l := r.args["limit"]; l != "" {
		if size, err = strconv.Atoi(l); err != nil || size < 1 || size > 1000 {
			return nil, fault("invalid_limit")
		}
	}
	page, next, ok := pageOf(room.memberIDs(), r.args["cursor"], size)
	if !ok {
		return nil, fault("invalid_cursor")
	}
	return reply{"members": page, "response_metadata": map[string]any{"next_cursor": next}}, nil
}

// pageOf cuts one page out of a list; cursors are opaque.
func pageOf(all []string, cursor string, size int) (page []string, next string, ok bool) {
	start := 0
	if cursor != "" {
		raw, err := base64.StdEncoding.DecodeString(cursor)
		if err != nil {
			return nil, "", false
		}
		start, err = strconv.Atoi(strings.TrimPrefix(string(raw), "user:"))
		if err != nil || start < 0 || start > len(all) {
			return nil, "", false
		}
	}
	end := min(start+size, len(all))
	if end < len(all) {
		next = base64.StdEncoding.EncodeToString([]byte("user:" + strconv.Itoa(end)))
	}
	return all[start:end], next, true
}

func (c *Conversation) readScope() string {
	switch {
	case c.dm != nil:
		return "im:read"
	case c.c.Private:
		return "groups:read"
	}
	return "channels:read"
}

// memberIDs is who is in the conversation, the bot included.
func (c *Conversation) memberIDs() []string {
	var ids []string
	for _, p := range c.members {
		ids = append(ids, p.u.ID)
	}
	if c.botIn && !slices.Contains(ids, c.s.bot.u.ID) {
		ids = append(ids, c.s.bot.u.ID)
	}
	return ids
}

// channelObject is a conversation as conversations.info describes it.
func (s *Server) channelObject(room *Conversation) map[string]any {
	o := map[string]any{
		"id": room.c.ID, "created": 1790000000, "is_archived": room.c.Archived, "is_im": room.dm != nil,
		"is_mpim": false, "is_org_shared": false, "context_team_id": s.o.TeamID, "updated": 1790000000000,
	}
	if room.dm != nil {
		o["user"], o["is_open"] = room.other(s.bot).u.ID, true
		return o
	}
	o["name"], o["name_normalized"] = room.c.Name, room.c.Name
	o["is_channel"], o["is_group"] = !room.c.Private, false
	o["is_private"], o["is_general"] = room.c.Private, room == s.general
	o["is_member"] = room.botIn
	o["is_shared"], o["is_ext_shared"] = room.c.ExtShared, room.c.ExtShared
	o["is_pending_ext_shared"] = room.c.PendingExtShared
	o["shared_team_ids"] = []string{s.o.TeamID}
	o["topic"], o["purpose"] = map[string]any{"value": ""}, map[string]any{"value": ""}
	return o
}
