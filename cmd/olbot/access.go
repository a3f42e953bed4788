package main

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/internal/config"
	"olbot/internal/monitor"
	"olbot/internal/slackapi"
	"olbot/onelogin"
)

// An access is what is known of whether Slack and OneLogin let olbot do its work,
// from what becomes of its calls.
type access struct {
	slack    *monitor.Access
	calls    *monitor.Calls
	tab      *monitor.MessagesTab
	onelogin *monitor.Access
}

// newAccess is the access of the dependencies, whose clients may be made after it.
func newAccess(c config.Config, deps *dependencies, log *zap.Logger) access {
	return access{
		slack: monitor.NewAccess("Slack", func(ctx context.Context) (string, error) {
			return probeSlack(ctx, deps.slack, inspection(c))
		}, log),
		calls: monitor.NewCalls(log),
		tab:   monitor.NewMessagesTab(log),
		onelogin: monitor.NewAccess("OneLogin", func(ctx context.Context) (string, error) {
			return probeOneLogin(ctx, deps.onelogin)
		}, log),
	}
}

// sawSlack learns from a call of Slack's Web API.
func (a access) sawSlack(answer slackapi.Answer) {
	a.calls.Saw(answer)
	a.tab.Saw(answer)
	if answer.Outcome == slackapi.CallRefused && answer.Method != slackapi.OtherMethod {
		a.slack.Suspect()
	}
}

// sawOneLogin learns from a request to OneLogin.
func (a access) sawOneLogin(_ string, status int, _ time.Duration) {
	if status == http.StatusUnauthorized || status == http.StatusForbidden {
		a.onelogin.Suspect()
	}
}

// needs are what olbot needs of Slack and OneLogin to be ready.
func (a access) needs() []monitor.Need {
	return []monitor.Need{
		{Name: monitor.NeedsSlack, Check: a.slack.Check},
		{Name: monitor.NeedsSlack, Check: a.calls.Check},
		{Name: monitor.NeedsSlack, Check: a.tab.Check},
		{Name: monitor.NeedsOneLogin, Check: a.onelogin.Check},
	}
}

// obstacle says why no request can be taken: it could come to no end.
func (a access) obstacle() *approvals.Refusal {
	if code := cmp.Or(a.slack.Refused(), a.calls.Refused()); code != "" {
		return &approvals.Refusal{Code: approvals.SlackRefuses, Text: code}
	}
	switch code := a.onelogin.Refused(); code {
	case "":
		return nil
	case monitor.NotLetIn:
		return &approvals.Refusal{Code: approvals.OneLoginForbids}
	default:
		return &approvals.Refusal{Code: approvals.OneLoginRefuses, Text: code}
	}
}

// probeSlack is a monitor.Probe of the bot token.
func probeSlack(ctx context.Context, api *slack.Client, want slackapi.Inspection) (refused string, err error) {
	err = slackapi.CheckToken(ctx, api, want)
	if e, ok := errors.AsType[*slackapi.InspectError](err); ok && e.Refusal() != "" {
		return e.Refusal(), nil
	}
	return "", err
}

// probeOneLogin is a monitor.Probe of the API credentials. A server that lacks the
// call has taken them, as at the start.
func probeOneLogin(ctx context.Context, client *onelogin.Client) (refused string, err error) {
	_, err = checkOneLogin(ctx, client)
	if errors.Is(err, onelogin.ErrForbidden) {
		return monitor.NotLetIn, nil
	}
	e, ok := errors.AsType[*onelogin.Error](err)
	if !ok || !errors.Is(err, onelogin.ErrCredentials) {
		return "", err
	}
	return cmp.Or(e.Name, strconv.Itoa(e.Status)), nil
}
