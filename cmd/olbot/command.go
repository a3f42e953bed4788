package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"olbot/internal/config"
	"olbot/internal/policyfile"
)

// The exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitConfig = 2 // wrong usage, or something that the operator has to change
)

// A program is one call of olbot. Nothing else knows the environment it was
// started in.
type program struct {
	environ        []string // "NAME=value" each
	dir            string   // where .env may be; empty: there is none
	stdin          io.Reader
	stdout, stderr io.Writer
	now            func() time.Time
	patience       time.Duration // how long to wait for the dependencies to come up
	slackPace      float64       // how many times faster than its documented limits Slack is; 0: not at all
	slackPatience  time.Duration // how long Slack waits for an ack; 0: as documented
	pressTime      time.Duration // how long olbot check --live waits for a press; 0: as long as people need
	stopTime       time.Duration // how long olbot may take to stop; 0: before it is killed
	started        bool          // a command has begun: errors are no longer about usage
}

// run does what the arguments say, with the environment ("NAME=value" each) and
// the .env file of the working directory as configuration. It returns the exit
// code; ctx's end asks for a graceful stop.
func run(ctx context.Context, args, environ []string, stdout, stderr io.Writer) int {
	p := &program{environ: environ, dir: ".", stdin: os.Stdin, stdout: stdout, stderr: stderr, now: time.Now, patience: patience}
	return p.run(ctx, args)
}

func (p *program) run(ctx context.Context, args []string) int {
	root := p.root()
	root.SetArgs(append([]string{}, args...)) // never nil: cobra would read os.Args
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	command, err := root.ExecuteContextC(ctx)
	switch {
	case err == nil:
		return exitDone
	case !p.started:
		fmt.Fprintf(p.stderr, "olbot: %v\n\n%s", err, command.UsageString())
		return exitConfig
	}
	return p.report(err)
}

// report says what went wrong and returns the exit code.
func (p *program) report(err error) int {
	if ps, ok := errors.AsType[config.Problems](err); ok {
		fmt.Fprintf(p.stderr, "olbot: %v\n", ps)
		return exitConfig
	}
	if wrong, ok := errors.AsType[*policyfile.Error](err); ok {
		fmt.Fprintln(p.stderr, wrong) // with nothing before it: editors go to the line
		return exitConfig
	}
	if e, ok := errors.AsType[*checkedError](err); ok {
		return e.code
	}
	if all, ok := errors.AsType[failures](err); ok {
		code := exitDone
		for _, err := range all {
			code = max(code, p.report(err))
		}
		return code
	}
	message, code := explain(err)
	fmt.Fprintf(p.stderr, "olbot: %s\n", oneLine(message))
	return code
}

// oneLine keeps text from outside from looking like lines of our own, and from telling a terminal what to do.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, strings.Join(strings.Fields(s), " "))
}

func (p *program) root() *cobra.Command {
	var version bool
	root := &cobra.Command{
		Use:           "olbot",
		Short:         "Temporary OneLogin MFA codes, approved by a second person in Slack",
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(*cobra.Command, []string) error {
			if !version {
				return errors.New("say which command to run")
			}
			_, err := io.WriteString(p.stdout, versionLine())
			return err
		},
	}
	// Cobra's own --version has a template, and with package text/template the linker keeps every method there is: 6 MB.
	root.Flags().BoolVar(&version, "version", false, "print the version")
	root.AddCommand(p.runCommand(), p.checkCommand(), p.demoCommand(), p.migrateCommand(), p.manifestCommand(), p.auditCommand(), p.backupCommand(), p.blockCommand(), p.healthcheckCommand(), p.policyCommand(), p.versionCommand())
	return root
}

// does adapts do to cobra. An error that do returns is not about usage.
func (p *program) does(do func(ctx context.Context) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, _ []string) error {
		p.started = true
		return do(c.Context())
	}
}
