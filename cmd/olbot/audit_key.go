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
	key.Flags().BoolVar(&replace, "replace", false, "start over with another key, and tell the audit channel")
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
	where := "OLBOT_TRAIL_KEY holds the new key"
	if done.File != "" {
		where = done.File + " holds the new key"
	}
	if _, err := fmt.Fprintf(p.stdout, "replaced the key of the trail, and refused %s; the audit channel is told when olbot starts\n"+
		"%s: keep a copy of it apart from the database's backups\n", counted(done.Dropped, "open request"), where); err != nil {
		return err
	}
	if done.Old != "" {
		_, err = fmt.Fprintf(p.stdout, "%s holds the old one, for olbot audit verify on a backup from before\n", done.Old)
	}
	return err
}
