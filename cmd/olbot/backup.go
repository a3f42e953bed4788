package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"olbot/internal/config"
	"olbot/internal/sqlstore"
)

func (p *program) backupCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "backup <file>",
		Short: "Copy the SQLite database to a new file, also while olbot runs",
		Long: "Copy the SQLite database at OLBOT_DATABASE_URL to a new file that only its owner can read, as it is at one moment,\n" +
			"also while olbot runs, and check the copy. A file that exists is never replaced. The key of the trail is left out:\n" +
			"keep it in another place, because a database without its key starts no olbot. For PostgreSQL use pg_dump.\n" +
			"Exit code 0: the copy is complete and its trail is whole; 1: it is not, its key is missing or cannot be read, or there\n" +
			"was no room; 2: something has to be set otherwise first.",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("say which file to write the backup to")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			return p.does(func(ctx context.Context) error { return p.backup(ctx, args[0]) })(c, args)
		},
	}
}

func (p *program) backup(ctx context.Context, file string) error {
	c, err := config.Load(p.environ, p.dir, databaseURL)
	if err != nil {
		return err
	}
	result, err := sqlstore.Backup(ctx, c.DatabaseURL.Reveal(), file, c.Keys())
	if err != nil {
		return err
	}
	if len(result.Faults) > 0 {
		return fmt.Errorf("%s is a copy of the database as it is, but %w", file, &brokenTrailError{result.VerifyResult})
	}
	if result.Unchecked != nil {
		return fmt.Errorf("%s is a copy of the database as it is, and its hashes are right, but without the key olbot cannot tell who stored it, and does not start on it: %v", file, result.Unchecked)
	}
	last := ""
	if result.Events > 0 {
		last = fmt.Sprintf(", the last one is %d:%s", result.Last, result.Hash)
	}
	_, err = fmt.Fprintf(p.stdout, "backed up to %s: %d bytes, %s%s\n"+
		"The key of the trail is not in it (%s): keep a copy of it in another place.\n", file, result.Bytes, counted(result.Events, "event"), last, keyPlace(c))
	return err
}

// keyPlace says where the key of the trail is.
func keyPlace(c config.Config) string {
	if !c.Keys().Empty() {
		return trailKey
	}
	return sqlstore.KeyFile(c.DatabaseURL.Reveal())
}
