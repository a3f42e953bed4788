package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"olbot/internal/config"
	"olbot/internal/export/ocsf"
	"olbot/internal/sqlstore"
)

// An exporter prints the trail.
type exporter struct {
	after  int64     // it begins behind the event of this number
	since  sinceFlag // and with the first event that is not older
	follow bool
	format formatFlag

	store *sqlstore.Store
	out   *bufio.Writer
}

func (p *program) auditExportCommand() *cobra.Command {
	x := exporter{format: formatOlbot}
	export := &cobra.Command{
		Use:   "export",
		Short: "Print the events, as JSON Lines",
		Long: "Print the events of the trail in the database at OLBOT_DATABASE_URL, the oldest first, one JSON object a line. In olbot's\n" +
			"own format a line has the event's hash and its MAC, and olbot audit verify --file checks them; durations are in\n" +
			"nanoseconds. It only reads, and works while olbot runs.",
		Args: cobra.NoArgs,
		RunE: p.does(func(ctx context.Context) error {
			return p.readStore(ctx, sqlstore.Config{EventsAlone: true}, func(ctx context.Context, store *sqlstore.Store) error {
				x.store, x.out = store, bufio.NewWriter(p.stdout)
				return p.export(ctx, x)
			})
		}),
	}
	export.Flags().Int64Var(&x.after, "after", 0, "begin behind the event of this `number`")
	export.Flags().Var(&x.since, "since", "begin with the first event since then: a time such as 2026-11-30T14:00:00Z, a day (in UTC), or how long ago, such as 24h or 90d")
	export.Flags().BoolVar(&x.follow, "follow", false, "go on with each event that comes, until SIGINT or SIGTERM")
	export.Flags().Var(&x.format, "format", "olbot, or ocsf: the Open Cybersecurity Schema Framework "+ocsf.Version+", which cannot be verified")
	return export
}

// How the trail is exported.
const (
	exportPage  = 500             // events read at a time
	followPause = time.Second     // until it is looked for new ones
	followRetry = 5 * time.Second // until the database is asked again
)

func (p *program) export(ctx context.Context, x exporter) error {
	if err := x.skip(ctx, p.now()); err != nil {
		return err
	}
	for silent := false; ; {
		printed, err := x.page(ctx)
		if flushed := x.out.Flush(); flushed != nil {
			return fmt.Errorf("write events: %w", flushed)
		}
		pause := followPause
		switch {
		case x.follow && ctx.Err() != nil:
			return nil
		case err != nil && !x.follow, errors.Is(err, errWrite):
			return err
		case err != nil:
			if !silent {
				message, _ := explain(err)
				fmt.Fprintf(p.stderr, "olbot: %s; it is tried again\n", oneLine(message))
			}
			silent, pause = true, followRetry
		case printed == exportPage:
			continue
		case !x.follow:
			return nil
		default:
			silent = false
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil
		}
	}
}

// skip leaves out the events that are older than wanted.
func (x *exporter) skip(ctx context.Context, now time.Time) error {
	since := x.since.before(now)
	if since.IsZero() {
		return nil
	}
	before, err := x.store.EventBefore(ctx, since)
	x.after = max(x.after, before)
	return err
}

var errWrite = errors.New("write events")

// page prints up to exportPage events and says how many.
func (x *exporter) page(ctx context.Context) (printed int, err error) {
	write := func(number int64, line string) error {
		if _, err := fmt.Fprintln(x.out, line); err != nil {
			return fmt.Errorf("%w: %w", errWrite, err)
		}
		x.after, printed = number, printed+1
		return nil
	}
	if x.format == formatOlbot {
		if err := x.store.Export(ctx, x.after, exportPage, write); err != nil {
			return printed, fmt.Errorf("export events: %w", err)
		}
		return printed, nil
	}
	events, err := x.store.Events(ctx, x.after, exportPage)
	if err != nil {
		return 0, fmt.Errorf("export events: %w", err)
	}
	for _, e := range events {
		line, err := ocsf.Line(e, programVersion())
		if err != nil {
			return printed, err
		}
		if err := write(e.Number, string(line)); err != nil {
			return printed, err
		}
	}
	return printed, nil
}

// A sinceFlag is a time, or how long ago it was. The zero value is never.
type sinceFlag struct {
	at  time.Time
	ago time.Duration
}

// Set implements pflag.Value.
func (f *sinceFlag) Set(s string) (err error) {
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if f.at, err = time.Parse(layout, s); err == nil {
			return nil
		}
	}
	if f.ago, err = config.ParseDuration(s); err != nil || f.ago <= 0 {
		return errors.New("write a time such as 2026-11-30T14:00:00Z, a day such as 2026-11-30, or how long ago, such as 24h or 90d")
	}
	return nil
}

func (f *sinceFlag) before(now time.Time) time.Time {
	if f.ago > 0 {
		return now.Add(-f.ago)
	}
	return f.at
}

// Type implements pflag.Value.
func (f *sinceFlag) Type() string { return "time" }

// String implements pflag.Value.
func (f *sinceFlag) String() string { return "" }

// A formatFlag names a format of the export.
type formatFlag string

const (
	formatOlbot formatFlag = "olbot"
	formatOCSF  formatFlag = "ocsf"
)

// Set implements pflag.Value.
func (f *formatFlag) Set(s string) error {
	if *f = formatFlag(s); *f != formatOlbot && *f != formatOCSF {
		return errors.New("write olbot or ocsf")
	}
	return nil
}

// Type implements pflag.Value.
func (f *formatFlag) Type() string { return "format" }

// String implements pflag.Value.
func (f *formatFlag) String() string { return string(*f) }
