package slacksim

import (
	"slices"
	"strings"
	"time"
)

// User is what Slack's users.info knows about somebody. Only Name is needed; the zero value
// of the rest is a confirmed full member of the workspace who is at the desk.
type User struct {
	ID       string // U… or W…; drawn when empty
	OtherID  string // a second id of the same user, as after a migration to Enterprise
	Name     string // the handle, without @
	RealName string // Name with a capital by default
	Email    string // Name@example.com by default, none for bots
	TZ       string // IANA name, UTC by default

	Guest              bool // multi-channel guest, is_restricted
	SingleChannelGuest bool // is_ultra_restricted
	Admin              bool
	Bot                bool // any bot user, is_bot
	ConnectorBot       bool
	WorkflowBot        bool
	AppUser            bool // is_app_user
	Deleted            bool // deactivated
	Invited            bool // has not joined yet
	EmailUnconfirmed   bool
	Stranger           bool // of another organisation, and in no channel with us
	Invisible          bool // users.info answers user_not_visible

	TeamID          string   // another workspace's, for Slack Connect; ours by default
	EnterpriseID    string   // another organisation's; ours by default, if we have one
	EnterpriseTeams []string // workspaces of the organisation; our workspace by default

	Away     bool // presence, until they do something; what is posted ephemerally while away is never seen
	DMClosed bool // the bot may not open a direct message
}

// AddUser adds somebody to the workspace and, if a full member, to #general. A person can be
// found by handle (@name) and by every id from then on.
func (s *Server) AddUser(u User) *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	u = s.completeUser(u)
	p := &Person{
		s: s, id: u.ID, name: u.Name, u: u, away: u.Away, zone: zoneNamed(u.TZ), changed: make(chan struct{}),
	}
	s.people[u.ID] = p
	if u.OtherID != "" {
		s.people[u.OtherID] = p
	}
	s.handles[u.Name] = p
	if u.Email != "" {
		s.emails[strings.ToLower(u.Email)] = p
	}
	if s.general != nil && p.fullMember() {
		s.general.join(p)
	}
	s.touch()
	return p
}

// zoneNamed is a time zone by its IANA name; UTC if the machine does not know it.
func zoneNamed(name string) *time.Location {
	if zone, err := time.LoadLocation(name); err == nil {
		return zone
	}
	return time.UTC
}

func (s *Server) completeUser(u User) User {
	if u.ID == "" {
		kind := "U"
		if s.o.EnterpriseID != "" && s.rng.IntN(2) == 0 {
			kind = "W"
		}
		u.ID = drawID(s.rng, kind)
	}
	if u.Name == "" {
		u.Name = strings.ToLower(u.ID)
	}
	if u.RealName == "" {
		u.RealName = strings.ToUpper(u.Name[:1]) + u.Name[1:]
	}
	if u.Email == "" && !u.Bot {
		u.Email = u.Name + "@example.com"
	}
	if u.TZ == "" {
		u.TZ = "UTC"
	}
	if u.TeamID == "" && u.Stranger {
		u.TeamID = drawID(s.rng, "T")
	}
	if u.TeamID == "" {
		u.TeamID = s.o.TeamID
	}
	if u.EnterpriseID == "" && u.TeamID == s.o.TeamID {
		u.EnterpriseID = s.o.EnterpriseID
	}
	if u.EnterpriseTeams == nil && u.EnterpriseID != "" {
		u.EnterpriseTeams = []string{u.TeamID}
	}
	return u
}

// fullMember reports whether #general is theirs.
func (p *Person) fullMember() bool {
	u := p.u
	return p.ours() && !u.Bot && !u.Guest && !u.SingleChannelGuest && !u.Deleted && !u.Invited
}

// ours reports whether the person belongs to this workspace, directly or through its organisation.
func (p *Person) ours() bool {
	return p.u.TeamID == p.s.o.TeamID || slices.Contains(p.u.EnterpriseTeams, p.s.o.TeamID)
}

// record is the user object of users.info (docs.slack.dev/reference/objects/user-object).
// Slack leaves flags out of a deactivated user's and is_stranger out of a member's.
func (p *Person) record(withEmail bool) map[string]any {
	u := p.u
	profile := map[string]any{
		"real_name": u.RealName, "real_name_normalized": u.RealName,
		"display_name": u.Name, "display_name_normalized": u.Name,
		"status_text": "", "status_emoji": "", "team": u.TeamID,
	}
	if withEmail && u.Email != "" && !u.Stranger {
		profile["email"] = u.Email
	}
	r := map[string]any{
		"id": u.ID, "team_id": u.TeamID, "name": u.Name, "real_name": u.RealName,
		"deleted": u.Deleted, "profile": profile, "updated": 1790000000,
		"is_bot": u.Bot, "is_app_user": u.AppUser,
	}
	if u.Bot {
		profile["bot_id"], profile["api_app_id"] = p.s.botIDOf(p), ""
		if p == p.s.bot {
			profile["api_app_id"] = p.s.appID
		}
	}
	if !u.Deleted {
		r["tz"], r["tz_label"] = u.TZ, u.TZ
		_, offset := p.s.o.Now().In(p.zone).Zone()
		r["tz_offset"] = offset
		r["is_admin"], r["is_owner"], r["is_primary_owner"] = u.Admin, false, false
		r["is_restricted"] = u.Guest || u.SingleChannelGuest
		r["is_ultra_restricted"] = u.SingleChannelGuest
		r["is_email_confirmed"] = !u.EmailUnconfirmed && !u.Invited
		r["who_can_share_contact_card"] = "EVERYONE"
	}
	set := func(key string, on bool) {
		if on {
			r[key] = true
		}
	}
	set("is_invited_user", u.Invited)
	set("is_connector_bot", u.ConnectorBot)
	set("is_workflow_bot", u.WorkflowBot)
	if !p.ours() {
		r["is_stranger"] = u.Stranger
	}
	if u.EnterpriseID != "" {
		r["enterprise_user"] = map[string]any{
			"id": p.globalID(), "enterprise_id": u.EnterpriseID, "enterprise_name": p.s.o.EnterpriseName,
			"is_admin": false, "is_owner": false, "is_primary_owner": false, "teams": u.EnterpriseTeams,
		}
	}
	return r
}

// globalID is the W… id when there is one.
func (p *Person) globalID() string {
	if strings.HasPrefix(p.u.OtherID, "W") {
		return p.u.OtherID
	}
	return p.u.ID
}

// botIDOf is the B… id of a bot user; other apps' bots have one of their own.
func (s *Server) botIDOf(p *Person) string {
	if p == s.bot {
		return s.botID
	}
	return "B" + p.u.ID[1:]
}
