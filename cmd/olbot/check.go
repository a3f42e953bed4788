package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"olbot/internal/config"
	"olbot/internal/monitor"
)

// checkPatience is how long a check waits for what does not answer: somebody waits for it.
const checkPatience = 5 * time.Second

// How a check can end, as scripts read it.
const (
	outcomeOK      = "ok"
	outcomeWarning = "warning"
	outcomeProblem = "problem"
	outcomeSkipped = "skipped"
)

func (p *program) checkCommand() *cobra.Command {
	var o checkOptions
	check := &cobra.Command{
		Use:   "check",
		Short: "Say what is missing or wrong before olbot run finds out",
		Long: "Make the checks that olbot run makes when it starts, and say of each whether it is ok, a warning or a problem, and what to\n" +
			"do. Nothing is stored, made or brought up to date, and without --live nothing is posted; olbot may be running meanwhile.\n\n" +
			"Exit code 0: olbot run can start, though there may be warnings; 1: something does not answer or is in the way now;\n" +
			"2: something has to be set otherwise, on this machine, in Slack or in OneLogin.\n\n" +
			"With --json: {\"exit\": 0, \"findings\": [{\"check\": …, \"outcome\": \"ok\", \"warning\", \"problem\" or \"skipped\", \"text\": …}]}.",
		Args: func(c *cobra.Command, args []string) error {
			if o.offline && o.live {
				return errors.New("--live uses the network and --offline none; give only one of them")
			}
			return cobra.NoArgs(c, args)
		},
		RunE: p.does(func(ctx context.Context) error { return p.check(ctx, o) }),
	}
	check.Flags().BoolVar(&o.json, "json", false, "print one JSON object")
	check.Flags().BoolVar(&o.offline, "offline", false, "use no network: settings, files and a SQLite database only")
	check.Flags().BoolVar(&o.live, "live", false, "if nothing is wrong, also connect to Socket Mode (what somebody types\n"+
		"or presses in that moment may have to be repeated), and if nobody else is connected, post a button to the audit\n"+
		"channel and wait for a press")
	return check
}

// checkOptions are the flags of olbot check.
type checkOptions struct{ json, offline, live bool }

// A checkedError says that problems were found, and that they have been told.
type checkedError struct{ code int }

func (e *checkedError) Error() string { return "problems were found" }

func (p *program) check(ctx context.Context, o checkOptions) error {
	p.patience = min(p.patience, checkPatience)
	results, err := p.checkAll(ctx, o)
	if err := cmp.Or(err, ctx.Err()); err != nil {
		return err
	}
	checked := judge(results)
	print := checked.print
	if o.json {
		print = checked.printJSON
	}
	if err := print(p.stdout); err != nil {
		return fmt.Errorf("print what was found: %w", err)
	}
	if checked.Exit != exitDone {
		return &checkedError{checked.Exit}
	}
	return nil
}

// checkAll makes all checks. A configuration that cannot be used says all there is to say.
func (p *program) checkAll(ctx context.Context, o checkOptions) (results []result, err error) {
	c, err := config.Load(p.environ, p.dir)
	if problems, ok := errors.AsType[config.Problems](err); ok {
		for i := range problems {
			results = append(results, result{name: "configuration", err: problems[i : i+1]})
		}
		return results, nil
	}
	if err != nil {
		return nil, err
	}
	all := append(localChecks(c, p, o.offline), p.exportChecks(c, o.offline)...)
	if o.offline {
		return p.makeChecks(ctx, zap.NewNop(), all...), nil
	}
	deps, err := p.newDependencies(c, monitor.NewMetrics(programVersion()), zap.NewNop())
	if err != nil {
		return nil, err
	}
	in := newInspector(c, deps)
	results = p.makeChecks(ctx, zap.NewNop(), append(all, slackChecks(c, in, p.now), appTokenChecks(c, deps), oneLoginChecks(deps.onelogin))...)
	deps.workspace = in.Found()
	last := append(peopleChecks(c, deps, false, p.now), sampleChecks(c, deps, p.now)...)
	if o.live {
		last = append(last, liveChecks(c, p, deps)...)
	}
	if judge(results).Exit != exitDone {
		return append(results, skip(last...)...), nil
	}
	return append(results, p.makeChecks(ctx, zap.NewNop(), last...)...), nil
}

// A verdict is what was found, and the exit code that follows from it.
type verdict struct {
	Exit     int      `json:"exit"`
	Findings []judged `json:"findings"`
}

// A judged is one line of what was found.
type judged struct {
	Check   string `json:"check"`
	Outcome string `json:"outcome"`
	Text    string `json:"text"`
}

func judge(results []result) (v verdict) {
	add := func(r result, outcome, text string) {
		v.Findings = append(v.Findings, judged{r.name, outcome, oneLine(text)})
	}
	for _, r := range results {
		switch {
		case r.skipped:
			add(r, outcomeSkipped, "what is wrong above comes first")
			continue
		case r.err != nil:
			text, code := explain(r.err)
			v.Exit = max(v.Exit, code)
			add(r, outcomeProblem, text)
			continue
		}
		if r.well != "" {
			add(r, outcomeOK, r.well)
		}
		for _, warning := range r.warnings {
			add(r, outcomeWarning, warning)
		}
	}
	return v
}

func (v verdict) printJSON(w io.Writer) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(v)
}

// print writes a line for each finding, and what they come to.
func (v verdict) print(w io.Writer) error {
	count := map[string]int{}
	var all strings.Builder
	for _, f := range v.Findings {
		count[f.Outcome]++
		fmt.Fprintf(&all, "%-7s  %-14s %s\n", f.Outcome, strings.ReplaceAll(f.Check, "_", " "), f.Text)
	}
	problems, warnings := count[outcomeProblem], count[outcomeWarning]
	if problems == 0 {
		fmt.Fprintf(&all, "\nno problem, %s\n", counted(warnings, "warning"))
	} else {
		fmt.Fprintf(&all, "\n%s, %s: olbot run would fail\n", counted(problems, "problem"), counted(warnings, "warning"))
	}
	_, err := io.WriteString(w, all.String())
	return err
}
