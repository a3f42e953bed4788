package slacksim

import (
	"net/url"
	"strings"
)

// RevokeBotToken makes every call with the bot token fail, as when an administrator removes the
// app. Sockets that are open stay open, and the app-level token goes on working.
func (s *Server) RevokeBotToken() { s.setRevoked(true) }

// RestoreBotToken takes that back.
func (s *Server) RestoreBotToken() { s.setRevoked(false) }

func (s *Server) setRevoked(revoked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = revoked
}

// SetMessagesTab switches the Messages tab of the app's Home on or off. Without it nothing can be
// posted to anybody directly, though conversations.open goes on working.
func (s *Server) SetMessagesTab(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.o.NoMessagesTab = !on
}

// authTest tells whose token it is. The app-level token belongs to no workspace.
func (s *Server) authTest(r *request) (reply, error) {
	if r.token == s.o.AppToken {
		return reply{"app_id": s.appID, "app_name": s.o.AppName}, nil
	}
	out := reply{
		"url": "https://" + s.o.TeamDomain + ".slack.com/", "team": s.o.TeamName, "team_id": s.o.TeamID,
		"user": s.bot.u.Name, "user_id": s.bot.u.ID, "bot_id": s.botID, "is_enterprise_install": false,
	}
	if s.o.EnterpriseID != "" {
		out["enterprise_id"] = s.o.EnterpriseID
	}
	return out, nil
}

func (s *Server) botsInfo(r *request) (reply, error) {
	if id := r.args["bot"]; id != "" && id != s.botID {
		return nil, fault("bot_not_found")
	}
	return reply{"bot": map[string]any{
		"id": s.botID, "deleted": false, "name": s.o.AppName, "updated": 1790000000,
		"app_id": s.appID, "user_id": s.bot.u.ID, "icons": map[string]any{},
	}}, nil
}

func (s *Server) teamInfo(r *request) (reply, error) {
	if id := r.args["team"]; id != "" && id != s.o.TeamID {
		return nil, fault("team_not_found")
	}
	team := map[string]any{
		"id": s.o.TeamID, "name": s.o.TeamName, "domain": s.o.TeamDomain, "email_domain": "example.com",
	}
	if s.o.EnterpriseID != "" {
		team["enterprise_id"], team["enterprise_name"] = s.o.EnterpriseID, s.o.EnterpriseName
	}
	return reply{"team": team}, nil
}

// connectionsOpen hands out the address of a socket, good for one connection.
func (s *Server) connectionsOpen(*request) (reply, error) {
	ticket := s.newUUID()
	s.tickets[ticket] = true
	query := url.Values{"ticket": {ticket}, "app_id": {s.appID}}
	return reply{"url": "ws" + strings.TrimPrefix(s.origin(), "http") + "/link/?" + query.Encode()}, nil
}
