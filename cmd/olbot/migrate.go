package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"olbot/internal/config"
	"olbot/internal/sqlstore"
	"olbot/internal/trailkey"
)

const (
	databaseURL = "OLBOT_DATABASE_URL"
	trailKey    = "OLBOT_TRAIL_KEY"
)

func (p *program) migrateCommand() *cobra.Command {
	var from string
	migrate := &cobra.Command{
		Use:   "migrate",
		Short: "Create the database's schema, or bring it up to date",
		Long: "Create the schema of the database at OLBOT_DATABASE_URL, or bring it up to date. olbot run does the same when\n" +
			"it starts; this is for those who let another user do it, or want it done before.\n" +
			"With --from, also copy everything from a SQLite database to the PostgreSQL database at OLBOT_DATABASE_URL, which\n" +
			"has to be empty, and check the trail there. OLBOT_TRAIL_KEY has to hold the key of the SQLite database, which is in\n" +
			"the .key file beside it if none was set. No olbot may be running on either.",
		Args: cobra.NoArgs,
		RunE: p.does(func(ctx context.Context) error { return p.migrate(ctx, from) }),
	}
	migrate.Flags().StringVar(&from, "from", "", "move from this SQLite database, such as sqlite:olbot.db")
	return migrate
}

func (p *program) migrate(ctx context.Context, from string) (err error) {
	c, err := config.Load(p.environ, p.dir, databaseURL, trailKey, "LOG_LEVEL", "LOG_FORMAT")
	if err != nil {
		return err
	}
	store, err := p.openStore(ctx, c, newLogger(c, p.stderr))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if from != "" {
		return p.move(ctx, from, store, c.Keys())
	}
	_, err = fmt.Fprintln(p.stdout, "the database is up to date")
	return err
}

// move copies everything from the SQLite database at the URL, whose key has to be
// among the keys.
func (p *program) move(ctx context.Context, from string, to *sqlstore.Store, keys trailkey.Ring) (err error) {
	// Open would create a missing file.
	if _, err := os.Stat(strings.TrimPrefix(strings.TrimPrefix(from, "sqlite:"), "//")); err != nil && strings.HasPrefix(from, "sqlite:") {
		return &sourceError{&sqlstore.OpenError{Kind: sqlstore.NoFile, Where: from, Err: err}}
	}
	source, err := sqlstore.Open(ctx, sqlstore.Config{URL: from, Keys: keys, Now: p.now})
	if e, ok := errors.AsType[*sqlstore.OpenError](err); ok {
		return &sourceError{e}
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	result, err := to.MoveFrom(ctx, source)
	if err != nil {
		return err
	}
	if len(result.Faults) > 0 {
		return fmt.Errorf("%s was moved as it is, but %w", from, &brokenTrailError{result})
	}
	_, err = fmt.Fprintf(p.stdout, "moved %s: %s, and the trail is whole; do not start olbot on the old file again\n", from, counted(result.Events, "event"))
	return err
}

// A sourceError is why the database named by --from cannot be used.
type sourceError struct{ database *sqlstore.OpenError }

func (e *sourceError) Error() string { return "--from: " + e.database.Error() }
