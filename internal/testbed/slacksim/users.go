package slacksim

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

func (s *Server) usersInfo(r *request) (reply, error) {
	p := s.people[r.args["user"]]
	if p == nil {
		return nil, fault("user_not_found")
	}
	if p.u.Invisible {
		return nil, fault("user_not_visible")
	}
	return reply{"user": s.distorted("user", p.record(s.granted("users:read.email")))}, nil
}

// usersList lists the users of the workspace page by page, those who were deactivated too. Without a
// limit Slack tries to answer with all of them, and refuses if they are too many.
func (s *Server) usersList(r *request) (reply, error) {
	const most = 1000
	var ids []string
	for id, p := range s.people {
		if id == p.u.ID && p.ours() && !p.u.Invisible && !p.u.Stranger {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	size := len(ids)
	if l := r.args["limit"]; l != "" && l != "0" {
		var err error
		if size, err = strconv.Atoi(l); err != nil || size < 1 || size > most {
			return nil, fault("invalid_limit")
		}
	}
	if size > most {
		return nil, fault("limit_required")
	}
	size = min(size, cmp.Or(s.o.UsersPage, size)) // "fewer than requested may be returned"
	page, next, ok := pageOf(ids, r.args["cursor"], size)
	if !ok {
		return nil, fault("invalid_cursor")
	}
	members := []map[string]any{}
	for _, id := range page {
		members = append(members, s.people[id].record(s.granted("users:read.email")))
	}
	return reply{"members": members, "cache_ts": s.o.Now().Unix(), "response_metadata": map[string]any{"next_cursor": next}}, nil
}

// usersLookupByEmail finds active members of the workspace only.
func (s *Server) usersLookupByEmail(r *request) (reply, error) {
	p := s.emails[strings.ToLower(r.args["email"])]
	if p == nil || p.u.Deleted || p.u.Invisible || p.u.Stranger || !p.ours() {
		return nil, fault("users_not_found")
	}
	return reply{"user": s.distorted("user", p.record(true))}, nil
}

// usersGetPresence says active or away. The details are for the token's own user.
func (s *Server) usersGetPresence(r *request) (reply, error) {
	id := r.args["user"]
	if id == "" {
		id = s.bot.u.ID
	}
	p := s.people[id]
	if p == nil {
		return nil, fault("user_not_found")
	}
	if p.away {
		return reply{"presence": "away"}, nil
	}
	return reply{"presence": "active"}, nil
}

func (s *Server) usergroupsList(r *request) (reply, error) {
	var all []map[string]any
	for _, g := range s.groups {
		if g.disabled && r.args["include_disabled"] != "true" {
			continue
		}
		o := map[string]any{
			"id": g.id, "team_id": s.o.TeamID, "is_usergroup": true, "name": g.handle, "handle": g.handle,
			"is_external": false, "date_create": 1790000000, "date_delete": 0,
			"prefs": map[string]any{"channels": []string{}, "groups": []string{}},
		}
		if g.disabled {
			o["date_delete"] = 1790000000
		}
		if r.args["include_users"] == "true" {
			o["users"] = g.ids()
		}
		all = append(all, o)
	}
	slices.SortFunc(all, func(a, b map[string]any) int { return cmp.Compare(str(a["handle"]), str(b["handle"])) })
	if all == nil {
		all = []map[string]any{}
	}
	return reply{"usergroups": all}, nil
}

func (s *Server) usergroupsUsersList(r *request) (reply, error) {
	g := s.groups[r.args["usergroup"]]
	if g == nil || g.disabled && r.args["include_disabled"] != "true" {
		return nil, fault("no_such_subteam")
	}
	return reply{"users": g.ids()}, nil
}

func (g *group) ids() []string {
	ids := []string{}
	for _, p := range g.members {
		ids = append(ids, p.u.ID)
	}
	return ids
}
