package main

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"
	"github.com/spf13/cobra"
	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"olbot/internal/slackapi"
	"olbot/internal/sqlstore"
	"olbot/onelogin"
)

func (p *program) runCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "run",
		Short: "Run olbot until it is told to stop",
		Long: "Run olbot until SIGINT or SIGTERM. It then takes no more work, lets what is under way come to an end,\n" +
			"and exits within 10 s. Exit code 0: told to stop; 1: something failed; 2: something has to be set otherwise.\n\n" +
			"Configuration, from the environment and from .env in the working directory:\n\n" + configHelp(),
		Args: cobra.NoArgs,
		RunE: p.does(func(ctx context.Context) error {
			c, err := p.config()
			if err != nil {
				return err
			}
			log := newLogger(c, p.stderr)
			defer func() { _ = log.Sync() }() // fails on terminals and pipes
			err = inTime(ctx, cmp.Or(p.stopTime, stopTime), func() error { return p.serve(ctx, c, log) })
			if ctx.Err() != nil && (errors.Is(err, ctx.Err()) || errors.Is(err, context.Cause(ctx))) {
				return nil // told to stop before it had begun
			}
			return err
		}),
	}
}

// stopTime is how long olbot may take to stop: those who stop programs begin to
// kill them after 10 s.
const stopTime = 9500 * time.Millisecond

// errUnfinished says that work was still going on when the time to stop was over.
var errUnfinished = errors.New("olbot was told to stop, and some work was not over in time; what was under way is taken up at the next start")

// inTime returns do's error, or errUnfinished when do is not over in that time after ctx ended.
func inTime(ctx context.Context, stop time.Duration, do func() error) error {
	over := make(chan error, 1)
	go func() { over <- do() }()
	select {
	case err := <-over:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-over:
		return err
	case <-time.After(stop):
		return errUnfinished
	}
}

// An outside is what olbot works with, found to be in order.
type outside struct {
	store     *sqlstore.Store
	slack     *slack.Client
	pace      *slackapi.Pace // that slack keeps
	workspace slackapi.Workspace
	onelogin  *onelogin.Client
}

// serve opens the database, makes sure that Slack and OneLogin take olbot for
// what it says it is, and works until ctx ends.
func (p *program) serve(ctx context.Context, c Config, log *zap.Logger) (err error) {
	store, err := p.openStore(ctx, c, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	listener, err := listen(ctx, c.HTTPAddr)
	if err != nil {
		return err
	}
	if listener != nil {
		defer listener.Close()
	}
	m := newMetrics()
	out, err := p.reachOutside(ctx, c, store, m, log)
	if err != nil {
		return err
	}
	// Told before any command is taken, so that what was decided by which rules can be read from the trail.
	if err := store.KeepSettings(ctx, c.auditedSettings(), p.now()); err != nil {
		return err
	}
	if len(c.SecurityContacts) == 0 && c.NotifyOwner {
		log.Warn("OLBOT_SECURITY_CONTACTS is empty: nobody is mentioned in alarms, and nobody can lift the block that This wasn't me leaves on an account")
	}
	log.Info("olbot starts", zap.String("version", programVersion()), zap.String("command", string(c.Command)),
		zap.String("team", out.workspace.TeamID), zap.String("app", out.workspace.AppID), zap.String("channel", string(c.AuditChannel)))
	return p.assemble(c, out, m, listener, log).run(ctx)
}

// openStore opens the database for writing and brings its schema up to date.
func (p *program) openStore(ctx context.Context, c Config, log *zap.Logger) (store *sqlstore.Store, err error) {
	err = p.patiently(ctx, log, "the database does not answer", func(ctx context.Context) error {
		store, err = sqlstore.Open(ctx, sqlstore.Config{URL: c.DatabaseURL.Reveal(), Now: p.now, Log: log.Named("database")})
		return err
	})
	return store, err
}

// reachOutside checks Slack and OneLogin side by side. The error tells of both.
func (p *program) reachOutside(ctx context.Context, c Config, store *sqlstore.Store, m *metrics, log *zap.Logger) (outside, error) {
	pace := slackapi.NewPace(max(p.slackPace, 1))
	out := outside{
		store: store,
		pace:  pace,
		slack: slackapi.NewPaced(pace, string(c.SlackAPIURL), c.SlackBotToken.Reveal(), c.SlackAppToken.Reveal(), m.observeSlack(c)),
	}
	var err error
	out.onelogin, err = onelogin.New(onelogin.Config{
		BaseURL:      string(c.OneLoginAPIURL),
		ClientID:     c.OneLoginClientID.Reveal(),
		ClientSecret: c.OneLoginClientSecret,
		UserAgent:    "olbot/" + programVersion(),
		Now:          p.now,
		Observe:      m.oneLoginCall,
	})
	if err != nil {
		return outside{}, err
	}
	var both errgroup.Group
	wrong := make(failures, 2)
	both.Go(func() error {
		wrong[0] = p.patiently(ctx, log, "Slack does not answer", func(ctx context.Context) (err error) {
			out.workspace, err = slackapi.Inspect(ctx, out.slack, slackapi.Inspection{
				AuditChannel: string(c.AuditChannel), UserGroups: c.usesUserGroups(),
			})
			return err
		})
		return nil
	})
	both.Go(func() error {
		wrong[1] = p.patiently(ctx, log, "OneLogin does not answer", func(ctx context.Context) error {
			return checkOneLogin(ctx, out.onelogin, log)
		})
		return nil
	})
	_ = both.Wait()
	wrong = slices.DeleteFunc(wrong, func(err error) bool { return err == nil })
	if len(wrong) > 0 {
		return outside{}, wrong
	}
	return out, nil
}

// checkOneLogin finds out whether OneLogin takes the credentials. A server that
// gave an access token and does not know the call it was tried with has taken
// them: olbot needs that call for nothing else.
func checkOneLogin(ctx context.Context, client *onelogin.Client, log *zap.Logger) error {
	err := client.CheckCredentials(ctx)
	if e, ok := errors.AsType[*onelogin.Error](err); ok && e.Op == "check credentials" && e.Status == http.StatusNotFound {
		log.Warn("OneLogin gave an access token, which could not be tried", zap.Error(err))
		return nil
	}
	return err
}

// usesUserGroups says whether the membership of Slack user groups decides anything.
func (c Config) usesUserGroups() bool {
	return slices.ContainsFunc(slices.Concat([]string(c.Requesters), []string(c.Approvers)), func(entry string) bool {
		return strings.HasPrefix(entry, "S")
	})
}
