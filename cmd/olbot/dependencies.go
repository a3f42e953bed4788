package main

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/zap"

	"olbot/internal/config"
	"olbot/internal/monitor"
	"olbot/internal/slackapi"
	"olbot/internal/sqlstore"
	"olbot/onelogin"
)

// dependencies are what olbot works with.
type dependencies struct {
	store     *sqlstore.Store
	slack     *slack.Client
	pace      *slackapi.Pace     // that slack keeps
	workspace slackapi.Workspace // known once the dependencies are checked
	onelogin  *onelogin.Client
	access    access // that their calls tell of

	observe func(http.RoundTripper) http.RoundTripper // wraps the transport of every call to Slack's Web API
}

// openStore opens the database for writing and brings its schema up to date.
func (p *program) openStore(ctx context.Context, c config.Config, log *zap.Logger) (store *sqlstore.Store, err error) {
	err = p.withRetry(ctx, log, "the database does not answer", func(ctx context.Context) error {
		store, err = sqlstore.Open(ctx, sqlstore.Config{URL: c.DatabaseURL.Reveal(), Keys: c.Keys(), Now: p.now, Log: log.Named("database")})
		return err
	})
	return store, err
}

// newDependencies makes the clients of Slack and OneLogin. Nothing is called yet.
func (p *program) newDependencies(c config.Config, store *sqlstore.Store, m *monitor.Metrics, log *zap.Logger) (deps *dependencies, err error) {
	deps = &dependencies{store: store, pace: slackapi.NewPace(max(p.slackPace, 1))}
	deps.access = newAccess(c, deps, log)
	deps.observe = slackapi.Observe(string(c.SlackAPIURL), func(a slackapi.Answer) { m.SawSlack(a); deps.access.sawSlack(a) })
	deps.slack = slackapi.NewPaced(deps.pace, string(c.SlackAPIURL), c.SlackBotToken.Reveal(), c.SlackAppToken.Reveal(), deps.observe)
	deps.onelogin, err = onelogin.New(onelogin.Config{
		BaseURL:      string(c.OneLoginAPIURL),
		ClientID:     c.OneLoginClientID.Reveal(),
		ClientSecret: c.OneLoginClientSecret,
		UserAgent:    "olbot/" + programVersion(),
		Timeout:      time.Duration(c.OneLoginTimeout),
		Now:          p.now,
		Observe: func(op string, status int, took time.Duration) {
			m.ObserveOneLogin(op, status, took)
			deps.access.sawOneLogin(op, status, took)
		},
	})
	return deps, err
}

// inspection is what is looked at in Slack.
func inspection(c config.Config) slackapi.Inspection {
	return slackapi.Inspection{AuditChannel: string(c.AuditChannel), UserGroups: c.UsesUserGroups()}
}

// checkDependencies checks Slack and OneLogin in parallel. The error says what is wrong with both.
func (p *program) checkDependencies(ctx context.Context, c config.Config, deps *dependencies, log *zap.Logger) error {
	failed := make(failures, 2)
	var both sync.WaitGroup
	both.Go(func() {
		failed[0] = p.withRetry(ctx, log, "Slack does not answer", func(ctx context.Context) (err error) {
			deps.workspace, err = slackapi.Inspect(ctx, deps.slack, inspection(c))
			return err
		})
	})
	both.Go(func() {
		failed[1] = p.withRetry(ctx, log, "OneLogin does not answer", func(ctx context.Context) error {
			return checkOneLogin(ctx, deps.onelogin, log)
		})
	})
	both.Wait()
	failed = slices.DeleteFunc(failed, func(err error) bool { return err == nil })
	if len(failed) > 0 {
		return failed
	}
	return nil
}

// checkOneLogin checks that OneLogin accepts the credentials. A server that issues
// an access token but lacks the call that the check then makes has accepted them:
// olbot needs that call for nothing else.
func checkOneLogin(ctx context.Context, client *onelogin.Client, log *zap.Logger) error {
	err := client.CheckCredentials(ctx)
	if e, ok := errors.AsType[*onelogin.Error](err); ok && e.Op == "check credentials" && e.Status == http.StatusNotFound {
		log.Warn("OneLogin gave an access token, which could not be tried", zap.Error(err))
		return nil
	}
	return err
}
