package slackapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// A Problem names why olbot cannot start to work in Slack.
type Problem string

// The problems. All but the first need somebody to change a setting.
const (
	Unreachable     Problem = "unreachable"       // no answer, 429 or 5xx: it may pass, not before After
	TokenRefused    Problem = "token_refused"     // Slack does not accept the bot token: Code
	ScopeMissing    Problem = "scope_missing"     // Needed
	NotABot         Problem = "not_a_bot"         // the token is a user's
	ChannelNotFound Problem = "channel_not_found" // no such channel, or a private one that olbot is not in
	NotAChannel     Problem = "not_a_channel"     // a DM or a group DM
	ChannelArchived Problem = "archived"
	ChannelShared   Problem = "shared"     // with another organisation
	ChannelInvited  Problem = "invited"    // another organisation has been invited to it
	NotAMember      Problem = "not_member" // olbot is not in the channel
	Unexpected      Problem = "unexpected" // an answer that Slack does not give
)

// An InspectError says why olbot cannot start to work in Slack.
type InspectError struct {
	Problem Problem
	Method  string   // the Web API method that was called
	Code    string   // Slack's word for it, if it said one
	Needed  []string // for ScopeMissing
	Channel string   // the audit channel's id, if it is about the channel
	After   time.Duration
	Err     error // the cause, if there is one
}

func (e *InspectError) Error() string {
	parts := []string{"inspect Slack", e.Method, string(e.Problem)}
	if len(e.Needed) > 0 {
		parts = append(parts, strings.Join(e.Needed, ", "))
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	return strings.Join(parts, ": ")
}

func (e *InspectError) Unwrap() error { return e.Err }

// Refusal is in a word what Slack refuses olbot for, "" if it did not refuse: there
// was no answer, or none of Slack's.
func (e *InspectError) Refusal() string {
	switch {
	case e.Problem == Unreachable, e.Problem == Unexpected && e.Code == "":
		return ""
	case len(e.Needed) > 0:
		return string(e.Problem) + ": " + strings.Join(e.Needed, ", ")
	}
	return cmp.Or(e.Code, string(e.Problem))
}

// sortFailure sorts a call that failed.
func (in *Inspector) sortFailure(ctx context.Context, method string, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("inspect Slack: %w", ctx.Err())
	}
	failed, _ := errors.AsType[*Error](Sort(err))
	e := &InspectError{Problem: Unexpected, Method: method, Code: failed.Code, After: failed.After, Err: failed}
	switch {
	case failed.Effect != Refused:
		e.Problem = Unreachable
	case failed.Code == "missing_scope":
		e.Problem = ScopeMissing
		if answer, ok := errors.AsType[slack.SlackErrorResponse](failed); ok && answer.Needed != "" {
			e.Needed = strings.Split(answer.Needed, ",")
		}
	case Credentials(failed):
		e.Problem = TokenRefused
	case method == methodChannel && failed.Code == "channel_not_found":
		e.Problem, e.Channel = ChannelNotFound, in.want.AuditChannel
	case method == methodChannel && failed.Code == "method_not_supported_for_channel_type":
		e.Problem, e.Channel = NotAChannel, in.want.AuditChannel
	}
	return e
}
