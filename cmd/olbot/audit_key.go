package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"olbot/approvals"
	"olbot/internal/config"
	"olbot/internal/sqlstore"
	"olbot/internal/trailkey"
)

func (p *program) auditKeyCommand() *cobra.Command {
	var replace bool
	key := &cobra.Command{
		Use:   "key",
		Short: "Print a new key for the trail, or start over with one",
		Long: "Print a new key for OLBOT_TRAIL_KEY. Nothing is stored.\n\n" +
			"With --replace, start over where the key is lost, or somebody may have it: the trail of the database at\n" +
			"OLBOT_DATABASE_URL goes on with the key in OLBOT_TRAIL_KEY or, if that is not set, with a new one in the .key file\n" +
			"beside the SQLite database. Whoever could write to the database may have changed anything until now, so every\n" +
			"request that is open is refused, and the trail and the audit channel say that the key was replaced. No olbot may\n" +
			"be running on the database.",
		Args: cobra.NoArgs,
		RunE: p.does(func(ctx context.Context) error {
			if replace {
				return p.replaceKey(ctx)
			}
			_, err := fmt.Fprintln(p.stdout, trailkey.New())
			return err
		}),
	}
	key.Flags().BoolVar(&replace, "replace", false, "start over with another key, openly")
	return key
}

func (p *program) replaceKey(ctx context.Context) error {
	c, err := config.Load(p.environ, p.dir, databaseURL, trailKey, "LOG_LEVEL", "LOG_FORMAT")
	if err != nil {
		return err
	}
	log := newLogger(c, p.stderr)
	done, err := sqlstore.ReplaceKey(ctx, sqlstore.Config{URL: c.DatabaseURL.Reveal(), Keys: c.Keys(), Now: p.now, Log: log.Named("database")},
		func(r approvals.Request) ([]approvals.Change, error) { return r.DropForKey(p.now()) })
	if err != nil {
		return err
	}
	where := trailKey
	if done.File != "" {
		where = done.File + "; keep a copy in another place"
	}
	if _, err := fmt.Fprintf(p.stdout, "the key of the trail is replaced, and %d open requests are refused. The new key is in %s\n", done.Dropped, where); err != nil {
		return err
	}
	if done.Old != "" {
		_, err = fmt.Fprintf(p.stdout, "the old key is in %s\n", done.Old)
	}
	return err
}
