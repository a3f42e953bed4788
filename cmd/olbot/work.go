package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"olbot/approvals"
	"olbot/bot"
	"olbot/internal/people"
	"olbot/internal/slackapi"
)

// An olbot is all that runs, put together.
type olbot struct {
	store    *watchedStore
	service  *approvals.Service
	pace     *slackapi.Pace
	bot      *bot.Bot
	socket   *bot.Socket
	rivals   *rivalWatch // nil if olbots may share the app, because they share a database
	health   []check
	ready    []check
	metrics  *metrics
	listener net.Listener // nil for no HTTP server
	log      *zap.Logger
}

// assemble puts olbot together. Nothing runs yet.
func (p *program) assemble(c Config, out outside, m *metrics, listener net.Listener, log *zap.Logger) *olbot {
	o := &olbot{store: watch(countedStore{out.store, m}, p.now), metrics: m, listener: listener, log: log}
	dms := slackapi.NewDMs(out.slack, p.now)
	messenger := bot.NewMessenger(bot.MessengerConfig{
		API: out.slack, DMs: dms, Pace: out.pace, Store: out.store, Feed: string(c.AuditChannel), Log: log.Named("messenger"), Now: p.now,
		Options: bot.CardOptions{
			NotifyOwner: c.NotifyOwner, SecurityContacts: c.SecurityContacts, Chain: c.Approvers, ClaimWindow: time.Duration(c.ClaimWindow),
		},
	})
	o.service = approvals.NewService(approvals.Ports{
		Store: o.store,
		Directory: people.NewDirectory(
			people.Slack{Client: out.slack, URL: string(c.SlackAPIURL), Token: c.SlackBotToken.Reveal(), DMs: dms, Pace: out.pace, Wrap: m.observeSlack(c)},
			out.onelogin,
			people.Workspace{TeamID: out.workspace.TeamID, EnterpriseID: out.workspace.EnterpriseID},
			p.now),
		Issuer:    people.NewIssuer(out.onelogin),
		Messenger: messenger,
	}, c.policy(), time.Duration(c.Retention), log.Named("service"), p.now)
	o.pace = out.pace
	o.bot = bot.New(o.service, messenger, string(c.Command), log.Named("bot"))

	hooks := m.socketHooks()
	if strings.HasPrefix(c.DatabaseURL.Reveal(), "sqlite:") {
		o.rivals = newRivalWatch(log)
		counted := hooks.Hello
		hooks.Hello = func(h bot.Hello) { counted(h); o.rivals.hello(h) }
	}
	o.socket = bot.NewSocket(bot.SocketConfig{
		APIURL: string(c.SlackAPIURL), AppToken: c.SlackAppToken.Reveal(), AppID: out.workspace.AppID,
		Connections: int(c.SocketConnections), Patience: p.slackPatience,
		Handler: o.bot.Handle, Busy: o.bot.Busy, Broken: o.bot.Broken,
		Hooks: hooks, HTTPClient: &http.Client{Transport: m.observeSlack(c)(http.DefaultTransport)},
		Log: log.Named("socket"),
	})
	m.connections(o.socket.Connected)
	m.database(out.store, p.now)
	o.health = []check{o.store.working, writing(out.store)}
	o.ready = []check{o.connected, writable(out.store), o.store.feedKept}
	return o
}

// connected is the check that Slack can reach this process.
func (o *olbot) connected(context.Context) error {
	if o.socket.Connected() == 0 {
		return errors.New("not connected to Slack")
	}
	return nil
}

func writable(store interface{ Writable(context.Context) error }) check {
	return func(ctx context.Context) error {
		if store.Writable(ctx) != nil {
			return errors.New("the database cannot be written to")
		}
		return nil
	}
}

// run works until ctx ends, or until something fails for good. Then it takes no
// more work and lets what is under way come to an end.
func (o *olbot) run(ctx context.Context) error {
	all, ctx := errgroup.WithContext(ctx)
	all.Go(func() error { return o.service.Run(ctx) })
	all.Go(func() error {
		defer o.bot.Wait()
		return o.socket.Run(ctx)
	})
	if o.rivals != nil {
		all.Go(func() error { return o.rivals.run(ctx, o.socket.Recheck) })
	}
	if o.listener != nil {
		server := healthServer(o.health, o.ready, o.metrics.handler(o.log.Named("metrics")), o.log.Named("http"))
		all.Go(func() error { return serveHTTP(ctx, server, o.listener) })
	}
	all.Go(func() error {
		select {
		case <-o.socket.Ready():
			o.log.Info("olbot takes commands")
		case <-ctx.Done():
		}
		return nil
	})
	context.AfterFunc(ctx, func() { o.log.Info("olbot stops"); o.pace.Stop() })
	return all.Wait()
}
