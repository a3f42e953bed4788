package main

import (
	"context"
	"net"
	"net/http"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"olbot/approvals"
	"olbot/bot"
	"olbot/bot/messenger"
	"olbot/bot/view"
	"olbot/internal/config"
	"olbot/internal/monitor"
	"olbot/internal/people"
	"olbot/internal/slackapi"
	"olbot/internal/socketmode"
)

// An olbot is everything that runs, wired together.
type olbot struct {
	service  *approvals.Service
	pace     *slackapi.Pace
	access   access
	bot      *bot.Bot
	socket   *socketmode.Socket
	foreign  *foreignWatch
	monitor  monitor.Server
	manager  manager
	listener net.Listener // nil for no HTTP server
	log      *zap.Logger
}

// assemble wires olbot. Nothing runs yet.
func (p *program) assemble(c config.Config, deps *dependencies, m *monitor.Metrics, listener net.Listener, log *zap.Logger) *olbot {
	o := &olbot{listener: listener, manager: newManager(p.environ, log), log: log}
	store := monitor.NewStore(deps.store, m, p.now)
	messenger := messenger.New(messenger.Config{
		API: deps.slack, APIURL: string(c.SlackAPIURL), Pace: deps.pace, Store: deps.store, Feed: string(c.AuditChannel), Log: log.Named("messenger"), Now: p.now,
		Options: view.Options{
			NotifyOwner: c.NotifyOwner, SecurityContacts: c.SecurityContacts, Chain: c.Approvers, ClaimWindow: time.Duration(c.ClaimWindow), MaxCodes: int(c.MaxCodes),
		},
	})
	sinks, exports := []approvals.Sink{messenger.Feed()}, []string(nil)
	for _, sink := range p.newExports(c, deps.store, m, log.Named("export")) {
		sinks, exports = append(sinks, sink), append(exports, sink.Name())
	}
	o.service = approvals.NewService(approvals.Ports{
		Store:     store,
		Directory: newDirectory(c, deps, log.Named("people"), p.now),
		Issuer:    people.NewIssuer(deps.onelogin),
		Messenger: messenger,
		Sinks:     sinks,
		Obstacle:  deps.access.obstacle,
	}, c.Policy(), time.Duration(c.Retention), log.Named("service"), p.now)
	o.pace, o.access = deps.pace, deps.access
	o.bot = bot.New(o.service, messenger, string(c.Command), log.Named("bot"), p.now)

	o.foreign = newForeignWatch(deps.store, store, log, p.now)
	o.socket = socketmode.New(socketmode.Config{
		APIURL: string(c.SlackAPIURL), AppToken: c.SlackAppToken.Reveal(), AppID: deps.workspace.AppID,
		Connections: int(c.SocketConnections), Patience: p.slackPatience,
		Handler: o.bot.Handle, Busy: o.bot.Busy, Broken: o.bot.Broken,
		Hooks: o.foreign.watch(m.SocketHooks()), HTTPClient: &http.Client{Transport: deps.observe(http.DefaultTransport)},
		Log: log.Named("socket"),
	})
	m.Connections(o.socket.Connected)
	m.ForeignConnections(o.foreign.surplus.Load)
	m.Database(deps.store, p.now, exports...)
	needs := append([]monitor.Need{
		{Name: monitor.NeedsSlack, Check: monitor.Connected(o.socket.Connected)},
		{Name: monitor.NeedsDatabase, Check: monitor.Writable(deps.store)},
		{Name: monitor.NeedsTrailKey, Check: monitor.KeyKnown(deps.store)},
		{Name: monitor.NeedsAuditChannel, Check: monitor.FeedPostable(deps.store)},
	}, deps.access.needs()...)
	m.Ready(needs)
	o.monitor = monitor.Server{
		Health: []monitor.Check{store.Working, monitor.WriterMoves(deps.store)},
		Ready:  needs, Metrics: m, Log: log,
	}
	return o
}

func newDirectory(c config.Config, deps *dependencies, log *zap.Logger, now func() time.Time) *people.Directory {
	return people.NewDirectory(
		people.Slack{Client: deps.slack, URL: string(c.SlackAPIURL), Token: c.SlackBotToken.Reveal(), Pace: deps.pace, Wrap: deps.observe},
		deps.onelogin,
		people.Workspace{TeamID: deps.workspace.TeamID, EnterpriseID: deps.workspace.EnterpriseID},
		log, now)
}

// run works until ctx ends or something fails for good. Then it takes no more work
// and finishes what is under way.
func (o *olbot) run(ctx context.Context) error {
	all, ctx := errgroup.WithContext(ctx)
	all.Go(func() error { return o.service.Run(ctx) })
	for _, a := range []*monitor.Access{o.access.slack, o.access.onelogin} {
		all.Go(func() error { a.Run(ctx); return nil })
	}
	disconnected := make(chan struct{})
	all.Go(func() error {
		defer o.bot.Wait()
		defer close(disconnected)
		return o.socket.Run(ctx)
	})
	all.Go(func() error { o.foreign.run(ctx, disconnected, o.socket.Recheck); return nil })
	if o.listener != nil {
		all.Go(func() error { return o.monitor.Serve(ctx, o.listener) })
	}
	all.Go(func() error { o.manager.attend(ctx, o.socket.Ready(), o.monitor.Ill); return nil })
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
