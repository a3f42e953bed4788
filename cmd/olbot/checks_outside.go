package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"olbot/internal/config"
	"olbot/internal/slackapi"
	"olbot/onelogin"
)

// inspection is what is looked at in Slack.
func inspection(c config.Config) slackapi.Inspection {
	return slackapi.Inspection{AuditChannel: string(c.AuditChannel), UserGroups: c.UsesUserGroups()}
}

// slackChecks are what olbot needs of Slack. None of them posts anything.
func slackChecks(in *slackapi.Inspector) series {
	checks := []check{
		{"slack_token", func(ctx context.Context) (finding, error) {
			err := in.Token(ctx)
			found := in.Found()
			return finding{well: fmt.Sprintf("the bot %s of the workspace %s, with the scopes that olbot needs", found.BotUserID, found.TeamID)}, err
		}},
		{"slack_app", func(ctx context.Context) (finding, error) {
			err := in.App(ctx)
			return finding{well: in.Found().AppID}, err
		}},
		{"audit_channel", func(ctx context.Context) (finding, error) {
			err := in.Channel(ctx)
			return finding{well: "#" + in.Found().Channel}, err
		}},
	}
	return series{"Slack does not answer", checks}
}

// oneLoginChecks are what olbot needs of OneLogin.
func oneLoginChecks(client *onelogin.Client) series {
	return series{"OneLogin does not answer", []check{{"onelogin", func(ctx context.Context) (finding, error) { return checkOneLogin(ctx, client) }}}}
}

// checkOneLogin checks that OneLogin accepts the credentials. A server that issues
// an access token but lacks the call that the check then makes has accepted them:
// olbot needs that call for nothing else.
func checkOneLogin(ctx context.Context, client *onelogin.Client) (finding, error) {
	err := client.CheckCredentials(ctx)
	if e, ok := errors.AsType[*onelogin.Error](err); ok && e.Op == "check credentials" && e.Status == http.StatusNotFound {
		return finding{warnings: []string{fmt.Sprintf("OneLogin gave an access token, which could not be tried (%v)", err)}}, nil
	}
	return finding{well: "takes the API credentials"}, err
}
