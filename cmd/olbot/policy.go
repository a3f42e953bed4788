package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"olbot/internal/config"
	"olbot/internal/policyfile"
)

func (p *program) policyCommand() *cobra.Command {
	policy := &cobra.Command{
		Use:   "policy",
		Short: "Write, check and test a policy file",
		// olbot run does not read one yet.
		Hidden: true,
		Long: "A policy file says who may ask for a code, for whom, how long it works, and who must approve. These commands\n" +
			"read and print; they connect to nothing. olbot run does not read policy files yet. See docs/guides/policy.md.",
		RunE: func(*cobra.Command, []string) error {
			return errors.New("say what to do with the policy: init, check, test or schema")
		},
	}
	policy.AddCommand(p.policyInitCommand(), p.policyCheckCommand(), p.policyTestCommand(), p.policySchemaCommand())
	return policy
}

// policySettings are what a policy file says instead.
var policySettings = []string{
	"OLBOT_REQUESTERS", "OLBOT_APPROVERS", "OLBOT_DEFAULT_VALIDITY", "OLBOT_MAX_VALIDITY", "OLBOT_ALLOW_REUSABLE", "OLBOT_REQUIRE_REASON", "OLBOT_MAX_CODES",
}

func (p *program) policyInitCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init",
		Short: "Print a policy file that means what the settings mean",
		Long: "Print a policy file that means what these settings (environment and .env) mean: OLBOT_REQUESTERS, OLBOT_APPROVERS,\n" +
			"OLBOT_DEFAULT_VALIDITY, OLBOT_MAX_VALIDITY, OLBOT_ALLOW_REUSABLE, OLBOT_REQUIRE_REASON and OLBOT_MAX_CODES.",
		Args: cobra.NoArgs,
		RunE: p.does(func(context.Context) error {
			c, err := config.Load(p.environ, p.dir, policySettings...)
			if err != nil {
				return err
			}
			_, err = p.stdout.Write(policyfile.Write(c.Policy()))
			return err
		}),
	}
}

func (p *program) policyCheckCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check <file>",
		Short: "Say everything that is wrong with a policy file",
		Long: "Say everything that is wrong with a policy file, each with its line and column, and run the tests in it. It needs no\n" +
			"settings and no network. Exit code 2 if something is wrong or a test fails.",
		Args: onePolicyFile,
		RunE: p.withPolicyFile(func(path string) error {
			file, err := policyfile.Load(path)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(p.stdout, "%s is fine: %s, %s, %s passed\n", oneLine(path),
				counted(len(file.Set.Defaults), "default"), counted(len(file.Set.Rules), "rule"), counted(len(file.Tests), "test"))
			return err
		}),
	}
}

func (p *program) policyTestCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "test <file>",
		Short: "Run the tests in a policy file, and say how each came out",
		Long: "Run the tests in a policy file, and say how each came out: what was wanted, and what came. It needs no settings and\n" +
			"no network. Exit code 1 if a test fails, 2 if something else is wrong with the file or there is no test in it.",
		Args: onePolicyFile,
		RunE: p.withPolicyFile(p.testPolicy),
	}
}

func (p *program) testPolicy(path string) error {
	file, err := policyfile.Load(path)
	if wrong, ok := errors.AsType[*policyfile.Error](err); ok && !wrong.OnlyTests() {
		return err
	}
	if len(file.Tests) == 0 {
		return &policyfile.Error{Path: path, Problems: []policyfile.Problem{{Text: "there are no tests in this file; docs/guides/policy.md shows what one looks like"}}}
	}
	failed := 0
	for _, test := range file.Tests {
		line := "ok " + test.Name
		if test.Fault != "" {
			failed++
			line = "FAIL " + test.Name + ": " + test.Fault
		}
		if _, err := fmt.Fprintln(p.stdout, oneLine(line)); err != nil {
			return err
		}
	}
	if failed > 0 {
		if _, err := fmt.Fprintf(p.stdout, "%d of %s failed\n", failed, counted(len(file.Tests), "test")); err != nil {
			return err
		}
		return &checkedError{exitFailed}
	}
	return nil
}

func (p *program) policySchemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of policy files, for editors",
		Long: "Print the JSON Schema of policy files. An editor that knows YAML language servers completes and checks with it, if the\n" +
			"file begins with: # yaml-language-server: $schema=policy.schema.json",
		Args: cobra.NoArgs,
		RunE: p.does(func(context.Context) error {
			_, err := p.stdout.Write(policyfile.Schema())
			return err
		}),
	}
}

func onePolicyFile(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return errors.New("give the path of one policy file")
	}
	return nil
}

func (p *program) withPolicyFile(do func(path string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		return p.does(func(context.Context) error { return do(args[0]) })(c, args)
	}
}
