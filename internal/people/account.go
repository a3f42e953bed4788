package people

import (
	"cmp"
	"slices"

	"olbot/approvals"
)

// A user is Slack's user object as far as olbot reads it:
// https://docs.slack.dev/reference/objects/user-object
//
// slack.User of slack-go will not do: in it an object that says nothing of what
// decides cannot be told from a full member's.
type user struct {
	ID, TeamID     string
	Name, RealName string
	Profile        struct{ DisplayName, RealName, Email string }
	Enterprise     struct {
		ID, EnterpriseID string
		Teams            []string
	}

	// Slack says these of every user who is not deactivated. An object with none
	// of them is not read as a member.
	Deleted, IsBot, IsRestricted, IsUltraRestricted *bool

	// And these only where they matter. is_email_confirmed is not in the samples
	// that Slack documents, so only an outspoken false counts.
	IsConnectorBot, IsWorkflowBot, IsStranger, IsInvited bool
	IsEmailConfirmed                                     *bool

	// is_app_user is not read: it is about people, who have authorised an app.
}

// account is the user as the rules know it, asked for by one of their ids. It is
// not ok if the answer is about somebody else.
func (u user) account(asked string, ours Workspace) (_ *approvals.Account, ok bool) {
	orgID := u.Enterprise.ID
	if asked != u.ID && asked != orgID {
		// A user who had an id before the workspace came into an Enterprise
		// organisation answers to it still. Slack shows the new id only.
		if orgID != u.ID {
			return nil, false
		}
		orgID = asked
	}
	if u.ID == "" {
		return nil, false
	}
	return &approvals.Account{
		ID: u.ID, OrgID: orgID,
		Name:  cmp.Or(u.Profile.DisplayName, u.Profile.RealName, u.RealName, u.Name),
		Email: u.Profile.Email, Membership: u.membership(ours),
	}, true
}

// membership says what the user is in our workspace. What forbids most comes
// first: a guest may own an account, everything above may nothing. Whatever is
// not known to be inside is outside (invariant 8).
func (u user) membership(ours Workspace) approvals.Membership {
	switch {
	case u.ID == "USLACKBOT" || u.ID == "USLACK": // Slack's own; is_bot is false of them
		return approvals.Bot
	case yes(u.IsBot) || u.IsConnectorBot || u.IsWorkflowBot:
		return approvals.Bot
	case yes(u.Deleted): // Slack says little else of them
		return approvals.Deactivated
	case u.IsStranger || !u.belongs(ours):
		return approvals.External
	case u.Deleted == nil && u.IsBot == nil && u.IsRestricted == nil && u.IsUltraRestricted == nil:
		return approvals.External // says nothing of what decides
	case u.IsInvited:
		return approvals.Invited
	case u.IsEmailConfirmed != nil && !*u.IsEmailConfirmed:
		return approvals.Unconfirmed
	case yes(u.IsRestricted) || yes(u.IsUltraRestricted):
		return approvals.Guest
	}
	return approvals.Member
}

// belongs says whether the user is of our workspace: by its id, or because it is
// among the workspaces that the user has in our Enterprise organisation.
func (u user) belongs(ours Workspace) bool {
	if u.TeamID == ours.TeamID {
		return ours.TeamID != ""
	}
	return ours.EnterpriseID != "" && u.Enterprise.EnterpriseID == ours.EnterpriseID &&
		slices.Contains(u.Enterprise.Teams, ours.TeamID)
}

func yes(flag *bool) bool { return flag != nil && *flag }
