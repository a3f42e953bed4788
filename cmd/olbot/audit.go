package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"olbot/internal/config"
	"olbot/internal/sqlstore"
)

func (p *program) auditCommand() *cobra.Command {
	audit := &cobra.Command{
		Use:   "audit",
		Short: "Read and check the trail of all events",
		RunE: func(*cobra.Command, []string) error {
			return errors.New("say what to do with the trail: export, verify or key")
		},
	}
	audit.AddCommand(p.auditExportCommand(), p.auditVerifyCommand(), p.auditKeyCommand())
	return audit
}

func (p *program) auditVerifyCommand() *cobra.Command {
	anchors, file := anchorFlag{}, ""
	verify := &cobra.Command{
		Use:   "verify",
		Short: "Check that no event was changed or removed",
		Long: "Check the database at OLBOT_DATABASE_URL: the trail numbered without gaps, every event as it was hashed, linked to\n" +
			"the one before, and with the MAC of an olbot that has the key; every request as its events tell of it. Whoever has\n" +
			"the key too, or puts back an old copy of everything while olbot is stopped, is shown by an anchor: the number and\n" +
			"the hash that a message in the audit channel ends with, or a line of the log. It says which keys are still needed.\n" +
			"It only reads, and works while olbot runs.\n\n" +
			"An export, or what a sink has kept, may be a part of the trail, and is checked with the key in OLBOT_TRAIL_KEY, or with\n" +
			"the .key file beside the SQLite database at OLBOT_DATABASE_URL; without either its hashes are checked alone. With\n" +
			"PostgreSQL OLBOT_TRAIL_KEY has to be set.\n\n" +
			"Exit code 0: all is well; 1: it is not; 2: the key is missing.",
		Args: cobra.NoArgs,
		RunE: p.does(func(ctx context.Context) error {
			if file != "" {
				return p.verifyFile(file, anchors)
			}
			return p.readStore(ctx, sqlstore.Config{EventsAlone: true}, func(ctx context.Context, store *sqlstore.Store) error {
				return p.verify(ctx, store, anchors)
			}, trailKey)
		}),
	}
	verify.Flags().Var(anchors, "anchor", "what the hash of an event was noted as elsewhere, such as 1207:9f86d081884c; may be repeated")
	verify.Flags().StringVar(&file, "file", "", "check this `export` of the trail, and not the database; -: standard input")
	return verify
}

// readStore opens the database as cfg says, beside an olbot that may be running on it, with the
// URL and the keys of the settings.
func (p *program) readStore(ctx context.Context, cfg sqlstore.Config, read func(context.Context, *sqlstore.Store) error, used ...string) (err error) {
	c, err := config.Load(p.environ, p.dir, append(used, databaseURL)...)
	if err != nil {
		return err
	}
	var store *sqlstore.Store
	err = p.withRetry(ctx, zap.NewNop(), "", func(ctx context.Context) error {
		cfg.URL, cfg.Keys = c.DatabaseURL.Reveal(), c.Keys()
		store, err = sqlstore.Open(ctx, cfg)
		return err
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return read(ctx, store)
}

// An anchorFlag collects the hashes that were noted, by event number.
type anchorFlag map[int64]string

var anchorPattern = regexp.MustCompile(`^([1-9][0-9]*):([0-9a-fA-F]{12,64})$`)

// Set implements pflag.Value.
func (a anchorFlag) Set(s string) error {
	parts := anchorPattern.FindStringSubmatch(s)
	if parts == nil {
		return errors.New("write the event's number, a colon and at least 12 hex digits of its hash, such as 1207:9f86d081884c")
	}
	number, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return errors.New("there is no event of that number")
	}
	if before, ok := a[number]; ok && !strings.EqualFold(before, parts[2]) {
		return fmt.Errorf("event %d has two anchors", number)
	}
	a[number] = parts[2]
	return nil
}

// Type implements pflag.Value: what --help calls an anchor.
func (a anchorFlag) Type() string { return "number:hash" }

// String implements pflag.Value.
func (a anchorFlag) String() string { return "" }
