package bot

import (
	"errors"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"olbot/internal/slackapi"
)

// A StartupProblem names why olbot cannot start to work in Slack.
type StartupProblem string

// The problems. All but the first need somebody to change a setting.
const (
	SlackUnreachable StartupProblem = "unreachable"       // no answer, 429 or 5xx: it may pass, not before After
	TokenRefused     StartupProblem = "token_refused"     // Slack does not accept the bot token: Code
	ScopeMissing     StartupProblem = "scope_missing"     // Needed
	NotABot          StartupProblem = "not_a_bot"         // the token is a user's
	ChannelNotFound  StartupProblem = "channel_not_found" // no such channel, or a private one that olbot is not in
	NotAChannel      StartupProblem = "not_a_channel"     // a DM or a group DM
	ChannelArchived  StartupProblem = "archived"
	ChannelShared    StartupProblem = "shared"     // with another organisation
	ChannelInvited   StartupProblem = "invited"    // another organisation has been invited to it
	NotAMember       StartupProblem = "not_member" // olbot is not in the channel
	SlackUnexpected  StartupProblem = "unexpected" // an answer that Slack does not give
)

// A StartupError says why olbot cannot start to work in Slack.
type StartupError struct {
	Problem StartupProblem
	Method  string   // the Web API method that was called
	Code    string   // Slack's word for it, if it said one
	Needed  []string // for ScopeMissing
	Channel string   // the audit channel's id, if it is about the channel
	Name    string   // its name, without #, if that is known
	After   time.Duration
	Err     error // the cause, if there is one
}

func (e *StartupError) Error() string {
	parts := []string{"inspect Slack", e.Method, string(e.Problem)}
	if len(e.Needed) > 0 {
		parts = append(parts, strings.Join(e.Needed, ", "))
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	return strings.Join(parts, ": ")
}

func (e *StartupError) Unwrap() error { return e.Err }

// startupError sorts what Slack answered.
func (in inspector) startupError(method string, failed *slackapi.Error) *StartupError {
	e := &StartupError{Problem: SlackUnexpected, Method: method, Code: failed.Code, After: failed.After, Err: failed}
	switch {
	case failed.Effect != slackapi.Refused:
		e.Problem = SlackUnreachable
	case failed.Code == "missing_scope":
		e.Problem = ScopeMissing
		if answer, ok := errors.AsType[slack.SlackErrorResponse](failed); ok && answer.Needed != "" {
			e.Needed = strings.Split(answer.Needed, ",")
		}
	case slackapi.Credentials(failed):
		e.Problem = TokenRefused
	case method == "conversations.info" && failed.Code == "channel_not_found":
		e.Problem, e.Channel = ChannelNotFound, in.AuditChannel
	case method == "conversations.info" && failed.Code == "method_not_supported_for_channel_type":
		e.Problem, e.Channel = NotAChannel, in.AuditChannel
	}
	return e
}
