package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/internal/config"
	"olbot/internal/sqlstore"
)

func (p *program) auditCommand() *cobra.Command {
	audit := &cobra.Command{
		Use:   "audit",
		Short: "Read and check the trail of all events",
		RunE: func(*cobra.Command, []string) error {
			return errors.New("say what to do with the trail: export or verify")
		},
	}
	audit.AddCommand(p.auditExportCommand(), p.auditVerifyCommand())
	return audit
}

func (p *program) auditExportCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "export",
		Short: "Print every event, as JSON Lines",
		Long: "Print every event of the trail in the database at OLBOT_DATABASE_URL, the oldest first, one JSON object a line.\n" +
			"Durations are in nanoseconds. It only reads, and works while olbot runs.",
		Args: cobra.NoArgs,
		RunE: p.does(func(ctx context.Context) error {
			return p.readStore(ctx, p.export)
		}),
	}
}

func (p *program) auditVerifyCommand() *cobra.Command {
	anchors := anchorFlag{}
	verify := &cobra.Command{
		Use:   "verify",
		Short: "Check that no event was changed or removed",
		Long: "Check the trail in the database at OLBOT_DATABASE_URL: numbered without gaps, every event as it was hashed and\n" +
			"linked to the one before. Whoever can write to the database could compute all hashes anew; an anchor shows that\n" +
			"too: the number and the hash that a message in the audit channel ends with. It only reads, and works while olbot\n" +
			"runs. Exit code 0: the trail is whole; 1: it is not.",
		Args: cobra.NoArgs,
		RunE: p.does(func(ctx context.Context) error {
			return p.readStore(ctx, func(ctx context.Context, store *sqlstore.Store) error { return p.verify(ctx, store, anchors) })
		}),
	}
	verify.Flags().Var(anchors, "anchor", "what the hash of an event was noted as elsewhere, such as 1207:9f86d081884c; may be repeated")
	return verify
}

// readStore opens the database for reading only, beside an olbot that may be running on it.
func (p *program) readStore(ctx context.Context, read func(context.Context, *sqlstore.Store) error) (err error) {
	c, err := config.Load(p.environ, p.dir, databaseURL)
	if err != nil {
		return err
	}
	var store *sqlstore.Store
	err = p.withRetry(ctx, zap.NewNop(), "", func(ctx context.Context) error {
		store, err = sqlstore.Open(ctx, sqlstore.Config{URL: c.DatabaseURL.Reveal(), ReadOnly: true})
		return err
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return read(ctx, store)
}

// exportPage is how many events are read at a time.
const exportPage = 500

func (p *program) export(ctx context.Context, store *sqlstore.Store) error {
	out := bufio.NewWriter(p.stdout)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	for last := int64(0); ; {
		events, err := store.Events(ctx, last, exportPage)
		if err != nil {
			return err
		}
		for _, e := range events {
			if err := lines.Encode(exported{e, e.Hash}); err != nil {
				return fmt.Errorf("write event %d: %w", e.Number, err)
			}
			last = e.Number
		}
		if len(events) < exportPage {
			break
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write events: %w", err)
	}
	return nil
}

// An exported is an event with its hash, which its own JSON leaves out because it is hashed.
type exported struct {
	approvals.Event
	Hash string `json:"hash"`
}

func (p *program) verify(ctx context.Context, store *sqlstore.Store, anchors map[int64]string) error {
	result, err := store.Verify(ctx, anchors)
	if err != nil {
		return err
	}
	if len(result.Faults) > 0 {
		return &brokenTrailError{result}
	}
	if result.Events == 0 {
		_, err = fmt.Fprintln(p.stdout, "the trail is empty")
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "the trail is whole: %d events, the last one is %d:%s\n", result.Events, result.Last, result.Hash)
	return err
}

// A brokenTrailError says what is wrong with the trail.
type brokenTrailError struct{ result sqlstore.VerifyResult }

func (e *brokenTrailError) Error() string {
	what := map[sqlstore.FaultKind]string{
		sqlstore.FaultMissing:  "is missing",
		sqlstore.FaultAltered:  "is not what was stored",
		sqlstore.FaultUnlinked: "does not follow from the event before it",
		sqlstore.FaultAnchor:   "is not the one that was noted as the anchor",
		sqlstore.FaultCut:      "and all after it are gone",
	}
	var faults []string
	for _, f := range e.result.Faults {
		faults = append(faults, fmt.Sprintf("event %d %s", f.Number, what[f.Kind]))
	}
	return "the trail is broken: " + strings.Join(faults, "; ")
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
