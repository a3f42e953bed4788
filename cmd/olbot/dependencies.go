package main

import (
	"context"
	"net/http"
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
	store     *sqlstore.Store // opened once the rest is in order
	slack     *slack.Client
	pace      *slackapi.Pace     // that slack keeps
	workspace slackapi.Workspace // known once the dependencies are checked
	onelogin  *onelogin.Client
	access    access // that their calls tell of

	observe func(http.RoundTripper) http.RoundTripper // wraps the transport of every call to Slack's Web API
}

// examineStore finds out whether openStore would succeed, and changes nothing: a schema that is
// brought up to date while Slack or OneLogin keep olbot from working helps nobody, and an older olbot
// may not be able to go back to it.
func (p *program) examineStore(ctx context.Context, c config.Config, log *zap.Logger) error {
	return p.withRetry(ctx, log, databaseSilent, func(ctx context.Context) error {
		x, err := sqlstore.Examine(ctx, sqlstore.Config{URL: c.DatabaseURL.Reveal(), Keys: c.Keys(), Now: p.now}, false)
		if err == nil && x.InUse {
			err = &sqlstore.OpenError{Kind: sqlstore.InUse, Where: x.Where}
		}
		return err
	})
}

// databaseSilent is what is logged while it is so.
const databaseSilent = "the database does not answer"

// openStore opens the database for writing and brings its schema up to date.
func (p *program) openStore(ctx context.Context, c config.Config, log *zap.Logger) (store *sqlstore.Store, err error) {
	err = p.withRetry(ctx, log, databaseSilent, func(ctx context.Context) error {
		store, err = sqlstore.Open(ctx, sqlstore.Config{URL: c.DatabaseURL.Reveal(), Keys: c.Keys(), Now: p.now, Log: log.Named("database")})
		return err
	})
	return store, err
}

// newDependencies makes the clients of Slack and OneLogin. Nothing is called yet.
func (p *program) newDependencies(c config.Config, m *monitor.Metrics, log *zap.Logger) (deps *dependencies, err error) {
	deps = &dependencies{pace: slackapi.NewPace(max(p.slackPace, 1))}
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

// checkDependencies checks Slack, OneLogin and the exports at once, and then everybody whom the settings name. The error
// says what is wrong with Slack and OneLogin.
func (p *program) checkDependencies(ctx context.Context, c config.Config, deps *dependencies, log *zap.Logger) error {
	in := newInspector(c, deps)
	all := append(p.exportChecks(c, false), slackChecks(c, in, p.now), oneLoginChecks(deps.onelogin))
	err := settle(p.makeChecks(ctx, log, all...), log)
	if deps.workspace = in.Found(); err != nil {
		return err
	}
	return settle(p.makeChecks(ctx, log, peopleChecks(c, deps, true, p.now)...), log)
}
