package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"olbot/internal/config"
	"olbot/internal/monitor"
	"olbot/internal/slackapi"
	"olbot/internal/socketmode"
	"olbot/internal/sqlstore"
	"olbot/onelogin"
)

// failures are what kept olbot from starting, where more than one thing can.
type failures []error

func (fs failures) Error() string   { return errors.Join(fs...).Error() }
func (fs failures) Unwrap() []error { return fs }

// explain turns an error into what the operator reads (what is wrong and what to
// do about it) and the exit code: exitConfig if a setting, a credential or
// something in Slack or OneLogin has to be changed, exitFailed if the next start
// may work.
func explain(err error) (message string, code int) {
	if ps, ok := errors.AsType[config.Problems](err); ok {
		return ps.Error(), exitConfig
	}
	if e, ok := errors.AsType[*slackapi.InspectError](err); ok {
		return explainSlack(e)
	}
	if e, ok := errors.AsType[*socketmode.Error](err); ok {
		return "Socket Mode cannot work (" + e.Code + "): " + e.Message, exitConfig
	}
	if e, ok := errors.AsType[*onelogin.Error](err); ok {
		return explainOneLogin(e)
	}
	if e, ok := errors.AsType[*sourceError](err); ok {
		_, code := explainDatabase(e.database)
		return e.Error(), code
	}
	if e, ok := errors.AsType[*sqlstore.OpenError](err); ok {
		return explainDatabase(e)
	}
	if e, ok := errors.AsType[*exportError](err); ok {
		return e.Error(), exitConfig
	}
	if e, ok := errors.AsType[*sqlstore.BackupError](err); ok && !e.Passing() {
		return e.Error(), exitConfig
	}
	if e, ok := errors.AsType[*monitor.ListenError](err); ok {
		return fmt.Sprintf("OLBOT_HTTP_ADDR is %s, where olbot cannot listen (%v); set another address, or nothing for no HTTP server", config.Quoted(e.Addr), e.Err), exitConfig
	}
	if e, ok := errors.AsType[*noBlockError](err); ok {
		return e.Error(), exitConfig
	}
	if e, ok := errors.AsType[*noPostError](err); ok {
		return e.Error(), exitConfig
	}
	if e, ok := errors.AsType[*nobodyError](err); ok {
		return e.Error(), exitConfig
	}
	if e, ok := errors.AsType[*noGroupError](err); ok {
		return e.Error(), exitConfig
	}
	if e, ok := errors.AsType[*filesError](err); ok {
		return e.Error(), exitConfig
	}
	switch {
	case errors.Is(err, sqlstore.ErrSameKey):
		return trailKey + " still holds the key that the trail is kept with; set it to a new one first, which olbot audit key prints", exitConfig
	case errors.Is(err, sqlstore.ErrNotEmpty), errors.Is(err, sqlstore.ErrDirection):
		return err.Error() + "; set OLBOT_DATABASE_URL to an empty PostgreSQL database, and --from to sqlite:path", exitConfig
	case errors.Is(err, errNoHTTP):
		return "OLBOT_HTTP_ADDR is empty, so there is no health to ask for; set it to host:port, such as 127.0.0.1:8080", exitConfig
	case errors.Is(err, context.Canceled):
		return "stopped", exitFailed
	}
	return err.Error(), exitFailed
}

// explainDatabase leaves the words to package sqlstore, which knows the databases.
func explainDatabase(e *sqlstore.OpenError) (string, int) {
	code := exitConfig
	switch e.Kind {
	case sqlstore.Unreachable, sqlstore.InUse, sqlstore.ClockOff:
		code = exitFailed
	}
	if e.AboutKey() {
		return trailKey + ": " + e.Error(), code
	}
	return databaseURL + ": " + e.Error(), code
}

func explainSlack(e *slackapi.InspectError) (string, int) {
	const settings = "OAuth & Permissions in the Slack app's settings"
	channel := "the audit channel (OLBOT_AUDIT_CHANNEL is " + config.Quoted(e.Channel) + ")"
	switch e.Problem {
	case slackapi.Unreachable:
		if refusal := proxyRefusal(e.Err); refusal != nil {
			return "Slack is not reached: " + refusal.Error(), exitConfig
		}
		if unproven(e.Err) {
			return fmt.Sprintf("the server at SLACK_API_URL does not prove that it is Slack (%s: %v); %s", e.Method, e.Err, trustAdvice), exitConfig
		}
		return fmt.Sprintf("Slack does not answer (%s: %v); check the network, SLACK_API_URL and https://slack-status.com", e.Method, e.Err), exitFailed
	case slackapi.TokenRefused:
		return "Slack does not accept SLACK_BOT_TOKEN (" + e.Code + "); install the Slack app to the workspace and copy its Bot User OAuth Token from " + settings, exitConfig
	case slackapi.NotABot:
		return "SLACK_BOT_TOKEN belongs to no bot; set it to the Bot User OAuth Token (xoxb-…) from " + settings, exitConfig
	case slackapi.ScopeMissing:
		return "the Slack app lacks a scope that olbot needs: " + orUnnamed(e.Needed) + "; add it under " + settings +
			" (olbot manifest prints all of them) and install the app again", exitConfig
	case slackapi.ChannelNotFound:
		return channel + " cannot be found in Slack; check the id, and if the channel is private invite the bot to it", exitConfig
	case slackapi.NotAMember:
		return channel + " does not have olbot in it; invite the bot there", exitConfig
	case slackapi.NotAChannel:
		return channel + " is a direct message; set it to the id of a channel (C… or G…)", exitConfig
	case slackapi.ChannelArchived:
		return channel + " is archived; unarchive it or set another one", exitConfig
	case slackapi.ChannelShared:
		return channel + " is shared with another organisation, which would read who asks for whom; set one that is not", exitConfig
	case slackapi.ChannelInvited:
		return channel + " is about to be shared: another organisation is invited to it; withdraw the invitation or set another channel", exitConfig
	}
	return fmt.Sprintf("the server at SLACK_API_URL does not answer %s as Slack does (%v); check the URL", e.Method, e.Err), exitConfig
}

func orUnnamed(scopes []string) string {
	if len(scopes) == 0 {
		return "one that Slack does not name"
	}
	return strings.Join(scopes, ", ")
}

func explainOneLogin(e *onelogin.Error) (string, int) {
	switch {
	case errors.Is(e, onelogin.ErrCredentials) && e.Scope:
		return fmt.Sprintf("the scope of the OneLogin API credentials is too narrow (%v); "+
			"set ONELOGIN_CLIENT_ID and ONELOGIN_CLIENT_SECRET to a pair with the scope Manage users (in OneLogin: Developers, API Credentials)", e), exitConfig
	case errors.Is(e, onelogin.ErrCredentials):
		return fmt.Sprintf("OneLogin refuses ONELOGIN_CLIENT_ID and ONELOGIN_CLIENT_SECRET (%v); "+
			"set both to an API credential pair with the scope Manage users (in OneLogin: Developers, API Credentials)", e), exitConfig
	case errors.Is(e, onelogin.ErrForbidden):
		return fmt.Sprintf("OneLogin does not let this machine in (%v); if the account allows only some IP addresses, add this machine's, and check ONELOGIN_API_URL", e), exitConfig
	case proxyRefusal(e) != nil:
		return "OneLogin is not reached: " + proxyRefusal(e).Error(), exitConfig
	case unproven(e):
		return fmt.Sprintf("the server at ONELOGIN_API_URL does not prove that it is OneLogin (%v); %s", e, trustAdvice), exitConfig
	case errors.Is(e, onelogin.ErrUnavailable):
		return fmt.Sprintf("OneLogin does not answer (%v); check the network, ONELOGIN_API_URL and https://www.onelogin.com/status", e), exitFailed
	case errors.Is(e, onelogin.ErrRateLimited):
		return fmt.Sprintf("OneLogin's rate limit is used up (%v); start again later, and see what else uses the account's API", e), exitFailed
	}
	return fmt.Sprintf("the server at ONELOGIN_API_URL does not answer as OneLogin does (%v); check the URL", e), exitConfig
}
