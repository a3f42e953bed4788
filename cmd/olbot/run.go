package main

import (
	"cmp"
	"context"
	"errors"
	"os"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/internal/config"
	"olbot/internal/monitor"
	"olbot/internal/sqlstore"
)

func (p *program) runCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "run",
		Short: "Run olbot until it is told to stop",
		Long: "Run olbot until SIGINT or SIGTERM. It then takes no more work, lets what is under way come to an end,\n" +
			"and exits within 10 s. Exit code 0: told to stop; 1: something failed; 2: something has to be set otherwise.\n" +
			"SIGHUP stops it on a terminal. Elsewhere it reads .env and the files with secrets again, checks them as at a start, and\n" +
			"begins anew with them; if something is wrong with them, that is logged and nothing changes. A log that nobody reads any\n" +
			"more does not stop it.\n\n" +
			"Configuration, from the environment and from .env in the working directory:\n\n" + config.Help(),
		Args: cobra.NoArgs,
		RunE: p.does(p.runOlbot),
	}
}

// runOlbot runs olbot until ctx ends.
func (p *program) runOlbot(ctx context.Context) error {
	c, err := config.Load(p.environ, p.dir)
	if err != nil {
		return err
	}
	hangups, stop := p.outlive()
	defer stop()
	for again := true; again; {
		if c, again, err = p.runWith(ctx, c, hangups); err != nil {
			return err
		}
	}
	return nil
}

// runWith runs olbot with the settings until ctx ends or, again, until a SIGHUP finds others that it
// can work with, which it returns.
func (p *program) runWith(ctx context.Context, c config.Config, hangups <-chan os.Signal) (next config.Config, again bool, err error) {
	log := newLogger(c, p.stderr)
	defer func() { _ = log.Sync() }() // fails on terminals and pipes
	ctx, end := context.WithCancelCause(ctx)
	reloaded := make(chan struct{})
	go func() {
		defer close(reloaded)
		if next, again = p.reload(ctx, c, hangups, log); again {
			end(errReload)
		}
	}()
	err = limitStop(ctx, cmp.Or(p.stopTime, stopTime), func() error { return p.serve(ctx, c, log) })
	if ctx.Err() != nil && (errors.Is(err, ctx.Err()) || errors.Is(err, context.Cause(ctx))) {
		err = nil // told to stop before it was ready
	}
	end(nil)
	<-reloaded
	return next, again && err == nil, err
}

// stopTime is how long olbot may take to stop. Service managers kill a program
// after 10 s.
const stopTime = 9500 * time.Millisecond

// errUnfinished is the error of a stop that took too long.
var errUnfinished = errors.New("olbot was told to stop, and some work was not over in time; what was under way is taken up at the next start")

// limitStop returns what serve returns, or errUnfinished if it takes longer than
// limit after ctx ended.
func limitStop(ctx context.Context, limit time.Duration, serve func() error) error {
	ended := make(chan error, 1)
	go func() { ended <- serve() }()
	late := make(chan struct{})
	context.AfterFunc(ctx, func() { time.AfterFunc(limit, func() { close(late) }) })
	select {
	case err := <-ended:
		return err
	case <-late:
		return errUnfinished
	}
}

// sayConfiguration logs where settings came from, never what they are, and what is unwise.
func sayConfiguration(c config.Config, log *zap.Logger) {
	for _, f := range c.Files() {
		log.Info("settings from a file", zap.String("file", f.Path), zap.Strings("settings", f.Settings))
	}
	for _, warning := range c.Warnings() {
		log.Warn(warning)
	}
}

// serve checks the database, Slack and OneLogin, opens the database, and works until ctx ends.
func (p *program) serve(ctx context.Context, c config.Config, log *zap.Logger) (err error) {
	sayConfiguration(c, log)
	if err := checkOpenFiles(openFilesLimit(), int(c.SocketConnections)); err != nil {
		return err
	}
	if err := p.examineStore(ctx, c, log); err != nil {
		return err
	}
	listener, err := monitor.Listen(ctx, string(c.HTTPAddr))
	if err != nil {
		return err
	}
	if listener != nil {
		defer listener.Close()
	}
	m := monitor.NewMetrics(programVersion())
	deps, err := p.newDependencies(c, m, log)
	if err != nil {
		return err
	}
	if err := p.checkDependencies(ctx, c, deps, log); err != nil {
		return err
	}
	store, err := p.openStore(ctx, c, log) // last: it may change the schema
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	deps.store = store
	// Before any command is taken: the trail has to show which rules each decision was made by.
	if err := store.KeepSettings(ctx, c.AuditedSettings(), p.now()); err != nil {
		return err
	}
	if err := store.RecordStart(ctx, programVersion(), c.AuditedSettings(), p.now()); err != nil {
		return err
	}
	restrictions, err := store.Restrictions(ctx)
	switch pause, paused := restrictions.Pause(); {
	case errors.Is(err, approvals.ErrTampered), errors.Is(err, approvals.ErrUnknownKey):
		log.Error("what security contacts have restricted cannot be relied on: no code is made", zap.Error(err))
	case err != nil:
		return err
	case paused:
		log.Warn("all codes are paused: no request is taken and no code is made until a security contact resumes them",
			zap.String("restriction", string(pause.ID)), zap.Time("since", pause.At))
	}
	log.Info("olbot starts", zap.String("version", programVersion()), zap.String("command", string(c.Command)),
		zap.String("team", deps.workspace.TeamID), zap.String("app", deps.workspace.AppID), zap.String("channel", string(c.AuditChannel)))
	defer func() { p.recordStop(ctx, store, log) }()
	return p.assemble(c, deps, m, listener, log).run(ctx)
}

// recordStop stores that olbot was told to stop and has ended its work. A stop does not wait for a
// database that takes its time.
func (p *program) recordStop(ctx context.Context, store *sqlstore.Store, log *zap.Logger) {
	if ctx.Err() == nil {
		return // it failed
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := store.RecordStop(ctx, programVersion(), p.now()); err != nil {
		log.Warn("the stop is not in the trail", zap.Error(err))
	}
}
