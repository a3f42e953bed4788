package approvals

import (
	"fmt"
	"regexp"
	"strings"
)

// A Ref is how somebody was named. Exactly one field is set.
type Ref struct {
	Slack    string `json:"slack,omitempty"`    // a Slack user id, U… or W…
	Email    string `json:"email,omitempty"`    // an e-mail address
	OneLogin int64  `json:"onelogin,omitempty"` // a OneLogin user id
}

// A Person is who somebody was when the request was stored: the ids that decide
// and the names that are shown. Unset ids are empty.
type Person struct {
	Slack     string `json:"slack,omitempty"`      // Slack user id
	SlackOrg  string `json:"slack_org,omitempty"`  // the same user's id in the Enterprise organisation
	SlackName string `json:"slack_name,omitempty"` // what Slack calls them, for people only
	OneLogin  int64  `json:"onelogin,omitempty"`   // OneLogin user id
	Name      string `json:"name,omitempty"`       // OneLogin's name
	Email     string `json:"email,omitempty"`      // OneLogin's e-mail
	Guest     bool   `json:"guest,omitempty"`      // a guest in our Slack workspace
	Operator  string `json:"operator,omitempty"`   // the operating system's name of whoever ran a command of olbot's; nothing else is set then
}

// HasSlack says whether id is one of the person's Slack ids.
func (p Person) HasSlack(id string) bool {
	return id != "" && (id == p.Slack || id == p.SlackOrg)
}

// Same says whether p and q are the same human as far as ids can tell: any id
// that both have is equal (invariant 1). Names decide nothing.
func (p Person) Same(q Person) bool {
	return p.HasSlack(q.Slack) || p.HasSlack(q.SlackOrg) ||
		p.OneLogin != 0 && p.OneLogin == q.OneLogin ||
		SameEmail(p.Email, q.Email)
}

// A Membership is what Slack says somebody is in our workspace.
type Membership string

// The memberships, see https://docs.slack.dev/reference/objects/user-object.
const (
	Member      Membership = "member"      // a full member, active, e-mail confirmed
	Guest       Membership = "guest"       // single- or multi-channel guest
	Bot         Membership = "bot"         // bot, app, workflow or Slack itself
	Deactivated Membership = "deactivated" // the account is switched off
	Invited     Membership = "invited"     // has not joined yet
	Unconfirmed Membership = "unconfirmed" // the e-mail address was never confirmed
	External    Membership = "external"    // of another workspace or organisation
)

// An Account is what Slack says of somebody now.
type Account struct {
	ID, OrgID  string
	Name       string
	Email      string
	Membership Membership
}

// A User is what OneLogin says of somebody now.
// Status and State are OneLogin's numbers:
// https://developers.onelogin.com/api-docs/2/users/user-resource
type User struct {
	ID            int64
	Name          string
	Email         string
	Status, State int
	Manager       int64 // OneLogin user id, 0: none
	Roles         []int64
	Group         int64 // 0: none

	// OneLogin did not say, which is not the same as none.
	ManagerUnknown, RolesUnknown, GroupUnknown bool
}

// OneLogin's status numbers that the rules tell apart.
const (
	statusActive  = 1
	statusLocked  = 3
	stateApproved = 1
)

// Active says whether OneLogin lets the user sign in.
func (u User) Active() bool { return u.Status == statusActive && u.State == stateApproved }

// A Profile is what both directories say of one person at one moment. A side
// that is nil was asked for and does not exist: that is an answer, not a failure.
type Profile struct {
	Slack    *Account
	OneLogin *User
}

// Person keeps what a request needs of the profile.
func (p Profile) Person() Person {
	var who Person
	if s := p.Slack; s != nil {
		who.Slack, who.SlackOrg, who.SlackName = s.ID, s.OrgID, s.Name
		who.Email = s.Email
		who.Guest = s.Membership == Guest
	}
	if u := p.OneLogin; u != nil {
		who.OneLogin, who.Name, who.Email = u.ID, u.Name, u.Email
	}
	return who
}

// SameEmail compares without regard to case, but takes no letter outside of ASCII
// for one inside, as folding the Kelvin sign to k would.
func SameEmail(a, b string) bool { return a != "" && len(a) == len(b) && strings.EqualFold(a, b) }

// A Principal is whom a setting names: a Slack user or user group, or one of the
// two words for people without an id. OLBOT_APPROVERS is a chain of them, its
// links; OLBOT_REQUESTERS and OLBOT_SECURITY_CONTACTS are lists.
type Principal struct {
	Kind PrincipalKind
	ID   string // of the Slack user or group
}

// A PrincipalKind says what a Principal names.
type PrincipalKind string

// The kinds of principal. The first two are the words that name them.
const (
	Manager    PrincipalKind = "manager" // the owner's manager in OneLogin
	Everybody  PrincipalKind = "*"       // every full member
	SlackUser  PrincipalKind = "user"
	SlackGroup PrincipalKind = "group"
)

var slackID = regexp.MustCompile(`^[UWS][A-Z0-9]+$`)

// ParsePrincipal reads what a setting or a stored request says: manager, *, U…, W… or S….
func ParsePrincipal(s string) (Principal, error) {
	switch {
	case s == string(Manager) || s == string(Everybody):
		return Principal{Kind: PrincipalKind(s)}, nil
	case !slackID.MatchString(s):
		return Principal{}, fmt.Errorf("%q is no Slack id of a user or a user group", s)
	case s[0] == 'S':
		return Principal{Kind: SlackGroup, ID: s}, nil
	}
	return Principal{Kind: SlackUser, ID: s}, nil
}

// String is what ParsePrincipal reads.
func (p Principal) String() string {
	if p.ID == "" {
		return string(p.Kind)
	}
	return p.ID
}

// MarshalText keeps the form that settings have.
func (p Principal) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText is ParsePrincipal.
func (p *Principal) UnmarshalText(text []byte) (err error) {
	*p, err = ParsePrincipal(string(text))
	return err
}
