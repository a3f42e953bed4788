package slackapi

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// A Workspace is where olbot is installed and as whom.
type Workspace struct {
	TeamID       string    // T…
	EnterpriseID string    // E…, empty outside of an Enterprise organisation
	BotUserID    string    // U… or W…
	BotID        string    // B…
	AppID        string    // A…: the app that Socket Mode connections must belong to
	Channel      string    // name of the audit channel, without #
	Clock        time.Time // Slack's, when it answered for the token; zero: it did not say
}

// Scopes are the bot token scopes that olbot uses, each with what for.
// https://docs.slack.dev/reference/scopes
func Scopes() []string {
	return []string{
		"commands",         // the slash command
		"chat:write",       // cards, codes, the feed
		"im:write",         // opening the DMs they are posted in
		"users:read",       // who is a member, a guest, away; bots.info
		"users:read.email", // finding somebody in OneLogin
		"usergroups:read",  // user groups in OLBOT_REQUESTERS and OLBOT_APPROVERS
		"channels:read",    // whether the audit channel can be posted to, if it is public
		"groups:read",      // the same if it is private
	}
}

// optionalScopes are missed only where they are used: Slack says so then.
var optionalScopes = []string{"usergroups:read", "channels:read", "groups:read"}

// An Inspection says what to look at before olbot starts to work.
type Inspection struct {
	AuditChannel string // id, C… or G…
	UserGroups   bool   // usergroups:read is needed
}

// An Inspector finds out step by step whether the bot token works and may do what olbot
// does, and whether the audit channel exists and can be posted to. It posts nothing, so
// it can be repeated. Token comes first, the others are in any order.
//
// The error of a step is an *InspectError, or ctx's if ctx ended. If its Problem is
// Unreachable, trying again may work; the rest does not heal by itself.
type Inspector struct {
	want  Inspection
	api   *slack.Client
	found Workspace
}

// NewInspector returns an Inspector that has asked nothing yet.
func NewInspector(api *slack.Client, want Inspection) *Inspector {
	return &Inspector{want: want, api: api}
}

// Found is what the steps found.
func (in *Inspector) Found() Workspace { return in.found }

// CheckToken finds out whether Slack takes the bot token, and the token has the
// scopes that olbot needs. It changes nothing. Its error is that of an Inspector.
func CheckToken(ctx context.Context, api *slack.Client, want Inspection) error {
	return NewInspector(api, want).Token(ctx)
}

// Token is https://docs.slack.dev/reference/methods/auth.test
func (in *Inspector) Token(ctx context.Context) error {
	const method = "auth.test"
	me, err := in.api.AuthTestContext(ctx)
	switch {
	case err != nil:
		return in.sortFailure(ctx, method, err)
	case me.TeamID == "" || me.UserID == "":
		return unexpected(method, "an answer without team_id or user_id")
	case me.BotID == "":
		return &InspectError{Problem: NotABot, Method: method}
	}
	if missing := in.missingScopes(me.Header.Values("X-OAuth-Scopes")); len(missing) > 0 {
		return &InspectError{Problem: ScopeMissing, Method: method, Needed: missing}
	}
	clock, _ := http.ParseTime(me.Header.Get("Date"))
	in.found = Workspace{Clock: clock, TeamID: me.TeamID, EnterpriseID: me.EnterpriseID, BotUserID: me.UserID, BotID: me.BotID}
	return nil
}

// missingScopes compares with the header in which Slack lists the scopes of the
// token. A server that does not send it is not held to it.
func (in *Inspector) missingScopes(header []string) []string {
	if len(header) == 0 {
		return nil
	}
	granted := strings.FieldsFunc(strings.Join(header, ","), func(r rune) bool { return r == ',' || r == ' ' })
	return slices.DeleteFunc(Scopes(), func(scope string) bool {
		optional := slices.Contains(optionalScopes, scope) && !(in.want.UserGroups && scope == "usergroups:read")
		return optional || slices.Contains(granted, scope)
	})
}

// App finds the app that the token is of: https://docs.slack.dev/reference/methods/bots.info
func (in *Inspector) App(ctx context.Context) error {
	const method = "bots.info"
	bot, err := in.api.GetBotInfoContext(ctx, slack.GetBotInfoParameters{Bot: in.found.BotID})
	switch {
	case err != nil:
		return in.sortFailure(ctx, method, err)
	case bot.AppID == "":
		return unexpected(method, "an answer without app_id")
	}
	in.found.AppID = bot.AppID
	return nil
}

const methodChannel = "conversations.info"

// Channel is https://docs.slack.dev/reference/methods/conversations.info
func (in *Inspector) Channel(ctx context.Context) error {
	c, err := in.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: in.want.AuditChannel})
	if err != nil {
		return in.sortFailure(ctx, methodChannel, err)
	}
	in.found.Channel = c.Name
	var problem Problem
	switch {
	case c.ID == "":
		return unexpected(methodChannel, "an answer without a channel")
	case c.IsIM || c.IsMpIM:
		problem = NotAChannel
	case c.IsArchived:
		problem = ChannelArchived
	case c.IsExtShared:
		problem = ChannelShared
	case c.IsPendingExtShared:
		problem = ChannelInvited
	case !c.IsMember:
		problem = NotAMember
	default:
		return nil
	}
	return &InspectError{Problem: problem, Method: methodChannel, Channel: in.want.AuditChannel}
}

// A Group is a user group of the workspace.
type Group struct {
	Handle  string // without @
	Members int
}

// Groups are the user groups of the workspace that are not disabled, by their ids:
// https://docs.slack.dev/reference/methods/usergroups.list
func (in *Inspector) Groups(ctx context.Context) (map[string]Group, error) {
	all, err := in.api.GetUserGroupsContext(ctx, slack.GetUserGroupsOptionIncludeUsers(true))
	if err != nil {
		return nil, in.sortFailure(ctx, "usergroups.list", err)
	}
	groups := map[string]Group{}
	for _, g := range all {
		groups[g.ID] = Group{Handle: g.Handle, Members: len(g.Users)}
	}
	return groups, nil
}

func unexpected(method, what string) error {
	return &InspectError{Problem: Unexpected, Method: method, Err: errors.New(what)}
}
