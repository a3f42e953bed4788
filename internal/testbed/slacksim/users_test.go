package slacksim_test

import (
	"net/url"
	"slices"
	"testing"

	"github.com/slack-go/slack"

	"olbot/internal/testbed/slacksim"
)

func TestSlackGoReadsEveryKindOfUser(t *testing.T) {
	s := begin(t, func(o *slacksim.Options) { o.EnterpriseID = "E0OURS" })
	api := client(s)
	for name, c := range map[string]struct {
		user  slacksim.User
		holds func(*slack.User) bool
	}{
		"member":       {slacksim.User{}, func(u *slack.User) bool { return u.TeamID == s.TeamID() && u.IsEmailConfirmed && !u.IsRestricted }},
		"guest":        {slacksim.User{Guest: true}, func(u *slack.User) bool { return u.IsRestricted && !u.IsUltraRestricted }},
		"single guest": {slacksim.User{SingleChannelGuest: true}, func(u *slack.User) bool { return u.IsRestricted && u.IsUltraRestricted }},
		"deactivated":  {slacksim.User{Deleted: true}, func(u *slack.User) bool { return u.Deleted }},
		"bot":          {slacksim.User{Bot: true}, func(u *slack.User) bool { return u.IsBot && u.Profile.Email == "" && u.Profile.BotID != "" }},
		"connector":    {slacksim.User{ConnectorBot: true}, func(u *slack.User) bool { return u.IsConnectorBot }},
		"workflow":     {slacksim.User{WorkflowBot: true}, func(u *slack.User) bool { return u.IsWorkflowBot }},
		"app user":     {slacksim.User{AppUser: true}, func(u *slack.User) bool { return u.IsAppUser }},
		"invited":      {slacksim.User{Invited: true}, func(u *slack.User) bool { return u.IsInvitedUser && !u.IsEmailConfirmed }},
		"unconfirmed":  {slacksim.User{EmailUnconfirmed: true}, func(u *slack.User) bool { return !u.IsEmailConfirmed }},
		"stranger":     {slacksim.User{Stranger: true}, func(u *slack.User) bool { return u.IsStranger && u.TeamID != s.TeamID() && u.Profile.Email == "" }},
		"foreign":      {slacksim.User{TeamID: "T0THEIRS", EnterpriseID: "E0THEIRS"}, func(u *slack.User) bool { return u.TeamID == "T0THEIRS" && u.Enterprise.EnterpriseID == "E0THEIRS" }},
		"sister team":  {slacksim.User{TeamID: "T0SISTER", EnterpriseID: "E0OURS", EnterpriseTeams: []string{"T0SISTER", s.TeamID()}}, func(u *slack.User) bool { return slices.Contains(u.Enterprise.Teams, s.TeamID()) }},
		"global id":    {slacksim.User{ID: "U0LOCAL", OtherID: "W0GLOBAL"}, func(u *slack.User) bool { return u.ID == "U0LOCAL" && u.Enterprise.ID == "W0GLOBAL" }},
	} {
		c.user.Name = "u" + name[:1] + name[len(name)-2:]
		p := s.AddUser(c.user)
		u, err := api.GetUserInfo(p.ID())
		must(t, err)
		if !c.holds(u) {
			t.Errorf("%s: %+v", name, u)
		}
	}
	if u, err := api.GetUserInfo("W0GLOBAL"); err != nil || u.ID != "U0LOCAL" {
		t.Errorf("by the other id: %v %v", u, err)
	}
}

func TestHidesUsers(t *testing.T) {
	s := begin(t)
	hidden := s.AddUser(slacksim.User{Name: "hidden", Invisible: true})
	refuses(t, call(t, s, "users.info", url.Values{"user": {hidden.ID()}}), "user_not_visible")
	refuses(t, call(t, s, "users.info", url.Values{"user": {"U0NOBODY"}}), "user_not_found")
	refuses(t, call(t, s, "users.info", nil), "user_not_found")
}

func TestEmailNeedsItsScope(t *testing.T) {
	s := begin(t, func(o *slacksim.Options) { o.Scopes = []string{"users:read"} })
	u, err := client(s).GetUserInfo(s.Person("ana").ID())
	must(t, err)
	if u.Profile.Email != "" {
		t.Errorf("email %q without the scope", u.Profile.Email)
	}
	refuses(t, call(t, s, "users.lookupByEmail", url.Values{"email": {"ana@example.com"}}), "missing_scope")
}

func TestLooksUpActiveMembersByEmail(t *testing.T) {
	s := begin(t)
	s.AddUser(slacksim.User{Name: "gone", Deleted: true})
	s.AddUser(slacksim.User{Name: "foreign", TeamID: "T0THEIRS"})
	out := grants(t, call(t, s, "users.lookupByEmail", url.Values{"email": {"Ana@Example.com"}}))
	if out["user"].(map[string]any)["id"] != s.Person("ana").ID() {
		t.Errorf("user %v", out["user"])
	}
	for _, who := range []string{"gone", "foreign", "nobody"} {
		refuses(t, call(t, s, "users.lookupByEmail", url.Values{"email": {who + "@example.com"}}), "users_not_found")
	}
	s.Person("ana").Becomes(func(u *slacksim.User) { u.Email = "ana.b@example.com" })
	refuses(t, call(t, s, "users.lookupByEmail", url.Values{"email": {"ana@example.com"}}), "users_not_found")
	grants(t, call(t, s, "users.lookupByEmail", url.Values{"email": {"ana.b@example.com"}}))
}

func TestListsUsersPageByPage(t *testing.T) {
	s := begin(t)
	gone := s.AddUser(slacksim.User{Name: "gone", Deleted: true})
	hidden := s.AddUser(slacksim.User{Name: "hidden", Invisible: true})
	foreign := s.AddUser(slacksim.User{Name: "foreign", TeamID: "T0THEIRS"})
	both := s.AddUser(slacksim.User{Name: "both", OtherID: "W0BOTH"})
	emails := map[string]string{}
	pages, cursor := 0, ""
	for more := true; more; more = cursor != "" {
		out := grants(t, call(t, s, "users.list", url.Values{"limit": {"2"}, "cursor": {cursor}}))
		for _, m := range out["members"].([]any) {
			m := m.(map[string]any)
			email, _ := m["profile"].(map[string]any)["email"].(string)
			if _, again := emails[m["id"].(string)]; again {
				t.Errorf("%v is on two pages", m["id"])
			}
			emails[m["id"].(string)] = email
		}
		cursor = out["response_metadata"].(map[string]any)["next_cursor"].(string)
		pages++
	}
	if _, ok := emails[gone.ID()]; !ok || emails[both.ID()] != "both@example.com" || pages < 3 {
		t.Errorf("%d pages: %v", pages, emails)
	}
	for _, not := range []string{hidden.ID(), foreign.ID(), "W0BOTH"} {
		if _, ok := emails[not]; ok {
			t.Errorf("%s is listed", not)
		}
	}
	refuses(t, call(t, s, "users.list", url.Values{"cursor": {"page two"}}), "invalid_cursor")
}

func TestOpensDirectMessages(t *testing.T) {
	s := begin(t)
	for name, c := range map[string]struct {
		user slacksim.User
		want string
	}{
		"member":      {slacksim.User{}, ""},
		"deactivated": {slacksim.User{Deleted: true}, "user_disabled"},
		"bot":         {slacksim.User{Bot: true}, "invalid_user_combination"},
		"closed":      {slacksim.User{DMClosed: true}, "user_not_visible"},
		"stranger":    {slacksim.User{Stranger: true}, "user_not_visible"},
	} {
		c.user.Name = name
		p := s.AddUser(c.user)
		out := call(t, s, "conversations.open", url.Values{"users": {p.ID()}})
		if c.want == "" {
			again := grants(t, call(t, s, "conversations.open", url.Values{"users": {p.ID()}}))
			if id := grants(t, out)["channel"].(map[string]any)["id"]; id != p.BotDM().ID() || again["already_open"] != true {
				t.Errorf("%s: %v then %v", name, out, again)
			}
			continue
		}
		refuses(t, out, c.want)
	}
	refuses(t, call(t, s, "conversations.open", url.Values{"users": {"U0NOBODY"}}), "user_not_found")
	refuses(t, call(t, s, "conversations.open", nil), "users_list_not_supplied")
}

func TestDirectMessagesNeedTheirScope(t *testing.T) {
	s := begin(t, func(o *slacksim.Options) { o.Scopes = []string{"mpim:write"} })
	out := call(t, s, "conversations.open", url.Values{"users": {s.Person("joe").ID()}})
	refuses(t, out, "missing_scope")
	if out["needed"] != "im:write" {
		t.Errorf("needed %v", out["needed"])
	}
}

func TestDeactivatedUserHasNoFlags(t *testing.T) {
	s := begin(t)
	gone := s.AddUser(slacksim.User{Name: "gone", Deleted: true})
	u := grants(t, call(t, s, "users.info", url.Values{"user": {gone.ID()}}))["user"].(map[string]any)
	for _, field := range []string{"is_restricted", "is_admin", "tz", "is_email_confirmed"} {
		if _, ok := u[field]; ok {
			t.Errorf("%s is there", field)
		}
	}
}

func TestUserGroups(t *testing.T) {
	s := begin(t)
	id := s.AddUserGroup("helpdesk", s.Person("joe"), s.Person("maria"))
	api := client(s)
	members, err := api.GetUserGroupMembers(id)
	must(t, err)
	if !slices.Equal(members, []string{s.Person("joe").ID(), s.Person("maria").ID()}) {
		t.Errorf("members %v", members)
	}
	groups, err := api.GetUserGroups()
	must(t, err)
	if len(groups) != 1 || groups[0].Handle != "helpdesk" {
		t.Errorf("groups %v", groups)
	}
	s.DisableUserGroup(id)
	refuses(t, call(t, s, "usergroups.users.list", url.Values{"usergroup": {id}}), "no_such_subteam")
	refuses(t, call(t, s, "usergroups.users.list", url.Values{"usergroup": {"S0NOBODY"}}), "no_such_subteam")
}

func TestDescribesChannels(t *testing.T) {
	s := begin(t)
	room := s.AddChannel(slacksim.Channel{Name: "audit", Private: true, WithBot: true, Members: []*slacksim.Person{s.Person("maria")}})
	api := client(s)
	info := func() *slack.Channel {
		c, err := api.GetConversationInfo(&slack.GetConversationInfoInput{ChannelID: room.ID(), IncludeNumMembers: true})
		must(t, err)
		return c
	}
	if c := info(); c.Name != "audit" || !c.IsPrivate || !c.IsMember || c.IsArchived || c.IsExtShared || c.NumMembers != 2 {
		t.Errorf("channel %+v", c)
	}
	room.InviteOutside()
	if !info().IsPendingExtShared {
		t.Error("the invitation does not show")
	}
	room.ShareOutside()
	if c := info(); !c.IsExtShared || c.IsPendingExtShared {
		t.Error("sharing does not show")
	}
	room.KeepInside()
	room.Archive()
	if c := info(); !c.IsArchived || c.IsExtShared {
		t.Error("archiving does not show")
	}
	ids, next, err := api.GetUsersInConversation(&slack.GetUsersInConversationParameters{ChannelID: room.ID(), Limit: 1})
	must(t, err)
	if len(ids) != 1 || next == "" {
		t.Errorf("first page %v, next %q", ids, next)
	}
	ids, next, err = api.GetUsersInConversation(&slack.GetUsersInConversationParameters{ChannelID: room.ID(), Limit: 1, Cursor: next})
	must(t, err)
	if len(ids) != 1 || next != "" {
		t.Errorf("second page %v, next %q", ids, next)
	}
	room.KickBot()
	refuses(t, call(t, s, "conversations.info", url.Values{"channel": {room.ID()}}), "channel_not_found")
}
