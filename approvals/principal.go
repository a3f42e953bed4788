package approvals

import (
	"fmt"
	"regexp"
)

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
