package slacksim

// team is the workspace as payloads name it.
func (s *Server) team() map[string]any {
	t := map[string]any{"id": s.o.TeamID, "domain": s.o.TeamDomain}
	if s.o.EnterpriseID != "" {
		t["enterprise_id"], t["enterprise_name"] = s.o.EnterpriseID, s.o.EnterpriseName
	}
	return t
}

// enterprise is null in a workspace that belongs to no organisation.
func (s *Server) enterprise() any {
	if s.o.EnterpriseID == "" {
		return nil
	}
	return map[string]any{"id": s.o.EnterpriseID, "name": s.o.EnterpriseName}
}

func (p *Person) brief() map[string]any {
	return map[string]any{
		"id": p.u.ID, "username": p.u.Name, "name": p.u.Name, "team_id": p.u.TeamID,
	}
}

// interaction has what every interactive payload has.
func (s *Server) interaction(kind string, p *Person, t *trigger) map[string]any {
	m := map[string]any{
		"type": kind, "team": s.team(), "enterprise": s.enterprise(), "is_enterprise_install": false,
		"user": p.brief(), "api_app_id": s.appID, "token": "verification-token",
	}
	if t != nil {
		m["trigger_id"] = t.id
	}
	return m
}

// channelName is what a payload calls the place.
func (c *Conversation) channelName() string {
	if c.dm != nil {
		return "directmessage"
	}
	if c.c.Private {
		return "privategroup"
	}
	return c.c.Name
}
