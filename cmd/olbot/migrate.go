package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

const databaseURL = "OLBOT_DATABASE_URL"

func (p *program) migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Create the database's schema, or bring it up to date",
		Long: "Create the schema of the database at OLBOT_DATABASE_URL, or bring it up to date. olbot run does the same when\n" +
			"it starts; this is for those who let another user do it, or want it done before.",
		Args: cobra.NoArgs,
		RunE: p.does(func(ctx context.Context) error {
			c, err := p.config(databaseURL, "LOG_LEVEL", "LOG_FORMAT")
			if err != nil {
				return err
			}
			store, err := p.openStore(ctx, c, newLogger(c, p.stderr))
			if err != nil {
				return err
			}
			if err := store.Close(); err != nil {
				return err
			}
			_, err = fmt.Fprintln(p.stdout, "the database is up to date")
			return err
		}),
	}
}
