package ocsf

import (
	"cmp"
	"strconv"

	"olbot/approvals"
)

type actor struct {
	User *user  `json:"user,omitempty"`
	App  string `json:"app_name,omitempty"` // olbot itself
}

// A user is known by the OneLogin id where there is one, else by the Slack id alone.
type user struct {
	Name    string `json:"name"`
	UID     string `json:"uid,omitempty"`     // in OneLogin
	SlackID string `json:"uid_alt,omitempty"` // in Slack
	Email   string `json:"email_addr,omitempty"`
	Type    int    `json:"type_id"`
}

// The types of users.
const (
	typeUser  = 1
	typeAdmin = 2
)

type entity struct {
	Name string `json:"name"`
	UID  string `json:"uid,omitempty"`
	Type string `json:"type"`
	Kind int    `json:"type_id"`
	User *user  `json:"user,omitempty"` // whose account it is
}

type factor struct {
	Type     int    `json:"factor_type_id"`
	Provider string `json:"provider"`
}

// The numbers of the schema for what an entity and a factor is.
const (
	otherEntity = 99
	otp         = 7
)

// person is nil for nobody.
func person(p approvals.Person) *user {
	if p.Operator != "" {
		return &user{Name: p.Operator, Type: typeAdmin}
	}
	u := &user{Name: cmp.Or(p.Name, p.SlackName, p.Email, p.Slack), SlackID: p.Slack, Email: p.Email, Type: typeUser}
	if p.OneLogin != 0 {
		u.UID = strconv.FormatInt(p.OneLogin, 10)
		u.Name = cmp.Or(u.Name, "#"+u.UID)
	}
	if u.Name == "" {
		return nil
	}
	return u
}

// doer is who did it: somebody, or olbot itself.
func doer(e approvals.Event) *actor {
	if u := person(e.Actor); u != nil {
		return &actor{User: u}
	}
	return &actor{App: "olbot"}
}

// entityOf is what the event is about: a request, or all codes.
func entityOf(e approvals.Event) *entity {
	o := &entity{Name: "codes", Type: "all codes", Kind: otherEntity, User: person(e.Owner)}
	if e.Request != "" {
		o.Name, o.UID, o.Type = string(e.Request), string(e.Request), "request for a code"
	}
	return o
}
