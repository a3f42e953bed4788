package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/internal/config"
	"olbot/internal/sqlstore"
)

func (p *program) blockCommand() *cobra.Command {
	block := &cobra.Command{
		Use:   "block",
		Short: "List and lift what keeps codes from being made",
		RunE: func(*cobra.Command, []string) error {
			return errors.New("say what to do with the blocks: list or lift")
		},
	}
	block.AddCommand(p.blockListCommand(), p.blockLiftCommand())
	return block
}

func (p *program) blockListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "Print the accounts that are blocked, and whether all codes are paused",
		Long: "Print, one a line, what keeps codes from being made in the database at OLBOT_DATABASE_URL: its id, since when, whose\n" +
			"account, and why. It only reads, and works while olbot runs.",
		Args: cobra.NoArgs,
		RunE: p.does(func(ctx context.Context) error {
			return p.readStore(ctx, sqlstore.Config{ReadOnly: true}, p.listBlocks, trailKey)
		}),
	}
}

func (p *program) blockLiftCommand() *cobra.Command {
	var reason string
	lift := &cobra.Command{
		Use:   "lift <id>",
		Short: "Lift the block of an account, or end the pause, without a security contact",
		Long: "Lift what olbot block list shows under the id, in the database at OLBOT_DATABASE_URL, also while olbot runs on it. It\n" +
			"makes no code. It is for when no security contact can: the trail keeps who you are to the operating system and the\n" +
			"reason, and the audit channel is told as an alarm, when olbot runs next.",
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) != 1:
				return errors.New("say which block to lift: the id that olbot block list shows, such as OTP-7F3K-9QXM")
			case strings.TrimSpace(reason) == "":
				return errors.New("say why with --reason: the audit channel is told")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			return p.does(func(ctx context.Context) error { return p.liftBlock(ctx, args[0], strings.TrimSpace(reason)) })(c, args)
		},
	}
	lift.Flags().StringVar(&reason, "reason", "", "why, for the audit channel and the trail")
	return lift
}

func (p *program) listBlocks(ctx context.Context, store *sqlstore.Store) error {
	if err := store.NeedKey(ctx); err != nil {
		return err
	}
	restrictions, err := store.Restrictions(ctx)
	if err != nil {
		return err
	}
	blocking, err := store.Blocking(ctx)
	if err != nil {
		return err
	}
	print := func(id approvals.ID, since time.Time, what string) {
		fmt.Fprintf(p.stdout, "%s  %s  %s\n", id, since.UTC().Format("2006-01-02 15:04 UTC"), oneLine(what))
	}
	for _, r := range restrictions {
		if r.Pauses() {
			print(r.ID, r.At, "all codes are paused, by "+accountName(r.By))
		} else {
			print(r.ID, r.At, fmt.Sprintf("%s is blocked by %s: %s", accountName(r.Owner), accountName(r.By), r.Reason))
		}
	}
	for _, r := range blocking {
		print(r.ID, r.BlockedAt(), fmt.Sprintf("%s is blocked: %s asked for a code, and %s", accountName(r.Owner), accountName(r.Agent), blockedBy(r)))
	}
	if len(restrictions)+len(blocking) == 0 {
		fmt.Fprintln(p.stdout, "no account is blocked, and codes are not paused")
	}
	return nil
}

// blockedBy says who left the block of the request, and with what.
func blockedBy(r approvals.Request) string {
	switch {
	case !r.DisownedAt.IsZero():
		return "the owner said: this wasn't me"
	case r.State == approvals.Denied:
		return accountName(r.DecidedBy.Person) + " denied it"
	}
	return accountName(r.StoppedBy) + " stopped it"
}

func accountName(p approvals.Person) string {
	return cmp.Or(p.Email, p.Name, p.SlackName, p.Slack)
}

func (p *program) liftBlock(ctx context.Context, id, reason string) (err error) {
	c, err := config.Load(p.environ, p.dir, databaseURL, trailKey)
	if err != nil {
		return err
	}
	block, err := approvals.ParseID(id)
	if err != nil {
		return &noBlockError{id}
	}
	var store *sqlstore.Store
	err = p.withRetry(ctx, zap.NewNop(), "", func(ctx context.Context) error {
		store, err = sqlstore.Open(ctx, sqlstore.Config{URL: c.DatabaseURL.Reveal(), Keys: c.Keys(), Beside: true, Now: p.now})
		return err
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	err = approvals.LiftOnMachine(ctx, store, block, approvals.Person{Operator: p.operator()}, reason, p.now())
	why, refused := errors.AsType[*approvals.Refusal](err)
	switch {
	case refused && why.Code == approvals.StillMaking:
		return fmt.Errorf("a code of %s is being made at this moment, to be thrown away; lift its block when that is over", block)
	case refused:
		return &noBlockError{string(block)}
	case err != nil:
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "%s no longer keeps codes from being made; the audit channel is told\n", block)
	return err
}

// A noBlockError says that nothing is blocked under an id.
type noBlockError struct{ id string }

func (e *noBlockError) Error() string {
	return config.Quoted(e.id) + " blocks no account and pauses nothing; olbot block list shows the ids of what does"
}

// operator is whoever runs the command, by the name that the operating system knows; with
// sudo, also who they were before.
func (p *program) operator() string {
	name := fmt.Sprintf("uid %d", os.Getuid())
	if u, err := user.Current(); err == nil && u.Username != "" {
		name = u.Username
	}
	for _, entry := range p.environ {
		if before, ok := strings.CutPrefix(entry, "SUDO_USER="); ok && before != "" && before != name {
			name += ", before sudo " + before
		}
	}
	return name
}
