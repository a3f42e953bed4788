package player

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"strings"

	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// An actor is somebody in a story.
type actor struct {
	name     string
	slack    *slacksim.Person // nil: not in Slack
	onelogin int64            // 0: not in OneLogin
}

// defaultSettings are what a story begins with.
func defaultSettings() map[string]string {
	return map[string]string{
		"OLBOT_AUDIT_CHANNEL":     "{channel audit}",
		"OLBOT_REQUESTERS":        "{group helpdesk}",
		"OLBOT_APPROVERS":         "manager,{user carol}",
		"OLBOT_SECURITY_CONTACTS": "{user audrey}",
		"OLBOT_HTTP_ADDR":         "",
		"LOG_LEVEL":               "debug",
		"LOG_FORMAT":              "json",
	}
}

// surnames of those who are in every story.
var surnames = map[string]string{
	"joe": "Field", "bob": "Stone", "ana": "Lima", "maria": "Silva", "carol": "Reyes", "audrey": "Marsh", "gus": "Olsen",
}

func (s *stage) castDefault() {
	maria := s.join("maria")
	ana := s.join("ana")
	s.join("joe")
	s.join("bob")
	s.join("carol")
	audrey := s.join("audrey")
	gus := s.join("gus")
	for _, report := range []*actor{ana, gus} {
		s.onelogin.UpdateUser(report.onelogin, func(u *oneloginsim.User) { u.ManagerUserID = maria.onelogin })
	}
	gus.slack.Becomes(func(u *slacksim.User) { u.Guest = true })
	s.people["sam"] = &actor{name: "sam", slack: s.slack.AddUser(slacksim.User{
		Name: "sam", RealName: "Sam Other", Email: "sam@example.net", TeamID: "T0THERTEAM",
	})}
	s.group("helpdesk", "joe", "bob")
	s.audit = s.slack.AddChannel(slacksim.Channel{Name: "audit", Private: true, WithBot: true, Members: []*slacksim.Person{audrey.slack}})
}

// join lets a full member of Slack in who has a OneLogin account.
func (s *stage) join(name string) *actor { return s.joinAs(name, "") }

// joinAs lets somebody in whom Slack knows by a second id too.
func (s *stage) joinAs(name, otherID string) *actor {
	real := strings.ToUpper(name[:1]) + name[1:]
	surname := surnames[name]
	full := strings.TrimSpace(real + " " + surname)
	a := &actor{name: name}
	a.slack = s.slack.AddUser(slacksim.User{Name: name, RealName: full, TZ: s.zone, OtherID: otherID})
	a.onelogin = s.onelogin.AddUser(oneloginsim.User{
		Email: name + "@example.com", Username: name, FirstName: real, LastName: surname,
	})
	s.people[name] = a
	return a
}

// group makes or changes a user group.
func (s *stage) group(handle string, names ...string) error {
	var members []*slacksim.Person
	for _, name := range names {
		p, err := s.inSlack(name)
		if err != nil {
			return err
		}
		members = append(members, p)
	}
	if id, ok := s.groups[handle]; ok {
		s.slack.SetUserGroup(id, members...)
		return nil
	}
	s.groups[handle] = s.slack.AddUserGroup(handle, members...)
	return nil
}

// somebody finds who is meant.
func (s *stage) somebody(name string) (*actor, error) {
	a, ok := s.people[name]
	if !ok {
		return nil, fmt.Errorf("nobody is called %s; write %q before", name, name+" joins")
	}
	return a, nil
}

func (s *stage) inSlack(name string) (*slacksim.Person, error) {
	a, err := s.somebody(name)
	if err != nil {
		return nil, err
	}
	if a.slack == nil {
		return nil, fmt.Errorf("%s is not in Slack", name)
	}
	return a.slack, nil
}

// trailKey is the key of the trail in a database that is no file.
const trailKey = "5ce7a11c5ce7a11c5ce7a11c5ce7a11c5ce7a11c5ce7a11c5ce7a11c5ce7a11c"

// environment is what olbot is started with.
func (s *stage) environment() (map[string]string, error) {
	env := map[string]string{
		"SLACK_API_URL":          s.slack.URL(),
		"SLACK_BOT_TOKEN":        s.slack.BotToken(),
		"SLACK_APP_TOKEN":        s.slack.AppToken(),
		"ONELOGIN_API_URL":       s.onelogin.URL(),
		"ONELOGIN_CLIENT_ID":     s.onelogin.ClientID(),
		"ONELOGIN_CLIENT_SECRET": s.onelogin.ClientSecret(),
		"OLBOT_DATABASE_URL":     s.database,
	}
	if !strings.HasPrefix(s.database, "sqlite:") { // beside which olbot makes a key
		env["OLBOT_TRAIL_KEY"] = trailKey
	}
	for name, value := range maps.All(s.settings) {
		filled, err := s.fill(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		env[name] = filled
	}
	return env, nil
}

var blank = regexp.MustCompile(`\{(?:(user|other id of|group|channel|id of|request|restriction|key|folder|server|anchor|\d+ times) ?)([^{}]*)\}`)

// fill puts what is only known on the stage into a text: {user carol}, {id of ana},
// {request}, {request 2}, {restriction}, {key one}, {folder}, {server}, {anchor}, {600 times x}.
func (s *stage) fill(text string) (string, error) {
	var failed error
	filled := blank.ReplaceAllStringFunc(text, func(place string) string {
		m := blank.FindStringSubmatch(place)
		value, err := s.value(m[1], m[2])
		if err != nil {
			failed = err
		}
		return value
	})
	return filled, failed
}

func (s *stage) value(kind, of string) (string, error) {
	switch kind {
	case "user":
		p, err := s.inSlack(of)
		if err != nil {
			return "", err
		}
		return p.ID(), nil
	case "other id of":
		p, err := s.inSlack(of)
		if err != nil {
			return "", err
		}
		return p.User().OtherID, nil
	case "group":
		return s.groups[of], nil
	case "channel":
		return s.slack.Channel(of).ID(), nil
	case "id of":
		a, err := s.somebody(of)
		if err != nil {
			return "", err
		}
		return fmt.Sprint(a.onelogin), nil
	case "request":
		return s.request(of)
	case "restriction":
		return s.restriction()
	case "key":
		return s.key(of)
	case "folder":
		return s.folder, nil
	case "server":
		return s.server, nil
	case "anchor":
		return s.anchor()
	}
	var n int
	if _, err := fmt.Sscanf(kind, "%d times", &n); err != nil {
		return "", err
	}
	return strings.Repeat(of, n), nil
}

// key is what olbot printed as a new key when the story first named it so.
func (s *stage) key(name string) (string, error) {
	if s.keys[name] == "" {
		printed, err := s.program.Command(context.Background(), nil, s.clock.now, "audit", "key")
		if err != nil {
			return "", err
		}
		s.keys[name] = strings.TrimSpace(printed)
	}
	return s.keys[name], nil
}

// anchor is the last one that the audit channel shows.
func (s *stage) anchor() (string, error) {
	all := s.audit.Messages()
	if len(all) == 0 {
		return "", errors.New("the audit channel has no message")
	}
	lines := strings.Split(strings.TrimSpace(all[len(all)-1].Words()), "\n")
	m := feedAnchor.FindStringSubmatch(lines[len(lines)-1])
	if m == nil {
		return "", fmt.Errorf("it ends with %q", lines[len(lines)-1])
	}
	return m[1] + ":" + m[2], nil
}

// restriction is the id of the last block of an account, or pause, that somebody began.
func (s *stage) restriction() (id string, err error) {
	_, events, err := s.export(context.Background())
	for _, e := range events {
		if e.Kind == "account_blocked" || e.Kind == "paused" {
			id = e.Restriction
		}
	}
	if err == nil && id == "" {
		err = errors.New("nothing has been restricted yet")
	}
	return id, err
}

// request is the id of the n-th request, the last one for "".
func (s *stage) request(n string) (string, error) {
	i := len(s.requests)
	if n != "" {
		if _, err := fmt.Sscan(n, &i); err != nil {
			return "", err
		}
	}
	if i < 1 || i > len(s.requests) {
		return "", fmt.Errorf("there are %d requests yet", len(s.requests))
	}
	return s.requests[i-1], nil
}
