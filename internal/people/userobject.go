package people

import (
	"encoding/json"
	"fmt"

	"olbot/approvals"
)

// An object is a JSON object of Slack's. It is read field by field: Slack adds to its objects and changes what it has not
// promised, and no field matters that is not read.
type object map[string]json.RawMessage

// read reads a field; it is zero and not ok if the field is missing or not of the shape of a T.
func read[T any](o object, name string) (v T, ok bool) {
	if json.Unmarshal(o[name], &v) != nil {
		var none T
		return none, false
	}
	return v, true
}

// readUser reads the user of an answer. What only informs may be of any shape. What decides who somebody is may be
// missing, but if it is of another shape it is not known, and nothing can be said of the user (invariant 8).
func readUser(answer object) (u user, err error) {
	r := reader{}
	o := r.object(answer, "user")
	u.ID, u.TeamID = r.text(o, "id"), r.text(o, "team_id")
	u.Name, _ = read[string](o, "name")
	u.RealName, _ = read[string](o, "real_name")

	profile := r.object(o, "profile")
	u.Profile.DisplayName, _ = read[string](profile, "display_name")
	u.Profile.RealName, _ = read[string](profile, "real_name")
	u.Profile.Email = r.text(profile, "email")

	enterprise := r.object(o, "enterprise_user")
	u.Enterprise.ID, u.Enterprise.EnterpriseID = r.text(enterprise, "id"), r.text(enterprise, "enterprise_id")
	u.Enterprise.Teams, _ = read[[]string](enterprise, "teams") // without it somebody belongs to no workspace

	u.Deleted, u.IsBot = r.flag(o, "deleted"), r.flag(o, "is_bot")
	u.IsRestricted, u.IsUltraRestricted = r.flag(o, "is_restricted"), r.flag(o, "is_ultra_restricted")
	u.IsConnectorBot, u.IsWorkflowBot = yes(r.flag(o, "is_connector_bot")), yes(r.flag(o, "is_workflow_bot"))
	u.IsStranger, u.IsInvited = yes(r.flag(o, "is_stranger")), yes(r.flag(o, "is_invited_user"))
	u.IsEmailConfirmed = r.flag(o, "is_email_confirmed")
	if r.odd != "" {
		return user{}, fmt.Errorf("%w: of another shape than documented is the user's %s", approvals.ErrUnreliable, r.odd)
	}
	return u, nil
}

// A reader reads what decides, and notes a field that is there and of another shape than documented.
type reader struct{ odd string }

// flag is nil if the field is missing.
func (r *reader) flag(o object, name string) *bool {
	v, _ := read[*bool](o, name)
	if _, there := o[name]; there && v == nil {
		r.odd = name
	}
	return v
}

func (r *reader) text(o object, name string) string {
	v, ok := read[*string](o, name)
	switch _, there := o[name]; {
	case v != nil:
		return *v
	case there && !ok:
		r.odd = name
	}
	return "" // missing or null
}

// object is empty if the field is missing, null, or what PHP makes of an empty object: [].
func (r *reader) object(o object, name string) object {
	v, ok := read[object](o, name)
	_, there := o[name]
	if list, isList := read[[]json.RawMessage](o, name); there && !ok && !(isList && len(list) == 0) {
		r.odd = name
	}
	return v
}
