package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"olbot/internal/slackapi"
)

// A Workspace is where olbot is installed and as whom.
type Workspace struct {
	TeamID       string // T…
	EnterpriseID string // E…, empty outside of an Enterprise organisation
	BotUserID    string // U… or W…
	BotID        string // B…
	AppID        string // A…: the app that Socket Mode connections must belong to
	Channel      string // name of the audit channel, without #
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

// Inspect finds out whether the bot token works and may do what olbot does, and
// whether the audit channel exists and can be posted to. It posts nothing, so it
// can be repeated.
//
// The error is a *StartupError, or ctx's if ctx ended. If its Problem is
// SlackUnreachable, trying again may work; the rest does not heal by itself.
func Inspect(ctx context.Context, api *slack.Client, want Inspection) (Workspace, error) {
	in := inspector{api: api, Inspection: want}
	var w Workspace
	if err := in.identity(ctx, &w); err != nil {
		return Workspace{}, err
	}
	if err := in.app(ctx, &w); err != nil {
		return Workspace{}, err
	}
	if err := in.channel(ctx, &w); err != nil {
		return Workspace{}, err
	}
	return w, nil
}

type inspector struct {
	Inspection
	api *slack.Client
}

// identity is https://docs.slack.dev/reference/methods/auth.test
func (in inspector) identity(ctx context.Context, w *Workspace) error {
	const method = "auth.test"
	var me *slack.AuthTestResponse
	err := in.ask(ctx, method, func(ctx context.Context) (err error) {
		me, err = in.api.AuthTestContext(ctx)
		return err
	})
	if err != nil {
		return err
	}
	if me.TeamID == "" || me.UserID == "" {
		return &StartupError{Problem: SlackUnexpected, Method: method, Err: errors.New("an answer without team_id or user_id")}
	}
	if me.BotID == "" {
		return &StartupError{Problem: NotABot, Method: method}
	}
	if missing := in.missingScopes(me.Header.Values("X-OAuth-Scopes")); len(missing) > 0 {
		return &StartupError{Problem: ScopeMissing, Method: method, Needed: missing}
	}
	w.TeamID, w.EnterpriseID, w.BotUserID, w.BotID = me.TeamID, me.EnterpriseID, me.UserID, me.BotID
	return nil
}

// missingScopes compares with the header in which Slack lists the scopes of the
// token. A server that does not send it is not held to it.
func (in inspector) missingScopes(header []string) []string {
	if len(header) == 0 {
		return nil
	}
	var granted []string
	for scope := range strings.SplitSeq(strings.Join(header, ","), ",") {
		granted = append(granted, strings.TrimSpace(scope))
	}
	var missing []string
	for _, scope := range Scopes() {
		optional := slices.Contains(optionalScopes, scope) && !(in.UserGroups && scope == "usergroups:read")
		if !optional && !slices.Contains(granted, scope) {
			missing = append(missing, scope)
		}
	}
	return missing
}

// app is https://docs.slack.dev/reference/methods/bots.info
func (in inspector) app(ctx context.Context, w *Workspace) error {
	const method = "bots.info"
	var bot *slack.Bot
	err := in.ask(ctx, method, func(ctx context.Context) (err error) {
		bot, err = in.api.GetBotInfoContext(ctx, slack.GetBotInfoParameters{Bot: w.BotID})
		return err
	})
	if err != nil {
		return err
	}
	if bot.AppID == "" {
		return &StartupError{Problem: SlackUnexpected, Method: method, Err: errors.New("an answer without app_id")}
	}
	w.AppID = bot.AppID
	return nil
}

// channel is https://docs.slack.dev/reference/methods/conversations.info
func (in inspector) channel(ctx context.Context, w *Workspace) error {
	const method = "conversations.info"
	var c *slack.Channel
	err := in.ask(ctx, method, func(ctx context.Context) (err error) {
		c, err = in.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: in.AuditChannel})
		return err
	})
	if err != nil {
		return err
	}
	w.Channel = c.Name
	problem := StartupProblem("")
	switch {
	case c.ID == "":
		return &StartupError{Problem: SlackUnexpected, Method: method, Err: errors.New("an answer without a channel")}
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
	return &StartupError{Problem: problem, Method: method, Channel: in.AuditChannel, Name: c.Name}
}

// ask calls Slack once and sorts what went wrong.
func (in inspector) ask(ctx context.Context, method string, call func(context.Context) error) error {
	err := call(ctx)
	if ctx.Err() != nil {
		return fmt.Errorf("inspect Slack: %w", ctx.Err())
	}
	if failed, ok := errors.AsType[*slackapi.Error](slackapi.Sort(err)); ok {
		return in.startupError(method, failed)
	}
	return nil
}
