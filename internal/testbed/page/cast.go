package page

import (
	"maps"
	"slices"

	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// A person is somebody whose Slack the page shows.
type person struct {
	key      string
	part     string // what they are to olbot
	slack    *slacksim.Person
	onelogin int64
}

// A cast is everybody, and where they meet.
type cast struct {
	shown  []person // in the order of their panes
	audit  *slacksim.Conversation
	groups map[string]string // ids by handle
	users  []*slacksim.Person
}

// newCast lets everybody in: those who are shown, and a few more to ask for. Ana's manager is Maria,
// Noor has none, so that Lena is asked for her; Ivo is in OneLogin only.
func newCast(s *slacksim.Server, o *oneloginsim.Server) cast {
	c := cast{groups: map[string]string{}}
	account := func(name, first, last string, manager int64) int64 {
		return o.AddUser(oneloginsim.User{
			Email: name + "@example.com", Username: name, FirstName: first, LastName: last, ManagerUserID: manager,
		})
	}
	join := func(key, first, last, zone, part string, manager int64) person {
		p := person{key: key, part: part, onelogin: account(key, first, last, manager)}
		p.slack = s.AddUser(slacksim.User{Name: key, RealName: first + " " + last, TZ: zone})
		c.users = append(c.users, p.slack)
		return p
	}
	joe := join("joe", "Joe", "Field", "Local", "Agent at the helpdesk", 0)
	maria := join("maria", "Maria", "Silva", "Local", "Ana’s manager", 0)
	ana := join("ana", "Ana", "Lima", "Local", "Has lost her phone", maria.onelogin)
	sam := join("sam", "Sam", "Marsh", "Local", "Security contact", 0)
	lena := join("lena", "Lena", "Brandt", "America/New_York", "Fallback approver", 0)
	bob := join("bob", "Bob", "Stone", "Local", "", maria.onelogin)
	join("noor", "Noor", "Haddad", "Local", "", 0)
	account("ivo", "Ivo", "Marek", maria.onelogin)
	c.shown = []person{joe, maria, ana, sam, lena}
	c.groups["helpdesk"] = s.AddUserGroup("helpdesk", joe.slack, bob.slack)
	c.groups["approvers"] = s.AddUserGroup("approvers", lena.slack)
	c.audit = s.AddChannel(slacksim.Channel{Name: "audit", Private: true, WithBot: true, Members: []*slacksim.Person{sam.slack}})
	return c
}

// find is the person of that key.
func (c cast) find(key string) (person, bool) {
	i := slices.IndexFunc(c.shown, func(p person) bool { return p.key == key })
	if i < 0 {
		return person{}, false
	}
	return c.shown[i], true
}

// environ is the whole environment that olbot is started with.
func (p *Page) environ() []string {
	sam, _ := p.cast.find("sam")
	vars := map[string]string{
		"SLACK_API_URL":           p.slack.URL(),
		"SLACK_BOT_TOKEN":         p.slack.BotToken(),
		"SLACK_APP_TOKEN":         p.slack.AppToken(),
		"ONELOGIN_API_URL":        p.onelogin.URL(),
		"ONELOGIN_CLIENT_ID":      p.onelogin.ClientID(),
		"ONELOGIN_CLIENT_SECRET":  p.onelogin.ClientSecret(),
		"OLBOT_DATABASE_URL":      p.o.Database,
		"OLBOT_COMMAND":           p.o.App.Command,
		"OLBOT_AUDIT_CHANNEL":     p.cast.audit.ID(),
		"OLBOT_REQUESTERS":        p.cast.groups["helpdesk"],
		"OLBOT_APPROVERS":         "manager," + p.cast.groups["approvers"],
		"OLBOT_SECURITY_CONTACTS": sam.slack.ID(),
		"OLBOT_HTTP_ADDR":         "",
	}
	maps.Copy(vars, p.o.Settings)
	var environ []string
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		environ = append(environ, name+"="+vars[name])
	}
	return environ
}
